from odoo import fields, models


class AcornHoldRelease(models.TransientModel):
    _name = "acorn.hold.release"
    _description = "Release Held Orders"

    hold_ids = fields.Many2many(
        "acorn.hold",
        string="Held Orders",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason = fields.Char(required=True, help="It is kept with your name and the time.")

    def action_release(self):
        """Let the orders ship, with the reason."""
        self.hold_ids._release(self.reason)
        return {"type": "ir.actions.act_window_close"}
