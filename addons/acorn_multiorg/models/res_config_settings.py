from odoo import api, fields, models

from .res_users import SECOND_FACTOR


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    acorn_second_factor = fields.Boolean(
        string="Second Factor for Finance and Administrators",
        config_parameter=SECOND_FACTOR,
    )
    acorn_sends_mail = fields.Boolean(compute="_compute_acorn_sends_mail")

    @api.depends("acorn_second_factor")
    def _compute_acorn_sends_mail(self):
        self.acorn_sends_mail = self.env["res.users"]._acorn_sends_mail()
