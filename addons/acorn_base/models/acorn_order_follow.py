from odoo import api, models

from ..channel import UTC
from ..quiet import QUIET
from ..records import (
    CANCELLED,
    PARTIALLY_SHIPPED,
    SHIPPED,
    UNFULFILLABLE,
    UNKNOWN,
    UNSHIPPED,
)
from .stock_picking import owed_quantities

CONFIRMED = (UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED)
SHIPPED_SOMEHOW = (PARTIALLY_SHIPPED, SHIPPED)


class AcornOrderFollow(models.AbstractModel):
    """How a sale order follows the status that its channel tells."""

    _name = "acorn.order.follow"
    _description = "Order Status"
    _inherit = ["acorn.order.direct", "acorn.order.hold"]

    # === FOLLOW === #

    @api.model
    def _acorn_follow(self, shop, pairs):
        """Do what the status of each order asks for."""
        for order, record in pairs:
            order._acorn_note_parcels(record)
            if not order.acorn_history and order._acorn_is_history(record):
                order.acorn_history = True
        self._acorn_confirm([(o, r) for o, r in pairs if r.status in CONFIRMED])
        shipped = [
            (o, r)
            for o, r in pairs
            if r.status in SHIPPED_SOMEHOW and not o.acorn_history and o.state == "sale"
        ]
        self.env["stock.picking"]._acorn_deliver(shipped)
        for order, record in pairs:
            if record.status == CANCELLED:
                order._acorn_cancel()
            elif record.status in (UNFULFILLABLE, UNKNOWN):
                order._acorn_flag_status()
            order._acorn_note_cancel_request()
            order._acorn_note_left_behind(record)
            if order.acorn_history:
                order._acorn_keep_as_history(record)
        self._acorn_close_alerts(shop, pairs)
        self._acorn_hold(shop, pairs)

    @api.model
    def _acorn_close_alerts(self, shop, pairs):
        """Alerts whose cause is gone close themselves."""
        Alert = self.env["acorn.alert"]
        calm = [o.acorn_ref for o, _r in pairs if not o._acorn_cancel_pending()]
        Alert._resolve(shop, "cancel_request", calm)
        known = [r.ref for _o, r in pairs if r.status not in (UNFULFILLABLE, UNKNOWN)]
        Alert._resolve(shop, "unknown_status", known)

    def _acorn_note_left_behind(self, record):
        """Tell when this order cannot follow what the channel did with the goods."""
        if record.status not in CONFIRMED or self.acorn_history:
            return
        shipped = record.status in SHIPPED_SOMEHOW and owed_quantities(self, record)
        if self.state == "cancel" or shipped:
            self._acorn_alert(
                "amended",
                self.env._(
                    "The channel says %s, but this order or its delivery is cancelled "
                    "here. Compare the two, and deliver or correct the stock by hand.",
                    record.status_text or record.status,
                ),
            )

    def _acorn_is_history(self, record):
        """Whether the goods had left before the stock was counted here."""
        if record.status != SHIPPED or self.state != "draft":
            return False
        since = self.acorn_shop_id.stock_since
        return bool(since) and _shipped_at(record) < since.replace(tzinfo=UTC)

    @api.model
    def _acorn_confirm(self, pairs):
        """Confirm drafts; what the channel takes back after a cancellation is told."""
        todo = self.union(*(o for o, _r in pairs if o.state in ("draft", "sent")))
        if not todo:
            return
        dates = {order: order.date_order for order in todo}
        todo.with_context(skip_procurement=True, **QUIET).action_confirm()
        for order, date in dates.items():
            order.date_order = date  # confirming sets it to now
        shipped = self.union(*(o for o, r in pairs if r.status == SHIPPED))
        self._acorn_launch(todo.filtered(lambda o: not o.acorn_history), shipped)

    def _acorn_keep_as_history(self, record):
        """Show as delivered what the channel shipped before stock was counted."""
        lines = {line.ref: line for line in record.lines}
        for line in self.order_line.filtered("acorn_line_ref"):
            delivered = (
                lines[line.acorn_line_ref].quantity_shipped or line.product_uom_qty
            )
            if line.qty_delivered != delivered:
                line.qty_delivered = delivered
        if not self.locked:
            self.action_lock()

    def _acorn_cancel(self):
        """Cancel the order and its open deliveries; tell when goods had left."""
        if self.state == "cancel":
            return
        delivered = self.picking_ids.filtered(lambda picking: picking.state == "done")
        if delivered:
            self._acorn_alert(
                "cancelled_late",
                self.env._(
                    "The channel cancelled this order after %s had left. Get the goods "
                    "back with a return, or agree with the buyer.",
                    ", ".join(delivered.mapped("name")),
                ),
            )
        if self.locked:
            self.action_unlock()
        self._action_cancel()
        self.env["acorn.alert"]._resolve(
            self.acorn_shop_id, "cancel_request", [self.acorn_ref]
        )

    def _acorn_flag_status(self):
        self._acorn_alert(
            "unknown_status",
            self.env._(
                "The channel says %s. The order is kept as it is; look at it there.",
                self.acorn_status_text,
            ),
        )

    def _acorn_note_cancel_request(self):
        if self._acorn_cancel_pending():
            self._acorn_alert(
                "cancel_request",
                self.env._(
                    "The buyer asks to cancel (%s). The delivery cannot be validated "
                    "until someone cancels the order or chooses to ship nevertheless.",
                    self.acorn_cancel_reason or "-",
                ),
            )

    def _acorn_cancel_pending(self):
        return (
            self.acorn_cancel_requested
            and not self.acorn_cancel_declined
            and self.state == "sale"
            and self.acorn_status in (UNSHIPPED, PARTIALLY_SHIPPED)
        )

    def _acorn_alert(self, reason, text):
        self.env["acorn.alert"]._raise_alert(
            self.acorn_shop_id, reason, self.acorn_ref, text, order=self
        )

    def _acorn_problem(self):
        """Return what a person has to do before this order is right, or ''."""
        skus = self.order_line.filtered("acorn_unmapped").acorn_offer_id.mapped("sku")
        if not skus:
            return ""
        for sku in skus:
            self.env["acorn.alert"]._raise_alert(
                self.acorn_shop_id,
                "unknown_sku",
                sku,
                self.env._(
                    "Set the product of this SKU under Acorn / Offers, then press "
                    "Retry Waiting Orders there."
                ),
                order=self,
            )
        return self.env._(
            "No product is known for %s. The order is booked on a placeholder. Set the "
            "product under Acorn / Offers, then press Retry.",
            ", ".join(skus),
        )

    def _acorn_block_reason(self):
        """Return why the deliveries of this order must not leave now, or ''."""
        self.ensure_one()
        if self.acorn_by_channel:
            return self.env._(
                "The channel ships %s. It is delivered here when the channel says so.",
                self.name,
            )
        if self._acorn_cancel_pending():
            return self.env._(
                "The buyer of %s asks to cancel. Cancel the order, or press Ship "
                "Nevertheless on it.",
                self.name,
            )
        if self.acorn_status in (UNFULFILLABLE, UNKNOWN):
            return self.env._(
                "The channel says %(status)s of %(order)s. Look at it there first.",
                status=self.acorn_status_text,
                order=self.name,
            )
        if self.acorn_unmapped:
            return self.env._(
                "A SKU of %s has no product yet. Set it under Acorn / Offers, then "
                "press Retry Waiting Orders there.",
                self.name,
            )
        return self._acorn_held_words()


def _shipped_at(record):
    """Return when the goods left, as well as the channel tells.

    It tells the time of each parcel the seller shipped. Of its own shipments it tells
    none: they left before the promised time, and before the order last changed.
    """
    parcels = [parcel.shipped_at for parcel in record.packages if parcel.shipped_at]
    if parcels:
        return max(parcels)
    return min(record.ship_by or record.updated_at, record.updated_at)
