"""Invoices and settlements in a currency of which the rate changes in between."""

from datetime import date

from odoo.tests import tagged

from .common_profit import ProfitCase
from .test_revenue import RevenueCase


@tagged("post_install", "-at_install")
class TestForeignRevenue(RevenueCase):
    """A euro is 1.10 dollars when orders leave and 1.20 when they are settled."""

    rebuild = ProfitCase.rebuild
    booked = ProfitCase.booked
    assertAgrees = ProfitCase.assertAgrees

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.revenue_mode = "per_order"
        cls.set_rate("2026-04-01", 1.10)
        cls.set_rate("2026-04-28", 1.20)

    def profit(self, *by, **domain):
        return ProfitCase.profit(self, *by, **domain)

    def sold(self, price="10.00", quantity=1, **values):
        """Return an order of the German site that has left and is invoiced."""
        order = self.shipped(
            self.line(price=price, quantity=quantity),
            site="DE1",
            currency="EUR",
            **values,
        )
        order._acorn_bill()
        self.assertFalse(order.acorn_billing_problem)
        return order

    def of(self, order, **more):
        return super().of(order, site_id=self.de.id, **more)

    def settled(self, *rows, **values):
        settlement = self.stored(*rows, currency="EUR", **values)
        self.post(settlement)
        return settlement

    def owed(self):
        """Return what buyers owe in dollars and in euros, of the whole shop."""
        [(balance, amount)] = self.env["account.move.line"]._read_group(
            [
                ("acorn_shop_id", "=", self.shop.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ],
            aggregates=["balance:sum", "amount_currency:sum"],
        )
        return round(balance, 2), round(amount, 2)

    def lines_of_profit(self):
        self.assertAgrees()
        return self.profit("profit_line", estimated=False)

    def test_what_the_rate_did_is_a_line_of_profit_and_nobody_owes_anything(self):
        orders = [self.sold("10.00"), self.sold("33.33", quantity=3)]
        self.assertEqual(self.owed(), (47.66, 43.33))
        settlement = self.settled(
            *(("sale", o.amount_total, "2026-04-26", self.of(o)) for o in orders),
            ("referral", "-5.00", "2026-04-26", self.of(orders[0])),
        )
        self.assertEqual(self.owed(), (0, 0))
        for order in orders:
            self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertTrue(settlement.proven)
        self.assertEqual(
            self.lines_of_profit(),
            # 11.00 + 36.66 when they left, 52.00 when they were settled.
            {
                "sales": 47.66,
                "exchange": 4.34,
                "referral": -6.0,
                "cost_of_goods": -16.0,
            },
        )

    def test_months_have_a_rate_each(self):
        self.set_rate("2026-05-01", 0.95)
        april, may = self.sold(), self.sold(day="2026-05-02")
        settlement = self.settled(
            ("sale", "10.00", "2026-04-26", self.of(april)),
            ("sale", "10.00", "2026-05-03", self.of(may)),
        )
        self.assertEqual(self.owed(), (0, 0))
        self.assertTrue(settlement.proven)
        self.assertAgrees()
        self.assertEqual(
            self.profit("day:month", "profit_line", estimated=False),
            {
                (date(2026, 4, 1), "sales"): 11.0,
                (date(2026, 4, 1), "cost_of_goods"): -4.0,
                (date(2026, 4, 1), "exchange"): 1.0,
                (date(2026, 5, 1), "sales"): 9.5,
                (date(2026, 5, 1), "cost_of_goods"): -4.0,
                # Ten euros are carried from 12.00 dollars to 9.50.
                (date(2026, 5, 1), "exchange"): -2.5,
            },
        )

    def test_a_reversal_takes_back_what_the_rate_did(self):
        order = self.sold()
        settlement = self.settled(("sale", "10.00", "2026-04-26", self.of(order)))
        once = self.lines_of_profit()
        settlement.action_reverse()
        self.assertEqual(self.owed(), (11.0, 10.0))
        self.assertEqual(self.lines_of_profit(), {"sales": 11.0})
        self.post(settlement)
        self.assertEqual(self.owed(), (0, 0))
        self.assertTrue(settlement.proven)
        self.assertEqual(self.lines_of_profit(), once)

    def test_a_refund_is_worth_what_a_euro_is_when_it_is_given_back(self):
        order = self.sold("20.00", quantity=2)
        settlement = self.settled(
            ("sale", "20.00", "2026-04-26", self.of(order)),
            ("refund", "-10.00", "2026-04-27", self.of(order)),
        )
        self.assertEqual(self.owed(), (0, 0))
        self.assertTrue(settlement.proven)
        self.assertEqual(
            self.lines_of_profit(),
            {
                "sales": 22.0,
                "refunds": -12.0,
                "exchange": 2.0,
                "cost_of_goods": -8.0,
            },
        )

    def test_orders_that_are_paid_in_parts_are_owed_less_each_time(self):
        orders = [self.sold("20.00", quantity=2), self.sold("30.00")]
        self.settled(
            ("sale", "15.00", "2026-04-26", self.of(orders[0])),
            ("sale", "5.00", "2026-04-26", self.of(orders[1])),
        )
        invoices = orders[0].invoice_ids | orders[1].invoice_ids
        self.assertEqual(invoices.mapped("amount_residual"), [5.0, 25.0])
        self.assertEqual(self.owed(), (33.0, 30.0))
        self.set_rate("2026-05-20", 1.30)
        second = self.settled(
            ("sale", "5.00", "2026-05-22", self.of(orders[0])),
            ("sale", "25.00", "2026-05-22", self.of(orders[1])),
            ref="1002",
            until="2026-05-23 10:00:00",
        )
        self.assertEqual(invoices.mapped("payment_state"), ["paid", "paid"])
        self.assertEqual(self.owed(), (0, 0))
        self.assertTrue(second.proven)
        # 20 euros gained 0.10 each, 30 gained 0.20 each.
        self.assertEqual(self.lines_of_profit()["exchange"], 8.0)

    def test_cost_that_invoices_book_is_in_dollars(self):
        self.perpetual()
        order = self.sold("20.00", quantity=2)
        self.settled(("sale", "20.00", "2026-04-26", self.of(order)))
        self.assertEqual(self.lines_of_profit()["cost_of_goods"], -8.0)
