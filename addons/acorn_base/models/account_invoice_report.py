from odoo import fields, models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    _inherit = "account.invoice.report"

    acorn_shop_id = fields.Many2one("acorn.shop", string="Shop", readonly=True)
    acorn_site_id = fields.Many2one("acorn.site", string="Site", readonly=True)

    _depends = {"account.move": ["acorn_shop_id", "acorn_site_id"]}

    def _select(self):
        return SQL("%s, move.acorn_shop_id, move.acorn_site_id", super()._select())
