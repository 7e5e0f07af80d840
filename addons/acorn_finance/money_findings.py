"""What is wrong with settlements and payouts, judged from stored facts alone.

Plain Python, all times naive UTC; amounts are not told: alerts are read by people who
do not see money.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo.addons.acorn_base.findings import ERROR, WARNING, Finding

# The reasons that are raised and closed here.
REASONS = ("settlement_gap", "settlement_late", "settlement_held", "payout_late")
JOINT = timedelta(hours=1)  # the next settlement begins where the last one ended
SILENCE = timedelta(days=21)  # channels settle every fortnight
NAMED = 5  # settlements in a text


@dataclass(frozen=True)
class SettlementFacts:
    ref: str
    currency: str
    site: int  # id: an account's sites are settled apart, at the same time
    since: datetime
    until: datetime
    held: bool = False
    due_since: datetime | None = None  # not at the bank, and money to pay


@dataclass(frozen=True)
class MoneyFacts:
    """Of one shop.

    :param bank_days: days that a payout may take to the bank; 0: nobody looks
    :param oldest_open: when the oldest transaction was posted that no settlement has
        and that the channel does not hold back
    :param failed: references of payouts that failed, and that none came after
    """

    shop_id: int
    name: str
    settlements: tuple[SettlementFacts, ...] = ()
    bank_days: int = 0
    oldest_open: datetime | None = None
    failed: tuple[str, ...] = ()


def judge(shop, now):
    """Return the findings on one shop's money."""
    return [
        *_joints(shop),
        *_late(shop, now),
        *_held(shop),
        *_not_banked(shop, now),
        *_failed(shop),
    ]


def joints(settlements):
    """Yield ("gap" or "overlap", before, after) where settlements do not join."""
    chains = {}
    for each in sorted(settlements, key=lambda each: (each.since, each.ref)):
        chains.setdefault((each.currency, each.site), []).append(each)
    for chain in chains.values():
        for before, after in zip(chain, chain[1:], strict=False):
            distance = after.since - before.until
            if distance > JOINT:
                yield "gap", before, after
            elif -distance > JOINT:
                yield "overlap", before, after


def _joints(shop):
    for code, before, after in joints(shop.settlements):
        values = {
            "shop": shop.name,
            "currency": before.currency,
            "before": before.ref,
            "after": after.ref,
            "from": min(before.until, after.since).date(),
            "to": max(before.until, after.since).date(),
        }
        subject = f"{shop.name}: {before.ref} / {after.ref}"
        code = f"settlement_{code}"
        yield Finding(shop.shop_id, "settlement_gap", subject, WARNING, code, values)


def _late(shop, now):
    last = max((each.until for each in shop.settlements), default=None)
    waits = shop.oldest_open and now - shop.oldest_open > SILENCE
    if waits and (last is None or now - last > SILENCE):
        values = {"shop": shop.name, "days": (now - (last or shop.oldest_open)).days}
        yield _of_shop(shop, "settlement_late", WARNING, "settlement_late", values)


def _held(shop):
    refs = [each.ref for each in shop.settlements if each.held]
    if refs:
        yield _of_shop(
            shop, "settlement_held", WARNING, "settlement_held", _counted(shop, refs)
        )


def _not_banked(shop, now):
    allowed = timedelta(days=shop.bank_days)
    refs = [
        each.ref
        for each in shop.settlements
        if shop.bank_days and each.due_since and now - each.due_since > allowed
    ]
    if refs:
        values = _counted(shop, refs) | {"days": shop.bank_days}
        yield _of_shop(shop, "payout_late", WARNING, "payout_late", values)


def _failed(shop):
    for ref in shop.failed:
        values = {"shop": shop.name, "ref": ref}
        subject = f"{shop.name}: {ref}"
        yield Finding(
            shop.shop_id, "payout_late", subject, ERROR, "payout_failed", values
        )


def _counted(shop, refs):
    return {"shop": shop.name, "count": len(refs), "refs": ", ".join(refs[:NAMED])}


def _of_shop(shop, reason, severity, code, values):
    return Finding(shop.shop_id, reason, shop.name, severity, code, values)
