from decimal import Decimal
from unittest.mock import patch

from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import AccessError
from odoo.modules.migration import load_script
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tools import file_path

from ..landed_cost import split
from .common_landed import LandedCase

SCRIPT = "acorn_base/migrations/19.0.1.3.0/pre-migration.py"
LATE = {"date_from": "2026-05-06", "date_to": "2026-05-31"}
amounts = st.decimals(-(10**9), 10**9, places=6)


@tagged("post_install", "-at_install")
class TestSplit(BaseCase):
    @given(amounts, amounts, st.sampled_from([Decimal("0.01"), Decimal(1)]))
    def test_both_parts_add_up_to_the_whole(self, whole, landed, step):
        parts = split(whole, landed, step)
        self.assertLessEqual(abs(sum(parts) - whole), step / 2)
        self.assertLessEqual(abs(parts[1] - landed), step / 2)
        self.assertFalse([part for part in parts if part % step])


@tagged("post_install", "-at_install")
class TestLandedCost(LandedCase):
    """Of ten cups at 5.00 and 10.00 of freight, each costs 6.00, of it 1.00 landed."""

    def test_cost_is_split_before_and_after_it_is_booked(self):
        self.land(10.00, "2026-04-02")
        order = self.sell(2, "2026-04-25")
        self.assertEqual(order.order_line.move_ids.value, 12.0)
        self.assertEqual(self.shown(estimated=True), (-10.0, -2.0))
        settlement = self.settle(order, "2026-04-25")
        self.assertEqual(self.booked(), (-10.0, -2.0))
        self.assertEqual(self.shown(estimated=True), (0.0, 0.0))
        self.assertEqual(self.shown(site_id=self.us.id), (-10.0, -2.0))
        items = settlement.move_ids.line_ids
        landed = items.filtered(lambda item: item.acorn_profit_line == "landed_cost")
        goods = items.filtered(lambda item: item.acorn_profit_line == "cost_of_goods")
        for name in ("account_id", "product_id", "analytic_distribution"):
            self.assertTrue(landed[name])
            self.assertEqual(landed[name], goods[name], name)
        self.assertEqual(landed.name, "Landed cost of [CUP] Cup")

    def test_goods_at_first_in_first_out_are_split_too(self):
        self.category.property_cost_method = "fifo"
        self.land(10.00, "2026-04-02")
        order = self.sell(2, "2026-04-25")
        self.assertEqual(order.order_line.move_ids.value, 12.0)
        self.settle(order, "2026-04-25")
        self.assertEqual(self.shown(), (-10.0, -2.0))
        self.assertEqual(self.booked(), (-10.0, -2.0))

    def test_a_later_landed_cost_changes_no_earlier_day(self):
        self.land(10.00, "2026-04-02")
        self.settle(self.sell(2, "2026-04-25"), "2026-04-25")
        waiting = self.sell(1, "2026-05-07")
        self.land(8.00, "2026-05-10")
        later = self.sell(2, "2026-05-20")
        # (50 + 10 + 8) / 10 each, of it 18 / 10 landed.
        self.assertEqual(later.order_line.move_ids.value, 13.6)
        self.assertEqual(self.shown(day="2026-04-25"), (-10.0, -2.0))
        self.assertEqual(self.shown(day="2026-05-07"), (-5.0, -1.0))
        self.assertEqual(self.shown(day="2026-05-20"), (-10.0, -3.6))
        self.settle(waiting, "2026-05-07", "1002", **LATE)
        self.assertEqual(self.booked(), (-25.0, -6.6))
        self.assertEqual(self.shown(), (-25.0, -6.6))
        self.assertEqual(self.shown(day="2026-04-25"), (-10.0, -2.0))

    def test_what_comes_in_without_freight_makes_the_share_smaller(self):
        self.land(10.00, "2026-04-02")
        self.buy(10, 5.00, "2026-04-03")
        order = self.sell(2, "2026-04-25")
        # 110 / 20 each, of it 10 / 20 landed.
        self.settle(order, "2026-04-25")
        self.assertEqual(self.booked(), (-10.0, -1.0))

    def test_goods_that_left_before_the_freight_was_known_have_none_in_them(self):
        order = self.sell(2, "2026-04-25")
        self.land(10.00, "2026-05-01")
        self.settle(order, "2026-04-25")
        self.assertEqual(self.booked(), (-10.0, 0.0))
        self.assertEqual(self.shown(), (-10.0, 0.0))

    def test_a_negative_landed_cost_takes_the_freight_out_again(self):
        self.land(10.00, "2026-04-02")
        self.land(-10.00, "2026-04-03")
        self.settle(self.sell(2, "2026-04-25"), "2026-04-25")
        self.assertEqual(self.booked(), (-10.0, 0.0))

    def test_a_receipt_that_somebody_valued_himself_has_no_freight_in_it(self):
        self.land(10.00, "2026-04-02")
        with freeze_time("2026-04-03"):
            self.receipt.move_ids.value_manual = 80.0
        self.assertEqual(
            self.env["acorn.landed.cost"]._shares(
                self.company.id, {(self.cup.id, fields.Date.to_date("2026-04-25"))}
            ),
            {},
        )

    def test_a_settlement_that_is_reversed_takes_both_lines_back(self):
        self.land(10.00, "2026-04-02")
        settlement = self.settle(self.sell(2, "2026-04-25"), "2026-04-25")
        settlement.action_reverse()
        self.assertEqual(self.booked(), (0.0, 0.0))
        self.assertEqual(self.shown(estimated=False), (0.0, 0.0))
        self.land(8.00, "2026-05-10")
        self.post(settlement)
        self.assertEqual(self.booked(), (-10.0, -2.0))
        self.assertEqual(self.shown(), (-10.0, -2.0))

    def test_goods_that_come_back_bring_the_freight_they_left_with(self):
        self.land(10.00, "2026-04-02")
        order = self.sell(2, "2026-04-25")
        self.land(8.00, "2026-04-26")
        self.give_back(order, 1, day="2026-04-28")
        self.assertEqual(self.shown(day="2026-04-28"), (5.0, 1.0))
        self.settle(order, "2026-04-25")
        self.assertEqual(self.booked(), (-5.0, -1.0))
        self.assertEqual(self.shown(), (-5.0, -1.0))

    def give_back(self, order, quantity, day):
        with freeze_time(f"{day} 12:00:00"):
            wizard = self.env["stock.return.picking"].create(
                {"picking_id": order.picking_ids.id}
            )
            wizard.product_return_moves.quantity = quantity
            back = wizard._create_return()
            back.move_ids.write({"quantity": quantity, "picked": True})
            back.button_validate()

    def test_invoices_that_book_cost_split_it(self):
        self.perpetual()
        self.per_order()
        self.land(10.00, "2026-04-02")
        stock = self.balance(self.stock_account(), shop=False)
        order = self.sell(2, "2026-04-25")
        order._acorn_bill()
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(self.booked(), (-10.0, -2.0))
        self.assertEqual(self.balance(self.stock_account(), shop=False), stock - 12)
        self.assertEqual(self.shown(), (-10.0, -2.0))
        self.assertEqual(self.shown(product_id=self.cup.id), (-10.0, -2.0))
        self.land(8.00, "2026-05-10")
        note = order.invoice_ids._reverse_moves([{"invoice_date": "2026-05-12"}])
        note.action_post()
        self.assertEqual(self.booked(), (0.0, 0.0))
        # Of the 8.00, Odoo adds to stock what the eight cups that are left bear.
        self.assertEqual(self.balance(self.stock_account(), shop=False), stock + 6.4)

    def test_a_late_invoice_splits_by_the_day_on_which_goods_left(self):
        self.perpetual()
        self.per_order()
        order = self.sell(2, "2026-04-25")
        self.land(10.00, "2026-05-01")
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-05-12"
        invoice.action_post()
        self.assertEqual(self.booked(), (-10.0, 0.0))
        self.assertEqual(self.shown(), (-10.0, 0.0))

    def test_a_landed_cost_of_the_past_splits_estimates_anew(self):
        self.sell(2, "2026-04-25")
        self.assertEqual(self.shown(), (-10.0, 0.0))
        self.land(10.00, "2026-04-02")
        order = self.sell(1, "2026-04-26")
        self.env["acorn.profit.mark"].search([]).unlink()
        cron = self.env.ref("acorn_finance.ir_cron_profit")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        found = self.costs("acorn.profit.day", "profit_line", "amount", {})
        # Of 10.00 and 6.00, a sixth each.
        self.assertEqual(found, (-13.33, -2.67))
        self.assertTrue(order.order_line.move_ids)

    def test_both_lines_lead_to_the_goods(self):
        self.land(10.00, "2026-04-02")
        order = self.sell(2, "2026-04-25")
        for estimated in (True, False):
            self.shown()
            lines = self.env["acorn.profit.day"].search(
                [("profit_line", "in", ("cost_of_goods", "landed_cost"))]
            )
            self.assertEqual(lines.mapped("estimated"), [estimated] * 2)
            for line in lines:
                self.assertEqual(line.action_open_orders()["res_id"], order.id)
                sources = line.action_open_sources()["res_model"]
                wanted = "stock.move" if estimated else "account.move.line"
                self.assertEqual(sources, wanted)
            if estimated:
                self.settle(order, "2026-04-25")

    def test_who_receives_what_was_bought_sees_no_cost(self):
        receipt = self.buy(4, 7.00, "2026-04-02", done=False)
        keeper = new_test_user(
            self.env, "keeper", "base.group_user,stock.group_stock_user"
        )
        receipt.with_user(keeper).button_validate()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(receipt.move_ids.value, 28.0)
        for record, field in (
            (self.cup, "standard_price"),
            (receipt.move_ids, "value"),
        ):
            with self.assertRaises(AccessError):
                record.with_user(keeper).read([field])

    def test_an_update_takes_costs_from_who_got_to_see_them_with_purchases(self):
        keeper = self.env.ref("stock.group_stock_user")
        cost = self.env.ref("acorn_base.group_cost")
        keeper.implied_ids += cost
        self.env.flush_all()
        script = load_script(file_path(SCRIPT), "acorn_base_pre_migration")
        script.migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertNotIn(cost, keeper.implied_ids)
        self.env["ir.model.access"]._acorn_share_cost()
        self.assertNotIn(cost, keeper.implied_ids)

    def test_nothing_is_split_without_landed_costs(self):
        order = self.shipped(self.line(quantity=2), self.line("2", "CUP", quantity=2))
        self.assertEqual(self.shown(), (-18.0, 0.0))
        self.land(10.00, "2026-04-02")
        Landed = self.env.registry["acorn.landed.cost"]
        with patch.object(Landed, "_is_known", lambda self: False):
            self.assertEqual(self.shown(), (-18.0, 0.0))
            self.settle(order, "2026-04-25")
        self.assertEqual(self.booked(), (-18.0, 0.0))
