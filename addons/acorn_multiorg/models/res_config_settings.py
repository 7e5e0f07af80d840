from odoo import api, fields, models

from .acorn_rights_list import UNUSED_DAYS, UNUSED_PARAMETER
from .res_users import SECOND_FACTOR


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    acorn_unused_days = fields.Integer(
        string="Unused After (Days)",
        config_parameter=UNUSED_PARAMETER,
        default=UNUSED_DAYS,
    )
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
