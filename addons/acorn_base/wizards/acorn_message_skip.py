from odoo import fields, models


class AcornMessageSkip(models.TransientModel):
    _name = "acorn.message.skip"
    _description = "Skip Messages"

    message_ids = fields.Many2many(
        "acorn.message",
        string="Messages",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason = fields.Char(
        required=True, help="Who looks at these messages later reads it there."
    )

    def action_skip(self):
        """Set the messages aside with the reason."""
        self.message_ids._skip(self.reason)
        return {"type": "ir.actions.act_window_close"}
