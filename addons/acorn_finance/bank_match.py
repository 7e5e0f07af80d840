"""Which line of a bank's statement a payout is. Plain Python: nothing here knows Odoo.

Certain is only what cannot be anything else: where two fit, a person decides.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

TRACE, AMOUNT = "trace", "amount"
EARLY = timedelta(days=2)  # banks and channels live in different time zones
LATE = timedelta(days=10)
SHORTEST = 6  # signs of a trace reference: fewer are found anywhere


@dataclass(frozen=True)
class Claim:
    """What a payout brings to the bank, or takes from it (negative)."""

    key: object
    amount: Decimal
    currency: object
    day: date
    trace: str = ""


@dataclass(frozen=True)
class BankLine:
    """A line of a statement that nothing explains yet.

    :param amounts: ((currency, amount), …): the account's own currency, and the other
        one that the bank tells where it converted
    """

    key: object
    amounts: tuple[tuple[object, Decimal], ...]
    day: date
    text: str = ""


@dataclass(frozen=True)
class Proposal:
    claim: object  # key
    line: object  # key
    reason: str  # TRACE, AMOUNT
    sure: bool


def plain(text):
    """Return letters and digits alone: banks break references as they like."""
    return re.sub(r"[\W_]+", "", text).casefold()


def match(claims, lines):
    """Return the proposals for claims and lines, sure ones first.

    A trace reference in the line's text says more than an amount. A sure proposal takes
    its claim and its line; what is left is proposed, however often it fits.
    """
    traced = list(_traced(claims, lines))
    by_trace, sure = _judge(
        [(claim, line, _fits(claim, line) is not False) for claim, line in traced],
        TRACE,
    )
    of_amount = defaultdict(list)
    for line in lines:
        for money in line.amounts:
            of_amount[money].append(line)
    alike = [
        (claim, line, True)
        for claim in claims
        for line in of_amount.get((claim.currency, claim.amount), ())
        if claim.key not in sure["claims"]
        and line.key not in sure["lines"]
        and _near(claim, line)
        and (claim, line) not in traced
    ]
    by_amount, sure_too = _judge(alike, AMOUNT, traced)
    taken = sure["claims"] | sure_too["claims"], sure["lines"] | sure_too["lines"]
    return sorted(
        (
            proposal
            for proposal in by_trace + by_amount
            if proposal.sure
            or (proposal.claim not in taken[0] and proposal.line not in taken[1])
        ),
        key=lambda proposal: not proposal.sure,
    )


def _judge(pairs, reason, others=()):
    """Return proposals of (claim, line, fits), and the keys that sure ones take.

    :param others: pairs that speak for another line or claim, so that none is sure
    """
    claims = Counter(claim.key for claim, _line, fits in pairs if fits)
    lines = Counter(line.key for _claim, line, fits in pairs if fits)
    claims.update(claim.key for claim, _line in others)
    lines.update(line.key for _claim, line in others)
    proposals = [
        Proposal(
            claim.key,
            line.key,
            reason,
            fits and claims[claim.key] == 1 and lines[line.key] == 1,
        )
        for claim, line, fits in pairs
    ]
    sure = [proposal for proposal in proposals if proposal.sure]
    return proposals, {
        "claims": {proposal.claim for proposal in sure},
        "lines": {proposal.line for proposal in sure},
    }


def _traced(claims, lines):
    texts = [(line, plain(line.text)) for line in lines]
    for claim in claims:
        trace = plain(claim.trace)
        if len(trace) >= SHORTEST:
            yield from (
                (claim, line)
                for line, text in texts
                if trace in text and _same_sign(claim, line)
            )


def _fits(claim, line):
    """Return whether the amounts are equal; None where their currencies differ."""
    amounts = dict(line.amounts)
    if claim.currency not in amounts:
        return None
    return amounts[claim.currency] == claim.amount


def _same_sign(claim, line):
    return (line.amounts[0][1] > 0) == (claim.amount > 0)


def _near(claim, line):
    return claim.day - EARLY <= line.day <= claim.day + LATE
