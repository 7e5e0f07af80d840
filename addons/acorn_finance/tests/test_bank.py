from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common_bank import BankCase


@tagged("post_install", "-at_install")
class TestPayout(BankCase):
    """Payouts are stored once, and know what they pay."""

    def test_a_payout_is_linked_to_the_settlement_that_it_names(self):
        settlement = self.stored(("sale", "100"))
        payout = self.pay("90.00", refs=("1001",))  # whatever its amount
        self.assertEqual(settlement.payout_id, payout)
        self.assertEqual(settlement.payout_status, "paid")
        self.assertEqual(settlement.account_tail, "4711")
        self.assertEqual(settlement.trace_ref, "TRACE-0001")

    def test_one_payout_pays_two_settlements(self):
        settlements = self.stored(("sale", "100"))
        settlements |= self.stored(("sale", "50"), ref="1002")
        payout = self.pay("150.00", refs=("1001", "1002"))
        self.assertEqual(settlements.payout_id, payout)

    def test_told_again_it_is_brought_up_to_date_and_nothing_is_doubled(self):
        payout = self.pay("100.00", status="sent")
        self.assertEqual(self.pay("100.00", status="paid"), payout)
        self.assertEqual(payout.status, "paid")
        before = payout.write_date
        self.assertEqual(self.pay("100.00", status="paid"), payout)
        self.assertEqual(payout.write_date, before)

    def test_without_a_name_the_only_settlement_of_amount_and_time_is_linked(self):
        settlement = self.stored(("sale", "100"))
        settlement.deposited_at = "2026-05-08 06:00:00"
        payout = self.pay("100.00")
        self.assertEqual(settlement.payout_id, payout)

    def test_where_two_settlements_fit_none_is_linked(self):
        for ref in ("1001", "1002"):
            self.stored(("sale", "100"), ref=ref).deposited_at = "2026-05-08 06:00:00"
        self.assertFalse(self.pay("100.00").settlement_ids)

    def test_where_two_payouts_fit_none_is_linked(self):
        self.pay("100.00")
        self.pay("100.00", ref="P2")
        settlement = self.settle("100.00")
        self.assertFalse(settlement.payout_id)

    def test_a_settlement_that_comes_after_its_payout_is_linked(self):
        named = self.pay("1.00", ref="P1", refs=("1001",))
        alike = self.pay("70.00", ref="P2")
        self.assertEqual(self.settle("100.00").payout_id, named)
        self.assertEqual(self.settle("70.00", ref="1002").payout_id, alike)

    def test_a_payout_that_fails_pays_nothing(self):
        settlement = self.stored(("sale", "100"))
        self.pay("100.00", refs=("1001",))
        self.pay("100.00", refs=("1001",), status="failed")
        self.assertFalse(settlement.payout_id)
        again = self.pay("100.00", refs=("1001",), ref="P2")
        self.assertEqual(settlement.payout_id, again)

    def settle(self, amount, ref="1001"):
        row = ("Order", "ItemPrice", "Principal", amount)
        record = self.settlement(row, ref=ref)
        return self.env["acorn.settlement"]._acorn_apply(self.shop, record)


@tagged("post_install", "-at_install")
class TestBank(BankCase):
    """What is on the bank's statement is reconciled with what was paid out."""

    def test_the_only_line_of_amount_and_date_is_reconciled_by_itself(self):
        settlement = self.posted(("sale", "100"))
        self.assertEqual(settlement.bank_state, "waiting")
        line = self.bank_line("2026-05-10", 100)
        self.match()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(settlement.bank_state, "banked")
        counterpart = line.move_id.line_ids - self.liquidity(line)
        self.assertEqual(counterpart.account_id, self.accounts["clearing"])
        self.assertEqual(
            counterpart.full_reconcile_id, settlement.clearing_line_id.full_reconcile_id
        )
        self.assertFalse(self.proposals())

    def test_the_trace_reference_says_more_than_equal_amounts(self):
        first, second = self.posted(("sale", "100")), self.posted(("sale", "100"), "2")
        self.pay("100.00", ref="P1", refs=("1001",), trace="TRACE-0001")
        self.pay("100.00", ref="P2", refs=("2",), trace="TRACE-0002")
        two = self.bank_line("2026-05-10", 100, "Payment trace0002 thank you")
        one = self.bank_line("2026-05-11", 100, "TRACE 0001")
        self.match()
        self.assertEqual(first.payout_id.statement_line_id, one)
        self.assertEqual(second.payout_id.statement_line_id, two)
        self.assertEqual((first | second).mapped("bank_state"), ["banked", "banked"])

    def test_where_two_lines_fit_nothing_is_done_and_both_are_proposed(self):
        settlement = self.posted(("sale", "100"))
        lines = self.bank_line("2026-05-10", 100) | self.bank_line("2026-05-11", 100)
        self.match()
        self.assertEqual(settlement.bank_state, "waiting")
        self.assertEqual(self.proposals().statement_line_id, lines)
        self.assertEqual(set(self.proposals().mapped("sure")), {False})

    def test_where_two_payouts_fit_nothing_is_done(self):
        settlements = self.posted(("sale", "100")) | self.posted(("sale", "100"), "2")
        self.bank_line("2026-05-10", 100)
        self.match()
        self.assertEqual(set(settlements.mapped("bank_state")), {"waiting"})
        self.assertEqual(self.proposals().settlement_id, settlements)

    def test_a_person_decides_and_the_button_reconciles(self):
        settlement = self.posted(("sale", "100"))
        lines = self.bank_line("2026-05-10", 100) | self.bank_line("2026-05-11", 100)
        self.match()
        user = new_test_user(self.env, "decides", groups="account.group_account_user")
        chosen = self.proposals().filtered(lambda p: p.statement_line_id == lines[1])
        chosen.with_user(user).action_reconcile()
        self.assertEqual(lines.mapped("is_reconciled"), [False, True])
        self.assertEqual(settlement.bank_state, "banked")
        self.assertFalse(self.proposals())

    def test_who_only_reads_reconciles_nothing(self):
        self.posted(("sale", "100"))
        self.bank_line("2026-05-10", 100)
        self.bank_line("2026-05-11", 100)
        self.match()
        user = new_test_user(self.env, "reads", groups="account.group_account_readonly")
        proposal = self.proposals()[:1].with_user(user)
        self.assertEqual(proposal.amount, 100)
        with self.assertRaises(UserError):
            proposal.action_reconcile()

    def test_what_comes_too_early_or_too_late_is_not_proposed(self):
        self.posted(("sale", "100"))
        self.bank_line("2026-05-03", 100)
        self.bank_line("2026-05-17", 100)
        self.match()
        self.assertFalse(self.proposals())

    def test_a_known_trace_with_another_amount_is_left_to_a_person(self):
        settlement = self.posted(("sale", "100"))
        self.pay("100.00", refs=("1001",))
        line = self.bank_line("2026-05-10", 98.5, "TRACE-0001 less the fee")
        self.match()
        self.assertEqual(settlement.bank_state, "waiting")
        self.assertEqual(self.proposals().statement_line_id, line)
        with self.assertRaisesRegex(UserError, "differ"):
            self.proposals().action_reconcile()

    def test_one_line_pays_two_settlements_of_one_payout(self):
        settlements = self.posted(("sale", "100")) | self.posted(("sale", "50"), "2")
        self.pay("150.00", refs=("1001", "2"))
        line = self.bank_line("2026-05-10", 150, "TRACE-0001")
        self.match()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(settlements.mapped("bank_state"), ["banked", "banked"])

    def test_what_the_channel_takes_from_the_bank_is_reconciled_too(self):
        settlement = self.posted(("sale", "10"), rows=[("subscription", "-39.99")])
        self.assertEqual(settlement.total, -29.99)
        line = self.bank_line("2026-05-10", -29.99, "Direct debit")
        self.match()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(settlement.bank_state, "banked")

    def test_nothing_to_pay_waits_for_nothing(self):
        settlement = self.posted(("sale", "100"), rows=[("held", "-100")])
        self.assertEqual(settlement.bank_state, "none")

    # === CURRENCIES === #

    def test_a_bank_account_in_the_settlement_s_currency_books_the_rates_apart(self):
        """1,000 euros are 1,100 dollars when they are settled, 1,200 on the bank."""
        self.set_rate("2026-05-01", 1.1)
        self.set_rate("2026-05-09", 1.2)
        settlement = self.posted(("sale", "1000", "2026-05-04"), currency="EUR")
        line = self.bank_line("2026-05-10", 1000, journal=self.bank("EUR"))
        self.match()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(settlement.bank_state, "banked")
        self.assertEqual(self.exchange_of(settlement), -100)

    def test_what_was_converted_on_its_way_is_found_by_its_trace(self):
        """The bank has 1,180 dollars for euros that are worth 1,100 in the books."""
        self.set_rate("2026-05-01", 1.1)
        settlement = self.posted(("sale", "1000", "2026-05-04"), currency="EUR")
        self.pay("1000.00", refs=("1001",), currency="EUR")
        line = self.bank_line("2026-05-10", 1180, "TRACE-0001")
        self.match()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(settlement.bank_state, "banked")
        self.assertEqual(self.exchange_of(settlement), -80)
        self.assertEqual(self.liquidity(line).balance, 1180)

    def test_without_a_trace_another_currency_is_never_guessed(self):
        self.set_rate("2026-05-01", 1.1)
        self.posted(("sale", "1000", "2026-05-04"), currency="EUR")
        self.bank_line("2026-05-10", 1100)
        self.match()
        self.assertFalse(self.proposals())

    def exchange_of(self, settlement):
        """Return what exchange differences the settlement's deposit has made."""
        partials = settlement.clearing_line_id.matched_credit_ids
        moves = partials.exchange_move_id
        clearing = self.accounts["clearing"]
        other = moves.line_ids.filtered(lambda line: line.account_id != clearing)
        return sum(other.mapped("balance"))

    # === WHAT IS UNDONE === #

    def test_unreconciled_by_a_person_it_waits_again(self):
        settlement = self.posted(("sale", "100"))
        line = self.bank_line("2026-05-10", 100)
        self.match()
        line.unreconcile_bank_line()
        self.assertEqual(settlement.bank_state, "waiting")

    def test_a_settlement_that_is_reversed_and_posted_again_finds_its_line_again(self):
        settlement = self.posted(("sale", "100"))
        line = self.bank_line("2026-05-10", 100)
        self.match()
        settlement.action_reverse()
        self.assertFalse(line.is_reconciled)
        settlement.action_post()
        self.assertEqual(settlement.bank_state, "waiting")
        self.match()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(settlement.bank_state, "banked")

    def test_it_does_not_stop_at_a_line_that_odoo_refuses(self):
        settlements = self.posted(("sale", "100")) | self.posted(("sale", "50"), "2")
        refused = self.bank_line("2026-05-10", 100)
        done = self.bank_line("2026-05-10", 50)
        Line = self.env.registry["account.bank.statement.line"]
        reconcile = Line.reconcile_bank_line

        def failing(line):
            if line == refused:
                raise UserError(line.payment_ref or "")
            return reconcile(line)

        with patch.object(Line, "reconcile_bank_line", failing):
            self.match()
        self.assertEqual((refused | done).mapped("is_reconciled"), [False, True])
        self.assertEqual(self.proposals().settlement_id, settlements[0])

    def test_other_companies_have_their_own_banks(self):
        self.posted(("sale", "100"))
        other = self.env["res.company"].create({"name": "Other"})
        self.bank_line("2026-05-10", 100)
        self.env["acorn.bank.match"]._run(other)
        self.assertFalse(self.proposals())
