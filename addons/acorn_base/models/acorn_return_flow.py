from odoo import api, fields, models

from ..attempt import attempt
from ..channel import UTC
from ..quiet import QUIET
from ..records import (
    RETURN_CLOSED,
    RETURN_EXPECTED,
    RETURN_RECEIVED,
    RETURN_REFUSED,
)

CURRENCY_OF = ("refunded", "label_cost", "claim_paid")


class AcornReturnFlow(models.AbstractModel):
    """How what a channel says of returns becomes records and finds its orders."""

    _name = "acorn.return.flow"
    _description = "Return Flow"

    # === APPLY === #

    @api.model
    def _acorn_apply(self, shop, records):
        """Bring the returns of a shop to what its channel says.

        :param records: list of ``records.Return``
        :return: dict ref → return
        """
        known = {
            each.ref: each
            for each in self.search(
                [
                    ("shop_id", "=", shop.id),
                    ("ref", "in", [record.ref for record in records]),
                ]
            )
        }
        orders = self._acorn_orders(shop, {record.order_ref for record in records})
        offers = self.env["acorn.offer"]._get_or_create(shop, _wanted_offers(records))
        reasons = self.env["acorn.return.reason"]._get_or_create(
            shop, {record.reason for record in records}
        )
        created_values = []
        for record in records:
            each = known.get(record.ref, self.browse())
            values = {
                **self._acorn_values(shop, record, each),
                **self._acorn_order_values(shop, record, orders, offers),
                "reason_id": reasons.get(record.reason, reasons[""]).id,
            }
            if each:
                each._write_changes(values)
            else:
                created_values.append({"shop_id": shop.id, "ref": record.ref, **values})
        created = self.with_context(**QUIET).create(created_values)
        known.update((each.ref, each) for each in created.with_env(self.env))
        returns = self.union(*known.values())
        returns._follow_told()
        return known

    @api.model
    def _acorn_orders(self, shop, refs):
        orders = self.env["sale.order"].search(
            [("acorn_shop_id", "=", shop.id), ("acorn_ref", "in", list(refs - {""}))]
        )
        return {order.acorn_ref: order for order in orders}

    @api.model
    def _acorn_values(self, shop, record, known):
        """Return what a record says. Other addons extend it here.

        :param known: the return when it exists already
        """
        return {
            "order_ref": record.order_ref or False,
            "sku": record.sku,
            "title": record.title or False,
            "quantity": record.quantity,
            "by_channel": record.by_channel,
            "told": _told(shop, record, known),
            "status_text": record.status_text or False,
            "request_date": _day(record.requested_at),
            "arrival_date": _day(record.arrived_at),
            "comment": record.comment or False,
            "authorisation": record.authorisation or False,
            "unit_ref": record.unit_ref or False,
            "carrier": record.carrier or False,
            "tracking": record.tracking or False,
            "place": record.place or False,
            "resolution": record.resolution or False,
            "goods_kept": record.goods_kept,
            **self._acorn_disposition_values(record),
            **self._acorn_money_values(record, known),
        }

    @api.model
    def _acorn_disposition_values(self, record):
        """What was found here is not overwritten: only the channel's own goods are
        judged by the channel."""
        if not record.by_channel:
            return {}
        return {
            "disposition": record.disposition or False,
            "disposition_text": record.disposition_text or False,
        }

    @api.model
    def _acorn_money_values(self, record, known):
        amounts = {
            "refund_amount": record.refunded,
            "label_cost": record.label_cost,
            "claim_paid": record.claim_paid,
        }
        values = {
            name: float(money.amount) if money else 0.0
            for name, money in amounts.items()
        }
        if record.refunded and known.refund_amount != values["refund_amount"]:
            values["refund_told_at"] = fields.Datetime.now()
        return {
            **values,
            "label_payer": record.label_payer or False,
            "claimed": record.claimed,
            "claim_ref": record.claim_ref or False,
            "claim_state": record.claim_state or False,
        }

    @api.model
    def _acorn_order_values(self, shop, record, orders, offers):
        order = orders.get(record.order_ref, self.env["sale.order"])
        offer = offers.get(record.sku, self.env["acorn.offer"])
        line = _line_of(order, record.line_ref, offer)
        return {
            "order_id": order.id,
            "order_line_id": line.id,
            "offer_id": offer.id,
            "site_id": order.acorn_site_id.id,
            "currency_id": self._acorn_currency(record, order).id,
        }

    @api.model
    def _acorn_currency(self, record, order):
        """Return the currency of the record's amounts, that of the order by default."""
        codes = {
            money.currency
            for money in (getattr(record, name) for name in CURRENCY_OF)
            if money and money.currency
        }
        if codes:
            return self.env["res.currency"]._acorn_get(sorted(codes)[0])
        return order.currency_id

    def _write_changes(self, values):
        """Write only what differs: the same report twice writes nothing."""
        changed = {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_write(self[name], self) != (value or False)
            and (value or self[name])
        }
        if changed:
            self.write(changed)

    # === FOLLOW === #

    def _follow_told(self):
        """Expect what is to come, and cancel receipts of what is not."""
        self._cancel_unwanted()
        self.filtered(lambda each: each.state == "expected")._expect_each()

    def _expect_each(self):
        """Expect the goods of each return; what hinders it is kept on it."""
        for own in self:
            each = own.with_company(own.company_id)
            failure = attempt(self.env, each._expect)
            problem = failure.text if failure else each._waits_for()
            if (each.problem or "") != problem:
                each.problem = problem or False

    @api.model
    def _link_orders(self, orders):
        """Give returns that came before their orders these orders; all at once."""
        if not orders:
            return
        returns = self.search(
            [
                ("shop_id", "in", orders.acorn_shop_id.ids),
                ("order_ref", "in", orders.mapped("acorn_ref")),
                ("order_id", "=", False),
            ]
        )
        by_ref = {(order.acorn_shop_id, order.acorn_ref): order for order in orders}
        for each in returns:
            order = by_ref.get((each.shop_id, each.order_ref))
            if order:
                each.write(
                    {
                        "order_id": order.id,
                        "order_line_id": _line_of(order, "", each.offer_id).id,
                        "site_id": order.acorn_site_id.id,
                        "currency_id": (each.currency_id or order.currency_id).id,
                    }
                )
        returns._renew_receipts()
        returns._follow_told()


def _line_of(order, line_ref, offer):
    """Return the order's line of an item: by its reference, else by its SKU."""
    lines = order.order_line.filtered(lambda line: line.acorn_charge == "item")
    named = lines.filtered(lambda line: line_ref and line.acorn_line_ref == line_ref)
    return named or lines.filtered(lambda line: line.acorn_offer_id == offer)[:1]


def _told(shop, record, known):
    """Return what a record says of the goods: see ``TOLD``."""
    if record.status == RETURN_REFUSED:
        return "refused"
    if record.by_channel or record.goods_kept or _is_counted(shop, record):
        return "closed"
    if record.status == RETURN_CLOSED:
        # The buyer has the money; goods on their way come all the same.
        coming = record.arrived_at or known.told == "expected"
        return "expected" if coming else "closed"
    if record.status in (RETURN_EXPECTED, RETURN_RECEIVED):
        return "expected"
    return known.told or "requested"  # a word nobody knows changes nothing


def _is_counted(shop, record):
    """Whether the goods were back when the stock was counted here."""
    since = shop.stock_since
    return bool(
        since
        and record.arrived_at
        and record.arrived_at.astimezone(UTC).date() < since.date()
    )


def _day(moment):
    return moment.astimezone(UTC).date() if moment else False


def _wanted_offers(records):
    return {
        record.sku: {
            "title": record.title,
            "listing_ref": record.listing_ref,
            "by_channel": record.by_channel,
        }
        for record in records
    }
