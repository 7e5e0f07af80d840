from odoo import api, fields, models


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

    _day_unique = models.UniqueIndex("(site_id, day, sku)", "A day is kept once.")

    @api.model
    def _acorn_apply(self, shop, record):
        """Replace the days of a period.

        :param record: finance_records.ProductDays
        """
        raise NotImplementedError
