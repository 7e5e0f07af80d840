from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.acorn_base.channel import Refused


class AcornProductDay(models.Model):
    """What a SKU sold on one day of one site, and what advertising it cost."""

    _name = "acorn.product.day"
    _description = "Product's Day"
    _order = "day desc, site_id, sku"
    _rec_name = "sku"
    _log_access = False

    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, ondelete="cascade"
    )
    site_id = fields.Many2one(
        "acorn.site", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    day = fields.Date(required=True, readonly=True)
    sku = fields.Char(string="SKU", required=True, readonly=True)
    offer_id = fields.Many2one(
        "acorn.offer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    sales = fields.Monetary(readonly=True)
    units = fields.Integer(readonly=True)
    refunded_units = fields.Integer(readonly=True)
    ad_cost = fields.Monetary(readonly=True)
    ad_sales = fields.Monetary(
        readonly=True, help="What ads brought; empty where the channel does not tell."
    )
    # By the day's rate; empty as long as there is none.
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    company_sales = fields.Monetary(currency_field="company_currency_id", readonly=True)
    company_ad_cost = fields.Monetary(
        currency_field="company_currency_id", readonly=True
    )
    company_ad_sales = fields.Monetary(
        currency_field="company_currency_id", readonly=True
    )

    _day_unique = models.UniqueIndex("(site_id, day, sku)", "A day is kept once.")
    _shop_day_index = models.Index("(shop_id, day)")
    _day_index = models.Index("(day, company_id)")

    @api.model
    def _acorn_apply(self, shop, record):
        """Replace the days of a period.

        :param record: finance_records.ProductDays
        """
        site = shop._site_by_ref(record.site)
        if not site:
            raise Refused(
                self.env._(
                    "The shop has no site %s. Press Test Connection on the shop to get "
                    "its sites, then Retry.",
                    record.site or "-",
                ),
                code="unknown_site",
            )
        days = self._within(record)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM acorn_product_day"
                " WHERE site_id = %s AND day >= %s AND day < %s RETURNING day",
                site.id,
                record.since,
                record.until,
            )
        )
        touched = {row[0] for row in self.env.cr.fetchall()}
        if days:
            self._insert(shop, site, days)
        touched |= {each.day for each in days}
        self.env.invalidate_all(flush=False)
        self.env["acorn.profit.mark"]._mark(shop, touched)

    @api.model
    def _within(self, record):
        """Return the days of the period; a SKU that is told twice is one."""
        days = {}
        for each in record.days:
            if record.since <= each.day < record.until:
                days[each.day, each.sku] = each
        return list(days.values())

    @api.model
    def _insert(self, shop, site, days):
        currencies = {
            code: self.env["res.currency"]._acorn_get(code).id
            for code in {each.currency for each in days}
        }
        columns = zip(
            *(
                (
                    each.day,
                    each.sku,
                    currencies[each.currency],
                    each.sales,
                    each.units,
                    each.refunded_units,
                    each.ad_cost,
                    each.ad_sales,
                )
                for each in days
            ),
            strict=True,
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO acorn_product_day (
                    company_id, shop_id, site_id, day, sku, currency_id, sales, units,
                    refunded_units, ad_cost, ad_sales, offer_id, product_id
                )
                SELECT %s, %s, %s, told.*, offer.id, offer.product_id
                  FROM UNNEST(%s::date[], %s::varchar[], %s::int[], %s::numeric[],
                              %s::int[], %s::int[], %s::numeric[], %s::numeric[])
                       AS told (day, sku, currency_id, sales, units, refunded_units,
                                ad_cost, ad_sales)
                  LEFT JOIN acorn_offer offer
                    ON offer.shop_id = %s AND offer.sku = told.sku
                """,
                shop.company_id.id,
                shop.id,
                site.id,
                *map(list, columns),
                shop.id,
            )
        )
