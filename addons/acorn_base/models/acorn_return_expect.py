from datetime import timedelta

from odoo import api, fields, models

from ..attempt import CROSSED
from .acorn_return_goods import OPEN

# An order may be on its way while its return is here already.
PATIENCE = timedelta(days=1)
BATCH = 100


class AcornReturnExpect(models.AbstractModel):
    """How the goods of a return are expected here, and no more expected."""

    _name = "acorn.return.expect"
    _description = "Expected Return"
    _inherit = ["acorn.return.goods"]

    # === EXPECT === #

    def _expect(self):
        """Make the receipts for the goods that none is expected for yet."""
        self.ensure_one()
        if self.by_channel or not self.product_id or self._waits_for():
            return
        self._adopt()
        if self._missing() <= 0:
            return
        for picking, wanted in self._deliveries(self._missing()).items():
            self._return_delivery(picking, wanted)
        if self._missing() > 0:
            self._expect_from_nowhere(self._missing())

    def _waits_for(self):
        """Return what has to happen before the goods can be expected here, or ''."""
        if self.by_channel or self.state != "expected":
            return ""
        if not self.product_id:
            return self.env._(
                "No product is known for %s. Set it under Acorn / Offers: the goods "
                "are expected within an hour.",
                self.sku,
            )
        if self.decision == "expect" or self._live_receipts():
            return ""
        if self._may_be_back():
            return self.env._(
                "Asked for before the stock was counted here: the goods may be back "
                "since then. If they are still to come, press Expect Goods; else Close."
            )
        if self.order_id:
            # sudo: see _per_unit.
            pickings_sudo = self.order_line_id.sudo().move_ids.picking_id
            leaving = pickings_sudo.filtered(
                lambda p: p.picking_type_code == "outgoing" and p.state in OPEN
            )
            if leaving:
                return self.env._(
                    "%s has not left here yet. The goods are expected once it has.",
                    ", ".join(leaving.mapped("name")),
                )
        elif self.create_date > fields.Datetime.now() - PATIENCE:
            return self.env._(
                "The order %s is not known here. If it does not come within a day, the "
                "goods are expected without it.",
                self.order_ref or "-",
            )
        return ""

    def _may_be_back(self):
        """Whether nobody can tell that the counted stock lacks these goods."""
        since = self.shop_id.stock_since and self.shop_id.stock_since.date()
        return bool(
            since
            and self.request_date
            and self.request_date < since
            and not (self.arrival_date and self.arrival_date >= since)
        )

    def _deliveries(self, units):
        """Share out units to the deliveries they left with.

        :return: dict picking → {move: quantity in the move's unit}
        """
        found = {}
        # sudo: see _per_unit.
        moves_sudo = self.order_line_id.sudo().move_ids
        for product, part in self._per_unit().items():
            left = units * part
            for move in moves_sudo:
                if move.product_id != product or not _left(move):
                    continue
                back = move.returned_move_ids.filtered(lambda m: m.state != "cancel")
                free = move.quantity - sum(back.mapped("product_uom_qty"))
                uom = product.uom_id
                taken = min(uom._compute_quantity(left, move.product_uom), free)
                if move.product_uom.compare(taken, 0) > 0:
                    found.setdefault(move.picking_id, {})[move] = taken
                    left -= move.product_uom._compute_quantity(taken, uom)
        return found

    def _adopt(self):
        """A return that a person made of the delivery is this one's."""
        # sudo: see _per_unit.
        moves_sudo = self.order_line_id.sudo().move_ids.filtered(_left)
        for move in moves_sudo.returned_move_ids.filtered(
            lambda move: move.state != "cancel" and not move.acorn_return_id
        ):
            if 0 < self._missing() >= self._units(move):
                move.acorn_return_id = self

    def _missing(self):
        """Return for how many units there is no receipt."""
        return self.quantity - self._units(self._live_receipts())

    def _return_delivery(self, picking, wanted):
        """Return a delivery as Odoo does: what was delivered follows."""
        # sudo: expecting goods is the system's work, whoever decides it.
        wizard_sudo = (
            self.env["stock.return.picking"]
            .sudo()
            .create({"picking_id": picking.id, "acorn_return_id": self.id})
        )
        for line in wizard_sudo.product_return_moves:
            line.quantity = wanted.get(line.move_id, 0)
        receipt = wizard_sudo._create_return()
        receipt.origin = f"{self.name} {self.order_ref or ''}".strip()
        receipt.scheduled_date = self._expected_at()

    def _expect_from_nowhere(self, units):
        """Expect units of which no delivery is known here: an old order's."""
        # sudo: see _return_delivery.
        warehouse_sudo = self.sudo()._home_warehouse()
        customers, _suppliers = warehouse_sudo._get_partner_locations()
        place = warehouse_sudo._acorn_return_place()
        line_sudo = self.order_line_id.sudo()
        receipt = warehouse_sudo.env["stock.picking"].create(
            {
                "picking_type_id": warehouse_sudo.in_type_id.id,
                "location_id": customers.id,
                "location_dest_id": place.id,
                "partner_id": line_sudo.order_id.partner_shipping_id.id,
                "origin": f"{self.name} {self.order_ref or ''}".strip(),
                "scheduled_date": self._expected_at(),
                "move_ids": [
                    fields.Command.create(
                        {
                            "product_id": self.product_id.id,
                            "product_uom_qty": units,
                            "product_uom": self.product_id.uom_id.id,
                            "location_id": customers.id,
                            "location_dest_id": place.id,
                            "sale_line_id": line_sudo.id,
                            "acorn_return_id": self.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()

    def _home_warehouse(self):
        site = self.site_id
        return site.warehouse_id or self.env["stock.warehouse"]._acorn_own(self.shop_id)

    def _expected_at(self):
        now = fields.Datetime.now()
        arrival = self.arrival_date and fields.Datetime.to_datetime(self.arrival_date)
        return max(now, arrival or now)

    @api.model
    def _cron_expect(self):
        """Expect what had to wait: for a product, an order, or its delivery."""
        waiting = self.search(
            [("state", "=", "expected"), ("move_ids", "=", False)], order="id"
        )
        for start in range(0, len(waiting), BATCH):
            try:
                waiting[start : start + BATCH]._expect_each()
                self.env["ir.cron"]._commit_progress()
            except CROSSED:
                self.env.cr.rollback()  # a lane is at it; the next hour

    # === CANCEL === #

    def _cancel_receipts(self):
        # sudo: see _return_delivery.
        awaited_sudo = self.sudo().move_ids.filtered(
            lambda move: not move.acorn_disposition and move.state in OPEN
        )
        if awaited_sudo:
            awaited_sudo._action_cancel()

    def _cancel_unwanted(self):
        """Cancel receipts of what the channel says does not come any more."""
        self.filtered(
            lambda each: (
                each.told in ("refused", "closed") and each.decision != "expect"
            )
        )._cancel_receipts()

    def _renew_receipts(self):
        """Receipts made while the order was not known make way for those of its
        deliveries."""
        blind = self.filtered(
            lambda r: (
                r.order_line_id and not r._arrivals() and not r.move_ids.sale_line_id
            )
        )
        blind._cancel_receipts()
        # sudo: see _return_delivery. The return begins anew.
        blind.sudo().move_ids.acorn_return_id = False


def _left(move):
    """Whether a move brought goods to a buyer."""
    return (
        move.state == "done"
        and move.location_dest_id.usage == "customer"
        and not move.origin_returned_move_id
    )
