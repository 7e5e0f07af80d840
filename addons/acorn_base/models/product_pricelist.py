from odoo import fields, models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    acorn_site_id = fields.Many2one(
        "acorn.site",
        string="Site",
        index="btree_not_null",
        ondelete="cascade",
        help="Keeps the currency of the orders of this site; it sets no prices.",
    )
