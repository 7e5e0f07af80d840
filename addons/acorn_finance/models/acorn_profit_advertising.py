from odoo import api, models
from odoo.tools import SQL

from .acorn_profit_actual import ITEMS
from .acorn_profit_estimate import COUNTED, ROUNDED, WORTH
from .profit_spread import SPREAD

# The channel charges an account for ads, and tells what the ads of each SKU cost a day.
# What it charged a month is spread in proportion; what it charged beyond the ads of all
# SKUs stays without one. A charge of no site goes to SKUs of sites that have none.
CHARGES = f"""
    WITH {ITEMS}, {COUNTED},
    charges AS (
        SELECT site_id, FALSE AS estimated, SUM(amount) AS amount, MAX(date) AS day
          FROM items WHERE line = 'advertising' GROUP BY site_id
         UNION ALL
        SELECT site_id, TRUE, {ROUNDED.format(amount="SUM(amount)")}, MAX(day)
          FROM counted WHERE line = 'advertising' GROUP BY site_id
    ),
    units AS (
        SELECT *, ROW_NUMBER() OVER (ORDER BY estimated, site_id) AS unit,
               %(step)s AS step, 1 AS rate,
               SUM(amount) OVER (PARTITION BY site_id) AS charged
          FROM charges WHERE amount != 0
    ),
    told AS (
        SELECT units.unit, ad.day, ad.offer_id, ad.product_id,
               CASE offer.by_channel WHEN TRUE THEN 'fba' WHEN FALSE THEN 'fbm'
               END AS fulfilment,
               ad.company_ad_cost AS weight
          FROM units
          JOIN acorn_product_day ad
            ON ad.shop_id = %(shop)s AND ad.day >= %(since)s AND ad.day < %(until)s
           AND ad.day <= %(last_charge)s AND ad.company_ad_cost > 0
           AND (ad.site_id = units.site_id OR units.site_id IS NULL AND NOT EXISTS (
                SELECT FROM units other WHERE other.site_id = ad.site_id))
          LEFT JOIN acorn_offer offer ON offer.id = ad.offer_id
    ),
    rest AS (
        SELECT units.unit, units.day, NULL::int, NULL::int, NULL::varchar,
               CASE WHEN known.cost IS NULL THEN 1
                    ELSE GREATEST(-units.charged - known.cost, 0) END
          FROM units
          LEFT JOIN (SELECT unit, SUM(weight) AS cost FROM told GROUP BY unit) known
            ON known.unit = units.unit
    ),
    members AS (
        SELECT *, CONCAT_WS('/', day, offer_id, product_id) AS member
          FROM (SELECT * FROM told UNION ALL SELECT * FROM rest) each
    ),
    {SPREAD}
    INSERT INTO acorn_profit_day (
        company_id, company_currency_id, shop_id, site_id, day, offer_id, product_id,
        fulfilment, profit_line, estimated, amount, quantity
    )
    SELECT %(company)s, %(currency)s, %(shop)s, units.site_id, parts.day,
           parts.offer_id, parts.product_id, parts.fulfilment, 'advertising',
           units.estimated, SUM(parts.part), 0
      FROM parts
      JOIN units ON units.unit = parts.unit
     GROUP BY units.site_id, parts.day, parts.offer_id, parts.product_id,
              parts.fulfilment, units.estimated
    HAVING SUM(parts.part) != 0
"""

# Ads since the last charge are not charged yet.
UNCHARGED = """
    INSERT INTO acorn_profit_day (
        company_id, company_currency_id, shop_id, site_id, day, offer_id, product_id,
        fulfilment, profit_line, estimated, amount, quantity
    )
    SELECT %(company)s, %(currency)s, %(shop)s, ad.site_id, ad.day, ad.offer_id,
           ad.product_id,
           CASE offer.by_channel WHEN TRUE THEN 'fba' WHEN FALSE THEN 'fbm' END,
           'advertising', TRUE, -SUM(ad.company_ad_cost), 0
      FROM acorn_product_day ad
      LEFT JOIN acorn_offer offer ON offer.id = ad.offer_id
     WHERE ad.shop_id = %(shop)s AND ad.day >= %(since)s AND ad.day < %(until)s
       AND ad.day > %(last_charge)s AND ad.company_ad_cost > 0
     GROUP BY 4, 5, 6, 7, 8
"""

LAST_CHARGE = """
    SELECT GREATEST(
        (SELECT COALESCE(
                    (SELECT MAX(posted_on) FROM acorn_settlement_line
                      WHERE shop_id = %(shop)s AND move_line_id = item.id),
                    item.date)
           FROM account_move_line item
          WHERE item.company_id = %(company)s AND item.acorn_shop_id = %(shop)s
            AND item.acorn_profit_line = 'advertising'
            AND item.parent_state = 'posted'
          ORDER BY item.date DESC, item.id DESC
          LIMIT 1),
        (SELECT MAX(told.posted_on)
           FROM acorn_transaction told
           JOIN acorn_transaction_line line ON line.transaction_id = told.id
          WHERE told.shop_id = %(shop)s AND line.nature = 'advertising'
            AND %(counts)s)
    )
"""


class AcornProfitAdvertising(models.AbstractModel):
    """What ads cost each SKU: part of ``acorn.profit.day``."""

    _name = "acorn.profit.advertising"
    _description = "Cost of Advertising"

    @api.model
    def _convert_product_days(self, scope):
        """Convert what the channel told and no rate was known for, and link SKUs that
        were not known."""
        self._run(
            """
            UPDATE acorn_product_day told
               SET offer_id = offer.id, product_id = offer.product_id
              FROM acorn_offer offer
             WHERE told.shop_id = %(shop)s
               AND told.day >= %(since)s AND told.day < %(until)s
               AND told.product_id IS NULL
               AND offer.shop_id = told.shop_id AND offer.sku = told.sku
            """,
            scope,
        )
        # Rates have a currency_id, too: the day's is meant.
        worth = WORTH.format(currency="told.currency_id", day="told.day")
        self._run(
            f"""
            UPDATE acorn_product_day told
               SET company_ad_cost = {ROUNDED.format(amount=f"ad_cost * {worth}")},
                   company_sales = {ROUNDED.format(amount=f"sales * {worth}")},
                   company_ad_sales = {ROUNDED.format(amount=f"ad_sales * {worth}")},
                   company_currency_id = %(currency)s
             WHERE shop_id = %(shop)s AND day >= %(since)s AND day < %(until)s
               AND company_sales IS NULL
            """,
            scope,
        )

    @api.model
    def _add_advertising(self, scope):
        scope = self._estimate_scope(scope)
        self._run(LAST_CHARGE, scope)
        last = self.env.cr.fetchone()[0]
        scope["last_charge"] = SQL("%s::date", last or "-infinity")
        self._run(CHARGES, scope)
        self._run(UNCHARGED, scope)
        if last and last >= scope["since"]:
            self._mark_charged(scope)

    @api.model
    def _mark_charged(self, scope):
        """What was estimated of earlier months and is charged now is summed up anew."""
        self._run(
            """
            INSERT INTO acorn_profit_mark (company_id, shop_id, day, month)
            SELECT DISTINCT %(company)s, %(shop)s, DATE_TRUNC('month', day)::date, TRUE
              FROM acorn_profit_day
             WHERE shop_id = %(shop)s AND company_id = %(company)s
               AND day < %(since)s AND day >= %(since)s::date - INTERVAL '60 days'
               AND profit_line = 'advertising' AND estimated AND overhead_id IS NULL
            """,
            scope,
        )
