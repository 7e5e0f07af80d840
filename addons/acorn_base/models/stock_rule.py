from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_stock_move_values(
        self,
        product_id,
        product_qty,
        product_uom,
        location_dest_id,
        name,
        origin,
        company_id,
        values,
    ):
        """Goods that are sold from one place of a warehouse leave that place."""
        result = super()._get_stock_move_values(
            product_id,
            product_qty,
            product_uom,
            location_dest_id,
            name,
            origin,
            company_id,
            values,
        )
        place = values.get("acorn_place_id")
        inside = self.location_src_id.parent_path
        if place and inside and place.parent_path.startswith(inside):
            result["location_id"] = place.id
        return result
