"""The books of several companies in one currency, sales between them taken out.

Plain arithmetic on ``Decimal``. A balance is debit minus credit: income is negative.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

BOOKS = "books"  # of the companies, translated
INTERNAL = "internal"  # sales and debts between companies of the group, taken out
TRANSLATION = "translation"  # from two rates for one set of books
BETWEEN = "between"  # debts between companies that are not the same on both sides

INCOME = ("income", "income_other")
RESULT = (
    *INCOME,
    "expense",
    "expense_depreciation",
    "expense_direct_cost",
    "expense_other",
)
DEBTS = ("asset_receivable", "liability_payable")
COST_OF_SALES = "expense_direct_cost"


@dataclass(frozen=True)
class Balance:
    """What stands on an account at the end, or was booked on it in a month."""

    company: int
    currency: str
    account_type: str  # Odoo's
    amount: Decimal
    account: int = 0
    month: date | None = None  # first day; None: a balance at the end
    partner: int = 0  # company of the group that it was booked with


@dataclass(frozen=True)
class Line:
    kind: str
    company: int
    account_type: str
    amount: Decimal  # group currency
    account: int = 0
    local: Decimal | None = None  # currency of the company
    rate: Decimal | None = None
    partner: int = 0


class MissingRate(Exception):
    """``args`` are the currency and the month (None: at the end)."""


def consolidate(balances, rates, decimals=2):
    """Return the ``Line`` of all companies; their amounts add up to nil.

    The result of a month is translated at the month's rate, all else at the rate at
    the end; what this leaves is each company's translation difference.

    :param balances: iterable of ``Balance``; of each company they add up to nil
    :param rates: {(currency, month or None): group currency for one unit of it}
    """
    unit = Decimal(1).scaleb(-decimals)
    lines, apart = [], defaultdict(Decimal)
    for balance in balances:
        line = _translated(balance, rates, unit)
        lines.append(line)
        apart[balance.company] += line.amount
        lines += _taken_out(line)
    lines += [
        Line(TRANSLATION, company, "equity", -amount)
        for company, amount in apart.items()
        if amount
    ]
    return lines + _between(lines)


def _translated(balance, rates, unit):
    try:
        rate = rates[balance.currency, balance.month]
    except KeyError:
        raise MissingRate(balance.currency, balance.month) from None
    amount = (balance.amount * rate).quantize(unit, ROUND_HALF_UP)
    return Line(
        BOOKS,
        balance.company,
        balance.account_type,
        amount,
        balance.account,
        balance.amount,
        rate,
        balance.partner,
    )


def _taken_out(line):
    """Return what takes a sale or a debt within the group out again.

    What one sells is what it costs the other: income goes, and so does as much cost
    of sales of the buyer. Until the buyer sells on, the seller's profit is in its
    stock: that is for people to adjust.
    """
    if not line.partner or not line.amount:
        return
    if line.account_type in INCOME:
        yield Line(
            INTERNAL,
            line.company,
            line.account_type,
            -line.amount,
            line.account,
            partner=line.partner,
        )
        yield Line(
            INTERNAL, line.partner, COST_OF_SALES, line.amount, partner=line.company
        )
    elif line.account_type in DEBTS:
        yield Line(
            INTERNAL,
            line.company,
            line.account_type,
            -line.amount,
            line.account,
            partner=line.partner,
        )


def _between(lines):
    """Return what debts within the group differ by, seen from both sides, per pair."""
    pairs = defaultdict(Decimal)
    for line in lines:
        if line.kind == INTERNAL and line.account_type in DEBTS:
            pairs[tuple(sorted((line.company, line.partner)))] += line.amount
    return [
        Line(BETWEEN, first, "asset_current", -amount, partner=second)
        for (first, second), amount in pairs.items()
        if amount
    ]
