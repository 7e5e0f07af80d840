from odoo import models

OPEN = ("draft", "waiting", "confirmed", "partially_available", "assigned")


class AcornReturnGoods(models.AbstractModel):
    """The goods of a return, as their moves tell of them."""

    _name = "acorn.return.goods"
    _description = "Returned Goods"

    # === MOVES === #

    def _receipts(self):
        """Return the moves by which these goods come, whatever their state."""
        return self.move_ids.filtered(lambda move: not move.acorn_disposition)

    def _live_receipts(self):
        return self._receipts().filtered(lambda move: move.state != "cancel")

    def _arrivals(self):
        return self._receipts().filtered(lambda move: move.state == "done")

    def _shelved(self):
        """Return the arrivals that somebody has put where goods are sold at once."""
        return self._arrivals().filtered(
            lambda move: not move.location_dest_id.acorn_withheld
        )

    def _awaited(self):
        return self._receipts().filtered(lambda move: move.state in OPEN)

    def _checks(self):
        """Return the moves by which goods were put where they belong."""
        return self.move_ids.filtered(
            lambda move: move.acorn_disposition and move.state == "done"
        )

    def _units(self, moves):
        """Return of how many units these moves are all the parts."""
        each = self._per_unit()
        counts = [
            sum(
                move.product_uom._compute_quantity(
                    move.quantity if move.state == "done" else move.product_uom_qty,
                    product.uom_id,
                )
                for move in moves
                if move.product_id == product
            )
            / part
            for product, part in each.items()
        ]
        return int(min(counts, default=0) + 1e-6)

    def _per_unit(self):
        """Return how much of which product one unit is: a kit leaves as its parts."""
        self.ensure_one()
        # sudo: who works with the goods need not be able to read orders.
        line_sudo = self.order_line_id.sudo()
        sent = line_sudo.move_ids.filtered(
            lambda move: (
                move.state != "cancel"
                and move.location_dest_id.usage == "customer"
                and not move.acorn_return_id
            )
        )
        ordered = line_sudo.product_uom_qty
        parts = sent.grouped("product_id")
        if not ordered or not parts or self.product_id in parts:
            return {self.product_id: 1.0}
        return {
            product: sum(moves.mapped("product_qty")) / ordered
            for product, moves in parts.items()
        }
