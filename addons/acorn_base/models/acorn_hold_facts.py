from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..channel import UTC
from ..holds import Facts

LATEST = 100  # orders of a SKU that tell its usual quantity
FEW = 5  # fewer tell nothing

USUAL = """
    SELECT offer.sku, middle.quantity
      FROM acorn_offer offer
     CROSS JOIN LATERAL (
           SELECT count(*) AS orders,
                  percentile_disc(0.5) WITHIN GROUP (ORDER BY latest.quantity)
                  AS quantity
             FROM (SELECT line.product_uom_qty AS quantity
                     FROM sale_order_line line
                    WHERE line.acorn_offer_id = offer.id
                      AND line.acorn_charge = 'item'
                      AND line.product_uom_qty > 0
                      AND line.order_id != ALL(%(orders)s)
                    ORDER BY line.id DESC
                    LIMIT %(latest)s) latest
           ) middle
     WHERE offer.id = ANY(%(offers)s) AND middle.orders >= %(few)s
"""


class AcornHoldFacts(models.AbstractModel):
    """What hold rules judge by: gathered for all orders of a batch at once."""

    _name = "acorn.hold.facts"
    _description = "Facts for Hold Rules"

    @api.model
    def _gather(self, shop, pairs, rules):
        """Yield (sale order, its ``holds.Facts``): a query for each kind of facts that
        the rules ask for, however many orders there are.

        :param pairs: (sale order, ``records.Order`` or None)
        """
        orders = self.env["sale.order"].union(*(order for order, _record in pairs))
        kinds, now = set(rules.mapped("kind")), shop._now()
        changes = self._address_changes(shop, orders, "address_changed" in kinds)
        buyers = self._buyer_orders(orders, rules)
        usual = self._usual(orders, any(rules.mapped("factor")))
        missing = self._missing(orders, "ship_by" in kinds)
        rates = self._rates(pairs, rules)
        for order, record in pairs:
            yield (
                order,
                Facts(
                    now=now,
                    record=record,
                    rates=rates,
                    buyer_orders=tuple(buyers.get(order.partner_id.id, ())),
                    address_changes=changes.get(order.acorn_ref, 0),
                    usual=usual,
                    placed_at=_aware(order.date_order),
                    ship_by=_aware(order.acorn_ship_by),
                    ready=order not in missing,
                ),
            )

    @api.model
    def _address_changes(self, shop, orders, wanted):
        """Return how often the channel told another address, by order reference."""
        if not wanted:
            return {}
        # sudo: whoever applies orders need not be able to read messages.
        version_sudo = self.env["acorn.message.version"].sudo()
        counts = version_sudo._read_group(
            [
                ("message_id.shop_id", "=", shop.id),
                ("message_id.direction", "=", "in"),
                ("message_id.kind", "=", "order"),
                ("message_id.key", "in", orders.mapped("acorn_ref")),
                ("address_changed", "=", True),
            ],
            ["message_id"],
            ["__count"],
        )
        return {message.key: count for message, count in counts}

    @api.model
    def _buyer_orders(self, orders, rules):
        """Return the orders of the same buyers around these, by id of the customer.

        A customer who is known by nothing (no e-mail) stands for no buyer.
        """
        rules = rules.filtered(lambda rule: rule.kind == "buyer_orders")
        if not rules:
            return {}
        span = timedelta(days=max(rules.mapped("days")))
        dates = orders.mapped("date_order")
        orders.flush_model(["partner_id", "date_order", "state", "acorn_ref"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.partner_id, o.date_order, o.acorn_ref
                  FROM sale_order o
                  JOIN res_partner partner ON partner.id = o.partner_id
                 WHERE o.partner_id = ANY(%s)
                   AND partner.acorn_key LIKE 'buyer:%%'
                   AND o.acorn_ref IS NOT NULL
                   AND o.state != 'cancel'
                   AND o.date_order BETWEEN %s AND %s
                 ORDER BY o.date_order, o.id
                """,
                orders.partner_id.ids,
                min(dates) - span,
                max(dates) + span,
            )
        )
        found = {}
        for partner_id, moment, ref in rows:
            found.setdefault(partner_id, []).append((_aware(moment), ref))
        return found

    @api.model
    def _usual(self, orders, wanted):
        """Return the units that one order of a SKU has as a rule, by SKU."""
        if not wanted:
            return {}
        lines = orders.order_line
        lines.flush_model(["acorn_offer_id", "acorn_charge", "product_uom_qty"])
        rows = self.env.execute_query(
            SQL(
                USUAL,
                orders=orders.ids,
                offers=lines.acorn_offer_id.ids,
                latest=LATEST,
                few=FEW,
            )
        )
        return {sku: Decimal(str(quantity)) for sku, quantity in rows}

    @api.model
    def _missing(self, orders, wanted):
        """Return the orders whose goods do not all lie ready to leave."""
        if not wanted:
            return orders.browse()
        # sudo: whoever applies orders need not have rights on stock.
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [
                    ("sale_line_id.order_id", "in", orders.ids),
                    ("state", "not in", ("assigned", "done", "cancel")),
                    ("location_dest_id.usage", "=", "customer"),
                ],
                ["sale_line_id"],
            )
        )
        lines = orders.order_line.browse(line.id for [line] in groups)
        return lines.order_id

    @api.model
    def _rates(self, pairs, rules):
        """Return what one unit of the orders' currencies is worth in the rules'."""
        rules = rules.filtered(lambda rule: rule.kind == "high_value")
        Currency, company = self.env["res.currency"], self.env.company
        codes = {record.currency for _order, record in pairs if record and rules}
        today = self.env["acorn.shop"]._now().date()
        rates = {}
        for code in filter(None, codes):
            for limit in rules.currency_id:
                rate = Currency._get_conversion_rate(
                    Currency._acorn_get(code), limit, company, today
                )
                rates[code, limit.name] = Decimal(str(rate))
        return rates


def _aware(moment):
    return moment.replace(tzinfo=UTC) if moment else None
