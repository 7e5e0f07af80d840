"""Any settlement balances, in both currencies, and nothing of it is lost."""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import hypothesis
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from odoo.tests import BaseCase, tagged

from .. import entries

set_hypothesis_home_dir(Path(tempfile.gettempdir(), "acorn-hypothesis"))
settings = hypothesis.settings(
    derandomize=True, database=None, deadline=None, max_examples=200
)

CENT = Decimal("0.01")
PLAIN = entries.Tax(
    1, Decimal("0.19"), (entries.TaxPart(11, Decimal(1), account=901),), name="VAT"
)
HALVED = entries.Tax(
    2,
    Decimal("0.07"),
    (
        entries.TaxPart(21, Decimal("0.5"), account=902),
        entries.TaxPart(22, Decimal("0.5")),
    ),
)
REVERSE = entries.Tax(
    3,
    Decimal("0.2"),
    (
        entries.TaxPart(31, Decimal(1), account=903),
        entries.TaxPart(32, Decimal(-1), account=904),
    ),
)
NATURES = ("sale", "refund", "referral", "reserve", "tax_collected", "fee_tax")
HOWS = (
    (None, ""),
    *((tax, how) for tax in (PLAIN, HALVED) for how in ("beside", "included", "row")),
    (REVERSE, "reversed"),
)


def group(key, amount, month=4, nature="sale", site=1, day=3):
    return entries.Group(
        key=key,
        month=date(2026, month, 1),
        last=date(2026, month, day),
        site=site,
        rule=7,
        nature=nature,
        profit_line="",
        amount=Decimal(amount),
    )


@st.composite
def settlements(draw):
    """Draw (step, step of the company's currency, rate, [(Group, tax, how)])."""
    steps = st.sampled_from([Decimal(1), CENT, Decimal("0.001")])
    step, company_step = draw(steps), draw(steps)
    rate = draw(
        st.decimals("0.0001", "300", places=6, allow_nan=False, allow_infinity=False)
    )
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(-5_000_000, 5_000_000) | st.integers(-3, 3),
                st.integers(3, 6),
                st.sampled_from(NATURES),
                st.integers(0, 2),
                st.integers(1, 28),
                st.sampled_from(HOWS),
            ),
            max_size=40,
        )
    )
    groups = [
        (group(key, amount * step, month, nature, site, day), *how)
        for key, (amount, month, nature, site, day, how) in enumerate(rows)
    ]
    return step, company_step, rate, groups


def made_of(groups, step, until=date(2026, 5, 6)):
    items, lasts = {}, {}
    for each, tax, how in groups:
        found = entries.items_of(each, 100 + each.site, each.nature, step, tax, how)
        items.setdefault(each.month, []).extend(found)
        lasts[each.month] = max(each.last, lasts.get(each.month, each.last))
    return entries.entries_of(items, lasts, until, clearing=1, carried=2)


@tagged("post_install", "-at_install")
class TestEntries(BaseCase):
    @given(settlements())
    @settings
    def test_any_settlement_balances_in_both_currencies(self, drawn):
        step, company_step, rate, groups = drawn
        for entry in made_of(groups, step):
            self.assertEqual(sum(item.amount for item in entry.items), 0)
            balances = entries.balances_of(entry, rate, company_step)
            self.assertEqual(sum(balances), 0)
            for item, balance in zip(entry.items, balances, strict=True):
                self.assertEqual(balance, entries.rounded(balance, company_step))
                self.assertGreaterEqual(item.amount * balance, 0)

    @given(settlements())
    @settings
    def test_amounts_are_converted_one_by_one_or_less_than_a_cent_beside(self, drawn):
        step, company_step, rate, groups = drawn
        for entry in made_of(groups, step):
            balances = entries.balances_of(entry, rate, company_step)
            for item, balance in zip(entry.items[:-1], balances, strict=False):
                self.assertLess(abs(balance - item.amount * rate), company_step)

    @given(settlements())
    @settings
    def test_what_is_paid_out_is_the_sum_of_all_amounts(self, drawn):
        step, _company_step, _rate, groups = drawn
        made = made_of(groups, step)
        total = sum(each.amount for each, *_tax in groups)
        items = [item for entry in made for item in entry.items]
        for role, expected in (("clearing", total), ("carried", 0), ("", -total)):
            found = sum(item.amount for item in items if item.role == role)
            self.assertEqual(found, expected)

    @given(settlements())
    @settings
    def test_each_group_has_one_item_and_each_month_one_entry(self, drawn):
        step, _company_step, _rate, groups = drawn
        made = made_of(groups, step)
        months = {each.month for each, *_tax in groups}
        self.assertEqual([entry.month for entry in made], sorted(months))
        keys = [key for entry in made for item in entry.items for key in item.groups]
        self.assertEqual(sorted(keys), [each.key for each, *_tax in groups])

    @given(settlements())
    @settings
    def test_what_one_month_carries_on_the_next_takes_over(self, drawn):
        step, _company_step, _rate, groups = drawn
        made = made_of(groups, step)
        carried = [
            [item.amount for item in entry.items if item.role == "carried"]
            for entry in made
        ]
        flat = [amount for amounts in carried for amount in amounts]
        self.assertEqual(flat[::2], [-amount for amount in flat[1::2]])

    def test_tax_in_an_amount_is_taken_out_of_it(self):
        item, vat = entries.items_of(
            group(1, "119.00"), 400, "Sales", CENT, PLAIN, entries.INCLUDED
        )
        self.assertEqual((item.amount, item.taxes), (Decimal("-100.00"), (1,)))
        self.assertEqual((vat.amount, vat.account, vat.part), (Decimal(-19), 901, 11))
        self.assertEqual(vat.nature, "tax_collected")

    def test_reverse_charge_is_owed_and_deducted(self):
        fee, owed, deducted = entries.items_of(
            group(1, "-50.00", nature="referral"),
            *(400, "Commission", CENT, REVERSE, entries.REVERSED),
        )
        self.assertEqual(fee.amount, 50)
        self.assertEqual((owed.amount, deducted.amount), (10, -10))

    def test_a_row_that_is_tax_keeps_its_lines(self):
        first, second = entries.items_of(
            group(5, "-0.05", nature="fee_tax"), 400, "Tax", CENT, HALVED, entries.ROW
        )
        self.assertEqual(first.amount + second.amount, Decimal("0.05"))
        self.assertEqual((first.groups, second.groups), ((5,), ()))
        self.assertEqual((first.account, second.account), (902, 400))

    def test_a_month_is_dated_on_its_last_day_and_the_last_one_on_the_end(self):
        made = made_of([(group(1, 1, 4), None, ""), (group(2, 2, 5), None, "")], CENT)
        self.assertEqual([e.date for e in made], [date(2026, 4, 30), date(2026, 5, 6)])
        # Where the site is, it is May already.
        [late] = made_of(
            [(group(1, 1, 5, day=1), None, "")], CENT, until=date(2026, 4, 30)
        )
        self.assertEqual(late.date, date(2026, 5, 1))

    def test_alike_items_are_one(self):
        a, b, c = group(1, 1), group(2, 2), group(3, 4, site=2)
        [entry] = made_of([(each, None, "") for each in (a, b, c)], CENT)
        self.assertEqual([item.amount for item in entry.items], [-3, -4, 7])
        self.assertEqual(entry.items[0].groups, (1, 2))
