from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "acorn_superior_id" in vals:
            self.env["acorn.scope"]._sync()
        return result
