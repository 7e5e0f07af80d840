from odoo import models


class AcornOffer(models.Model):
    _name = "acorn.offer"
    _inherit = ["acorn.offer", "acorn.within.scope"]
