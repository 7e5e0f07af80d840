from odoo import fields, models


class AcornShop(models.Model):
    _inherit = "acorn.shop"

    revenue_mode = fields.Selection(
        [
            ("summary", "Summary: from settlements"),
            ("per_order", "Per order: an invoice each"),
        ],
        default="summary",
        required=True,
        help="Summary: revenue comes from settlements, and orders are not invoiced. "
        "Per order: each order is invoiced, and settlements pay the invoices.",
    )
