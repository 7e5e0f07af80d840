from odoo import fields, models

from .nature_words import profit_line_words


class AcornProfitDay(models.Model):
    """A line of profit of one SKU, channel, site and day: a summary, rebuilt from what
    it sums up, never written by hand."""

    _name = "acorn.profit.day"
    _description = "Profit"
    _order = "day desc, id"
    _rec_name = "profit_line"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    shop_id = fields.Many2one("acorn.shop", readonly=True, ondelete="cascade")
    site_id = fields.Many2one("acorn.site", readonly=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True)
    offer_id = fields.Many2one("acorn.offer", readonly=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    categ_id = fields.Many2one(
        "product.category", string="Product Category", readonly=True
    )
    fulfilment = fields.Selection(
        [("fba", "By the Channel"), ("fbm", "By the Seller")], readonly=True
    )
    profit_line = fields.Selection(
        lambda self: profit_line_words(self.env), required=True, readonly=True
    )
    estimated = fields.Boolean(
        readonly=True, help="Not settled yet: the settlement will replace it."
    )
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Income is positive, cost is negative.",
    )
    quantity = fields.Float(string="Units", readonly=True)
