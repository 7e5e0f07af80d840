from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..attempt import attempt
from ..channel import UTC, instant
from ..records import PARTIALLY_SHIPPED, UNSHIPPED, Shipment, ShipmentItem
from ..sellable import CRUMB

# What tells whether carrier or tracking number are others than those last told. The
# indexes with these conditions hold nothing but the few that were changed since.
PICKING_NOW = (
    "coalesce(carrier_id::text, '') || '/' || coalesce(carrier_tracking_ref, '')"
)
PICKING_CHANGED = f"acorn_told IS NOT NULL AND acorn_told != {PICKING_NOW}"
PACKAGE_NOW = (
    "coalesce(acorn_carrier_id::text, '') || '/' || coalesce(acorn_tracking, '')"
)
PACKAGE_CHANGED = f"acorn_told IS NOT NULL AND acorn_told != {PACKAGE_NOW}"

AT_ONCE = 50  # deliveries validated by themselves in one round


class AcornShipping(models.AbstractModel):
    """How a channel is told of the parcels of a delivery: part of ``stock.picking``."""

    _name = "acorn.shipping"
    _description = "Shipment Confirmation"

    # === OWED === #

    @api.model
    def _acorn_untold_domain(self, shop):
        """Return what finds the deliveries that left and the channel does not know."""
        return [
            ("acorn_site_id.shop_id", "=", shop.id),
            ("state", "=", "done"),
            ("acorn_known", "=", False),
            ("location_dest_id.usage", "=", "customer"),
            ("sale_id.acorn_ref", "!=", False),  # no replacement sent beside it
            ("sale_id.acorn_by_channel", "=", False),
            ("sale_id.acorn_history", "=", False),
        ]

    @api.model
    def _acorn_owed(self, shop):
        """Return the deliveries that the channel is to be told of, or told anew.

        Those of an order that only a report told of wait: its lines may have no
        references yet that the channel would know.
        """
        untold = self.search(
            [
                *self._acorn_untold_domain(shop),
                ("sale_id.acorn_provisional", "=", False),
            ]
        )
        return untold | self._acorn_changed(shop)

    @api.model
    def _acorn_changed(self, shop):
        """Return deliveries with another carrier or tracking number than was told."""
        self.flush_model(
            ["acorn_site_id", "acorn_told", "carrier_id", "carrier_tracking_ref"]
        )
        self.env["stock.package"].flush_model(
            ["acorn_carrier_id", "acorn_picking_id", "acorn_told", "acorn_tracking"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM stock_picking
                 WHERE acorn_site_id = ANY(%(sites)s) AND %(picking_changed)s
                 UNION
                SELECT picking.id
                  FROM (SELECT acorn_picking_id FROM stock_package
                         WHERE %(package_changed)s) package
                  JOIN stock_picking picking ON picking.id = package.acorn_picking_id
                 WHERE picking.acorn_site_id = ANY(%(sites)s)
                """,
                sites=shop.with_context(active_test=False).site_ids.ids,
                picking_changed=SQL(PICKING_CHANGED),
                package_changed=SQL(PACKAGE_CHANGED),
            )
        )
        return self.browse(picking_id for [picking_id] in rows)

    @api.model
    def _acorn_collect(self, shop):
        """Write the instructions that are owed: see ``acorn.outbox._authors``."""
        self._acorn_ship_due(shop)
        for picking in self._acorn_owed(shop):
            failure = attempt(self.env, picking._acorn_instruct)
            if failure and not failure.retry:
                picking._acorn_set_error(shop._explain(failure.error))

    # === INSTRUCTIONS === #

    def _acorn_instruct(self):
        """Write an instruction for each parcel of a delivery that left."""
        order, parcels = self.sale_id, self._acorn_parcels()
        words = self._acorn_words(parcels)
        missing = self._acorn_missing(words)
        if missing:
            self._acorn_set_error(missing)
            if self.acorn_told:
                self.acorn_told = ""  # looked at again, even if it is put back
            return
        for package, items in parcels.items():
            key = f"{order.acorn_ref}/{self.id}-{package.id or 0}"
            instruction = self._acorn_instruction(key, items, words[package])
            self.env["acorn.message"]._instruct(
                order.acorn_shop_id,
                "shipment",
                key,
                instruction,
                site_id=self.acorn_site_id.id,
                order_id=order.id,
                picking_id=self.id,
            )
            (package or self).acorn_number = instruction["package_ref"]
        self._acorn_note_instructed(parcels)

    def _acorn_note_instructed(self, parcels):
        """Keep what was told, to find what differs from it later."""
        self.acorn_told = (
            f"{self.carrier_id.id or ''}/{self.carrier_tracking_ref or ''}"
        )
        for package in filter(None, parcels):
            package.write(
                {"acorn_picking_id": self.id, "acorn_told": package._acorn_now()}
            )
        if self.acorn_push_error:
            self._acorn_confirmed()  # it may be again what the channel knows already

    def _acorn_missing(self, words):
        """Return what a person has to fill in before the channel can be told, or ''.

        :param words: what ``_acorn_words`` returned
        """
        for package, told in words.items():
            name = package.name or self.name
            if not told["carrier"]:
                return self.env._(
                    "Choose the carrier of %s: the channel must be told who ships.",
                    name,
                )
            if told["carrier_code"] == "Other" and not told["carrier_name"]:
                return self.env._(
                    "The carrier of %(package)s is told as Other, which needs a name. "
                    "Enter one for %(carrier)s under Carrier Codes.",
                    package=name,
                    carrier=told["carrier"].name,
                )
            if not told["tracking"] and not told["carrier"].acorn_untracked:
                return self.env._(
                    "Enter the tracking number of %s: the channel asks for it. What "
                    "has none goes with a delivery method marked Without Tracking.",
                    name,
                )
        return ""

    def _acorn_parcels(self):
        """Return what each package holds; goods without a package are one parcel.

        A package that has left again with another delivery is that one's now.

        :return: dict package → list of [item reference, whole units]
        """
        held = {}  # package → item → product → quantity in the product's unit
        for line in self.move_line_ids.sorted(lambda line: line.result_package_id.id):
            item, package = line.move_id.sale_line_id, line.result_package_id
            if not item.acorn_line_ref or package._acorn_left_again(self):
                continue
            counts = held.setdefault(package, {}).setdefault(item, Counter())
            counts[line.product_id] += line.product_uom_id._compute_quantity(
                line.quantity, line.product_id.uom_id
            )
        seen, told, parcels = {}, Counter(), {}
        for package, items in held.items():
            content = {}
            for item, counts in items.items():
                seen.setdefault(item, Counter()).update(counts)
                whole = self._acorn_whole_units(item, seen[item])
                content[item.acorn_line_ref] = whole - told[item]
                told[item] = whole
            if told_here := [[ref, n] for ref, n in sorted(content.items()) if n]:
                parcels[package] = told_here
        return parcels

    def _acorn_whole_units(self, item, counts):
        """Return how many units of an item these goods are; of a kit whole ones.

        The package that completes a kit is the one that holds it.
        """
        parts = item._acorn_parts_in(self.move_ids & item.move_ids)
        if parts:
            return int(min(counts[part] / each for part, each in parts.items()) + CRUMB)
        units = sum(
            product.uom_id._compute_quantity(count, item.product_uom_id)
            for product, count in counts.items()
        )
        return int(units + CRUMB)

    def _acorn_words(self, parcels):
        """Return how each parcel is told: ``carrier``, ``tracking``, and the channel's
        words for the carrier, by package.

        A package has its own carrier and tracking number, or those of the delivery. A
        delivery that names as many numbers as it has packages gives each its own, as
        Odoo's carriers write them down.
        """
        numbers = (self.carrier_tracking_ref or "").split(",")
        if len(numbers) != len(parcels) or not parcels:
            numbers = [self.carrier_tracking_ref] * len(parcels)
        words = {}
        for package, number in zip(parcels, numbers, strict=True):
            own_carrier, own_number = package._acorn_own(self)
            carrier = own_carrier or self.carrier_id or self._acorn_usual_carrier()
            words[package] = {
                "carrier": carrier,
                "tracking": (own_number or number or "").strip(),
                **carrier._acorn_words(self.acorn_site_id),
            }
        return words

    def _acorn_usual_carrier(self):
        # sudo: who packs need not be able to read shops.
        return self.sudo().acorn_site_id.shop_id.carrier_id

    def _acorn_instruction(self, key, items, words):
        names = ("carrier_code", "carrier_name", "service", "tracking")
        return {
            "order_ref": self.sale_id.acorn_ref,
            "site": self.acorn_site_id.channel_ref,
            "package_ref": self.sale_id._acorn_parcel_number(key),
            "shipped_at": self.date_done.replace(tzinfo=UTC).isoformat(),
            "items": items,
            **{name: words[name] for name in names},
        }

    @api.model
    def _acorn_record(self, kind, instruction):
        """Build the record to send from a stored instruction."""
        return Shipment(
            **{
                **instruction,
                "shipped_at": instant(instruction["shipped_at"]),
                "items": tuple(ShipmentItem(*item) for item in instruction["items"]),
            }
        )

    # === RECEIPTS === #

    @api.model
    def _acorn_settle(self, message, receipt):
        """Keep what became of an instruction."""
        if message.state in ("done", "skipped"):
            message.picking_id._acorn_confirmed()
        elif message.state == "failed":
            message.picking_id._acorn_set_error(message.error)

    def _acorn_note_told(self, numbers):
        """Note the parcels of which a person told the channel by other ways."""
        told = self.filtered(
            lambda picking: (
                picking.state == "done"
                and not picking.acorn_known
                and picking.carrier_tracking_ref in numbers
            )
        )
        if not told:
            return
        told.write({"acorn_known": True, "acorn_push_error": False})
        # sudo: whoever applies the order may not write on messages.
        messages_sudo = told.sudo().acorn_message_ids
        messages_sudo.filtered(lambda m: m.state != "skipped")._finish()

    def _acorn_confirmed(self):
        """The channel has taken note of a parcel; of all of them, this is done."""
        for picking in self:
            messages = picking.acorn_message_ids
            if all(message.state in ("done", "skipped") for message in messages):
                picking.write({"acorn_known": True, "acorn_push_error": False})

    def _acorn_set_error(self, text):
        """Say on the delivery what is wrong; the watchdog alerts once per shop."""
        for picking in self:
            if picking.acorn_push_error != text:
                picking.acorn_push_error = text

    def action_acorn_retry(self):
        """Tell the channel again, after what was wrong has been put right."""
        self.check_access("write")
        # sudo: who packs may ask for it to be told again, and need not be able to read
        # shops and their messages.
        pickings_sudo = self.sudo()
        # Another word for the carrier is compared with what was told, too.
        pickings_sudo.write({"acorn_push_error": False})
        pickings_sudo.filtered("acorn_told").acorn_told = ""
        messages_sudo = pickings_sudo.acorn_message_ids
        messages_sudo._reopen(messages_sudo.filtered(lambda m: m.state == "failed"))
        pickings_sudo.acorn_site_id.shop_id._wake_lanes()

    # === SHIP BY ITSELF === #

    @api.model
    def _acorn_ship_due(self, shop):
        """Validate deliveries where the shop says so, or their ``acorn_auto_ship``."""
        methods = self.env["delivery.carrier"].search(
            [("acorn_auto_ship", "!=", False)]
        )
        if shop.auto_ship == "never" or (shop.auto_ship == "method" and not methods):
            return
        due = self.search(
            self._acorn_automatic_domain(shop, methods), order="id", limit=AT_ONCE
        )
        for picking in due.with_company(shop.company_id):
            # Two writers on the goods of one warehouse leave wrong reservations.
            if not self.env["acorn.message"]._lock_lane(
                picking.picking_type_id.warehouse_id.id
            ):
                continue
            failure = attempt(self.env, picking._acorn_ship)
            if failure and not failure.retry:
                picking._acorn_set_error(
                    self.env._(
                        "It could not be shipped automatically: %s Press Validate.",
                        failure.text,
                    )
                )

    @api.model
    def _acorn_automatic_domain(self, shop, methods):
        """Return what finds the deliveries to be validated now."""
        return [
            ("acorn_site_id.shop_id", "=", shop.id),
            ("state", "=", "assigned"),
            ("picking_type_code", "=", "outgoing"),
            ("acorn_push_error", "=", False),
            ("sale_id.acorn_by_channel", "=", False),
            ("sale_id.acorn_status", "in", (UNSHIPPED, PARTIALLY_SHIPPED)),
            # Not wholly reserved yet.
            "!",
            ("move_ids.state", "in", ("waiting", "confirmed", "partially_available")),
            *self._acorn_automatic_time(shop, methods),
        ]

    @api.model
    def _acorn_automatic_time(self, shop, methods):
        """Return what finds the deliveries whose time has come."""
        if shop.auto_ship == "reserved":
            return []
        soon = fields.Datetime.add(fields.Datetime.now(), hours=shop.ship_by_hours)
        due = ("sale_id.acorn_ship_by", "<=", soon)
        if shop.auto_ship == "due":
            return [due]
        at_once = methods.filtered(lambda method: method.acorn_auto_ship == "reserved")
        return [
            "|",
            *self._acorn_with_method(shop, at_once),
            "&",
            due,
            *self._acorn_with_method(shop, methods),
        ]

    @api.model
    def _acorn_with_method(self, shop, methods):
        without = [("carrier_id", "=", False)] if shop.carrier_id in methods else []
        return [
            *("|" for _each in without),
            *without,
            ("carrier_id", "in", methods.ids),
        ]

    def _acorn_ship(self):
        """Validate one delivery as a person would, if nothing speaks against it."""
        if self.acorn_block_reason:
            return
        self.button_validate()
        if self.state != "done":
            raise UserError(self.env._("Odoo has a question about it."))
