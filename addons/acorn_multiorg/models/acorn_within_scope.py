from odoo import models


class AcornWithinScope(models.AbstractModel):
    """What people configure for a place of theirs, and move to such a place only."""

    _name = "acorn.within.scope"
    _description = "Configured within a Scope"

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su:
            self.check_access("write")  # Odoo asks before it writes, not after
        return result
