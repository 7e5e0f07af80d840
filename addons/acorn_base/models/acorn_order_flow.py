from odoo import api, models
from odoo.fields import Command

from ..amounts import channel_tax, check_total, is_provisional, priced_lines
from ..channel import UTC, Refused
from ..quiet import QUIET
from ..records import (
    CANCELLED,
    PARTIALLY_SHIPPED,
    PENDING,
    PENDING_AVAILABILITY,
    SHIPPED,
    UNSHIPPED,
)

# How far along each status is. An order never goes back: what was delivered here stays
# delivered, and a person looks at it.
PROGRESS = {
    PENDING_AVAILABILITY: 0,
    PENDING: 1,
    UNSHIPPED: 2,
    PARTIALLY_SHIPPED: 3,
    SHIPPED: 4,
}

# What a cancelled order still tells, and a report of an order that is known.
LAST_WORDS = ("acorn_status", "acorn_status_text", "acorn_updated_at")


class AcornOrderFlow(models.AbstractModel):
    """How a channel's order becomes a sale order and follows its life."""

    _name = "acorn.order.flow"
    _description = "Order Flow"
    _inherit = ["acorn.order.follow", "acorn.order.naming"]

    # === APPLY === #

    @api.model
    def _acorn_apply(self, shop, records):
        """Bring the sale orders of a shop to what its channel says.

        :param records: list of ``records.Order``
        :return: dict ref → (sale order, '' or what a person has to do about it)
        """
        orders = {
            order.acorn_ref: order
            for order in self.search(
                [
                    ("acorn_shop_id", "=", shop.id),
                    ("acorn_ref", "in", [record.ref for record in records]),
                ]
            )
        }
        records = [
            orders[record.ref]._acorn_recognise_lines(record)
            if record.ref in orders
            else record
            for record in records
        ]
        for record in records:
            self._acorn_check(shop, record)
        offers = self.env["acorn.offer"]._get_or_create(shop, _wanted_offers(records))
        partners = self.env["res.partner"]._acorn_partners(shop, records)
        new = [record for record in records if record.ref not in orders]
        known = [record for record in records if record.ref in orders]
        for record in known:
            orders[record.ref]._acorn_amend(record, partners[record.ref], offers)
        values_list = [
            self._acorn_values(shop, record, *partners[record.ref], offers)
            for record in new
        ]
        created = self.with_context(**QUIET).create(
            self._acorn_found_values(values_list)
        )
        created = created.with_env(self.env)
        orders.update(zip((record.ref for record in new), created, strict=True))
        pairs = [(orders[record.ref], record) for record in records]
        self._acorn_check_totals(pairs)
        self._acorn_follow(shop, pairs)
        self.env["acorn.return"]._link_orders(self.union(*orders.values()))
        return {order.acorn_ref: (order, order._acorn_problem()) for order, _r in pairs}

    @api.model
    def _acorn_check(self, shop, record):
        """Refuse what must not become a sale order."""
        site = shop._site_of(record)
        if not site:
            raise Refused(
                self.env._(
                    "The shop has no site %s. Press Test Connection on the shop to get "
                    "its sites, then Retry.",
                    record.site or "-",
                ),
                code="unknown_site",
            )
        if record.currency:
            currency = self.env["res.currency"]._acorn_get(record.currency)
            check_total(record, currency.decimal_places)

    @api.model
    def _acorn_check_totals(self, pairs):
        """Make sure that what Odoo computed equals what the channel says."""
        for order, record in pairs:
            if record.total is None or not record.on_channel or is_provisional(record):
                continue
            total = order.amount_total + order.acorn_channel_tax
            if record.currency and record.currency != order.currency_id.name:
                total = 0.0  # the figures of another currency are no figures
            if order.currency_id.compare_amounts(total, float(record.total)):
                raise Refused(
                    self.env._(
                        "Odoo computes %(ours)s %(currency)s for this order, the "
                        "channel says %(theirs)s. It is held until someone has "
                        "looked at it.",
                        ours=order.currency_id.round(total),
                        currency=record.currency,
                        theirs=record.total,
                    ),
                    code="amount_mismatch",
                )

    @api.model
    def _acorn_values(self, shop, record, partner, delivery, offers):
        """Return the values of a new sale order. Other addons extend it here."""
        site = shop._site_of(record)
        currency = site.currency_id
        if record.currency:
            currency = self.env["res.currency"]._acorn_get(record.currency)
        Line = self.env["sale.order.line"]
        parent = {
            "company_id": shop.company_id.id,
            "currency_id": currency.id,
            "order_partner_id": partner.id,
            "salesman_id": False,
        }
        lines = self._acorn_line_values(site, record, currency, offers)
        return {
            "name": record.ref,
            "company_id": shop.company_id.id,
            "currency_id": currency.id,
            "acorn_shop_id": shop.id,
            "acorn_site_id": site.id if record.on_channel else False,
            "acorn_ref": record.ref,
            "date_order": _naive(record.created_at),
            "user_id": False,
            "team_id": (site.team_id or shop.team_id).id,
            "require_signature": False,
            "require_payment": False,
            "note": False,
            "validity_date": False,
            "pricelist_id": site._get_pricelist(currency).id,
            "warehouse_id": shop._warehouse_of(record).id,
            "partner_id": partner.id,
            "partner_invoice_id": partner.id,
            "partner_shipping_id": delivery.id,
            "payment_term_id": False,
            **self._acorn_changing_values(record),
            "order_line": [
                Command.create(Line._acorn_computed(priced, lines[priced.key], parent))
                for priced in priced_lines(record)
            ],
        }

    @api.model
    def _acorn_found_values(self, values_list):
        """Add what Odoo would look up and compute for each order by itself."""
        common = {
            "quotation_document_ids": [Command.clear()],
            "sale_order_template_id": False,
            "journal_id": False,
            "prepayment_percent": self.env.company.prepayment_percent,
        }
        common = {name: v for name, v in common.items() if name in self._fields}
        position_of, rate_of = self._acorn_position_finder(), self._acorn_rate_finder()
        Partner = self.env["res.partner"]
        for values in values_list:
            partner = Partner.browse(values["partner_id"])
            delivery = Partner.browse(values["partner_shipping_id"])
            method = partner.property_inbound_payment_method_line_id
            found = {
                **common,
                "preferred_payment_method_line_id": method.id,
                "fiscal_position_id": position_of(partner, delivery).id,
                "currency_rate": rate_of(values["currency_id"], values["date_order"]),
            }
            for name, value in found.items():
                values.setdefault(name, value)
        return values_list

    @api.model
    def _acorn_position_finder(self):
        """Return a function that finds the fiscal position of a buyer as Odoo does.

        Buyers at the same place have the same one: it is searched once for them.
        """
        Position = self.env["account.fiscal.position"]
        found = {}

        def position_of(partner, delivery):
            key = (
                delivery.property_account_position_id,
                partner.property_account_position_id,
                *(delivery.country_id, delivery.state_id, delivery.zip, delivery.vat),
                *(partner.country_id, partner.vat),
            )
            if key not in found:
                found[key] = Position._get_fiscal_position(partner, delivery)
            return found[key]

        return position_of

    @api.model
    def _acorn_rate_finder(self):
        Currency, company = self.env["res.currency"], self.env.company
        found = {}

        def rate_of(currency_id, moment):
            key = (currency_id, moment.date())
            if key not in found:
                found[key] = Currency._get_conversion_rate(
                    company.currency_id, Currency.browse(currency_id), company, key[1]
                )
            return found[key]

        return rate_of

    @api.model
    def _acorn_changing_values(self, record):
        """Return the values that may change as long as the order lives."""
        registration = next(iter(record.tax_registrations), None)
        asking = [line for line in record.lines if line.cancel_requested]
        return {
            "acorn_seller_ref": record.seller_ref,
            "acorn_status": record.status,
            "acorn_status_text": record.status_text,
            "acorn_by_channel": record.by_channel,
            "acorn_on_channel": record.on_channel,
            "acorn_updated_at": _naive(record.updated_at),
            "acorn_provisional": not record.detailed,
            "acorn_ship_after": _naive(record.ship_after),
            "acorn_ship_by": _naive(record.ship_by),
            "acorn_deliver_after": _naive(record.deliver_after),
            "acorn_deliver_by": _naive(record.deliver_by),
            "commitment_date": _naive(record.ship_by or record.deliver_by),
            "acorn_service_level": record.service_level,
            "acorn_delivery_note": record.delivery_note,
            "acorn_programs": ", ".join(record.programs),
            "acorn_replaces": ", ".join(record.replaces),
            "client_order_ref": record.buyer.purchase_order or False,
            "acorn_buyer_tax_number": registration and registration.number,
            "acorn_buyer_tax_name": registration and registration.legal_name,
            "acorn_channel_tax": float(channel_tax(record)),
            "acorn_total": float(record.total or 0),
            "acorn_cancel_requested": bool(asking),
            "acorn_cancel_reason": asking[0].cancel_reason if asking else False,
        }

    @api.model
    def _acorn_line_values(self, site, record, currency, offers):
        """Return the values of each line by its key (item reference, kind)."""
        Line = self.env["sale.order.line"]
        return {
            priced.key: Line._acorn_values(
                site,
                currency,
                priced,
                offers.get(priced.source.sku if priced.source else ""),
            )
            for priced in priced_lines(record)
        }

    # === AMEND === #

    def _acorn_amend(self, record, partners, offers):
        """Bring an order that exists to what the channel says now.

        What it no longer says (amounts and buyer of a cancelled order, personal data
        after a while) stays as it was known.
        """
        self.ensure_one()
        self._acorn_note_backwards(record)
        values = self._acorn_changing_values(record)
        if PROGRESS.get(record.status, 9) < PROGRESS.get(self.acorn_status, 0):
            # Seen, told about, and not followed: nothing done is undone.
            del values["acorn_status"], values["acorn_status_text"]
        in_passing = not (record.detailed or self.acorn_provisional)
        if record.status == CANCELLED or in_passing:
            words = {name: values[name] for name in LAST_WORDS if name in values}
            self._acorn_write_changes(words)
            return
        if not record.detailed:
            values = {name: value for name, value in values.items() if value}
        amounts_known = record.total is not None or not self.acorn_total
        if not amounts_known:
            for name in ("acorn_total", "acorn_channel_tax"):
                values.pop(name, None)
        site = self.acorn_shop_id._site_of(record)
        currency = self.currency_id
        if self.state in ("draft", "sent"):
            if record.currency:
                currency = self.env["res.currency"]._acorn_get(record.currency)
            # Without it the new partner's pricelist would reset the currency.
            values["pricelist_id"] = site._get_pricelist(currency).id
            values["warehouse_id"] = self.acorn_shop_id._warehouse_of(record).id
        if record.buyer.email or record.recipient:
            self._acorn_set_partners(*partners)
        self._acorn_write_changes(values)
        if amounts_known and (record.detailed or record.currency):
            self._acorn_amend_lines(
                self._acorn_line_values(site, record, currency, offers)
            )

    def _acorn_note_backwards(self, record):
        now, before = PROGRESS.get(record.status), PROGRESS.get(self.acorn_status)
        if now is None or before is None or now >= before:
            return
        labels = dict(self._fields["acorn_status"]._description_selection(self.env))
        self._acorn_alert(
            "backwards",
            self.env._(
                "The channel now says %(now)s after it had said %(before)s. Nothing "
                "done here was undone. Compare the order with the channel, then "
                "close this.",
                now=labels[record.status],
                before=labels[self.acorn_status],
            ),
        )

    def _acorn_note_parcels(self, record):
        """Remember the numbers the channel knows: ours must not hit a stranger's."""
        known = dict(self.acorn_parcels or {})
        for parcel in record.packages:
            if parcel.ref not in known.values():
                known[f"channel/{parcel.ref}"] = parcel.ref
        if known != (self.acorn_parcels or {}):
            self.acorn_parcels = known
        numbers = {parcel.tracking for parcel in record.packages if parcel.tracking}
        if numbers:
            self.picking_ids._acorn_note_told(numbers)

    def _acorn_parcel_number(self, key):
        """Return the number of a parcel within the order, the same one ever after."""
        numbers = dict(self.acorn_parcels or {})
        if key not in numbers:
            used = [int(ref) for ref in numbers.values() if ref.isdecimal()]
            numbers[key] = str(max(used, default=0) + 1)
            self.acorn_parcels = numbers
        return numbers[key]

    def _acorn_set_partners(self, partner, delivery):
        """Follow a buyer or an address that became known or changed."""
        values = {}
        if partner != self.partner_id and self.state in ("draft", "sent"):
            values = {
                "partner_id": partner.id,
                "partner_invoice_id": partner.id,
                "pricelist_id": self.pricelist_id.id,
                "payment_term_id": False,
                "user_id": False,
                "team_id": self.team_id.id,
            }
        if delivery != self.partner_shipping_id and delivery.acorn_shop_id:
            values["partner_shipping_id"] = delivery.id
        if values:
            self.write(values)
            self.picking_ids.filtered(
                lambda picking: picking.state not in ("done", "cancel")
            ).partner_id = delivery

    def _acorn_amend_lines(self, wanted):
        """Create, change and empty lines so that they are what the channel says."""
        if self.state == "cancel":
            return
        mine = {
            (line.acorn_line_ref or "", line.acorn_charge): line
            for line in self.order_line
            if line.acorn_charge
        }
        locked = self.locked
        if locked:
            self.action_unlock()
        for key, values in wanted.items():
            if key in mine:
                mine[key]._acorn_write_changes(values)
            else:
                self.write({"order_line": [Command.create(values)]})
        for key in mine.keys() - wanted.keys():
            mine[key]._acorn_empty()
        if locked:
            self.action_lock()

    def _acorn_write_changes(self, values):
        """Write only what differs: replaying an unchanged order writes nothing."""
        self.ensure_one()
        changed = {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_write(self[name], self) != (value or False)
            and not (not value and not self[name])
        }
        if changed:
            self.write(changed)


def _naive(moment):
    """Return an aware UTC datetime as Odoo stores it."""
    return (
        moment.astimezone(UTC).replace(tzinfo=None, microsecond=0) if moment else False
    )


def _wanted_offers(records):
    return {
        line.sku: {
            "title": line.title,
            "listing_ref": line.listing_ref,
            "by_channel": record.by_channel,
        }
        for record in records
        for line in record.lines
    }
