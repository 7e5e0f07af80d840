from odoo import api, models
from odoo.fields import Command

from ..groups import COMMERCIAL

ORDERS = ("sale.order", "sale.order.line")


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    @api.model_create_multi
    def create(self, vals_list):
        """An addon installed later may open orders to a group of its own."""
        accesses = super().create(vals_list)
        if any(access.model_id.model in ORDERS for access in accesses):
            self._acorn_share_commercial()
        return accesses

    @api.model
    def _acorn_share_commercial(self):
        """Let whoever reads orders, but not as a warehouse user, see their amounts."""
        commercial = self.env.ref(COMMERCIAL, raise_if_not_found=False)
        if not commercial:
            return
        warehouse = self.env.ref("stock.group_stock_user")
        reading = self.search(
            [
                ("model_id.model", "in", ORDERS),
                ("perm_read", "=", True),
                ("group_id", "not in", (warehouse.all_implied_ids | warehouse).ids),
            ]
        ).group_id
        unaware = reading.filtered(lambda g: commercial not in g.all_implied_ids)
        unaware.write({"implied_ids": [Command.link(commercial.id)]})
