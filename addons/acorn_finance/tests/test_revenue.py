"""Revenue and cost of a shop's orders are counted once, in either mode."""

from decimal import Decimal

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_posting import PostingCase


class RevenueCase(PostingCase):
    """Orders that shipped, and settlements that tell of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["product.category"].create({"name": "Sold here"})
        cls.products.categ_id = cls.category
        cls.products.write({"standard_price": 4.0})

    def shipped(self, *lines, day="2026-04-25", **values):
        """Return an order that the channel shipped on a day."""
        order = self.apply(*lines, status="shipped", by_channel=True, **values)
        order.picking_ids.date_done = f"{day} 12:00:00"
        order.picking_ids.move_ids.date = f"{day} 12:00:00"
        return order

    def of(self, order, **more):
        return {"order_id": order.id, "order_ref": order.acorn_ref, **more}

    def balance(self, *accounts, shop=True):
        domain = [
            ("account_id", "in", [account.id for account in accounts]),
            ("parent_state", "=", "posted"),
        ]
        if shop:
            domain.append(("acorn_shop_id", "=", self.shop.id))
        rows = self.env["account.move.line"]._read_group(
            domain, aggregates=["balance:sum"]
        )
        return round(rows[0][0], 2)

    def profit(self, line):
        rows = self.env["account.move.line"]._read_group(
            [("acorn_profit_line", "=", line), ("parent_state", "=", "posted")],
            aggregates=["balance:sum"],
        )
        return round(-rows[0][0], 2)

    def per_order(self):
        self.shop.revenue_mode = "per_order"

    def perpetual(self):
        self.category.property_valuation = "real_time"

    def close_stock(self):
        self.company.account_stock_journal_id = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        self.company.action_close_stock_valuation(auto_post=True)

    def stock_account(self):
        return self.mug.product_tmpl_id._get_product_accounts()["stock_valuation"]

    def assertCountedOnce(self, sell):
        """Two mugs at 4 are sold for 10 between two closings of stock: the second
        one has nothing left to book, and the books have gained 2."""
        self.close_stock()
        stock = self.balance(self.stock_account(), shop=False)
        before = self.result()
        sell()
        self.assertEqual(self.balance(self.stock_account(), shop=False), stock - 8)
        with self.assertRaisesRegex(UserError, "correctly closed"):
            self.close_stock()
        self.assertEqual(round(self.result() - before, 2), 2.0)
        self.assertEqual(self.profit("sales"), 10.0)
        self.assertEqual(self.profit("cost_of_goods"), -8.0)

    def result(self):
        """Return the profit of all books."""
        [(balance,)] = self.env["account.move.line"]._read_group(
            [
                ("account_id.internal_group", "in", ("income", "expense")),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ],
            aggregates=["balance:sum"],
        )
        return round(-balance, 2)


@tagged("post_install", "-at_install")
class TestSummary(RevenueCase):
    def test_an_order_shows_nothing_to_invoice(self):
        order = self.shipped(self.line(price="10.00"))
        self.assertEqual(order.acorn_revenue_mode, "summary")
        self.assertEqual(order.invoice_status, "no")
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0])
        self.assertEqual(order.amount_to_invoice, 0)

    def test_an_invoice_is_refused_alone_with_others_and_as_down_payment(self):
        order = self.shipped(self.line(price="10.00"))
        other = self.env["sale.order"].create(
            {
                "partner_id": self.env.user.partner_id.id,
                "order_line": [Command.create({"product_id": self.mug.id})],
            }
        )
        other.action_confirm()
        for orders in (order, order | other):
            with self.assertRaisesRegex(UserError, "booked with the settlements"):
                orders._create_invoices()
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": 50,
            }
        )
        with self.assertRaisesRegex(UserError, "booked with the settlements"):
            wizard.create_invoices()
        self.assertTrue(other._create_invoices())

    def test_cost_is_booked_in_the_month_in_which_goods_left(self):
        april = self.shipped(self.line(quantity=2), day="2026-04-28")
        may = self.shipped(self.line(sku="LAMP"), day="2026-05-03")
        later = self.shipped(self.line(), day="2026-05-20")
        settlement = self.stored(
            ("sale", "20.00", "2026-04-28", self.of(april)),
            ("sale", "10.00", "2026-05-03", self.of(may)),
        )
        settlement.action_post()
        self.assertEqual(settlement.state, "posted", settlement.hold_reason)
        costs = settlement.move_ids.line_ids.filtered(
            lambda line: line.acorn_profit_line == "cost_of_goods"
        )
        self.assertEqual(
            sorted((str(c.date), c.product_id.name, c.balance) for c in costs),
            [("2026-04-30", "Mug", 8.0), ("2026-05-06", "Lamp", 4.0)],
        )
        self.assertEqual(costs.acorn_site_id, self.us)
        self.assertTrue(all(costs.mapped("analytic_distribution")))
        self.assertFalse(later.order_line.move_ids.acorn_cost_move_id)
        self.assertTrue(settlement.proven)

    def test_cost_is_booked_once_and_anew_after_a_reversal(self):
        order = self.shipped(self.line(quantity=2))
        first = self.stored(("sale", "20.00", "2026-04-28", self.of(order)))
        self.post(first)
        second = self.stored(("sale", "1.00", "2026-05-10"), ref="1002")
        self.post(second)
        self.assertEqual(self.profit("cost_of_goods"), -8.0)
        first.action_reverse()
        self.assertEqual(self.profit("cost_of_goods"), 0)
        self.post(first)
        self.assertEqual(self.profit("cost_of_goods"), -8.0)

    def test_a_settlement_leaves_goods_to_one_that_waits(self):
        order = self.shipped(self.line(quantity=2), day="2026-04-25")
        first = self.stored(("sale", "20.00", "2026-04-25", self.of(order)))
        second = self.stored(
            ("sale", "1.00", "2026-05-10"), ref="1002", until="2026-05-20 10:00:00"
        )
        second.date_from = "2026-05-06 10:00:00"
        self.post(second)
        self.assertEqual(self.profit("cost_of_goods"), 0)
        self.post(first)
        self.assertEqual(self.profit("cost_of_goods"), -8.0)

    def test_goods_that_come_back_take_their_cost_back(self):
        order = self.shipped(self.line(quantity=2))
        self.give_back(order, 1)
        self.post(self.stored(("sale", "20.00", "2026-04-28", self.of(order))))
        self.assertEqual(self.profit("cost_of_goods"), -4.0)

    def give_back(self, order, quantity, day="2026-04-27"):
        picking = order.picking_ids
        with freeze_time(f"{day} 12:00:00"):
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            wizard.product_return_moves.quantity = quantity
            back = wizard._create_return()
            back.move_ids.write({"quantity": quantity, "picked": True})
            back.button_validate()

    def sell_two(self):
        order = self.shipped(self.line(quantity=2))
        self.post(self.stored(("sale", "10.00", "2026-04-28", self.of(order))))

    def test_closing_finds_the_cost_where_stock_is_valued_periodically(self):
        self.assertCountedOnce(self.sell_two)

    def test_closing_finds_the_cost_where_stock_is_valued_perpetually(self):
        self.perpetual()
        self.assertCountedOnce(self.sell_two)


@tagged("post_install", "-at_install")
class TestPerOrder(RevenueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.revenue_mode = "per_order"

    def bill(self):
        with self.enter_registry_test_mode():
            self.env.ref("acorn_finance.ir_cron_billing").method_direct_trigger()
        self.env.invalidate_all()

    def test_a_shipped_order_is_invoiced_to_the_cent_on_the_day_it_left(self):
        order = self.shipped(
            self.line(quantity=3, price="10.01", tax="0.83"), day="2026-04-25"
        )
        waiting = self.apply(self.line())
        self.bill()
        invoice = order.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(str(invoice.invoice_date), "2026-04-25")
        self.assertEqual(
            Decimal(str(invoice.amount_total)), Decimal("10.84"), invoice.amount_tax
        )
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(invoice.acorn_site_id, self.us)
        self.assertEqual(
            invoice.invoice_line_ids.mapped("acorn_profit_line"), ["sales"]
        )
        self.assertFalse(waiting.invoice_ids)

    def test_an_order_that_cannot_be_invoiced_stops_no_other(self):
        orders = [self.shipped(self.line()) for _n in range(3)]
        bad = orders[1]
        self.env.cr.execute(
            "UPDATE sale_order SET amount_total = 99 WHERE id = %s", [bad.id]
        )
        self.env.invalidate_all()
        self.bill()
        self.assertEqual([bool(o.invoice_ids) for o in orders], [True, False, True])
        self.assertIn("99", bad.acorn_billing_problem)

    def test_a_settlement_pays_the_invoices_with_one_line(self):
        orders = [self.shipped(self.line(price="10.00", tax="0.80")) for _n in range(3)]
        settlement = self.stored(
            *(("sale", "10.00", "2026-04-26", self.of(o)) for o in orders),
            *(("tax", "0.80", "2026-04-26", self.of(o)) for o in orders),
            ("referral", "-3.00", "2026-04-26", self.of(orders[0])),
        )
        self.post(settlement)
        receivable = self.company.partner_id.property_account_receivable_id
        paid = settlement.move_ids.line_ids.filtered(
            lambda line: line.account_id == receivable
        )
        self.assertEqual(paid.mapped("balance"), [-32.4])
        self.assertTrue(paid.reconciled)
        invoices = orders[0].invoice_ids | orders[1].invoice_ids | orders[2].invoice_ids
        self.assertEqual(set(invoices.mapped("payment_state")), {"paid"})
        self.assertEqual(self.profit("sales"), 30.0)
        self.assertTrue(settlement.proven)

    def test_a_refund_becomes_a_credit_note(self):
        order = self.shipped(self.line(quantity=2, price="20.00", tax="1.60"))
        settlement = self.stored(
            ("sale", "20.00", "2026-04-26", self.of(order)),
            ("tax", "1.60", "2026-04-26", self.of(order)),
            (
                "refund",
                "-10.00",
                "2026-04-28",
                self.of(order, product_id=self.mug.id),
            ),
            ("refund_tax", "-0.80", "2026-04-28", self.of(order)),
        )
        self.post(settlement)
        note = order.invoice_ids.reversal_move_ids
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual((note.amount_untaxed, note.amount_tax), (10.0, 0.8))
        self.assertEqual(note.payment_state, "paid")
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertEqual(self.profit("sales"), 20.0)
        self.assertEqual(self.profit("refunds"), -10.0)
        self.assertEqual(order.invoice_status, "invoiced")
        settlement.action_reverse()
        self.assertEqual(self.profit("refunds"), 0)
        self.assertEqual(order.invoice_ids.payment_state, "not_paid")
        self.post(settlement)
        self.assertEqual(self.profit("refunds"), -10.0)
        self.assertEqual(order.invoice_ids.payment_state, "paid")

    def test_lines_of_an_unknown_order_hold_the_settlement(self):
        settlement = self.stored(
            ("sale", "10.00", "2026-04-26", {"order_ref": "111-9"}),
            ("ads", "-1.00", "2026-04-26"),
        )
        settlement.action_post()
        self.assertEqual(settlement.state, "held")
        self.assertIn("111-9", settlement.hold_reason)

    def test_orders_without_an_invoice_hold_the_settlement(self):
        order = self.apply(self.line())
        settlement = self.stored(("sale", "10.00", "2026-04-26", self.of(order)))
        settlement.action_post()
        self.assertEqual(settlement.state, "held")
        self.assertIn(order.name, settlement.hold_reason)

    def sell_two(self):
        order = self.shipped(self.line(quantity=2))
        self.bill()
        self.post(self.stored(("sale", "10.00", "2026-04-26", self.of(order))))
        self.assertEqual(order.invoice_ids.payment_state, "paid")

    def test_closing_finds_the_cost_where_stock_is_valued_periodically(self):
        self.assertCountedOnce(self.sell_two)

    def test_closing_finds_the_cost_where_invoices_book_it(self):
        self.perpetual()
        self.assertCountedOnce(self.sell_two)


@tagged("post_install", "-at_install")
class TestSwitch(RevenueCase):
    def test_what_was_counted_stays_where_it_was_counted(self):
        settled = self.shipped(self.line())
        self.post(self.stored(("sale", "10.00", "2026-04-26", self.of(settled))))
        waiting = self.apply(self.line())
        self.shop.revenue_mode = "per_order"
        self.assertEqual(settled.acorn_revenue_mode, "summary")
        self.assertEqual(waiting.acorn_revenue_mode, "per_order")
        self.assertEqual(settled.invoice_status, "no")

    def test_settlements_that_wait_are_posted_first(self):
        self.stored(("sale", "10.00"))
        with self.assertRaisesRegex(UserError, "1001. Post them first"):
            self.shop.revenue_mode = "per_order"

    def test_invoices_that_no_settlement_has_paid_are_in_the_way(self):
        self.shop.revenue_mode = "per_order"
        order = self.shipped(self.line())
        order._acorn_bill()
        with self.assertRaisesRegex(UserError, "1 invoices"):
            self.shop.revenue_mode = "summary"
        self.post(self.stored(("sale", "10.00", "2026-04-26", self.of(order))))
        self.shop.revenue_mode = "summary"
        self.assertEqual(order.acorn_revenue_mode, "per_order")
