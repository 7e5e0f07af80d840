from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    acorn_alarm_minutes = fields.Integer(
        related="company_id.acorn_alarm_minutes", readonly=False
    )
    acorn_quiet_hours = fields.Integer(
        related="company_id.acorn_quiet_hours", readonly=False
    )
    acorn_most_pending = fields.Integer(
        related="company_id.acorn_most_pending", readonly=False
    )
