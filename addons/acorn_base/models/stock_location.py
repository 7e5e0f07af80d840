from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    acorn_not_sold = fields.Boolean(
        string="Not for Sale",
        help="What lies here or below is not offered on sales channels: quarantine, "
        "quality control, returns to check.",
    )
