import time
from collections import Counter
from datetime import timedelta
from operator import methodcaller

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..attempt import CROSSED, halving
from ..channel import UTC
from ..records import (
    CHANGED,
    CORRECTED,
    DISPOSED,
    FOUND,
    LOST,
    RECEIVED,
    REMOVED,
    RETURNED,
    TRANSFERRED,
    UNKNOWN,
)

BATCH = 100  # events booked in one transaction
EXPECTED = timedelta(days=60)  # so long a receipt waits for the transfer it ends

# The warehouse's field of the place from which goods come that an event adds, and to
# which those go that it takes away. The others are lost and found.
PLACES = {
    CHANGED: "acorn_researching_id",
    TRANSFERRED: "acorn_reserved_id",
    RECEIVED: "acorn_inbound_id",
    REMOVED: "acorn_returning_id",
}


class AcornStockEvent(models.Model):
    """What a channel says happened to goods in its warehouses, other than a sale.

    Each is booked once, on its own date, whenever and however often it is told.
    """

    _name = "acorn.stock.event"
    _description = "Stock Event"
    _order = "happened_at desc, id desc"
    _rec_name = "ref"
    _check_company_auto = True

    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    key = fields.Char(required=True, readonly=True)
    happened_at = fields.Datetime(string="Date", required=True, readonly=True)
    offer_id = fields.Many2one(
        "acorn.offer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    sku = fields.Char(related="offer_id.sku")
    product_id = fields.Many2one(related="offer_id.product_id", store=True, index=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    event = fields.Selection(
        [
            (LOST, "Lost"),
            (FOUND, "Found"),
            (CHANGED, "Condition changed"),
            (DISPOSED, "Disposed of"),
            (CORRECTED, "Corrected"),
            (TRANSFERRED, "Transfer"),
            (RETURNED, "Returned by a buyer"),
            (RECEIVED, "Received"),
            (REMOVED, "Sent back"),
            (UNKNOWN, "Unknown"),
        ],
        required=True,
        readonly=True,
    )
    quantity = fields.Integer(readonly=True, help="Units that came; below 0 that went.")
    booked = fields.Integer(readonly=True, help="Units of these that moved here.")
    sellable = fields.Boolean(readonly=True)
    word = fields.Char(string="Channel's Word", readonly=True)
    reason = fields.Char(readonly=True, help="In the channel's own words.")
    disposition = fields.Char(string="Condition", readonly=True)
    ref = fields.Char(string="Reference", readonly=True, index="btree_not_null")
    place = fields.Char(string="Channel's Place", readonly=True)
    country = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("new", "To Book"),
            ("waiting", "Product Missing"),
            ("inbound", "Nothing on the Way"),
            ("unknown", "To Look At"),
            ("failed", "Failed"),
            ("booked", "Booked"),
            ("history", "Before Stock Was Counted"),
            ("seen", "Looked At"),
        ],
        required=True,
        readonly=True,
        index=True,
        help="Nothing on the Way: the channel received goods, but no transfer to it "
        "is under way here. Make one, and it is booked.",
    )
    error = fields.Text(readonly=True)
    move_ids = fields.One2many("stock.move", "acorn_event_id", string="Stock Moves")

    _key_unique = models.Constraint(
        "UNIQUE (shop_id, key)", "A stock event is kept once."
    )
    _due_index = models.Index("(shop_id) WHERE state IN ('new', 'waiting')")

    # === STORE === #

    @api.model
    def _store(self, shop, records):
        """Keep events that are not known yet; booking them is the lanes' work.

        :param records: ``records.LedgerEvent`` of any period, told before or not
        """
        known = set(
            self.search(
                [("shop_id", "=", shop.id), ("key", "in", [r.key for r in records])]
            ).mapped("key")
        )
        fresh = [record for record in records if record.key not in known]
        wanted = {
            record.sku: {
                "title": record.title,
                "listing_ref": record.listing_ref,
                "by_channel": True,
            }
            for record in fresh
        }
        offers = self.env["acorn.offer"]._get_or_create(shop, wanted)
        Warehouse = self.env["stock.warehouse"]
        warehouses = {
            network: Warehouse._acorn_of_network(shop, network)
            for network in sorted({record.network for record in fresh} - {""})
        }
        events = self.create(
            [
                {
                    "shop_id": shop.id,
                    "offer_id": offers[record.sku].id,
                    "warehouse_id": warehouses.get(record.network, Warehouse).id,
                    "state": self._first_state(shop, record, offers[record.sku]),
                    **_values(record),
                }
                for record in fresh
            ]
        )
        events._ask_for_products()
        self._expect_again(shop)
        self._tell(shop)

    @api.model
    def _first_state(self, shop, record, offer):
        since = shop.stock_since
        if since and record.happened_at < since.replace(tzinfo=UTC):
            return "history"
        if record.event == UNKNOWN or not record.network:
            return "unknown"
        return "new" if offer.product_id else "waiting"

    def _ask_for_products(self):
        """Tell of each SKU without a product, as for orders."""
        waiting = self.filtered(lambda event: event.state == "waiting")
        for offer in waiting.offer_id:
            self.env["acorn.alert"]._raise_alert(
                offer.shop_id,
                "unknown_sku",
                offer.sku,
                self.env._(
                    "Set the product of this SKU under Acorn / Offers: what happened "
                    "to its goods at the channel is booked then."
                ),
            )

    @api.model
    def _expect_again(self, shop):
        """Receipts may have their transfer by now."""
        self.search(
            [
                ("shop_id", "=", shop.id),
                ("state", "=", "inbound"),
                ("happened_at", ">=", fields.Datetime.now() - EXPECTED),
            ]
        ).write({"state": "new"})

    # === BOOK === #

    @api.model
    def _due_domain(self, shops):
        mapped = Domain("state", "=", "waiting") & Domain("product_id", "!=", False)
        return Domain("shop_id", "in", shops.ids) & (
            Domain("state", "=", "new") | mapped
        )

    @api.model
    def _book_due(self, shops, deadline):
        """Book what can be booked until the deadline, a warehouse at a time.

        :return: counts
        """
        counts = Counter()
        groups = self._read_group(self._due_domain(shops), ["shop_id", "warehouse_id"])
        for shop, warehouse in groups:
            while time.monotonic() < deadline:
                speaking = shop._speaking(self.with_company(shop.company_id))
                booked = speaking._book_batch(shop, warehouse)
                counts["booked"] += booked
                if not booked:
                    break
        return +counts

    @api.model
    def _book_batch(self, shop, warehouse):
        """Book a batch and commit it; return how many, 0 when others work there."""
        self.env["ir.cron"]._commit_progress()
        try:
            if not self.env["acorn.lane"]._lock_lane(warehouse.id):
                self.env["ir.cron"]._commit_progress()
                return 0
            events = self.search(
                self._due_domain(shop) & Domain("warehouse_id", "=", warehouse.id),
                order="happened_at, id",
                limit=BATCH,
            )
            for failure, failed in halving(self.env, events, methodcaller("_book")):
                failed.write({"state": "failed", "error": failure.text})
            self._tell(shop)
            self.env.flush_all()
            self.env["ir.cron"]._commit_progress(len(events))
        except CROSSED:
            self.env.cr.rollback()  # another lane wrote the same: the next round
            return 0
        return len(events)

    def _book(self):
        """Move the goods of events of one warehouse, each on its own date."""
        under_way = self._under_way()
        values_list = []
        for event in self:
            units = abs(event.quantity) - event.booked
            if event.event == RECEIVED and event.quantity > 0:
                units = min(units, max(0, int(under_way[event.product_id.id])))
                under_way[event.product_id.id] -= units
            values_list += event._move_values(units)
            event.booked += units
            whole = event.booked == abs(event.quantity)
            event.write({"state": "booked" if whole else "inbound", "error": False})
        moves = self.env["stock.move"].create(values_list)
        moves._action_done()
        for event, done in moves.grouped("acorn_event_id").items():
            date = {"date": event.happened_at}
            done.write({**date, "reference": event._in_words()})
            done.move_line_ids.write(date)

    def _under_way(self):
        """Return the quantity of each product on its way to the channel."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("location_id", "child_of", self.warehouse_id.acorn_inbound_id.ids),
                ("product_id", "in", self.product_id.ids),
            ],
            ["product_id"],
            ["quantity:sum"],
        )
        return Counter({product.id: quantity for product, quantity in groups})

    def _move_values(self, units):
        if not units:
            return []
        here, there = self._places()
        source, target = (there, here) if self.quantity > 0 else (here, there)
        common = {"location_id": source.id, "location_dest_id": target.id}
        return [
            {
                **common,
                "acorn_event_id": self.id,
                "company_id": self.company_id.id,
                # No lots are asked for in it; as it is confirmed, no picking is made.
                "picking_type_id": self.warehouse_id.int_type_id.id,
                "state": "confirmed",
                "origin": self.ref,
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            **common,
                            "company_id": self.company_id.id,
                            "product_id": product.id,
                            "product_uom_id": product.uom_id.id,
                            "quantity": quantity,
                            "picked": True,
                        }
                    )
                ],
            }
            for product, quantity in self._goods(units)
        ]

    def _places(self):
        """Return where the goods of the event lie, and where they come from or go."""
        warehouse = self.warehouse_id
        here = (
            warehouse.lot_stock_id if self.sellable else warehouse.acorn_unsellable_id
        )
        if self.event == RETURNED:
            return here, self.env.ref("stock.stock_location_customers")
        if self.event in PLACES:
            return here, warehouse[PLACES[self.event]]
        return here, self.product_id.property_stock_inventory

    def _goods(self, units):
        """Return what really moves: a kit's parts, with their quantities."""
        product = self.product_id
        if product.type != "consu":
            raise UserError(
                self.env._(
                    "%s is no product that moves. Set another product for the SKU "
                    "under Acorn / Offers, then press Retry.",
                    product.display_name,
                )
            )
        kit_sudo = self.env["sale.order.line"]._acorn_kit_boms(product).get(product)
        if not kit_sudo:
            return [(product, units)]
        count = product.uom_id._compute_quantity(units, kit_sudo.product_uom_id)
        _boms, lines_sudo = kit_sudo.explode(product, count / kit_sudo.product_qty)
        return [
            (
                line.product_id.with_env(self.env),
                line.product_uom_id._compute_quantity(
                    values["qty"], line.product_id.uom_id
                ),
            )
            for line, values in lines_sudo
            if line.product_id.type == "consu"
        ]

    def _in_words(self):
        words = dict(self._fields["event"]._description_selection(self.env))
        parts = (words[self.event], self.reason, self.ref, self.place)
        return " ".join(part for part in parts if part)

    # === TELL === #

    @api.model
    def _tell(self, shop):
        """Open or refresh the shop's one alert; close it when all is looked at."""
        Alert = self.env["acorn.alert"]
        open_domain = [
            ("shop_id", "=", shop.id),
            ("state", "in", ("unknown", "failed")),
        ]
        count = self.search_count(open_domain)
        if not count:
            Alert._resolve(shop, "stock_event")
            return
        text = self.env._(
            "%(count)s events at the channel moved no stock here: their kind is not "
            "known, or booking them failed. Look at them under Acorn / Stock / Stock "
            "Events, correct the stock by hand where it is needed, then press Retry or "
            "Looked At.",
            count=count,
        )
        Alert._raise_alert(shop, "stock_event", shop.name, text)

    @api.model
    def _action_open_unbooked(self, shop):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_stock_event_action"
        )
        return action | {
            "domain": [("shop_id", "=", shop.id)],
            "context": {"search_default_to_look_at": 1},
        }

    # === ACTIONS === #

    def _as_manager(self):
        self.env["acorn.message"]._check_may_act()
        # sudo: nobody edits an event; these actions are what managers may do with it.
        return self.sudo()

    def action_retry(self):
        """Book again what failed, and what was received before it was under way."""
        todo = self._as_manager().filtered(lambda e: e.state in ("failed", "inbound"))
        todo.write({"state": "new", "error": False})
        todo.shop_id._wake_lanes()
        self._tell_all()

    def action_seen(self):
        """Leave them as they are: a person has seen to the stock."""
        todo = self._as_manager().filtered(
            lambda event: event.state in ("unknown", "failed", "inbound")
        )
        todo.write({"state": "seen"})
        self._tell_all()

    def _tell_all(self):
        for shop in self.shop_id:
            shop._speaking(self)._tell(shop)

    def action_open_moves(self):
        self.ensure_one()
        return self.move_ids._get_records_action(name=self.env._("Stock Moves"))


def _values(record):
    names = (
        *("key", "event", "quantity", "sellable", "word", "reason"),
        *("disposition", "ref", "place", "country"),
    )
    happened_at = record.happened_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return {
        **{name: getattr(record, name) for name in names},
        "happened_at": happened_at,
    }
