from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    acorn_payout_days = fields.Integer(
        related="company_id.acorn_payout_days", readonly=False
    )
