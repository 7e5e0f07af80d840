from odoo import models


class AcornReturn(models.Model):
    _inherit = "acorn.return"

    _mail_post_access = "read"  # customer service reads returns and writes notes

    def action_request_replacement(self):
        """Open a request for what the buyer sends back."""
        self.ensure_one()
        return self.env["acorn.replacement"]._action_new(
            self.order_id, self.order_line_id, self.quantity, self
        )
