from odoo import fields, models


class AcornRegion(models.Model):
    _name = "acorn.region"
    _description = "Region"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()

    _name_unique = models.Constraint("UNIQUE (name)", "This region exists already.")
