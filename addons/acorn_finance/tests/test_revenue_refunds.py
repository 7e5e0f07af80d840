"""Orders that are paid and given back in parts, each with an invoice of its own."""

from odoo import Command
from odoo.tests import tagged

from .test_revenue import RevenueCase


class BilledCase(RevenueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.revenue_mode = "per_order"

    def sold(self, price="20.00", quantity=2, **values):
        """Return an order that has left and is invoiced."""
        tax = values.pop("tax", "0")
        line = self.line(price=price, quantity=quantity, tax=tax)
        order = self.shipped(line, **values)
        order._acorn_bill()
        self.assertFalse(order.acorn_billing_problem)
        return order

    def settle(self, *rows, ref="1001", month="05"):
        """Post a settlement that ends on the 20th of a month.

        :param rows: (word, amount, order[, more values of the line])
        """
        day = f"2026-{month}-15"
        settlement = self.stored(
            *(
                (word, amount, day, self.of(order, **(more[0] if more else {})))
                for word, amount, order, *more in rows
            ),
            ref=ref,
            until=f"2026-{month}-20 10:00:00",
        )
        settlement.date_from = f"2026-{month}-06 10:00:00"
        self.post(settlement)
        self.assertTrue(settlement.proven)
        return settlement

    def notes(self, *orders):
        """Return what credit notes that count give back of each order."""
        return [
            round(sum(note.amount_total for note in self.notes_of(order)), 2)
            for order in orders
        ]

    def notes_of(self, order):
        """Return the credit notes of an order that nothing has taken back."""
        found = order.invoice_ids.reversal_move_ids
        return found.filtered(
            lambda note: note.state == "posted" and not note.reversal_move_ids
        )

    def rest(self, *orders):
        return [order.invoice_ids.amount_residual for order in orders]

    def assertOpen(self, *amounts):
        """What waits of what buyers owe, or were given, is this."""
        items = self.env["account.move.line"].search(
            [
                ("acorn_shop_id", "=", self.shop.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        self.assertEqual(sorted(items.mapped("amount_residual")), sorted(amounts))

    def assertNothingOpen(self):
        self.assertOpen()


@tagged("post_install", "-at_install")
class TestPayments(BilledCase):
    def test_orders_paid_in_parts_are_paid_as_the_settlements_say(self):
        first, second, whole = self.sold(), self.sold("30.00"), self.sold("7.00")
        self.settle(
            ("sale", "15.00", first), ("sale", "5.00", second), ("sale", "7.00", whole)
        )
        self.assertEqual(self.rest(first, second, whole), [5.0, 25.0, 0.0])
        self.settle(("sale", "5.00", first), ref="1002", month="06")
        self.assertEqual(self.rest(first, second), [0.0, 25.0])
        self.settle(("sale", "25.00", second), ref="1003", month="07")
        self.assertEqual(self.rest(first, second), [0.0, 0.0])
        self.assertNothingOpen()

    def test_what_is_paid_in_excess_pays_no_other_order(self):
        paid, short = self.sold(), self.sold()
        self.settle(("sale", "25.00", paid), ("sale", "10.00", short))
        self.assertEqual(self.rest(paid, short), [0.0, 10.0])

    def test_an_invoice_that_is_due_in_parts_is_paid_whole(self):
        order = self.shipped(self.line(price="20.00", quantity=2))
        order.payment_term_id = self.env["account.payment.term"].create(
            {
                "name": "Half now, half later",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-04-25"
        invoice.action_post()
        self.assertOpen(10.0, 10.0)
        self.settle(("sale", "12.00", order))
        self.assertEqual(self.rest(order), [8.0])
        self.settle(("sale", "8.00", order), ref="1002", month="06")
        self.assertEqual(self.rest(order), [0.0])
        self.assertNothingOpen()


@tagged("post_install", "-at_install")
class TestRefunds(BilledCase):
    def test_several_refunds_of_one_order_add_up(self):
        order = self.sold("30.00", quantity=3, tax="3.00")
        self.settle(
            ("sale", "30.00", order),
            ("tax", "3.00", order),
            ("refund", "-10.00", order, {"product_id": self.mug.id}),
            ("refund_tax", "-1.00", order),
        )
        self.settle(("refund", "-4.00", order), ref="1002", month="06")
        self.settle(
            ("refund", "-3.00", order, {"product_id": self.mug.id}),
            ("refund", "-0.99", order),
            ref="1003",
            month="06",
        )
        self.assertEqual(self.notes(order), [18.99])
        self.assertEqual(
            sorted((n.amount_untaxed, n.amount_tax) for n in self.notes_of(order)),
            [(3.63, 0.36), (3.64, 0.36), (10.0, 1.0)],
        )
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertNothingOpen()

    def test_a_refund_without_a_product_is_given_back_as_well(self):
        order = self.sold()
        self.settle(("sale", "20.00", order), ("refund", "-2.50", order))
        self.assertEqual(self.notes(order), [2.5])
        self.assertEqual(self.profit("refunds"), -2.5)
        self.assertNothingOpen()

    def test_a_refund_months_after_the_invoice_counts_when_it_is_given(self):
        order = self.sold(day="2026-04-25")
        self.settle(("sale", "20.00", order))
        self.settle(("refund", "-20.00", order), ref="1002", month="08")
        note = self.notes_of(order)
        self.assertEqual(str(order.invoice_ids.date), "2026-04-25")
        self.assertEqual(str(note.date), "2026-08-20")
        self.assertEqual(note.amount_total, 20.0)
        self.assertNothingOpen()

    def test_a_refund_stays_when_the_sale_before_it_is_posted_again(self):
        order = self.sold()
        sale = self.settle(("sale", "20.00", order))
        refund = self.settle(("refund", "-5.00", order), ref="1002", month="06")
        sale.action_reverse()
        self.assertEqual(self.rest(order), [20.0])
        self.assertEqual(self.notes(order), [5.0])
        self.post(sale)
        self.assertEqual(self.rest(order), [0.0])
        refund.action_reverse()
        self.assertEqual(self.notes(order), [0.0])
        self.assertEqual(self.rest(order), [0.0])
        for _again in range(2):
            self.post(refund)
            self.assertEqual(self.notes(order), [5.0])
            self.assertEqual(self.profit("refunds"), -5.0)
            self.assertNothingOpen()
            refund.action_reverse()
            self.assertEqual(self.profit("refunds"), 0)
        self.assertNothingOpen()

    def test_a_refund_of_an_order_that_is_paid_in_part_pays_none_of_the_rest(self):
        order = self.sold()
        settlement = self.settle(("sale", "15.00", order), ("refund", "-4.00", order))
        for _again in range(2):
            self.assertEqual(self.notes(order), [4.0])
            self.assertEqual(self.notes_of(order).payment_state, "paid")
            self.assertEqual(order.invoice_ids.payment_state, "partial")
            self.assertOpen(5.0)
            settlement.action_reverse()
            self.assertOpen(20.0)
            self.post(settlement)
        self.settle(("sale", "5.00", order), ref="1002", month="06")
        self.assertNothingOpen()

    def test_what_one_order_is_given_back_twice_pays_no_other_order(self):
        twice, short = self.sold(), self.sold()
        settlement = self.stored(
            ("sale", "20.00", "2026-04-25", self.of(twice)),
            ("sale", "15.00", "2026-04-25", self.of(short)),
            ("refund", "-3.00", "2026-04-26", self.of(twice)),
            ("refund", "-2.00", "2026-05-02", self.of(twice)),
            ("refund", "-1.00", "2026-05-02", self.of(short)),
        )
        self.post(settlement)
        for _again in range(2):
            self.assertEqual(self.notes(twice, short), [5.0, 1.0])
            self.assertEqual(self.rest(twice, short), [0.0, 5.0])
            self.assertOpen(5.0)
            settlement.action_reverse()
            self.assertOpen(20.0, 20.0)
            self.post(settlement)

    def test_a_refund_taken_back_is_reversed_with_its_settlement(self):
        order = self.sold()
        self.settle(("sale", "15.00", order), ("refund", "-4.00", order))
        taken_back = self.settle(("refund", "4.00", order), ref="1002", month="06")
        self.assertOpen(5.0)
        taken_back.action_reverse()
        self.assertOpen(5.0)

    def test_tax_alone_is_given_back(self):
        order = self.sold("20.00", tax="2.00")
        self.settle(
            ("sale", "20.00", order),
            ("tax", "2.00", order),
            ("refund_tax", "-1", order),
        )
        self.assertEqual(
            self.notes_of(order).mapped(lambda n: (n.amount_untaxed, n.amount_tax)),
            [(0.0, 1.0)],
        )
        self.assertNothingOpen()

    def test_tax_that_was_not_invoiced_is_given_back_whole(self):
        order = self.sold()
        self.settle(
            ("sale", "20.00", order),
            ("refund", "-10.00", order),
            ("refund_tax", "-0.80", order),
        )
        self.assertEqual(self.notes(order), [10.8])
        self.assertNothingOpen()

    def test_a_refund_that_the_channel_takes_back_is_owed_again(self):
        given, taken = self.sold(), self.sold()
        self.settle(("sale", "20.00", given), ("sale", "20.00", taken))
        self.settle(("refund", "-4.00", taken), ref="1002", month="06")
        self.settle(
            ("refund", "-10.00", given),
            ("refund", "4.00", taken),
            ref="1003",
            month="07",
        )
        self.assertEqual(self.notes(given, taken), [10.0, 4.0])
        self.assertEqual(self.profit("refunds"), -10.0)
        self.assertNothingOpen()
