from odoo import fields, models
from odoo.tools import SQL

RATE = "rate:avg"


class AcornReturnAnalysis(models.Model):
    """Units sold and units returned side by side: how much of a product comes back.

    What was sold counts by the order's date, what came back by the day it was asked
    for. Reasons and dispositions are of returns only.
    """

    _name = "acorn.return.analysis"
    _description = "Return Rate"
    _auto = False
    _order = "date desc, id"

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    shop_id = fields.Many2one("acorn.shop", readonly=True)
    site_id = fields.Many2one("acorn.site", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    offer_id = fields.Many2one("acorn.offer", readonly=True)
    by_channel = fields.Boolean(string="Fulfilled by Channel", readonly=True)
    reason_id = fields.Many2one("acorn.return.reason", readonly=True)
    sold = fields.Float(string="Units Sold", digits=(16, 0), readonly=True)
    returned = fields.Float(string="Units Returned", digits=(16, 0), readonly=True)
    sellable = fields.Float(string="Returned Sellable", digits=(16, 0), readonly=True)
    rate = fields.Float(
        string="Return Rate",
        readonly=True,
        aggregator="avg",
        help="Units returned for each unit sold in the period.",
    )

    @property
    def _table_query(self):
        return """
            SELECT 2 * line.id AS id,
                   o.date_order::date AS date,
                   o.company_id, o.acorn_shop_id AS shop_id,
                   o.acorn_site_id AS site_id, line.product_id,
                   line.acorn_offer_id AS offer_id, o.acorn_by_channel AS by_channel,
                   NULL::integer AS reason_id,
                   line.product_uom_qty AS sold, 0.0 AS returned, 0.0 AS sellable,
                   NULL::numeric AS rate
              FROM sale_order_line line
              JOIN sale_order o ON o.id = line.order_id
             WHERE line.acorn_charge = 'item' AND o.state = 'sale'
             UNION ALL
            SELECT 2 * id + 1, request_date, company_id, shop_id, site_id, product_id,
                   offer_id, by_channel, reason_id, 0.0, quantity, sellable_quantity,
                   NULL
              FROM acorn_return
             WHERE state != 'refused'
        """

    def _read_group_select(self, aggregate_spec, query):
        """The rate of a group is that of its sums."""
        if aggregate_spec != RATE:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "returned", query),
            self._field_to_sql(self._table, "sold", query),
        )
