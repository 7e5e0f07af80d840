from odoo import models


class AcornHoldRule(models.Model):
    _name = "acorn.hold.rule"
    _inherit = ["acorn.hold.rule", "acorn.within.scope"]
