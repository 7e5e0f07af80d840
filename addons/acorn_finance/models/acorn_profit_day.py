from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.acorn_base.natures import PROFIT_LINES

from .nature_words import profit_line_words

MARGIN = "margin:avg"


class AcornProfitDay(models.Model):
    """A line of profit of one SKU, channel, site and day: a summary, rebuilt from what
    it sums up, never written by hand."""

    _name = "acorn.profit.day"
    _description = "Profit"
    _inherit = [
        "acorn.profit.actual",
        "acorn.profit.advertising",
        "acorn.profit.estimate",
        "acorn.profit.sharing",
        "acorn.profit.drill",
        "acorn.profit.rollup",
    ]
    _order = "day desc, id"
    _rec_name = "profit_line"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", string="Unit", required=True, readonly=True
    )
    shop_id = fields.Many2one("acorn.shop", readonly=True, ondelete="cascade")
    site_id = fields.Many2one("acorn.site", readonly=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True)
    offer_id = fields.Many2one(
        "acorn.offer", string="SKU", readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    categ_id = fields.Many2one(
        related="product_id.categ_id", string="Product Category", related_sudo=True
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
    overhead_id = fields.Many2one(
        "acorn.overhead",
        readonly=True,
        ondelete="cascade",
        help="What it is a share of. Without such shares a shop's profit is what the "
        "journal items of the shop say.",
    )
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Income is positive, cost is negative.",
    )
    quantity = fields.Float(
        string="Units", readonly=True, digits=(16, 0), help="Sold less refunded."
    )
    margin = fields.Float(
        compute="_compute_margin",
        aggregator="avg",
        help="Profit for each 1.00 of sales.",
    )

    # A month of all shops; a year of one.
    _day_index = models.Index("(day, company_id)")
    _shop_index = models.Index("(shop_id, day)")
    _offer_index = models.Index("(offer_id, day) WHERE offer_id IS NOT NULL")
    _overhead_index = models.Index("(company_id, day) WHERE overhead_id IS NOT NULL")

    @api.depends("amount")
    def _compute_margin(self):
        for line in self:
            line.margin = False  # of a group only

    def _read_group_select(self, aggregate_spec, query):
        """The margin of a group is that of its sums."""
        if aggregate_spec != MARGIN:
            return super()._read_group_select(aggregate_spec, query)
        amount = self._field_to_sql(self._table, "amount", query)
        line = self._field_to_sql(self._table, "profit_line", query)
        return SQL(
            "SUM(%(amount)s)"
            " / NULLIF(SUM(%(amount)s) FILTER (WHERE %(line)s = 'sales'), 0)",
            amount=amount,
            line=line,
        )

    def _read_group_orderby(self, order, groupby_terms, query):
        """Lines of profit stand in the order of a statement."""
        if "profit_line" not in groupby_terms:
            return super()._read_group_orderby(order, groupby_terms, query)
        line = groupby_terms["profit_line"]
        groupby_terms["profit_line"] = SQL(
            "ARRAY_POSITION(%s::varchar[], %s)", list(PROFIT_LINES), line
        )
        result = super()._read_group_orderby(order, groupby_terms, query)
        groupby_terms["profit_line"] = line
        return result

    @api.model
    def action_rebuild(self):
        """Sum up anew all that is known, in the background."""
        self.env["account.move"].check_access("write")
        self.env["acorn.profit.mark"]._mark_all(self.env.companies)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Profit is summed up anew. Look again in some minutes."
                ),
            },
        }

    @api.model
    def _rebuild_month(self, company_id, shop_id, month):
        """Sum up a month of a shop, or of what is of no shop, anew."""
        scope = self._scope(company_id, shop_id, month, months=1)
        self._clear(scope)
        self._add_settled(scope)
        if shop_id:
            self._convert_product_days(scope)
            self._add_advertising(scope)
            self._add_estimates(scope)
        self._roll_up(company_id, shop_id, month)

    @api.model
    def _rebuild_day(self, company_id, shop_id, day):
        """Estimate a day of a shop anew."""
        if not shop_id:
            return
        scope = self._scope(company_id, shop_id, day)
        self._clear(scope, estimates_only=True)
        self._add_estimates(scope)
        self._roll_up(company_id, shop_id, day)
