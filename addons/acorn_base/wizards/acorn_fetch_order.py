from odoo import fields, models


class AcornFetchOrder(models.TransientModel):
    _name = "acorn.fetch.order"
    _description = "Fetch an Order"

    shop_id = fields.Many2one(
        "acorn.shop",
        required=True,
        domain=[("state", "!=", "draft")],
        default=lambda self: self.env["acorn.shop"].search(
            [("state", "!=", "draft")], limit=1
        ),
    )
    number = fields.Char(
        string="Order Number", required=True, help="As the channel writes it."
    )

    def action_fetch(self):
        """Get the order from the channel now, and open what became of it."""
        self.ensure_one()
        messages = self.shop_id._fetch("order", [self.number.strip()])
        return (messages.order_id or messages)._get_records_action()
