from odoo import fields, models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    acorn_return_id = fields.Many2one("acorn.return")

    def _prepare_picking_default_values_based_on(self, picking):
        """What a channel's buyer sends back is looked at before it is sold again."""
        values = super()._prepare_picking_default_values_based_on(picking)
        if self.acorn_return_id:
            warehouse = picking.picking_type_id.warehouse_id
            values["location_dest_id"] = warehouse._acorn_return_place().id
        return values
