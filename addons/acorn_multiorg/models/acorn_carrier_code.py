from odoo import models


class AcornCarrierCode(models.Model):
    _name = "acorn.carrier.code"
    _inherit = ["acorn.carrier.code", "acorn.within.scope"]
