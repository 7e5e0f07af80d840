from odoo import models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    def do_scrap(self):
        """Let scraps beyond the user's limit wait as drafts."""
        beyond = self._acorn_beyond()
        beyond._acorn_ask()
        result = super(StockScrap, self - beyond).do_scrap()
        if not beyond:
            return result
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "This is more than one person may scrap alone. It waits for a shop "
                    "manager, who was told."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _acorn_beyond(self):
        Change = self.env["acorn.stock.change"]
        # What a person judges of a return came back and is counted by it.
        if self.env.su or not Change._is_limited(self.env.user):
            return self.browse()
        return self.filtered(
            lambda scrap: (
                scrap.location_id.usage in ("internal", "transit")
                and Change._is_beyond(
                    scrap.company_id,
                    scrap.product_id,
                    scrap._acorn_on_hand(),
                    scrap._acorn_units(),
                )
            )
        )

    def _acorn_units(self):
        return self.product_uom_id._compute_quantity(
            self.scrap_qty, self.product_id.uom_id
        )

    def _acorn_on_hand(self):
        return self.product_id.with_context(location=self.location_id.id).qty_available

    def _acorn_ask(self):
        self.env["acorn.stock.change"]._ask(
            [
                {
                    "company_id": scrap.company_id.id,
                    "product_id": scrap.product_id.id,
                    "location_id": scrap.location_id.id,
                    "lot_id": scrap.lot_id.id,
                    "package_id": scrap.package_id.id,
                    "owner_id": scrap.owner_id.id,
                    "scrap_id": scrap.id,
                    "on_hand": scrap._acorn_on_hand(),
                    "difference": -scrap._acorn_units(),
                }
                for scrap in self
            ]
        )
