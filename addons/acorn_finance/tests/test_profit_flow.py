from odoo.tests import tagged

from .common_profit import ProfitCase


@tagged("post_install", "-at_install")
class TestProfitFlow(ProfitCase):
    """From a channel's settlement to the profit of its SKUs, through the books."""

    def settle(self):
        principal = ("Order", "ItemPrice", "Principal")
        mug, lamp = {"sku": "MUG", "quantity": 2}, {"sku": "LAMP", "quantity": 1}
        record = self.settlement(
            (*principal, "50.00", "2026-04-25", {**mug, "line_ref": "1"}),
            (*principal, "30.01", "2026-05-02", {**lamp, "line_ref": "2"}),
            ("Order", "ItemFees", "Commission", "-7.50", "2026-04-25", mug),
            ("Order", "ItemFees", "Commission", "-4.50", "2026-05-02", lamp),
            ("Refund", "ItemPrice", "Principal", "-25.00", "2026-05-03", mug),
            ("ServiceFee", "Cost of Advertising", "Total", "-9.00", "2026-04-28"),
        )
        settlement = self.env["acorn.settlement"]._acorn_apply(self.shop, record)
        settlement.action_post()
        self.assertEqual(settlement.state, "posted", settlement.hold_reason)
        return settlement

    def test_profit_is_the_journal_before_and_after_a_settlement_is_reversed(self):
        settlement = self.settle()
        self.assertAgrees()
        self.assertEqual(
            self.profit("offer_id", "profit_line"),
            {
                (self.mugs, "sales"): 50.0,
                (self.mugs, "refunds"): -25.0,
                (self.mugs, "referral"): -7.5,
                (self.lamps, "sales"): 30.01,
                (self.lamps, "referral"): -4.5,
                (self.env["acorn.offer"], "advertising"): -9.0,
            },
        )
        settlement.action_reverse()
        self.assertAgrees()
        self.assertEqual(sum(self.profit("shop_id").values()), 0)
        settlement.action_post()
        self.assertAgrees()
        self.assertEqual(sum(self.profit("shop_id").values()), 34.01)

    def test_whole_months_say_what_their_days_say(self):
        self.settle()
        self.transaction("T1", "2026-05-20", ("sale", 12.0, self.lamps, 1))
        self.transaction("T2", "2026-05-21", ("sale", 5.0, self.lamps, 1))
        self.rebuild()
        Days, Months = self.env["acorn.profit.day"], self.env["acorn.profit.month"]
        sums = ["amount:sum", "quantity:sum", "__count"]
        self.assertGreater(Days.search_count([]), Months.search_count([]))
        for groupby in (["profit_line"], ["offer_id", "day:month"], ["estimated"]):
            asked = [("day", ">=", "2026-05-01"), ("day", "<=", "2026-05-31")]
            months = Days._read_group(asked, groupby, sums)
            # Days without ids are asked of the days themselves.
            days = Days._read_group([*asked, ("id", "!=", 0)], groupby, sums)
            self.assertEqual(months, days)
        cut = Days._read_group([("day", ">", "2026-05-02")], ["shop_id"], sums)
        self.assertEqual([row[1] for row in cut], [-8.0])

    def test_months_that_are_cut_in_two_say_what_their_days_say(self):
        self.settle()
        for number, day in enumerate(("02-10", "03-15", "03-16", "04-01", "05-20")):
            sold = ("sale", 10.0 + number, self.lamps, 1)
            self.transaction(f"T{number}", f"2026-{day}", sold)
        self.rebuild()
        Days = self.env["acorn.profit.day"]
        sums = ["amount:sum", "quantity:sum", "margin:avg", "__count"]
        shop = ("shop_id", "=", self.shop.id)
        for period in (
            [("day", ">=", "2026-02-10"), ("day", "<=", "2026-05-20")],
            [("day", ">", "2026-02-10"), ("day", "<", "2026-05-20"), shop],
            [("day", ">=", "2026-03-16"), ("profit_line", "=", "sales")],
            [shop, ("day", "<", "2026-05-20")],
            ["|", shop, ("site_id", "=", False), ("day", ">=", "2026-02-28")],
        ):
            for groupby in (["profit_line"], ["offer_id", "day:quarter"], []):
                read = Days._read_group(period, groupby, sums)
                reader = Days._reader(period, groupby, sums, None)
                self.assertEqual(reader._name, "acorn.profit.month", period)
                self.assertTrue(reader.env.context.get("acorn_whole_months"))
                days = Days._read_group([*period, ("id", "!=", 0)], groupby, sums)
                self.assertEqual(read, days, (period, groupby))
        for period in (
            [("day", ">=", "2026-03-10"), ("day", "<=", "2026-03-20")],
            ["|", ("day", "<", "2026-03-10"), ("day", ">", "2026-05-10")],
            ["!", ("day", ">=", "2026-03-10")],
            [("day", "=", "2026-03-15")],
        ):
            reader = Days._reader(period, ["profit_line"], sums, None)
            self.assertEqual(reader._name, "acorn.profit.day", period)

    def test_the_scheduled_action_sums_up_what_is_marked(self):
        self.settle()
        cron = self.env.ref("acorn_finance.ir_cron_profit")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.env["acorn.profit.mark"].search([]))
        self.assertEqual(sum(self.profit("shop_id").values()), 34.01)
        mine = [("cron_id", "=", cron.id)]
        before = self.env["ir.cron.trigger"].search_count(mine)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        # It would never come to rest if it woke itself.
        self.assertEqual(self.env["ir.cron.trigger"].search_count(mine), before)
        self.env["acorn.profit.day"].search([]).unlink()
        self.assertFalse(self.profit("shop_id"))
        self.env["acorn.profit.day"].action_rebuild()
        self.rebuild()
        self.assertEqual(sum(self.profit("shop_id").values()), 34.01)
