from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_bank import BankCase

MAY = "2026-05-04"


@tagged("post_install", "-at_install")
class TestShopMonth(BankCase):
    """A month is reconciled when settlements, books and bank agree."""

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time("2026-06-02 09:00:00"))
        self.accountant = new_test_user(
            self.env, "marks", groups="account.group_account_user"
        )

    def months(self):
        """Return the shop's months by their first day."""
        Months = self.env["acorn.shop.month"]
        Months._refresh(self.shop, date(2026, 1, 1), date(2026, 6, 30))
        found = Months.search([("shop_id", "=", self.shop.id)])
        return {month.month.month: month for month in found}

    def figures(self, month):
        line = month.line_ids
        return line.settled, line.posted, line.payable, line.banked

    def two_months(self):
        """Settle April's 100 and May's 50, paid out in May."""
        return self.stored(("sale", "100"), ("sale", "50", MAY))

    def test_figures_follow_from_settled_to_posted_to_banked(self):
        settlement = self.two_months()
        april, may = self.months()[4], self.months()[5]
        self.assertEqual(self.figures(april), (100, 0, 0, 0))
        self.assertEqual(self.figures(may), (50, 0, 150, 0))
        self.assertEqual(april.line_ids.not_posted, 100)
        self.assertIn("Settlements not posted: 1.", april.missing)
        self.post(settlement)
        self.months()
        self.assertEqual(self.figures(april), (100, 100, 0, 0))
        self.assertFalse(april.missing)
        self.assertEqual(may.missing, "Payouts not at the bank: 1.")
        self.bank_line("2026-05-07", 150)
        self.match()
        self.months()
        self.assertEqual(self.figures(may), (50, 50, 150, 150))
        self.assertEqual(may.line_ids.not_banked, 0)
        self.assertFalse(may.missing)

    def test_each_currency_has_its_own_figures(self):
        self.set_rate("2026-01-01", 1.1)
        self.stored(("sale", "100"))
        self.stored(("sale", "70"), ref="2", currency="EUR")
        lines = self.months()[4].line_ids
        self.assertEqual(
            {line.currency_id.name: line.settled for line in lines},
            {"USD": 100, "EUR": 70},
        )

    def test_an_accountant_marks_a_month_and_it_says_who_and_when(self):
        self.post(self.two_months())
        april = self.months()[4]
        april.with_user(self.accountant).action_mark()
        self.assertEqual(april.state, "reconciled")
        self.assertEqual(april.user_id, self.accountant)
        self.assertEqual(str(april.reconciled_at), "2026-06-02 09:00:00")

    def test_what_is_missing_refuses_the_mark(self):
        self.two_months()
        april = self.months()[4]
        with self.assertRaisesRegex(UserError, "not posted"):
            april.with_user(self.accountant).action_mark()
        self.assertEqual(april.state, "open")

    def test_a_mark_looks_at_what_is_true_now(self):
        settlement = self.two_months()
        self.post(settlement)
        april = self.months()[4]
        settlement.action_reverse()
        with self.assertRaisesRegex(UserError, "not posted"):
            april.with_user(self.accountant).action_mark()

    def test_money_that_is_not_settled_yet_keeps_a_month_open(self):
        self.post(self.two_months())
        self.env["acorn.transaction"].create(
            {
                "ref": "T1",
                "shop_id": self.shop.id,
                "currency_id": self.env.ref("base.USD").id,
                "posted_on": "2026-04-30",
                "counted": True,
            }
        )
        self.assertEqual(self.months()[4].missing, "Transactions not settled: 1.")

    def test_a_month_that_is_not_over_is_not_marked(self):
        self.post(self.two_months())
        april = self.months()[4]
        with freeze_time("2026-04-30 09:00:00"):
            april.invalidate_recordset(["missing"])
            self.assertEqual(april.missing, "The month is not over.")

    def test_a_reversal_opens_its_months_again_with_a_note(self):
        settlement = self.two_months()
        self.post(settlement)
        april = self.marked(4)
        settlement.action_reverse()
        self.assertEqual((april.state, april.user_id.id), ("open", False))
        self.assertIn("has changed", april.message_ids[0].body)

    def test_a_settlement_that_comes_late_opens_its_month_again(self):
        self.post(self.two_months())
        april = self.marked(4)
        rows = (("Order", "ItemPrice", "Principal", "9.00"),)
        self.env["acorn.settlement"]._acorn_apply(
            self.shop, self.settlement(*rows, ref="late")
        )
        self.assertEqual(april.state, "open")

    def test_a_bank_line_that_is_unreconciled_opens_its_month_again(self):
        self.post(self.two_months())
        line = self.bank_line("2026-05-07", 150)
        self.match()
        may = self.marked(5)
        line.unreconcile_bank_line()
        self.assertEqual(may.state, "open")

    def test_what_changes_nothing_leaves_the_mark(self):
        settlement = self.two_months()
        self.post(settlement)
        april = self.marked(4)
        self.stored(("sale", "9", "2026-03-03"), ref="before")
        settlement._touch_months()
        self.months()
        self.assertEqual(april.state, "reconciled")

    def marked(self, number):
        month = self.months()[number]
        month.with_user(self.accountant).action_mark()
        self.assertEqual(month.state, "reconciled")
        return month

    def test_a_person_opens_a_month_again(self):
        self.post(self.two_months())
        april = self.marked(4)
        april.with_user(self.accountant).action_unmark()
        self.assertEqual(april.state, "open")

    def test_who_only_reads_marks_nothing_and_nobody_writes_figures(self):
        self.post(self.two_months())
        april = self.months()[4]
        reader = new_test_user(
            self.env, "reads", groups="account.group_account_readonly"
        )
        self.assertEqual(april.with_user(reader).line_ids.settled, 100)
        with self.assertRaises(AccessError):
            april.with_user(reader).action_mark()
        self.assertFalse(april.with_user(self.accountant).has_access("write"))
        operator = new_test_user(self.env, "ops", groups="acorn_base.group_operator")
        self.assertFalse(april.with_user(operator).has_access("read"))

    def test_the_cron_looks_at_every_shop(self):
        self.two_months()
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["acorn.shop.month"]._cron_refresh()
        self.env.invalidate_all()
        months = self.env["acorn.shop.month"].search([("shop_id", "=", self.shop.id)])
        self.assertEqual(len(months), 2)
