from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    acorn_not_sold = fields.Boolean(
        string="Not for Sale",
        help="What lies here or below is not offered on sales channels: quarantine, "
        "quality control, returns to check.",
    )

    def _acorn_is_not_sold(self):
        """Whether what lies here is kept from sale, here or by a place above."""
        self.ensure_one()
        place = self
        while place and not place.acorn_not_sold:
            place = place.location_id
        return bool(place)
