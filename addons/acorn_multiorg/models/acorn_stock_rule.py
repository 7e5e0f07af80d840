from odoo import models


class AcornStockRule(models.Model):
    _name = "acorn.stock.rule"
    _inherit = ["acorn.stock.rule", "acorn.within.scope"]
