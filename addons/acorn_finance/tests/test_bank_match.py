from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged

from ..bank_match import BankLine, Claim, match

DAY = date(2026, 5, 8)
few = st.integers(0, 3)
claims_of = st.lists(st.tuples(few, few, few, st.booleans()), max_size=6)


@tagged("post_install", "-at_install")
class TestBankMatch(TransactionCase):
    """Whatever comes, nothing is certain where something else fits."""

    @given(claims_of, claims_of)
    def test_sure_proposals_take_each_claim_and_line_once(self, claims, lines):
        sure = [p for p in match(*_build(claims, lines)) if p.sure]
        self.assertEqual(len({p.claim for p in sure}), len(sure))
        self.assertEqual(len({p.line for p in sure}), len(sure))

    @given(claims_of, claims_of)
    def test_what_is_sure_by_amount_has_no_rival(self, claims, lines):
        claims, lines = _build(claims, lines)
        by_key = {each.key: each for each in (*claims, *lines)}
        proposals = match(claims, lines)
        traced = {p.claim for p in proposals if p.reason == "trace"}
        lines_traced = {p.line for p in proposals if p.reason == "trace"}
        for proposal in proposals:
            if proposal.sure and proposal.reason == "amount":
                claim, line = by_key[proposal.claim], by_key[proposal.line]
                self.assertEqual(dict(line.amounts)[claim.currency], claim.amount)
                rivals = [
                    one.key
                    for one in lines
                    if one.key not in lines_traced
                    and dict(one.amounts).get(claim.currency) == claim.amount
                    and abs(one.day - claim.day) <= timedelta(days=2)
                ]
                self.assertLessEqual(set(rivals), {line.key})
                self.assertNotIn(claim.key, traced)

    @given(claims_of, claims_of, st.randoms())
    def test_their_order_does_not_matter(self, claims, lines, random):
        claims, lines = _build(claims, lines)
        expected = set(match(claims, lines))
        random.shuffle(claims)
        random.shuffle(lines)
        self.assertEqual(set(match(claims, lines)), expected)

    def test_a_short_reference_is_found_anywhere_and_so_says_nothing(self):
        claim = Claim("c", Decimal(5), "USD", DAY, "12345")
        line = BankLine("l", (("USD", Decimal(7)),), DAY, "Ref 12345")
        self.assertFalse(match([claim], [line]))


def _build(claims, lines):
    return (
        [
            Claim(
                ("c", number),
                Decimal(amount + 1),
                "EUR" if foreign else "USD",
                DAY + timedelta(days=day),
                f"TRACE{trace}" if trace else "",
            )
            for number, (amount, day, trace, foreign) in enumerate(claims)
        ],
        [
            BankLine(
                ("l", number),
                (("EUR" if foreign else "USD", Decimal(amount + 1)),),
                DAY + timedelta(days=day),
                f"from trace-{trace}" if trace else "",
            )
            for number, (amount, day, trace, foreign) in enumerate(lines)
        ],
    )
