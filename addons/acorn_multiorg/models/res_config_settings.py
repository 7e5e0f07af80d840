from odoo import fields, models

from .acorn_rights_list import UNUSED_DAYS, UNUSED_PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    acorn_unused_days = fields.Integer(
        string="Unused After (Days)",
        config_parameter=UNUSED_PARAMETER,
        default=UNUSED_DAYS,
    )
