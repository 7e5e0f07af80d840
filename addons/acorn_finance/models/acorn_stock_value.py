from odoo import fields, models
from odoo.tools import SQL

DAYS = "days:avg"


class AcornStockValue(models.Model):
    """What the goods in each warehouse are worth, and how many days they last."""

    _name = "acorn.stock.value"
    _description = "Stock Value"
    _auto = False
    _order = "value desc, id"
    _rec_name = "product_id"

    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(
        "product.category", string="Product Category", readonly=True
    )
    quantity = fields.Float(string="On Hand", readonly=True)
    value = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="On hand at the product's cost.",
    )
    speed = fields.Float(string="Sold per Day", digits=(16, 2), readonly=True)
    days = fields.Float(
        string="Days of Cover",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="How long what is on hand lasts at the speed of the last days; empty "
        "where nothing was sold.",
    )

    @property
    def _table_query(self):
        return """
            WITH sold AS (
                SELECT move.company_id, origin.warehouse_id, move.product_id,
                       SUM(move.quantity) / MAX(company.acorn_speed_days) AS speed
                  FROM stock_move move
                  JOIN res_company company ON company.id = move.company_id
                  JOIN stock_location origin ON origin.id = move.location_id
                  JOIN stock_location target ON target.id = move.location_dest_id
                 WHERE move.state = 'done' AND target.usage = 'customer'
                   AND move.date > (now() AT TIME ZONE 'UTC')
                       - make_interval(days => company.acorn_speed_days)
                 GROUP BY 1, 2, 3
            ), held AS (
                SELECT MIN(quant.id) AS id, quant.company_id, place.warehouse_id,
                       quant.product_id, SUM(quant.quantity) AS quantity
                  FROM stock_quant quant
                  JOIN stock_location place ON place.id = quant.location_id
                 WHERE place.usage IN ('internal', 'transit')
                   AND quant.company_id IS NOT NULL
                 GROUP BY 2, 3, 4
            )
            SELECT held.id, held.company_id, company.currency_id AS company_currency_id,
                   held.warehouse_id, held.product_id, template.categ_id, held.quantity,
                   held.quantity * COALESCE(
                       (product.standard_price ->> held.company_id::text)::numeric, 0
                   ) AS value,
                   COALESCE(sold.speed, 0) AS speed,
                   held.quantity / NULLIF(sold.speed, 0) AS days
              FROM held
              JOIN res_company company ON company.id = held.company_id
              JOIN product_product product ON product.id = held.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN sold
                ON sold.company_id = held.company_id
               AND sold.warehouse_id IS NOT DISTINCT FROM held.warehouse_id
               AND sold.product_id = held.product_id
        """

    def _read_group_select(self, aggregate_spec, query):
        """The days of a group are those of its sums."""
        if aggregate_spec != DAYS:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "quantity", query),
            self._field_to_sql(self._table, "speed", query),
        )
