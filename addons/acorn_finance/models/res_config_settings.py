from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    acorn_fee_vat = fields.Selection(related="company_id.acorn_fee_vat", readonly=False)
    acorn_fee_tax_id = fields.Many2one(
        related="company_id.acorn_fee_tax_id", readonly=False
    )
    acorn_payout_days = fields.Integer(
        related="company_id.acorn_payout_days", readonly=False
    )
