from odoo import models

HELD = {"quantity", "reserved_quantity"}


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _has_field_access(self, field, operation):
        """What lies somewhere is counted or moved; nobody writes it."""
        if operation == "write" and field.name in HELD and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def _apply_inventory(self, *args, **kwargs):
        """Leave counted and not applied what is beyond the user's limit."""
        beyond = self._acorn_beyond()
        beyond._acorn_ask()
        applied = self - beyond
        return super(StockQuant, applied)._apply_inventory(*args, **kwargs)

    def action_apply_inventory(self, *args, **kwargs):
        beyond = self._acorn_beyond()
        result = super().action_apply_inventory(*args, **kwargs)
        if not beyond or result:
            return result
        beyond.inventory_quantity_set = True  # Odoo believes that all were applied
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "%s counts change more than one person may change alone. They wait "
                    "for a shop manager, who was told.",
                    len(beyond),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _acorn_beyond(self):
        """Return the counts of stock for sale that wait for a shop manager."""
        Change = self.env["acorn.stock.change"]
        if not Change._is_limited(self.env.user):
            return self.browse()
        return self.filtered(
            lambda quant: (
                quant.location_id.usage in ("internal", "transit")
                and Change._is_beyond(
                    quant.company_id,
                    quant.product_id,
                    quant.quantity,
                    quant.inventory_quantity - quant.quantity,
                )
            )
        )

    def _acorn_ask(self):
        self.env["acorn.stock.change"]._ask(
            [
                {
                    "company_id": quant.company_id.id,
                    "product_id": quant.product_id.id,
                    "location_id": quant.location_id.id,
                    "lot_id": quant.lot_id.id,
                    "package_id": quant.package_id.id,
                    "owner_id": quant.owner_id.id,
                    "on_hand": quant.quantity,
                    "difference": quant.inventory_quantity - quant.quantity,
                }
                for quant in self
            ]
        )
