from odoo import api, fields, models
from odoo.tools import SQL

# Ratios of a group are those of its sums: measure → (above, below).
RATIOS = {
    "margin": ("amount", "sales"),
    "roas": ("ad_sales", "ad_cost"),
    "acos": ("ad_cost", "ad_sales"),
    "return_rate": ("returned", "sold"),
    "refund_rate": ("refunded", "ordered"),
}


class AcornSkuProfit(models.Model):
    """What SKUs, shops and days earn, what advertising them costs, what comes back.

    Profit, advertising and returns side by side: each row tells of one of them.
    """

    _name = "acorn.sku.profit"
    _description = "Profit and Advertising of SKUs"
    _auto = False
    _order = "day desc, id"
    _rec_name = "offer_id"

    company_id = fields.Many2one("res.company", string="Unit", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    shop_id = fields.Many2one("acorn.shop", readonly=True)
    site_id = fields.Many2one("acorn.site", readonly=True)
    day = fields.Date(readonly=True)
    offer_id = fields.Many2one("acorn.offer", string="SKU", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(
        related="product_id.categ_id", string="Product Category", related_sudo=True
    )
    fulfilment = fields.Selection(
        [("fba", "By the Channel"), ("fbm", "By the Seller")], readonly=True
    )
    estimated = fields.Boolean(readonly=True)
    sales = fields.Monetary(currency_field="company_currency_id", readonly=True)
    amount = fields.Monetary(
        string="Profit", currency_field="company_currency_id", readonly=True
    )
    sold = fields.Float(string="Units Sold", digits=(16, 0), readonly=True)
    returned = fields.Float(string="Units Returned", digits=(16, 0), readonly=True)
    ordered = fields.Float(string="Units Ordered", digits=(16, 0), readonly=True)
    refunded = fields.Float(string="Units Refunded", digits=(16, 0), readonly=True)
    ad_cost = fields.Monetary(
        string="Cost of Advertising",
        currency_field="company_currency_id",
        readonly=True,
    )
    ad_sales = fields.Monetary(
        string="Sales with Advertising",
        currency_field="company_currency_id",
        readonly=True,
        help="What ads brought; where the channel does not tell, all that was ordered "
        "of the SKU.",
    )
    margin = fields.Float(
        readonly=True, aggregator="avg", help="Profit for each 1.00 of sales."
    )
    roas = fields.Float(
        string="ROAS",
        readonly=True,
        aggregator="avg",
        help="Sales for each 1.00 spent on advertising.",
    )
    acos = fields.Float(
        string="ACoS",
        readonly=True,
        aggregator="avg",
        help="Cost of advertising for each 1.00 of sales.",
    )
    return_rate = fields.Float(
        readonly=True, aggregator="avg", help="Units returned for each unit sold."
    )
    refund_rate = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Units refunded for each unit ordered, as the channel counts them.",
    )

    @property
    def _table_query(self):
        return """
            SELECT 3::bigint * id AS id, company_id, company_currency_id, shop_id,
                   site_id, day, offer_id, product_id, fulfilment, estimated,
                   CASE profit_line WHEN 'sales' THEN amount ELSE 0 END AS sales,
                   amount,
                   CASE profit_line WHEN 'sales' THEN quantity ELSE 0 END AS sold,
                   0.0 AS returned, 0.0 AS ordered, 0.0 AS refunded,
                   0.0 AS ad_cost, 0.0 AS ad_sales,
                   NULL::numeric AS margin, NULL::numeric AS roas,
                   NULL::numeric AS acos, NULL::numeric AS return_rate,
                   NULL::numeric AS refund_rate
              FROM acorn_profit_day
             UNION ALL
            SELECT 3::bigint * ad.id + 1, ad.company_id, ad.company_currency_id,
                   ad.shop_id, ad.site_id, ad.day, ad.offer_id, ad.product_id,
                   CASE offer.by_channel WHEN TRUE THEN 'fba' WHEN FALSE THEN 'fbm' END,
                   NULL, 0, 0, 0, 0, ad.units, ad.refunded_units, ad.company_ad_cost,
                   CASE WHEN ad.company_ad_cost > 0
                        THEN COALESCE(ad.company_ad_sales, ad.company_sales)
                        ELSE ad.company_ad_sales END,
                   NULL, NULL, NULL, NULL, NULL
              FROM acorn_product_day ad
              LEFT JOIN acorn_offer offer ON offer.id = ad.offer_id
             UNION ALL
            SELECT 3::bigint * back.id + 2, back.company_id, company.currency_id,
                   back.shop_id, back.site_id, back.request_date, back.offer_id,
                   back.product_id,
                   CASE WHEN back.by_channel THEN 'fba' ELSE 'fbm' END,
                   NULL, 0, 0, 0, back.quantity, 0, 0, 0, 0,
                   NULL, NULL, NULL, NULL, NULL
              FROM acorn_return back
              JOIN res_company company ON company.id = back.company_id
             WHERE back.state != 'refused'
        """

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        name, _colon, aggregator = aggregate_spec.partition(":")
        if name not in RATIOS or aggregator != "avg":
            return super()._read_group_select(aggregate_spec, query)
        above, below = (
            self._field_to_sql(self._table, part, query) for part in RATIOS[name]
        )
        return SQL("SUM(%s) / NULLIF(SUM(%s), 0)", above, below)
