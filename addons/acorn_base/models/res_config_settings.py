from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    acorn_purge_days = fields.Integer(
        related="company_id.acorn_purge_days", readonly=False
    )
    acorn_tax_days = fields.Integer(related="company_id.acorn_tax_days", readonly=False)

    def action_acorn_purge_preview(self):
        """Show the orders whose personal data would be removed now."""
        return self.company_id._acorn_purge_preview()
