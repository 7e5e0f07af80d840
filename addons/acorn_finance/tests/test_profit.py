from datetime import date
from random import Random

from odoo.tests import Form, new_test_user, tagged

from .common_profit import ProfitCase


@tagged("post_install", "-at_install")
class TestProfit(ProfitCase):
    """Profit is what the journal says, down to days and SKUs."""

    def test_an_item_is_spread_over_its_raw_lines_to_the_cent(self):
        move = self.entry("2026-04-30", ("referral", -10.00, self.us))
        self.raw(
            move.line_ids[0],
            ("2026-04-03", -1.00, self.mugs),
            ("2026-04-04", -1.00, self.lamps),
            ("2026-04-05", -1.00, None),
        )
        self.assertAgrees()
        self.assertEqual(
            self.profit("day:day", "offer_id"),
            {
                (date(2026, 4, 3), self.mugs): -3.33,
                (date(2026, 4, 4), self.lamps): -3.33,
                (date(2026, 4, 5), self.env["acorn.offer"]): -3.34,
            },
        )
        self.assertEqual(
            self.profit("fulfilment"), {"fbm": -3.33, "fba": -3.33, False: -3.34}
        )

    def test_amounts_that_nearly_cancel_out_keep_their_worth(self):
        euro = self.env.ref("base.EUR")
        move = self.entry(
            "2026-04-30",
            (
                "sales",
                200.00,
                self.us,
                {"currency_id": euro.id, "amount_currency": -100},
            ),
            (
                "refunds",
                0.01,
                self.us,
                {"currency_id": euro.id, "amount_currency": -0.01},
            ),
        )
        self.raw(
            move.line_ids[1],
            ("2026-04-03", 50.00, self.mugs),
            ("2026-04-04", -49.99, self.mugs),
            currency=euro,
        )
        self.assertAgrees()
        found = self.profit("day:day", profit_line="refunds")
        self.assertAlmostEqual(found[date(2026, 4, 3)], 100, delta=2)
        self.assertAlmostEqual(sum(found.values()), 0.01)

    def test_whatever_is_booked_the_profit_is_the_journal(self):
        random = Random(42)
        sites = [self.us, self.de, None]
        offers = [self.mugs, self.lamps, None]
        for number in range(6):
            shop = random.choice([self.shop, self.other])
            own = sites if shop == self.shop else [None]
            move = self.entry(
                f"2026-0{random.randint(3, 5)}-{random.randint(10, 28)}",
                *(
                    (line, random.randint(-99999, 99999) / 100, random.choice(own))
                    for line in ("sales", "referral", "exchange", "cost_of_goods")
                ),
                shop=shop,
            )
            self.raw(
                move.line_ids[number % 3],
                *(
                    (
                        f"2026-0{random.randint(3, 5)}-{random.randint(10, 28)}",
                        random.randint(-9999, 9999) / 100,
                        random.choice(offers),
                    )
                    for _line in range(random.randint(1, 9))
                ),
            )
        self.assertAgrees()

    def test_lines_of_another_month_count_in_the_month_of_the_entry(self):
        move = self.entry("2026-05-01", ("sales", 30.00, self.us))
        self.raw(
            move.line_ids[0],
            ("2026-03-31", 10.00, self.mugs),
            ("2026-05-04", 20.00, self.mugs),
        )
        self.assertAgrees()
        self.assertEqual(
            self.profit("day:day"), {date(2026, 5, 1): 10.0, date(2026, 5, 4): 20.0}
        )

    def test_a_reversed_entry_counts_out(self):
        move = self.entry("2026-04-30", ("sales", 30.00, self.us))
        self.assertAgrees()
        move._reverse_moves([{"date": "2026-05-02"}])._post()
        self.assertAgrees()
        self.assertEqual(sum(self.profit("company_id").values()), 0)
        self.assertEqual(len(self.profit("day:month")), 2)

    def test_an_entry_that_goes_back_to_draft_counts_no_more(self):
        move = self.entry("2026-04-30", ("sales", 30.00, self.us))
        self.rebuild()
        move.button_draft()
        self.assertAgrees()
        self.assertFalse(self.profit("company_id"))

    def test_units_are_counted_once_for_an_item(self):
        move = self.entry("2026-04-30", ("sales", 30.00, self.us))
        item = {"order_ref": "1", "line_ref": "1", "sku": "MUG", "quantity": 3}
        self.raw(
            move.line_ids[0],
            ("2026-04-03", 25.00, self.mugs, item),
            ("2026-04-03", 5.00, self.mugs, item),
        )
        self.rebuild()
        rows = self.env["acorn.profit.day"].search([])
        self.assertEqual(rows.mapped("quantity"), [3])

    def test_what_is_invoiced_has_its_sku_from_the_order(self):
        self.shop.revenue_mode = "per_order"
        order = self.apply(self.line(sku="LAMP", price="40.00"))
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        invoice.invoice_line_ids.acorn_profit_line = "sales"
        invoice.action_post()
        self.assertAgrees()
        self.assertEqual(self.profit("offer_id"), {self.lamps: 40.0})

    def test_lines_stand_in_the_order_of_a_statement(self):
        self.entry(
            "2026-04-30",
            ("advertising", -1.0, self.us),
            ("sales", 9.0, self.us),
            ("cost_of_goods", -2.0, self.us),
            ("refunds", -3.0, self.us),
        )
        self.rebuild()
        self.assertEqual(
            list(self.profit("profit_line")),
            ["sales", "refunds", "advertising", "cost_of_goods"],
        )

    def test_the_margin_of_a_group_is_that_of_its_sums(self):
        self.entry("2026-04-30", ("sales", 80.0, self.us), ("referral", -20.0, self.us))
        self.rebuild()
        Profit = self.env["acorn.profit.day"]
        self.assertEqual(Profit._read_group([], [], ["margin:avg"])[0][0], 0.75)
        both = Profit._read_grouping_sets([], [["shop_id"], []], ["margin:avg"])
        self.assertEqual(both[1][0][0], 0.75)

    def test_units_of_several_currencies_add_up_in_that_of_the_first(self):
        swiss = self.env.ref("base.CHF")
        (self.company.currency_id | swiss).rate_ids.unlink()
        self.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "rate": rate, "company_id": False}
                for currency, rate in ((self.company.currency_id, 5.0), (swiss, 2.0))
            ]
        )
        # A rate of next month changes nothing of the company's own money.
        self.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "rate": rate, "name": "2099-01-01"}
                for currency, rate in ((self.company.currency_id, 10.0), (swiss, 4.0))
            ]
        )
        branch = self.env["res.company"].create(
            {"name": "Branch", "currency_id": swiss.id}
        )
        self.transaction("T1", "2026-04-10", ("sale", 50.0, self.mugs))
        self.rebuild()
        day = self.env["acorn.profit.day"].search([])
        day.copy(
            {
                "company_id": branch.id,
                "company_currency_id": swiss.id,
                "amount": 40.0,
            }
        )
        for first, other, total in (
            (self.company, branch, 150.0),  # 50 + 40 ÷ 2 × 5
            (branch, self.company, 60.0),  # 40 + 50 ÷ 5 × 2
        ):
            days = self.env["acorn.profit.day"].with_context(
                allowed_company_ids=(first | other).ids
            )
            groups = days._read_group([], [], ["amount:sum_currency"])
            self.assertAlmostEqual(groups[0][0], total)

    def test_differences_of_rates_are_a_line_of_their_own(self):
        euro = self.env.ref("base.EUR")
        account = self.balance.copy({"code": "ACP9", "reconcile": True})
        first, second = (
            self.entry(
                "2026-04-30",
                (
                    False,
                    income,
                    self.de,
                    {
                        "account_id": account.id,
                        "currency_id": euro.id,
                        "amount_currency": -sign * 100.0,
                    },
                ),
            )
            for income, sign in ((120.0, 1), (-110.0, -1))
        )
        (first | second).line_ids.filtered(
            lambda line: line.account_id == account
        ).reconcile()
        self.assertAgrees()
        found = self.profit("shop_id", "site_id", "profit_line")
        self.assertEqual(list(found), [(self.shop, self.de, "exchange")])
        self.assertAlmostEqual(abs(sum(found.values())), 10.0)

    def test_an_accountant_books_what_counts_for_a_shop(self):
        groups = "base.group_user,account.group_account_user"
        accountant = new_test_user(self.env, "accountant", groups)
        Move = self.env["account.move"].with_user(accountant)
        form = Form(Move.with_context(default_move_type="entry"))
        form.date = "2026-04-15"
        form.acorn_shop_id = self.shop
        for account, debit in ((self.income, 70.0), (self.balance, 0.0)):
            with form.line_ids.new() as line:
                line.account_id = account
                line.debit = debit
                line.credit = 70.0 - debit
                if debit:
                    line.acorn_profit_line = "advertising"
        form.save().action_post()
        self.assertAgrees()
        self.assertEqual(
            self.profit("shop_id", "profit_line"), {(self.shop, "advertising"): -70.0}
        )
