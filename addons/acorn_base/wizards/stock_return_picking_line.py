from odoo import models


class StockReturnPickingLine(models.TransientModel):
    _inherit = "stock.return.picking.line"

    def _prepare_move_default_values(self, new_picking):
        values = super()._prepare_move_default_values(new_picking)
        if self.wizard_id.acorn_return_id:
            values["acorn_return_id"] = self.wizard_id.acorn_return_id.id
        return values
