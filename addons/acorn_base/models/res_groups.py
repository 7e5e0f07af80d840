from odoo import api, models


class ResGroups(models.Model):
    _name = "res.groups"
    _inherit = ["res.groups", "acorn.audited"]
    _acorn_audience = "admin"

    @api.model
    def _acorn_audited(self):
        return [*super()._acorn_audited(), "name", "user_ids", "implied_ids"]
