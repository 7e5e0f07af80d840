from odoo import models
from odoo.exceptions import UserError

OURS = ("internal", "transit")
NOWHERE = "inventory"  # the usage of places for what is lost, found or scrapped


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "acorn.placed"]

    def _action_done(self, cancel_backorder=False):
        self._acorn_check_limit()
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _acorn_check_limit(self):
        """Refuse a transfer by which goods vanish or appear as by a large count."""
        Change = self.env["acorn.stock.change"]
        if self.env.su or not Change._is_limited(self.env.user):
            return
        for move in self.filtered(lambda m: not (m.is_inventory or m.scrap_id)):
            places = move.location_id | move.location_dest_id
            shelf = places.filtered(lambda place: place.usage in OURS)
            if len(shelf) != 1 or (places - shelf).usage != NOWHERE:
                continue
            units = move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id
            )
            on_hand = move.product_id.with_context(location=shelf.id).qty_available
            if Change._is_beyond(move.company_id, move.product_id, on_hand, units):
                raise UserError(
                    self.env._(
                        "%(units)s × %(product)s is more than one person may take out "
                        "or add alone. Count or scrap it instead: a shop manager is "
                        "asked then.",
                        units=units,
                        product=move.product_id.display_name,
                    )
                )
