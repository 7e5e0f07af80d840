"""The account's books: every transaction, and the settlements that pay them.

What happened follows from orders, returns and running costs; nothing is kept but what
was asked for by ``charge``, and until when each account's books are closed: what is
entered into the past after somebody has seen a settlement counts in the next one.
"""

from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from ..clock import iso, parse
from . import bookings, running_costs
from .bookings import digits_of, number_of
from .money import WHOLE
from .money_events import (
    Settlement,
)

ANCHOR = datetime(2024, 1, 2, 6, 0, tzinfo=timezone.utc)
TURN = timedelta(days=3, hours=1, minutes=7)  # between the closing days of accounts


class Books:
    """:param world: whose orders, returns, options and clock are looked at"""

    def __init__(self, world):
        self._world = world
        self._charges = []  # what was asked for
        self._known = {}  # {account: (of what, its facts)}
        self._closed = {}  # {account: (of what, its settlements)}

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
        told = self._told(account, now)
        closed = self.settlements(account, now)
        told += [bookings.transfer(each) for each in closed if each.total]
        return sorted(
            (each for each in told if each.posted <= now),
            key=lambda each: (each.posted, each.ref),
        )

    def settlements(self, account, now):
        """The closed periods of an account, by currency and time."""
        options = self._world.options
        of_what = (
            self._facts(account, now)[0],
            self._period(account, now),
            options.settlement_days,
            options.reserve_share,
            options.deposit_days,
        )
        known = self._closed.get(account)
        if not known or known[0] != of_what:
            closed = self._settlements(account, now)
            self._closed[account] = known = (of_what, closed)
            self._shut(account, closed)
        return list(known[1])

    def _settlements(self, account, now):
        events = [
            event
            for event in self._told(account, now)
            if event.settles and event.posted <= now
        ]
        closed = []
        for currency in sorted({each.currency for each in events}):
            mine = [each for each in events if each.currency == currency]
            closed += self._close(account, currency, mine, now)
        return closed

    def _told(self, account, now):
        """The facts as they stand now, each with its release, if it has one."""
        told = []
        for event, deferred in self._facts(account, now)[1]:
            if deferred is None:
                told.append(event)
            elif now < event.matures:
                told.append(deferred.held)
            else:
                told += (deferred.paid, deferred.release)
        return told

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
        """(what they follow from, [(sale, refund or cost, how it is deferred or None)])

        They are made anew when there is more to tell.
        """
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
            facts = [(event, bookings.deferred(event)) for event in facts]
            self._known[account] = known = (of_what, facts)
        return known

    def _sales(self, account):
        options = self._world.options
        for entry in self._world.orders:
            if entry.account == account and entry.left and entry.site:
                for place, left in enumerate(entry.left):
                    if event := bookings.sale(entry, place, left, options):
                        yield event

    def _refunds(self, account):
        for found in self._world.returns:
            entry = self._world.orders.get(found["order"])
            if found["account"] != account or entry is None or not entry.site:
                continue
            if event := bookings.refund(entry, found):
                yield event

    def _costs(self, account, until):
        world = self._world
        asked = [cost for key, cost in self._charges if key == account]
        if world.options.running_costs:
            since = world.begun - timedelta(days=world.options.history_days)
            owner, seed = world.accounts[account], world.options.seed
            asked += running_costs.costs(owner, seed, since, until)
        for place, each in enumerate(asked):
            yield bookings.cost(account, place, each)

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
