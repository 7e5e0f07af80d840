"""The account's books: every transaction, and the settlements that pay them.

What happened follows from orders, returns and running costs; nothing is kept but what
was asked for by ``charge``, and until when each account's books are closed: what is
entered into the past after somebody has seen a settlement counts in the next one.
"""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from ..accounts import MARKETPLACES
from ..clock import iso, parse
from . import charges, returns, running_costs
from .money import WHOLE
from .money_events import (
    AFN,
    DEFERRED,
    DEFERRED_RELEASED,
    MFN,
    MoneyEvent,
    MoneyItem,
    Settlement,
)
from .purchase import BUSINESS

ANCHOR = datetime(2024, 1, 2, 6, 0, tzinfo=timezone.utc)
TURN = timedelta(days=3, hours=1, minutes=7)  # between the closing days of accounts
DELIVERED = timedelta(hours=40)
HELD = {"DD7": timedelta(days=7), "B2B": timedelta(days=30)}


def number_of(*words):
    """Amazon's kind of identifier; the same words have the same one."""
    digest = sha256("|".join(map(str, words)).encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def digits_of(*words):
    digest = sha256("|".join(map(str, words)).encode()).hexdigest()
    return f"{int(digest[:12], 16) % 10**11:011}"


class Books:
    """:param world: whose orders, returns, options and clock are looked at"""

    def __init__(self, world):
        self._world = world
        self._charges = []  # what was asked for
        self._known = {}  # {account: (of what, its events)}

    # What happened

    def charge(self, account, site, kind, amount, when, sku="", quantity=0):
        """Let the account pay (or get) something at a moment, in minor units."""
        if kind not in running_costs.KINDS:
            raise ValueError(f"There is no cost {kind!r}")
        when = max(when, self._world.orders.closed.get(account, when))
        cost = running_costs.Cost(kind, site, when, amount, sku, quantity)
        self._charges.append((account, cost))
        return cost

    def events(self, account, now):
        """Everything up to now, by time: what is deferred, what releases it, and the
        transfers. A deferred sale and its release are two events of the same money."""
        told = [
            event for each in self._facts(account, now) for event in _told(each, now)
        ]
        closed = self.settlements(account, now)
        told += [_transfer(each) for each in closed if each.total]
        return sorted(
            (each for each in told if each.posted <= now),
            key=lambda each: (each.posted, each.ref),
        )

    def settlements(self, account, now):
        """The closed periods of an account, by currency and time."""
        events = [
            event
            for each in self._facts(account, now)
            for event in _told(each, now)
            if event.settles and event.posted <= now
        ]
        closed = []
        for currency in sorted({each.currency for each in events}):
            mine = [each for each in events if each.currency == currency]
            closed += self._close(account, currency, mine, now)
        self._shut(account, closed)
        return closed

    def group(self, account, currency, moment):
        """The number of the settlement that a moment's money belongs to: there is one
        before it is closed."""
        return number_of("group", account, currency, self._period(account, moment))

    def settled_in(self, account, moment):
        """(since, until) of the period a moment lies in."""
        period = self._period(account, moment)
        return self._start(account, period), self._start(account, period + 1)

    def _shut(self, account, closed):
        latest = max((each.until for each in closed), default=None)
        book = self._world.orders.closed
        if latest and book.get(account, ANCHOR) < latest:
            book[account] = latest
            self._world.changed = True

    # Facts

    def _facts(self, account, now):
        """Each sale, refund and cost once, as it would be without deferral."""
        world = self._world
        until = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        options = world.options
        of_what = (
            world.orders.revision,
            world.returns.revision,
            len(self._charges),
            until if options.running_costs else None,
            tuple(options.deferred),
        )
        known = self._known.get(account)
        if not known or known[0] != of_what:
            facts = [*self._sales(account), *self._refunds(account)]
            facts += self._costs(account, until)
            self._known[account] = known = (of_what, facts)
        return known[1]

    def _sales(self, account):
        for entry in self._world.orders:
            if entry.account == account and entry.left and entry.site:
                for place, (moment, units, shares) in enumerate(entry.left):
                    yield from self._sale(entry, place, parse(moment), units, shares)

    def _sale(self, entry, place, posted, units, shares):
        currency, by_amazon = _currency(entry), entry.fulfilled_by == "AMAZON"
        if not currency:
            return
        seed, items = self._world.options.seed, []
        for item in entry.raw["orderItems"]:
            number = item["orderItemId"]
            if count := units.get(number):
                pieces = shares.get(number) or charges.paid(item, entry.site)
                kept = charges.fees(item, pieces, count, currency, by_amazon, seed)
                pieces = charges.withheld(item, pieces, entry.site) | kept
                items.append(_item(item, pieces, currency, count))
        items = tuple(each for each in items if each.amounts)
        if not items:
            return
        event = MoneyEvent(
            ref=number_of("sale", entry.id, place),
            account=entry.account,
            site=entry.site,
            currency=currency,
            posted=posted,
            type="Shipment",
            description="Order Payment",
            settled_as="Order",
            items=items,
            order=entry.id,
            shipment=digits_of("shipment", entry.id, place),
            fulfilment=AFN if by_amazon else MFN,
        )
        yield self._deferred(entry, event)

    def _deferred(self, entry, event):
        reasons = self._world.options.deferred
        if "B2B" in reasons and BUSINESS in entry.raw.get("programs", ()):
            return replace(event, deferral="B2B", matures=event.posted + HELD["B2B"])
        if "DD7" in reasons:
            matures = event.posted + DELIVERED + HELD["DD7"]
            return replace(event, deferral="DD7", matures=matures)
        return event

    def _refunds(self, account):
        for found in self._world.returns:
            entry = self._world.orders.get(found["order"])
            if found["account"] != account or entry is None or not entry.site:
                continue
            if event := _refund(entry, found):
                yield event

    def _costs(self, account, until):
        world = self._world
        asked = [cost for key, cost in self._charges if key == account]
        if world.options.running_costs:
            since = world.begun - timedelta(days=world.options.history_days)
            owner, seed = world.accounts[account], world.options.seed
            asked += running_costs.costs(owner, seed, since, until)
        for place, cost in enumerate(asked):
            yield _cost(account, place, cost)

    # Settlements

    def _close(self, account, currency, events, now):
        periods = {}
        for event in events:
            periods.setdefault(self._period(account, event.posted), []).append(event)
        closed, carried = [], Decimal(0)
        for period in range(min(periods), self._period(account, now)):
            mine = sorted(periods.get(period, ()), key=lambda e: (e.posted, e.ref))
            if not mine and not carried:
                continue
            settlement = self._settle(account, currency, period, mine, carried)
            carried = -settlement.current_reserve
            closed.append(settlement)
        return closed

    def _settle(self, account, currency, period, events, carried):
        balance = sum((each.total for each in events), carried)
        held = balance
        if balance > 0:
            share = balance * self._world.options.reserve_share / 100
            unit = Decimal(1 if currency in WHOLE else "0.01")
            held = share.quantize(unit, ROUND_HALF_UP)
        until, total = self._start(account, period + 1), balance - held
        words = account, currency, period
        return Settlement(
            ref=digits_of("settlement", *words),
            account=account,
            currency=currency,
            since=self._start(account, period),
            until=until,
            total=total,
            events=tuple(events),
            previous_reserve=carried,
            current_reserve=-held,
            deposited=until + timedelta(days=self._world.options.deposit_days),
            trace=number_of("trace", *words)[:16].upper() if total else "",
            group=number_of("group", *words),
        )

    def _step(self):
        return timedelta(days=self._world.options.settlement_days)

    def _period(self, account, moment):
        return (moment - self._start(account, 0)) // self._step()

    def _start(self, account, period):
        first = ANCHOR + self._world.accounts[account].number * TURN
        return first + period * self._step()

    # On disk

    def dump(self):
        closed = self._world.orders.closed
        return {
            "charges": [
                [key, cost.kind, cost.site, iso(cost.when), cost.amount, cost.sku]
                + [cost.quantity]
                for key, cost in self._charges
            ],
            "closed": {key: iso(moment) for key, moment in closed.items()},
        }

    def load(self, data):
        for key, kind, site, when, amount, sku, quantity in data["charges"]:
            cost = running_costs.Cost(kind, site, parse(when), amount, sku, quantity)
            self._charges.append((key, cost))
        for key, moment in data["closed"].items():
            self._world.orders.closed[key] = parse(moment)


def _currency(entry):
    total = entry.raw.get("proceeds", {}).get("grandTotal")
    return total["currencyCode"] if total else ""


def _item(item, pieces, currency, count, adjustment=""):
    product = item["product"]
    codes = [each["promotionId"] for each in _promotions(item)]
    return MoneyItem(
        amounts=charges.amounts(pieces, currency, codes),
        order_item=item["orderItemId"],
        adjustment=adjustment,
        sku=product.get("sellerSku", ""),
        asin=product.get("asin", ""),
        title=product.get("title", ""),
        quantity=count,
    )


def _promotions(item):
    return item.get("promotion", {}).get("breakdowns", ())


def _refund(entry, found):
    """What a return gives back, once it does."""
    by_amazon = found.get("by_amazon")
    moment = found.get("refunded_at") or (by_amazon and found["requested"])
    currency, item = _currency(entry), entry.item(found["item"])
    if not (moment and currency and item):
        return None
    paid = found.get("refunded") or returns.refund_of(entry, found)
    pieces = charges.refunded(item, {"refunded": paid}, entry.site, currency)
    if not pieces:
        return None
    adjustment = digits_of("refund", found["number"])
    return MoneyEvent(
        ref=number_of("refund", found["number"]),
        account=entry.account,
        site=entry.site,
        currency=currency,
        posted=parse(moment),
        type="Refund",
        description="Refund Order",
        settled_as="Refund",
        items=(_item(item, pieces, currency, found["quantity"], adjustment),),
        order=entry.id,
        adjustment=adjustment,
        fulfilment=AFN if by_amazon else MFN,
    )


def _cost(account, place, cost):
    kind, currency = running_costs.KINDS[cost.kind], MARKETPLACES[cost.site].currency
    amounts = (running_costs.amount_of(cost, currency),)
    words = (account, cost.kind, cost.site, iso(cost.when), cost.amount, cost.sku)
    return MoneyEvent(
        ref=number_of("cost", *words, place),
        account=account,
        site=cost.site,
        currency=currency,
        posted=cost.when,
        type=kind.type,
        description=kind.description,
        settled_as=kind.settled_as[0],
        items=(MoneyItem(amounts, sku=cost.sku, quantity=cost.quantity),),
    )


def _told(event, now):
    """The event as it stands now; with its release, when it was deferred."""
    if not event.deferral:
        return [event]
    if now < event.matures:
        return [replace(event, status=DEFERRED)]
    release = replace(
        event,
        ref=number_of("release", event.ref),
        posted=event.matures,
        deferred_ref=event.ref,
    )
    paid = replace(event, status=DEFERRED_RELEASED, release_ref=release.ref)
    return [paid, release]


def transfer_of(settlement):
    """The transactionId of a settlement's way to the bank."""
    return number_of("transfer", settlement.ref)


def _transfer(settlement):
    """The money's way to the bank, as the API tells it; the file has no line of it."""
    site = next(
        code
        for code, market in MARKETPLACES.items()
        if market.currency == settlement.currency
    )
    amount = charges.Amount(-settlement.total, ("", ""), ("Transfer", "Disbursement"))
    return MoneyEvent(
        ref=transfer_of(settlement),
        account=settlement.account,
        site=settlement.events[0].site if settlement.events else site,
        currency=settlement.currency,
        posted=settlement.until,
        type="Transfer",
        description="Disbursement",
        settled_as="",
        items=(MoneyItem((amount,)),),
        payment=settlement.trace,
    )
