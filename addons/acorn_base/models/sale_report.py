from odoo import fields, models


class SaleReport(models.Model):
    _inherit = "sale.report"

    acorn_shop_id = fields.Many2one("acorn.shop", string="Shop", readonly=True)
    acorn_site_id = fields.Many2one("acorn.site", string="Site", readonly=True)

    def _select_additional_fields(self):
        return super()._select_additional_fields() | {
            "acorn_shop_id": "s.acorn_shop_id",
            "acorn_site_id": "s.acorn_site_id",
        }

    def _group_by_sale(self):
        return f"{super()._group_by_sale()}, s.acorn_shop_id, s.acorn_site_id"
