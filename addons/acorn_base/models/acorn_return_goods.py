from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..attempt import CROSSED

OPEN = ("draft", "waiting", "confirmed", "partially_available", "assigned")
# An order may be on its way while its return is here already.
PATIENCE = timedelta(days=1)
BATCH = 100


class AcornReturnGoods(models.AbstractModel):
    """The goods of a return: expected, received, judged, put where they belong."""

    _name = "acorn.return.goods"
    _description = "Returned Goods"

    # === MOVES === #

    def _receipts(self):
        """Return the moves by which these goods come, whatever their state."""
        return self.move_ids.filtered(lambda move: not move.acorn_disposition)

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
        line = self.order_line_id
        # sudo: who works with the goods need not be able to read orders.
        sent = line.sudo().move_ids.filtered(
            lambda move: (
                move.state != "cancel"
                and move.location_dest_id.usage == "customer"
                and not move.acorn_return_id
            )
        )
        ordered = line.sudo().product_uom_qty
        parts = sent.grouped("product_id")
        if not ordered or not parts or self.product_id in parts:
            return {self.product_id: 1.0}
        return {
            product: sum(moves.mapped("product_qty")) / ordered
            for product, moves in parts.items()
        }

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
        if self.decision == "expect" or self._receipts():
            return ""
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
            if self._missing() >= self._units(move):
                move.acorn_return_id = self

    def _missing(self):
        """Return for how many units there is no receipt."""
        made = self._receipts().filtered(lambda move: move.state != "cancel")
        return self.quantity - self._units(made)

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

    # === RECEIVE AND JUDGE === #

    def _receive(self, units):
        """Receive units that are expected; what is not comes in a backorder.

        With the rights of the person: whoever may work with stock.
        """
        self.ensure_one()
        awaited = self._awaited()
        if units > self._units(awaited):
            raise UserError(
                self.env._(
                    "%(name)s: only %(count)s are expected. Change the receipt if more "
                    "have come.",
                    name=self.display_name,
                    count=self._units(awaited),
                )
            )
        left = {product: units * part for product, part in self._per_unit().items()}
        for move in awaited:
            taken = min(left.get(move.product_id, 0), move.product_qty)
            left[move.product_id] = left.get(move.product_id, 0) - taken
            move.quantity = move.product_id.uom_id._compute_quantity(
                taken, move.product_uom
            )
            move.picked = taken > 0
        awaited.picking_id.filtered(
            lambda picking: any(move.picked for move in picking.move_ids)
        )._action_done()

    def _judge(self, units, disposition, destination):
        """Put units that were received where they belong.

        :param destination: 'stock', 'quarantine' or 'scrap'
        :return: transfers that a person has to finish (lots, serials)
        """
        self.ensure_one()
        if not 0 < units <= self.received_quantity - self.checked_quantity:
            raise UserError(
                self.env._(
                    "%(name)s: %(count)s units wait to be checked.",
                    name=self.display_name,
                    count=self.received_quantity - self.checked_quantity,
                )
            )
        parts = {product: units * part for product, part in self._per_unit().items()}
        put = self._scrap if destination == "scrap" else self._transfer
        moves = put(parts, destination)
        moves.write({"acorn_return_id": self.id, "acorn_disposition": disposition})
        self._note_judgement()
        return moves.picking_id.filtered(lambda picking: picking.state != "done")

    def _transfer(self, parts, destination):
        source = self._arrivals()[-1:]
        # sudo: a warehouse's places are made when they are first needed.
        warehouse_sudo = source.picking_id.picking_type_id.warehouse_id.sudo()
        place = (
            warehouse_sudo.lot_stock_id
            if destination == "stock"
            else warehouse_sudo._acorn_quarantine_place()
        )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse_sudo.int_type_id.id,
                "location_id": source.location_dest_id.id,
                "location_dest_id": place.id,
                "origin": self.name,
                "move_ids": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": source.location_dest_id.id,
                            "location_dest_id": place.id,
                        }
                    )
                    for product, quantity in parts.items()
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self._check_there(picking.move_ids)
        if all(product.tracking == "none" for product in parts):
            picking.move_ids.picked = True
            picking._action_done()
        return picking.move_ids

    def _check_there(self, moves):
        for move in moves:
            if move.product_uom.compare(move.quantity, move.product_uom_qty) < 0:
                raise UserError(self._gone(move.product_id, move.location_id))

    def _gone(self, product, place):
        return self.env._(
            "%(product)s is not at %(place)s any more: somebody has moved it. Find out "
            "where it is, and correct the stock there.",
            product=product.display_name,
            place=place.display_name,
        )

    def _scrap(self, parts, _destination):
        source = self._arrivals()[-1:]
        scraps = self.env["stock.scrap"].create(
            [
                {
                    "product_id": product.id,
                    "product_uom_id": product.uom_id.id,
                    "scrap_qty": quantity,
                    "location_id": source.location_dest_id.id,
                    "company_id": self.company_id.id,
                    "origin": self.name,
                }
                for product, quantity in parts.items()
            ]
        )
        for scrap in scraps:
            if not scrap.check_available_qty():
                raise UserError(self._gone(scrap.product_id, scrap.location_id))
        scraps.do_scrap()
        return scraps.move_ids

    def _note_judgement(self):
        """Keep what was found; several findings are 'mixed'."""
        found = set(
            self.move_ids.filtered("acorn_disposition").mapped("acorn_disposition")
        )
        # sudo: who works with stock says what was found, and edits nothing else.
        self.sudo().disposition = found.pop() if len(found) == 1 else "mixed"


def _left(move):
    """Whether a move brought goods to a buyer."""
    return (
        move.state == "done"
        and move.location_dest_id.usage == "customer"
        and not move.origin_returned_move_id
    )
