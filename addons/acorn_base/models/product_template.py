from odoo import fields, models

from ..groups import COST


class ProductTemplate(models.Model):
    _inherit = "product.template"

    standard_price = fields.Float(groups=COST)
