from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .common import (
    DISCOUNT,
    GIFT_WRAP,
    ITEM,
    PENDING,
    SHIPPED,
    SHIPPING,
    AcornCase,
    Address,
    Buyer,
    Charge,
    replace,
)


def charges(*parts):
    return tuple(Charge(kind, Decimal(net), Decimal(tax)) for kind, net, tax in parts)


class TestOrderAmounts(AcornCase):
    """Amounts equal the channel's to the cent, per line and in total."""

    def test_each_charge_is_a_line_of_its_own(self):
        record = self.place(
            self.line(
                quantity=3,
                charges=charges(
                    (ITEM, "10.00", "1.91"),
                    (SHIPPING, "4.19", "0.80"),
                    (GIFT_WRAP, "2.51", "0.48"),
                    (DISCOUNT, "-1.68", "-0.32"),
                ),
            ),
            site="DE1",
            currency="EUR",
        )
        self.drain()
        order = self.sale(record)
        self.assertSameAmount(order, record)
        lines = {line.acorn_charge: line for line in order.order_line}
        self.assertEqual(lines["item"].price_subtotal, 10.00)
        self.assertEqual(lines["item"].price_total, 11.91)
        self.assertEqual(lines["shipping"].price_total, 4.99)
        self.assertEqual(lines["discount"].price_total, -2.00)
        self.assertEqual(order.amount_tax, 2.87)
        self.assertEqual(order.currency_id.name, "EUR")

    def test_yen_has_no_decimals(self):
        record = self.place(
            self.line(quantity=7, price="1000", tax="100"), site="JP1", currency="JPY"
        )
        self.drain()
        order = self.sale(record)
        self.assertEqual(order.currency_id.name, "JPY")
        self.assertEqual((order.amount_total, order.amount_tax), (1100, 100))

    def test_tax_the_channel_owes_is_kept_apart(self):
        record = self.place(
            self.line(
                charges=charges((ITEM, "20.00", "1.65"), (SHIPPING, "5.00", "0.41")),
                tax_by_channel=True,
                tax_party="Channel Services Inc.",
            ),
            self.line("2", "LAMP", price="30.00", tax="2.00"),
        )
        self.drain()
        order = self.sale(record)
        self.assertEqual(order.acorn_channel_tax, 2.06)
        self.assertEqual(order.amount_tax, 2.00)
        self.assertEqual(order.amount_total, 57.00)
        self.assertSameAmount(order, record)
        self.assertEqual(order.order_line[0].acorn_tax_party, "Channel Services Inc.")

    def test_tax_survives_into_the_invoice_and_the_credit_note(self):
        line = self.line(
            quantity=3, price="9.99", tax="1.90", quantity_shipped=3, quantity_open=0
        )
        record = self.place(
            line, status=SHIPPED, by_channel=True, site="DE1", currency="EUR"
        )
        self.drain()
        order = self.sale(record)
        invoice = order._create_invoices()
        self.assertEqual(invoice.amount_total, 11.89)
        self.assertEqual(invoice.amount_tax, 1.90)
        invoice.action_post()
        refund = invoice._reverse_moves()
        self.assertEqual((refund.amount_total, refund.amount_tax), (11.89, 1.90))

    def test_invoices_of_parts_carry_their_share_of_the_tax(self):
        self.mug.invoice_policy = "delivery"
        line = self.line(
            quantity=3, price="10.00", tax="1.90", quantity_shipped=1, quantity_open=2
        )
        record = self.place(line, status="partially_shipped")
        self.drain()
        order = self.sale(record)
        first = order._create_invoices()
        first.action_post()
        line = replace(line, quantity_shipped=3, quantity_open=0)
        self.world.change(record.ref, status=SHIPPED, lines=(line,))
        self.drain()
        second = order._create_invoices()
        self.assertEqual((first.amount_untaxed, first.amount_tax), (3.33, 0.63))
        self.assertEqual((second.amount_untaxed, second.amount_tax), (6.67, 1.27))

    def test_invoiced_order_is_not_billed_again_when_it_changes(self):
        self.mug.invoice_policy = "order"
        line = self.line(
            charges=charges((ITEM, "10.00", "1.00"), (SHIPPING, "5.50", "0"))
        )
        record = self.place(line)
        self.drain()
        order = self.sale(record)
        order._create_invoices().action_post()
        self.assertEqual(order.invoice_status, "invoiced")
        self.world.change(record.ref, delivery_note="Ring twice")
        self.drain()
        self.assertEqual(order.acorn_delivery_note, "Ring twice")
        self.assertEqual(order.invoice_status, "invoiced")

    def test_parts_that_do_not_fit_hold_the_order_with_both_figures(self):
        record = self.order(self.line(price="10.00"))
        self.world.place(replace(record, total=Decimal("10.01")))
        self.drain()
        self.assertFalse(self.sale(record))
        message = self.message(record)
        self.assertEqual(message.state, "failed")
        self.assertIn("10.00 USD", message.error)
        self.assertIn("10.01 USD", message.error)

    def test_amounts_of_a_pending_order_never_fail(self):
        record = self.order(self.line(charges=()), status=PENDING)
        self.world.place(replace(record, total=Decimal("10.01"), currency=""))
        self.drain()
        self.assertApplied(record)

    def test_pending_order_that_gets_its_address_keeps_its_currency(self):
        for site, currency in (("DE1", "EUR"), ("JP1", "JPY")):
            with self.subTest(currency=currency):
                record = self.place(
                    self.line(charges=()),
                    status=PENDING,
                    site=site,
                    currency="",
                    total=None,
                    buyer=Buyer(),
                    recipient=None,
                )
                self.drain()
                order = self.sale(record)
                self.assertEqual(order.currency_id.name, currency)
                before = order.partner_id
                self.world.change(
                    record.ref,
                    buyer=Buyer("Kim", f"kim@{currency}.example.com"),
                    recipient=Address(
                        "Kim", "", ("Allee 1",), "Bonn", "", "", "53111", "DE"
                    ),
                )
                self.drain()
                order = self.sale(record)
                self.assertNotEqual(order.partner_id, before)
                self.assertEqual(order.currency_id.name, currency)
                self.world.change(
                    record.ref,
                    status="unshipped",
                    currency=currency,
                    lines=(self.line(price="500", tax="95"),),
                    total=Decimal("595"),
                )
                self.drain()
                self.assertApplied(record)
                order = self.sale(record)
                self.assertEqual(order.currency_id.name, currency)
                self.assertEqual((order.amount_total, order.state), (595, "sale"))

    def test_changed_quantity_brings_its_own_tax(self):
        record = self.place(self.line(quantity=4, price="40.00", tax="3.30"))
        self.drain()
        self.world.change(
            record.ref,
            lines=(self.line(quantity=3, price="30.00", tax="2.48"),),
            total=Decimal("32.48"),
        )
        self.drain()
        self.assertApplied(record)
        order = self.sale(record)
        self.assertEqual((order.amount_total, order.amount_tax), (32.48, 2.48))
        moves = order.picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 3)

    def test_changed_tax_alone_changes_the_total(self):
        record = self.place(self.line(price="10.00", tax="0.80"))
        self.drain()
        self.world.change(
            record.ref,
            lines=(self.line(price="10.00", tax="0.90"),),
            total=Decimal("10.90"),
        )
        self.drain()
        self.assertApplied(record)
        self.assertEqual(self.sale(record).amount_total, 10.90)

    def test_line_no_longer_told_sells_nothing(self):
        record = self.place(self.line(), self.line("2", "LAMP", price="30.00"))
        self.drain()
        self.world.change(record.ref, lines=(self.line(),), total=Decimal("10.00"))
        self.drain()
        order = self.sale(record)
        self.assertEqual(order.amount_total, 10.00)
        open_moves = order.picking_ids.move_ids.filtered(lambda m: m.state != "cancel")
        self.assertEqual(open_moves.product_id, self.mug)

    def test_replacement_order_costs_nothing(self):
        record = self.place(self.line(price="0.00"), replaces=("111-9999999",))
        self.drain()
        order = self.sale(record)
        self.assertEqual((order.state, order.amount_total), ("sale", 0))
        self.assertEqual(order.acorn_replaces, "111-9999999")

    def test_tip_belongs_to_the_order(self):
        record = self.place(self.line(), order_charges=charges(("tip", "5.00", "0")))
        self.drain()
        self.assertSameAmount(self.sale(record), record)

    def test_globally_rounded_taxes_change_nothing(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        record = self.place(
            *(
                self.line(str(n), quantity=3, price="1.01", tax="0.19")
                for n in range(1, 8)
            ),
            site="DE1",
            currency="EUR",
        )
        self.drain()
        self.assertApplied(record)
        self.assertSameAmount(self.sale(record), record)

    def test_any_amounts_any_currency(self):
        sites = {"USD": ("US1", 2), "EUR": ("DE1", 2), "JPY": ("JP1", 0)}

        def amount(decimals, lowest=0, highest=10**6):
            return st.integers(lowest, highest).map(
                lambda cents: Decimal(cents).scaleb(-decimals)
            )

        @st.composite
        def order_lines(draw, decimals):
            lines = []
            for number in range(draw(st.integers(1, 4))):
                parts = [Charge(ITEM, draw(amount(decimals)), draw(amount(decimals)))]
                for kind in (SHIPPING, GIFT_WRAP, "cod", "other"):
                    if draw(st.booleans()):
                        parts.append(
                            Charge(kind, draw(amount(decimals)), draw(amount(decimals)))
                        )
                if draw(st.booleans()):
                    parts.append(
                        Charge(
                            DISCOUNT,
                            draw(amount(decimals, -5000, 0)),
                            draw(amount(decimals, -900, 0)),
                        )
                    )
                lines.append(
                    self.line(
                        str(number),
                        draw(st.sampled_from(["MUG", "LAMP"])),
                        draw(st.integers(1, 13)),
                        charges=tuple(parts),
                        tax_by_channel=draw(st.booleans()),
                    )
                )
            return lines

        @settings(
            max_examples=25, deadline=None, suppress_health_check=list(HealthCheck)
        )
        @given(st.data(), st.sampled_from(sorted(sites)))
        def check(data, currency):
            site, decimals = sites[currency]
            lines = data.draw(order_lines(decimals))
            record = self.place(*lines, site=site, currency=currency)
            self.drain()
            self.assertApplied(record)
            self.assertSameAmount(self.sale(record), record)

        check()
