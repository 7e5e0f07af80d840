from odoo import models


class AcornQuantityGroup(models.Model):
    _name = "acorn.quantity.group"
    _inherit = ["acorn.quantity.group", "acorn.within.scope"]
