from odoo import api, models
from odoo.fields import Command

from ..groups import COMMERCIAL, COST

ORDERS = ("sale.order", "sale.order.line")
# Whose work is with costs: stock values, entries, purchases, making and repairing.
COSTED = (
    *("product.value", "stock.avco.report", "account.invoice.report"),
    *("purchase.order", "mrp.production", "stock.landed.cost", "repair.order"),
)


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    @api.model_create_multi
    def create(self, vals_list):
        """An addon installed later may open these models to a group of its own."""
        accesses = super().create(vals_list)
        names = set(accesses.model_id.mapped("model"))
        if names.intersection(ORDERS):
            self._acorn_share_commercial()
        if names.intersection(COSTED):
            self._acorn_share_cost()
        return accesses

    @api.model
    def _acorn_share_commercial(self):
        """Let whoever reads orders, but not as a warehouse user, see their amounts."""
        warehouse = self.env.ref("stock.group_stock_user")
        self._acorn_share(COMMERCIAL, ORDERS, warehouse.all_implied_ids | warehouse)

    @api.model
    def _acorn_share_cost(self):
        """Let those see costs whose work is with them: not who receives what was
        bought or made, though Odoo lets him read of which order it is."""
        product_manager = self.env.ref("product.group_product_manager")
        warehouse = self.env.ref("stock.group_stock_user")
        portal = self.env.ref("base.group_portal")
        without = warehouse.all_implied_ids | warehouse | portal
        self._acorn_share(COST, COSTED, without, product_manager)

    @api.model
    def _acorn_share(self, name, models, without, more=()):
        """Let the groups that read the models imply a group that guards fields."""
        group = self.env.ref(name, raise_if_not_found=False)
        if not group:
            return
        reading = self.search(
            [
                ("model_id.model", "in", models),
                ("perm_read", "=", True),
                ("group_id", "not in", without.ids),
            ]
        ).group_id
        reading = reading.union(more) if more else reading
        unaware = reading.filtered(lambda each: group not in each.all_implied_ids)
        unaware.write({"implied_ids": [Command.link(group.id)]})
