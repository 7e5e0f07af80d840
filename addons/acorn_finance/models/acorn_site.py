from odoo import fields, models


class AcornSite(models.Model):
    _inherit = "acorn.site"

    tax_mode = fields.Selection(
        [
            ("rows", "Tax on rows of its own"),
            ("split", "VAT is in the price: split by the order's destination"),
            ("channel", "The channel is liable for the tax"),
        ],
        string="Tax of Settlements",
        default="rows",
        required=True,
        help="How the tax of what was sold is found in settlements.",
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account", check_company=True, copy=False, ondelete="restrict"
    )
