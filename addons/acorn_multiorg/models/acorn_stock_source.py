from odoo import models


class AcornStockSource(models.Model):
    _name = "acorn.stock.source"
    _inherit = ["acorn.stock.source", "acorn.within.scope"]
