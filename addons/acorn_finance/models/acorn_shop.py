from odoo import api, fields, models

# What would go with a shop.
TOLD = ("acorn.transaction", "acorn.profit.day", "acorn.product.day")


class AcornShop(models.Model):
    _name = "acorn.shop"
    _inherit = ["acorn.shop", "acorn.shop.revenue"]

    revenue_mode = fields.Selection(
        [
            ("summary", "Summary: from settlements"),
            ("per_order", "Per order: an invoice each"),
        ],
        default="summary",
        required=True,
        help="Summary: revenue comes from settlements, and orders are not invoiced. "
        "Per order: each order is invoiced, and settlements pay the invoices.",
    )

    def write(self, vals):
        switched = self._switched_revenue(vals)
        result = super().write(vals)
        switched._take_along_orders()
        return result

    @api.model
    def _acorn_kept_with(self):
        return [*super()._acorn_kept_with(), *((name, "shop_id") for name in TOLD)]

    def _make_books(self):
        """Books need to know where what the channel pays and keeps belongs, too."""
        result = super()._make_books()
        FeeRule = self.env["acorn.fee.rule"]
        for company, channel in {(shop.company_id, shop.channel) for shop in self}:
            FeeRule._ensure(company, channel)
        return result
