from datetime import date
from decimal import Decimal
from random import Random
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_posting import PostingCase

MAY = "2026-05-04"


@tagged("post_install", "-at_install")
class TestPosting(PostingCase):
    def worked_example(self, currency="USD"):
        """The settlement of a book on the matter: 22 April to 6 May, deposit 6,661."""
        order = {"order_ref": "A-1"}
        return self.stored(
            ("sale", "10000"),
            ("shipping", "200"),
            ("promotion", "-300"),
            ("refund", "-500"),
            ("referral", "-1500"),
            ("fba", "-1800"),
            ("ads", "-700"),
            ("storage", "-120"),
            ("tax", "80", "2026-04-25", order),
            ("withheld", "-80", "2026-04-25", order),
            ("released", "400"),
            ("sale", "3000", MAY),
            ("shipping", "60", MAY),
            ("promotion", "-90", MAY),
            ("refund", "-150", MAY),
            ("referral", "-450", MAY),
            ("fba", "-540", MAY),
            ("ads", "-210", MAY),
            ("subscription", "-39", MAY),
            ("held", "-600", MAY),
            currency=currency,
        )

    def test_the_worked_example_comes_out_to_the_cent(self):
        settlement = self.worked_example()
        april, may = self.post(settlement)
        self.assertEqual(april.date, date(2026, 4, 30))
        self.assertEqual(
            self.amounts(april),
            {
                "sale": -10000,
                "shipping": -200,
                "promotion": 300,
                "refund": 500,
                "referral": 1500,
                "fulfilment": 1800,
                "advertising": 700,
                "storage": 120,
                "tax_collected": -80,
                "tax_withheld": 80,
                "reserve": -400,
                "carried": 5680,
            },
        )
        self.assertEqual(sum(april.line_ids.mapped("debit")), 10680)
        self.assertEqual(may.date, date(2026, 5, 6))
        self.assertEqual(
            self.amounts(may),
            {
                "sale": -3000,
                "shipping": -60,
                "promotion": 90,
                "refund": 150,
                "referral": 450,
                "fulfilment": 540,
                "advertising": 210,
                "subscription": 39,
                "reserve": 600,
                "carried": -5680,
                "clearing": 6661,
            },
        )
        self.assertEqual(sum(may.line_ids.mapped("debit")), 8740)
        self.assertEqual(settlement.clearing_line_id.balance, 6661)
        carried = (april | may).line_ids.filtered(
            lambda line: line.account_id == self.accounts["carried"]
        )
        self.assertEqual(carried.mapped("reconciled"), [True, True])

    def test_each_item_opens_its_lines_and_knows_what_it_is(self):
        settlement = self.worked_example()
        self.post(settlement)
        self.assertFalse(settlement.line_ids.filtered(lambda ln: not ln.move_line_id))
        for item in settlement.line_ids.move_line_id:
            lines = item.acorn_settlement_line_ids
            self.assertEqual(-item.amount_currency, sum(lines.mapped("amount")))
            self.assertEqual(item.acorn_nature, lines[:1].nature)
            self.assertEqual(item.acorn_site_id, self.us)
            self.assertEqual(item.acorn_shop_id, self.shop)
        accounts = (
            f"{self.shop.analytic_account_id.id},{self.us.analytic_account_id.id}"
        )
        sold = settlement.line_ids[:1].move_line_id
        self.assertEqual(sold.analytic_distribution, {accounts: 100.0})
        self.assertFalse(settlement.clearing_line_id.analytic_distribution)

    def test_the_proof_sheet_is_the_same_before_and_after(self):
        settlement = self.worked_example()
        before = settlement._proof()
        self.assertEqual([row["amount"] for row in before], [6661] * 4)
        self.assertTrue(settlement.proven)
        self.assertEqual(settlement.proof.count("fa-check"), 4)
        self.post(settlement)
        self.assertEqual([row["amount"] for row in settlement._proof()], [6661] * 4)

    def test_a_settlement_in_another_currency_balances_in_both(self):
        self.set_rate("2026-04-01", 1.0837)
        self.set_rate("2026-05-01", 1.1213)
        settlement = self.worked_example("EUR")
        april, may = self.post(settlement)
        for move, rate in ((april, 1.0837), (may, 1.1213)):
            self.assertFalse(round(sum(move.line_ids.mapped("balance")), 2))
            self.assertFalse(round(sum(move.line_ids.mapped("amount_currency")), 2))
            for line in move.line_ids.filtered("acorn_nature"):
                self.assertEqual(
                    line.balance,
                    self.company.currency_id.round(line.amount_currency * rate),
                )
        carried = (april | may).line_ids.filtered(
            lambda line: line.account_id == self.accounts["carried"]
        )
        self.assertTrue(all(carried.mapped("reconciled")))
        difference = carried.matched_debit_ids.exchange_move_id
        self.assertAlmostEqual(
            max(difference.line_ids.mapped("balance")),
            -sum(carried.mapped("balance")),
        )

    def test_one_bank_line_clears_the_deposit_and_odoo_books_the_exchange(self):
        self.set_rate("2026-04-01", 1.08)
        self.set_rate("2026-05-08", 1.10)
        settlement = self.worked_example("EUR")
        self.post(settlement)
        journal = self.env["account.journal"].create(
            {
                "name": "Bank EUR",
                "code": "BEUR",
                "type": "bank",
                "currency_id": self.eur.id,
            }
        )
        bank_line = self.env["account.bank.statement.line"].create(
            {"journal_id": journal.id, "date": "2026-05-08", "amount": 6661}
        )
        _liquidity, suspense, _other = bank_line._seek_for_lines()
        suspense.account_id = self.accounts["clearing"]
        cleared = settlement.clearing_line_id
        (suspense | cleared).reconcile()
        self.assertTrue(cleared.reconciled)
        self.assertFalse(cleared.amount_residual_currency)
        exchange = cleared.matched_credit_ids.exchange_move_id
        self.assertAlmostEqual(
            abs(sum(exchange.line_ids.filtered("reconciled").mapped("balance"))),
            6661 * 0.02,
            2,
        )

    def test_a_person_of_the_books_posts_reverses_and_reads(self):
        settlement = self.worked_example()
        accountant = new_test_user(
            self.env, "book", groups="base.group_user,account.group_account_user"
        )
        theirs = settlement.with_user(accountant)
        theirs.action_post()
        self.assertEqual(theirs.state, "posted", theirs.hold_reason)
        self.assertIn("6,661.00", theirs.proof)
        item = theirs.line_ids[:1].move_line_id
        domain = item.action_open_settlement_lines()["domain"]
        self.assertEqual(len(theirs.line_ids.search(domain)), 1)
        theirs.action_reverse()
        self.assertEqual(theirs.state, "reversed")
        reader = new_test_user(
            self.env, "read", groups="base.group_user,account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            settlement.with_user(reader).action_post()
        self.assertTrue(settlement.with_user(reader).proof)

    def test_nobody_edits_a_settlement_or_what_it_posted(self):
        settlement = self.worked_example()
        accountant = new_test_user(
            self.env, "book", groups="base.group_user,account.group_account_manager"
        )
        theirs = settlement.with_user(accountant)
        theirs.action_post()
        other = self.env["acorn.message"].search([], limit=1)
        for values in (
            {"state": "draft"},
            {"total": 1},
            {"clearing_line_id": False},
            {"message_id": other.id},
            {"payout_id": False},
            {"post_in_open_month": True},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                theirs.write(values)
        move = theirs.move_ids[0]
        with self.assertRaises(AccessError):
            move.acorn_settlement_id = False
        with self.assertRaisesRegex(UserError, "reverse it"):
            move.state = "draft"
        item = move.line_ids[0]
        for values in (
            {"account_id": move.line_ids[-1].account_id.id},
            {"acorn_profit_line": "sales"},
            {"acorn_site_id": False},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "reverse it"):
                item.write(values)
        theirs.message_post(body="Looked at.")

    def test_any_settlement_balances_in_odoo(self):
        self.set_rate("2026-03-01", 1.0837)
        self.set_rate("2026-05-01", 0.9471)
        random = Random(6)
        for number in range(5):
            rows = [
                (
                    random.choice(("sale", "refund", "referral", "ads", "held")),
                    Decimal(random.randint(-99999, 99999)) / 100,
                    random.choice(("2026-03-30", "2026-04-25", MAY)),
                    {"site_id": random.choice((self.us, self.de)).id},
                )
                for _ in range(30)
            ]
            settlement = self.stored(*rows, ref=f"any {number}", currency="EUR")
            moves = self.post(settlement)
            self.assertTrue(settlement.proven)
            for move in moves:
                self.assertFalse(round(sum(move.line_ids.mapped("balance")), 2))
                in_euro = sum(move.line_ids.mapped("amount_currency"))
                self.assertFalse(round(in_euro, 2))
            total = sum(row[1] for row in rows)
            paid = settlement.clearing_line_id.amount_currency
            self.assertEqual(Decimal(str(round(paid, 2))), total)

    def test_a_missing_rate_holds_the_settlement(self):
        self.set_rate("2026-05-01", 1.1213)
        settlement = self.worked_example("EUR")
        settlement.action_post()
        self.assertEqual(settlement.state, "held")
        self.assertIn("exchange rate of EUR for 04/30/2026", settlement.hold_reason)
        self.assertFalse(settlement.move_ids)
        self.set_rate("2026-04-01", 1.1)
        self.post(settlement)

    def test_an_unknown_word_holds_the_settlement_until_it_is_mapped(self):
        settlement = self.stored(("sale", "100"), ("Mystery", "-3"), ("Mystery", "-4"))
        settlement.action_post()
        self.assertEqual(settlement.state, "held")
        self.assertIn("Mystery / Mystery / Mystery: 2 lines", settlement.hold_reason)
        self.assertFalse(settlement.proven)
        rule = self.rules.create(
            self.rule_values("Mystery", "*", "*", "other_fee"),
        )
        unknown = settlement.line_ids.filtered(lambda line: not line.rule_id)
        unknown.write({"rule_id": rule.id, "nature": rule.nature})
        self.post(settlement)
        self.assertEqual(settlement.clearing_line_id.balance, 93)

    def test_lines_that_do_not_add_up_hold_the_settlement(self):
        settlement = self.stored(("sale", "100"), total=101)
        settlement.action_post()
        self.assertEqual(settlement.state, "held")
        self.assertIn("$\N{NO-BREAK SPACE}101.00", settlement.hold_reason)

    def test_a_rule_without_account_holds_the_settlement(self):
        settlement = self.stored(("sale", "100"))
        settlement.line_ids.rule_id.account_id = False
        settlement.action_post()
        self.assertIn("no account", settlement.hold_reason)

    def test_a_debt_is_claimed_on_the_clearing_account(self):
        settlement = self.stored(("sale", "10"), ("ads", "-60"))
        move = self.post(settlement)
        self.assertEqual(
            self.amounts(move), {"sale": -10, "advertising": 60, "clearing": -50}
        )

    def test_all_held_back_pays_nothing_out(self):
        settlement = self.stored(("sale", "10"), ("held", "-10"))
        move = self.post(settlement)
        self.assertEqual(self.amounts(move), {"sale": -10, "reserve": 10})
        self.assertFalse(settlement.clearing_line_id)
        self.assertEqual([row["amount"] for row in settlement._proof()], [0] * 4)

    def test_amounts_that_cancel_out_stay_visible(self):
        settlement = self.stored(("referral", "-5"), ("referral", "5"), ("sale", "1"))
        move = self.post(settlement)
        item = settlement.line_ids[:1].move_line_id
        self.assertFalse(item.balance)
        self.assertEqual(len(item.acorn_settlement_line_ids), 2)
        self.assertEqual(len(move.line_ids), 3)

    def test_an_empty_settlement_is_posted_without_entries(self):
        settlement = self.stored()
        self.assertFalse(self.post(settlement))

    def test_a_locked_month_is_held_with_a_choice(self):
        settlement = self.worked_example()
        self.company.fiscalyear_lock_date = date(2026, 4, 30)
        settlement.action_post()
        self.assertEqual(settlement.state, "held")
        self.assertTrue(settlement.held_by_lock)
        self.assertIn("04/30/2026 is locked", settlement.hold_reason)
        settlement.action_post_in_open_month()
        self.assertEqual(settlement.state, "posted")
        april, may = settlement._current_moves().sorted("date")
        self.assertEqual(april.date, date(2026, 5, 1))
        self.assertIn("04/30/2026 was locked", april.narration)
        self.assertFalse(may.narration)
        self.assertIn("April", april.ref)
        self.assertIn("04/30/2026 was locked", settlement.message_ids[:1].body)

    def test_a_tax_lock_holds_only_what_has_tax(self):
        self.us.tax_id = self.make_tax(8)
        order = ("2026-04-25", {"order_ref": "A-1"})
        plain = self.stored(("sale", "10"))
        taxed = self.stored(("sale", "10", *order), ("tax", "0.80", *order), ref="2")
        self.company.tax_lock_date = date(2026, 4, 30)
        self.post(plain)
        taxed.action_post()
        self.assertEqual(taxed.state, "held")

    def test_what_odoo_changes_is_refused(self):
        settlement = self.stored(("sale", "10"))
        Move = self.env.registry["account.move"]
        post = Move._post

        def moved(self, soft=True):
            result = post(self, soft)
            self.date = date(2026, 6, 30)
            return result

        with patch.object(Move, "_post", moved), self.assertRaises(UserError):
            settlement.action_post()

    def test_a_reversed_settlement_is_posted_again(self):
        settlement = self.worked_example()
        moves = self.post(settlement)
        settlement.action_reverse()
        self.assertEqual(settlement.state, "reversed")
        self.assertEqual(moves.mapped("state"), ["posted", "posted"])
        self.assertEqual(moves.reversal_move_ids.mapped("state"), ["posted"] * 2)
        self.assertFalse(settlement.line_ids.move_line_id)
        for line in moves.line_ids.filtered(lambda ln: ln.account_id.reconcile):
            self.assertTrue(line.reconciled)
        for account in self.accounts.values():
            lines = settlement.move_ids.line_ids.filtered(
                lambda line, account=account: line.account_id == account
            )
            self.assertFalse(sum(lines.mapped("balance")))
        again = self.post(settlement)
        self.assertFalse(again & moves)
        self.assertEqual([row["amount"] for row in settlement._proof()], [6661] * 4)

    def test_entries_of_settlements_are_not_changed_by_hand(self):
        settlement = self.worked_example()
        april, _may = self.post(settlement)
        for forbidden in (
            april.button_draft,
            april.button_cancel,
            april._reverse_moves,
        ):
            with self.assertRaisesRegex(UserError, "settlement 1001"):
                forbidden()
