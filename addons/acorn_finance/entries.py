"""Settlements as journal entries: arithmetic alone, without Odoo.

Amounts of *groups* are as the seller sees them: what the channel owes is positive.
Amounts of *items* are as books have them: debit is positive. Nothing is made up to make
an entry balance: what a month leaves is carried forward to the next one, and what the
last month leaves was paid out.
"""

import datetime
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

# What an item is in its entry.
AMOUNT = ""  # of the settlement
CARRIED = "carried"  # to the next month, or from the one before
CLEARING = "clearing"  # on its way to the bank, or from it

# How the tax of a group is found.
BESIDE = "beside"  # on rows of its own; the group is what is taxed
INCLUDED = "included"  # in the amount
REVERSED = "reversed"  # owed and deducted at once, nothing is paid
ROW = "row"  # the group is the tax


@dataclass(frozen=True)
class Group:
    """Amounts of a settlement that are alike, summed up."""

    key: int  # finds the raw lines again
    month: datetime.date  # its first day
    last: datetime.date  # when the latest was posted, where the site is
    site: int  # 0: none
    rule: int
    nature: str
    profit_line: str
    amount: Decimal
    count: int = 1
    tax_of_order: str = ""  # OWN, BY_CHANNEL, INVOICED, or '': no row of the order says
    country: int = 0  # to which it was sent; 0: not known
    refund: bool = False
    orderless: bool = False  # it belongs to no order that is known


# Whose tax rows stand beside an order's amounts.
OWN = "own"  # the seller owes it
BY_CHANNEL = "by_channel"  # collected, and withheld for the authority
INVOICED = "invoiced"  # it is on the order's invoice, and so is the amount


@dataclass(frozen=True)
class TaxPart:
    """Where a part of a tax goes."""

    id: int  # of the tax's repartition line
    factor: Decimal
    account: int = 0  # 0: where the taxed amount goes
    tags: tuple[int, ...] = ()


@dataclass(frozen=True)
class Tax:
    id: int
    rate: Decimal  # 0.19
    parts: tuple[TaxPart, ...]
    base_tags: tuple[int, ...] = ()
    name: str = ""

    @property
    def is_reversed(self):
        return sum(part.factor for part in self.parts) == 0

    @property
    def is_plain(self):
        return sum(part.factor for part in self.parts) == 1


@dataclass(frozen=True)
class Item:
    """A journal item of ``amount`` in the settlement's currency, debit positive."""

    account: int
    amount: Decimal
    name: str = ""
    site: int = 0
    nature: str = ""
    profit_line: str = ""
    role: str = AMOUNT
    taxes: tuple[int, ...] = ()  # on it
    part: int = 0  # of a tax that it is
    tags: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()  # keys of the groups whose raw lines it stands for

    @property
    def has_tax(self):
        return bool(self.taxes or self.part or self.tags)


@dataclass(frozen=True)
class Entry:
    """The items of one month; they sum up to zero."""

    month: datetime.date
    date: datetime.date
    items: tuple[Item, ...]
    moved_from: datetime.date | None = None  # a day that was locked

    @property
    def has_tax(self):
        return any(item.has_tax for item in self.items)


def rounded(amount, step):
    """Round to multiples of ``step``, halves away from zero, as Odoo does."""
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def items_of(group, account, name, step, tax=None, how=""):
    """Return the items of a group: itself, and its tax where it is in there.

    :param tax: Tax, or None
    :param how: BESIDE, INCLUDED, REVERSED or ROW
    """
    item = Item(
        account=account,
        amount=-group.amount,
        name=name,
        site=group.site,
        nature=group.nature,
        profit_line=group.profit_line,
        groups=(group.key,),
    )
    if not tax:
        return [item]
    if how == ROW:
        first, *others = _parts(item, tax, step, group.nature, item.amount)
        return [replace(first, groups=(group.key,)), *others]
    item = replace(item, taxes=(tax.id,), tags=tax.base_tags)
    nature = "fee_tax" if group.nature not in TAXED_NATURES else "tax_collected"
    if how == REVERSED:
        due = rounded(item.amount * tax.rate, step)
        return [item, *_parts(item, tax, step, nature, due)] if due else [item]
    if how == INCLUDED:
        due = rounded(item.amount * tax.rate / (1 + tax.rate), step)
        net = replace(item, amount=item.amount - due)
        return [net, *_parts(item, tax, step, nature, due)] if due else [net]
    return [item]


TAXED_NATURES = frozenset(("sale", "shipping", "gift_wrap", "promotion", "refund"))


def _parts(item, tax, step, nature, due):
    """Spread a tax over the parts of it, to the cent."""
    items, done, share = [], Decimal(0), Decimal(0)
    for part in tax.parts:
        share += part.factor
        amount = rounded(due * share, step) - done
        done += amount
        items.append(
            Item(
                account=part.account or item.account,
                amount=amount,
                name=tax.name or item.name,
                site=item.site,
                nature=nature,
                part=part.id,
                tags=part.tags,
            )
        )
    return items


def entries_of(items, lasts, until, clearing, carried):
    """Return the entries of a settlement, one for each month.

    :param items: {month: [Item]}
    :param lasts: {month: date of its latest amount}
    :param until: date on which the settlement ends
    :param clearing: account of what is on its way to the bank
    :param carried: account of what is carried forward
    """
    entries, balance = [], Decimal(0)
    months = sorted(items)
    for month in months:
        all_items = merged(items[month])
        if balance:
            all_items.append(Item(carried, -balance, role=CARRIED))
        balance -= sum(item.amount for item in items[month])
        if balance and month == months[-1]:
            all_items.append(Item(clearing, balance, role=CLEARING))
        elif balance:
            all_items.append(Item(carried, balance, role=CARRIED))
        day = min(last_day(month), max(until, lasts[month]))
        entries.append(Entry(month, day, tuple(all_items)))
    return entries


def merged(items):
    """Sum up the items that differ by amount alone, each where its first one stood."""
    alike = defaultdict(list)
    for item in items:
        alike[replace(item, amount=0, groups=())].append(item)
    return [
        replace(
            item,
            amount=sum((one.amount for one in same), Decimal(0)),
            groups=tuple(key for one in same for key in one.groups),
        )
        for item, same in alike.items()
    ]


def last_day(month):
    return month.replace(day=monthrange(month.year, month.month)[1])


def balances_of(entry, rate, step):
    """Return what the items of an entry are in the company's currency.

    Each is converted by itself, and the last one, which takes the money onward, is
    what the others leave. Where that cannot be (nothing is taken onward, or cents of
    rounding would turn its sign), amounts are rounded as they add up: each is less than
    a cent from its own conversion then, none changes sign, and they sum up to zero.

    :param rate: of one unit of the settlement's currency in the company's
    """
    *others, onward = entry.items
    balances = [rounded(item.amount * rate, step) for item in others]
    rest = -sum(balances, Decimal(0))
    if onward.role and rest * onward.amount >= 0:
        return [*balances, rest]
    return _rounded_together([item.amount * rate for item in entry.items], step)


def _rounded_together(amounts, step):
    total, done, results = Decimal(0), Decimal(0), []
    for amount in amounts:
        total += amount
        results.append(rounded(total, step) - done)
        done += results[-1]
    return results
