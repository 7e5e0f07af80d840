from odoo import api, fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    acorn_not_sold = fields.Boolean(
        string="Not for Sale",
        help="What lies here or below is not offered on sales channels, and no order "
        "takes it: quarantine, quality control, returns to check.",
    )
    acorn_withheld = fields.Boolean(
        string="Withheld from Sale",
        compute="_compute_acorn_withheld",
        store=True,
        recursive=True,
        help="This location, or one that it lies in, is not for sale.",
    )

    _acorn_withheld_index = models.Index("(id) WHERE acorn_withheld")

    @api.depends("acorn_not_sold", "location_id.acorn_withheld")
    def _compute_acorn_withheld(self):
        for location in self:
            location.acorn_withheld = (
                location.acorn_not_sold or location.location_id.acorn_withheld
            )

    def _acorn_procurement_values(self):
        """Return what tells a procurement to take goods from this location."""
        self.ensure_one()
        # Rules and routes are searched with the rights of whoever procures.
        place = self.sudo(False)
        warehouse = place.warehouse_id
        values = {"warehouse_id": warehouse}
        if place != warehouse.lot_stock_id:
            values["acorn_place_id"] = place
        return values
