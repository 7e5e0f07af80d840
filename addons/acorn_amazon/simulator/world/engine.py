"""What the world consists of, and how time passes in it.

Whoever looks at it or changes it does so in its ``present``: one at a time, with
everything that was due up to now having happened.
"""

from collections import Counter, deque
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from threading import RLock

from ..accounts import BY_ID, Tokens, demo_accounts
from ..clock import Clock, iso
from ..faults import Faults, Gate
from ..throttle import Throttle
from . import (
    economics,
    fba,
    feeds,
    finance,
    jobs,
    life,
    listings,
    parcels,
    reports,
    returning,
)
from .agenda import Agenda
from .demand import Demand
from .documents import Documents
from .options import Options
from .orders import OrderBook
from .returns import Returns
from .writing import write

REMEMBERED = 10_000  # calls
DELIVERY = timedelta(hours=40)


class Engine:
    """:param orders_per_hour: how fast new orders come in every account; 0 for none"""

    def __init__(self, *, accounts=None, clock=None, orders_per_hour=6.0, **options):
        self._lock = RLock()
        self._made_of = accounts or demo_accounts(), orders_per_hour, options
        self._begin(clock or Clock())

    @classmethod
    def quiet(cls, **options):
        """A world in which nothing happens unless it is asked for."""
        still = {"history": 0, "orders_per_hour": 0, "running_costs": False}
        return cls(**{**still, **options})

    def _begin(self, clock):
        accounts, orders_per_hour, options = deepcopy(self._made_of)
        self.options = Options(**options)
        self.clock = clock
        self.begun = clock.now()
        self.accounts = {each.key: each for each in accounts}
        self.tokens, self.throttle = Tokens(), Throttle()
        self.orders, self.agenda = OrderBook(), Agenda()
        self.fba = fba.Depot()
        self.documents, self.returns = Documents(self.options.seed), Returns()
        makers = {"report": reports.make, "feed": feeds.read, "query": economics.make}
        self.jobs = jobs.Jobs(makers)
        self.finance = finance.Books(self)
        self.faults, self.shipments, self.violations = Faults(), [], []
        self.gate = Gate()
        self.calls = deque(maxlen=REMEMBERED)
        self.counters, self.changed = Counter(), True
        self.listings, self.demand = {}, {}
        for number, account in enumerate(self.accounts.values()):
            account.number, account.orders_per_hour = number, orders_per_hour
            self._open(account)

    def _open(self, account):
        key = account.key
        self.listings[key] = listings.Listings(account, self.begun)
        self.demand[key] = Demand(account, self.listings[key], self.options, self.begun)
        self.expect(key, -self.options.history)

    @contextmanager
    def present(self):
        """Hold the world still; yields the moment."""
        with self._lock:
            now = self.clock.now()
            for when, kind, arguments in self.agenda.due(now):
                self.EVENTS[kind](self, when, *arguments)
                self.changed = True
            yield now

    @contextmanager
    def changing(self):
        """The present, in which something is going to be changed."""
        with self.present() as now:
            self.changed = True
            yield now

    def next_number(self, kind):
        """Number what is made, each kind for itself."""
        with self._lock:
            self.counters[kind] += 1
            return self.counters[kind]

    # What events and requests do; the world is held still already.

    def expect(self, key, count):
        """Wait for an account's next order."""
        if when := self.demand[key].arrival(count):
            self.agenda.add(when, "arrive", key, count)
        self.demand[key].next = count

    def enter(self, purchase, updated=None):
        """Somebody has bought something."""
        key, raw = purchase.account.key, write(purchase)
        if updated:
            raw["lastUpdatedTime"] = iso(updated)
        for line in purchase.lines:
            if listing := self.listings[key].get(line.product["sku"]):
                listing.take(purchase.site.code, line.quantity)
        return self.orders.add(key, raw)

    def confirm(self, entry, body, when):
        """A seller says that a parcel has left; return what is said about it."""
        package = parcels.confirm(entry, body, when, self.options.untracked_parcels)
        self.orders.touch(entry, when)
        number = package["packageReferenceId"]
        self.agenda.add(when + DELIVERY, "deliver", entry.id, number)
        return package

    def sites_of(self, key, marketplace_ids):
        """The codes of those of these marketplaces on which the account sells."""
        codes = [BY_ID[each].code for each in marketplace_ids if each in BY_ID]
        return [code for code in codes if code in self.accounts[key].sites]

    def _patch(self, when, key, sku, sites, patch):
        listings.apply(patch, self.listings[key].get(sku), sites, when)

    def _begin_job(self, when, job_id):
        self.jobs.begin(self, when, job_id)

    def _end_job(self, when, job_id):
        self.jobs.end(self, when, job_id)

    EVENTS = {
        **life.EVENTS,
        **returning.EVENTS,
        "patch": _patch,
        "begin_job": _begin_job,
        "end_job": _end_job,
    }
