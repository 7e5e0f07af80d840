from odoo import api, fields, models


class AcornRegion(models.Model):
    _name = "acorn.region"
    _description = "Region"
    _inherit = ["acorn.audited"]
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()

    _name_unique = models.Constraint("UNIQUE (name)", "This region exists already.")

    @api.model
    def _acorn_audited(self):
        return [*super()._acorn_audited(), "name"]
