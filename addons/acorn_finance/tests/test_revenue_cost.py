"""Cost of goods bought at several prices: first in first out, or averaged."""

from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_revenue import RevenueCase

APRIL, MAY = "2026-04", "2026-05"


class CostCase(RevenueCase):
    @classmethod
    @freeze_time("2026-03-01")
    def setUpClass(cls):
        super().setUpClass()
        # Its value is what is bought here: nothing else has a price.
        cls.bought = cls.env["product.category"].create({"name": "Bought here"})
        cls.cup = cls.env["product.product"].create(
            {
                "name": "Cup",
                "default_code": "CUP",
                "is_storable": True,
                "categ_id": cls.bought.id,
            }
        )
        cls.offset = cls.env["account.account"].create(
            {"name": "Owed", "code": "CST1", "account_type": "liability_current"}
        )

    def buy(self, quantity, worth, day):
        """Let goods come in, and their bill."""
        with freeze_time(f"{day} 12:00:00"):
            move = self.env["stock.move"].create(
                {
                    "product_id": self.cup.id,
                    "product_uom_qty": quantity,
                    "location_id": self.env.ref("stock.stock_location_suppliers").id,
                    "location_dest_id": self.us.fba_warehouse_id.lot_stock_id.id,
                }
            )
            move._action_confirm()
            move.write({"quantity": quantity, "picked": True})
            move._action_done()
            move.value_manual = worth
        self.assertEqual(move.value, worth)
        bill = self.env["account.move"].create(
            {
                "date": day,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for account, balance in (
                        (self.stock_account(), worth),
                        (self.offset, -worth),
                    )
                ],
            }
        )
        bill._post()

    def sell(self, quantity, day, **values):
        line = self.line(sku="CUP", quantity=quantity, price="100.00")
        return self.shipped(line, day=day, **values)

    def give_back(self, order, quantity, day):
        with freeze_time(f"{day} 12:00:00"):
            wizard = self.env["stock.return.picking"].create(
                {"picking_id": order.picking_ids.id}
            )
            wizard.product_return_moves.quantity = quantity
            back = wizard._create_return()
            back.move_ids.write({"quantity": quantity, "picked": True})
            back.button_validate()

    def settle(self, ref, day, **orders):
        """Post a settlement of what orders were sold for."""
        settlement = self.stored(
            *(("sale", "100.00", day, self.of(order)) for order in orders.values()),
            ref=ref,
            until=f"{day} 23:00:00",
        )
        return self.post(settlement)

    def costs(self):
        """Return {month: what was booked as cost}."""
        rows = self.env["account.move.line"]._read_group(
            [
                ("acorn_profit_line", "=", "cost_of_goods"),
                ("parent_state", "=", "posted"),
            ],
            ["date:month"],
            ["balance:sum"],
        )
        return {str(month)[:7]: round(balance, 2) for month, balance in rows}

    def assertEntriesAreTheirMoves(self):
        """What each entry of cost books is the value of the goods that it marks."""
        goods = self.cup.stock_move_ids.filtered("acorn_cost_move_id")
        for entry, moves in goods.grouped("acorn_cost_move_id").items():
            worth = sum(-m.value if m.is_in else m.value for m in moves)
            cost = entry.line_ids.filtered(lambda i: i.product_id == self.cup)
            self.assertAlmostEqual(sum(cost.mapped("balance")), worth, 2)
        return goods

    def assertCosts(self, method, expected):
        """Cups are bought at three prices, seven leave and one comes back."""
        with freeze_time("2026-03-01"):
            self.bought.property_cost_method = method
        self.buy(3, 12.0, "2026-04-01")
        self.buy(3, 21.0, "2026-04-02")
        self.close_or_not()
        first = self.sell(2, "2026-04-25")
        self.buy(4, 40.0, "2026-04-26")
        second = self.sell(3, "2026-04-28")
        self.give_back(first, 1, "2026-05-02")
        stock = self.balance(self.stock_account(), shop=False)
        self.settle("1001", "2026-04-30", first=first, second=second)
        third = self.sell(2, "2026-05-10")
        self.settle("1002", "2026-05-20", third=third)
        self.assertEqual(self.costs(), expected)
        goods = self.assertEntriesAreTheirMoves()
        self.assertEqual(
            self.balance(self.stock_account(), shop=False),
            round(stock - sum(expected.values()), 2),
        )
        with self.assertRaisesRegex(UserError, "correctly closed"):
            self.close_stock()
        return goods

    def close_or_not(self):
        """Start from books that are closed, whatever was in them."""
        try:
            self.close_stock()
        except UserError as error:
            self.assertIn("correctly closed", str(error))


@tagged("post_install", "-at_install")
class TestCostOfSettlements(CostCase):
    def test_first_in_first_out_valued_periodically(self):
        # 2 at 4; 1 at 4 and 2 at 7. Back comes 1 at 4; 1 at 7 leaves and 1 at 10.
        goods = self.assertCosts("fifo", {APRIL: 26.0, MAY: 13.0})
        self.assertEqual(len(goods), 4)

    def test_first_in_first_out_valued_perpetually(self):
        self.bought.property_valuation = "real_time"
        self.assertCosts("fifo", {APRIL: 26.0, MAY: 13.0})

    def test_average_valued_periodically(self):
        # 2 at 5.50, then 3 at 7.75. Back comes 1 at 5.50; 2 leave at 7.375.
        self.assertCosts("average", {APRIL: 34.25, MAY: 9.25})

    def test_average_valued_perpetually(self):
        self.bought.property_valuation = "real_time"
        self.assertCosts("average", {APRIL: 34.25, MAY: 9.25})


@tagged("post_install", "-at_install")
class TestCostOfInvoices(CostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.revenue_mode = "per_order"

    def test_first_in_first_out_valued_periodically(self):
        self.assertCosts("fifo", {APRIL: 26.0, MAY: 13.0})

    def test_first_in_first_out_valued_perpetually(self):
        self.bought.property_valuation = "real_time"
        self.assertCosts("fifo", {APRIL: 26.0, MAY: 13.0})

    def test_average_valued_periodically(self):
        self.assertCosts("average", {APRIL: 34.25, MAY: 9.25})

    def test_average_valued_perpetually(self):
        self.bought.property_valuation = "real_time"
        self.assertCosts("average", {APRIL: 34.25, MAY: 9.25})


@tagged("post_install", "-at_install")
class TestCostOfKits(RevenueCase):
    """Of a kit its parts leave, and its invoice books what it cost as a whole."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.revenue_mode = "per_order"
        cls.category.property_valuation = "real_time"
        cls.mugs, cls.lamps = cls.env["acorn.offer"].create(
            [
                {"shop_id": cls.shop.id, "sku": sku, "product_id": product.id}
                for sku, product in (("MUG", cls.mug), ("LAMP", cls.lamp))
            ]
        )

    def kit(self):
        """Return an order of mugs for which lamps have left."""
        order = self.shipped(self.line(quantity=2))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move SET product_id = %s WHERE id IN %s",
            [self.lamp.id, tuple(order.order_line.move_ids.ids)],
        )
        self.env.invalidate_all()
        return order

    def costs(self):
        """Return {(SKU, product, estimated): cost} of the days of profit."""
        mark = self.env["acorn.profit.mark"]
        mark._mark(self.shop, [date(2026, 4, 25)])
        mark._rebuild_all()
        rows = self.env["acorn.profit.day"]._read_group(
            [("profit_line", "=", "cost_of_goods")],
            ["offer_id", "product_id", "estimated"],
            ["amount:sum"],
        )
        return {tuple(key): round(-amount, 2) for *key, amount in rows}

    def test_their_cost_is_estimated_until_their_invoice_has_it(self):
        order = self.kit()
        self.assertEqual(self.costs(), {(self.mugs, self.mug, True): 8.0})
        order._acorn_bill()
        self.assertEqual(self.profit("cost_of_goods"), -8.0)
        self.assertEqual(self.costs(), {(self.mugs, self.mug, False): 8.0})
        self.kit()
        self.assertEqual(
            self.costs(),
            {(self.mugs, self.mug, False): 8.0, (self.mugs, self.mug, True): 8.0},
        )

    def test_their_parts_that_are_sold_alone_cost_what_their_own_invoices_say(self):
        kit, alone = self.kit(), self.shipped(self.line(sku="LAMP", quantity=1))
        (kit | alone)._acorn_bill()
        self.assertEqual(
            self.costs(),
            {(self.mugs, self.mug, False): 8.0, (self.lamps, self.lamp, False): 4.0},
        )
