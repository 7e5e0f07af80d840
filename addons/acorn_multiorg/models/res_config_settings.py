from odoo import api, fields, models

from .res_users import SECOND_FACTOR


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    acorn_second_factor = fields.Boolean(
        string="Second Factor for Finance and Administrators",
        config_parameter=SECOND_FACTOR,
    )
    acorn_sends_mail = fields.Boolean(compute="_compute_acorn_sends_mail")

    acorn_stock_limit_units = fields.Integer(
        related="company_id.acorn_stock_limit_units", readonly=False
    )
    acorn_stock_limit_percent = fields.Integer(
        related="company_id.acorn_stock_limit_percent", readonly=False
    )

    @api.depends("acorn_second_factor")
    def _compute_acorn_sends_mail(self):
        self.acorn_sends_mail = self.env["res.users"]._acorn_sends_mail()
