"""A sales channel in memory: the whole contract, without any network."""

import json
import types
import typing
from collections import Counter
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from odoo.addons.acorn_base import records
from odoo.addons.acorn_base.channel import (
    BULK,
    DETAIL,
    UTC,
    AccountProblem,
    Channel,
    Document,
    Page,
    Plan,
    Refused,
    Slice,
    Stream,
)


class World:
    """What the channel knows: orders, listings, parcels told, faults to come."""

    def __init__(self):
        self.orders = {}
        self.listings = {}
        self.parcels = {}
        self.cancellations = {}
        self.returns = {}
        self.books = None  # orders as the channel's own books have them
        self.problems = []  # raised by the next calls, one each
        self.sites = (
            records.SiteInfo("US1", "US", "Dummy US", "USD", "en_US", "UTC", "US"),
            records.SiteInfo(
                "DE1", "DE", "Dummy DE", "EUR", "de_DE", "UTC", "EU", "EU"
            ),
            records.SiteInfo(
                "FR1", "FR", "Dummy FR", "EUR", "fr_FR", "UTC", "EU", "EU"
            ),
            records.SiteInfo("JP1", "JP", "Dummy JP", "JPY", "ja_JP", "UTC", "JP"),
        )
        self.calls = []
        self.quantities = {}  # (site, SKU) → what buyers can order
        self.handling = {}  # SKU → days
        self.told = []  # (SKU, sites, quantity) in the order told
        self.feeds = 0
        self.verdicts = ()  # of the next feed

    def place(self, order):
        self.orders[order.ref] = order
        return order

    def change(self, ref, **values):
        """Change an order as the channel does: its update time moves on."""
        values.setdefault("updated_at", datetime.now(UTC))
        return self.place(replace(self.orders[ref], **values))


class DummyChannel(Channel):
    streams = (
        Stream(
            "order",
            overlap=timedelta(0),
            lag=timedelta(0),
            history=timedelta(days=365),
        ),
        Stream("listing", per_site=True, every=timedelta(days=1)),
    )
    accepts = ("shipment", "cancellation", "stock", "stock_feed")
    page_size = 100
    settled = timedelta(days=60)  # older slices come in bulk
    length = timedelta(days=30)  # of a slice

    @property
    def world(self):
        return self.account

    def check(self):
        self._call("check")
        if not self.world.sites:
            raise AccountProblem("The account sells nowhere.", code="no_sites")
        return self.world.sites

    def pull(self, kind, cursor, site="", keys=()):
        self._call(f"pull {kind}")
        if keys:
            missing = [key for key in keys if key not in self.world.orders]
            if missing:
                raise Refused(f"There is no order {missing[0]}.", code="not_found")
            return Page(tuple(_order_document(self.world.orders[key]) for key in keys))
        if "end" in cursor:
            return self._pull_slice(cursor)
        return getattr(self, f"_pull_{kind}")(cursor, site)

    def _pull_slice(self, cursor):
        """A slice in bulk is made while one waits, and comes as a whole."""
        self.world.calls.append("pull slice")
        if cursor["source"] == BULK and "asked" not in cursor:
            return Page(cursor={**cursor, "asked": True}, again_in=timedelta(minutes=1))
        created = self._created(cursor["since"], cursor["end"])
        seen = cursor.get("seen", 0)
        size = self.page_size if cursor["source"] == DETAIL else len(created)
        page = created[seen : seen + size]
        more = seen + len(page) < len(created)
        return Page(
            tuple(map(_order_document, page)),
            {**cursor, "seen": seen + len(page)},
            more=more,
        )

    def _created(self, since, end):
        since, end = datetime.fromisoformat(since), datetime.fromisoformat(end)
        return sorted(
            (o for o in self.world.orders.values() if since <= o.created_at < end),
            key=lambda order: (order.created_at, order.ref),
        )

    def expected(self, kind, since, until):
        self._call("expected")
        created = self._created(since.isoformat(), until.isoformat())
        return Counter(order.created_at.date().isoformat() for order in created)

    def plans(self, kind, since, until, days, every):
        if kind != "order":
            return ()
        sources = (BULK, DETAIL) if since < self.now() - self.settled else (DETAIL,)
        return tuple(self._plan(source, since, until, days) for source in sources)

    def _plan(self, source, since, until, days):
        slices, settled = [], self.now() - self.settled
        while until > since:
            start = max(since, until - self.length)
            bulk = source == BULK and until <= settled
            expected = days and sum(
                count
                for day, count in days.items()
                if start.date().isoformat() <= day < until.date().isoformat()
            )
            slices.append(Slice(start, until, BULK if bulk else DETAIL, expected))
            until = start
        return Plan(source, tuple(slices), len(slices), timedelta(minutes=len(slices)))

    def _pull_order(self, cursor, _site):
        since = datetime.fromisoformat(cursor["until"])
        seen = cursor.get("seen", 0)
        changed = sorted(
            (
                order
                for order in self.world.orders.values()
                if order.updated_at >= since
            ),
            key=lambda order: (order.updated_at, order.ref),
        )
        page = changed[seen : seen + self.page_size]
        more = seen + len(page) < len(changed)
        following = {"until": self.now().isoformat()}
        if more:
            following = {"until": cursor["until"], "seen": seen + len(page)}
        return Page(tuple(map(_order_document, page)), following, more)

    def _pull_listing(self, _cursor, site):
        snapshot = records.ListingSnapshot(
            site, self.now(), tuple(self.world.listings.get(site, ()))
        )
        document = Document("listing", site, self.now(), dump(snapshot), site)
        return Page((document,), {"until": self.now().isoformat()})

    def parse(self, document):
        kinds = {
            "order": records.Order,
            "listing": records.ListingSnapshot,
            "audit": records.OrderAudit,
            "return": records.Return,
            "fba_return": records.Return,
        }
        try:
            return load(kinds[document.kind], json.loads(document.body))
        except (KeyError, TypeError, ValueError) as error:
            raise Refused(
                f"The document cannot be read: {error}", code="bad"
            ) from error

    def push(self, record):
        self._call("push")
        if isinstance(record, records.Cancellation):
            self.world.cancellations[record.order_ref] = record
            return records.Receipt("done", "cancellation")
        if isinstance(record, records.StockLevel):
            return self._take_levels([record])
        if isinstance(record, records.StockLevels):
            return self._take_levels(record.levels)
        self.world.parcels[record.order_ref, record.package_ref] = record
        return records.Receipt("done", f"receipt-{record.package_ref}")

    def poll(self, record, reference=""):
        self._call("poll")
        if isinstance(record, records.Cancellation):
            known = self.world.cancellations.get(record.order_ref) == record
            return records.Receipt("done" if known else "unknown")
        if isinstance(record, records.StockLevel):
            return self._verdict(record)
        if isinstance(record, records.StockLevels):
            return records.Receipt("done", verdicts=self.world.verdicts)
        key = record.order_ref, record.package_ref
        known = self.world.parcels.get(key) == record
        return records.Receipt("done" if known else "unknown")

    def _take_levels(self, levels):
        self.world.feeds += len(levels) > 1
        for level in levels:
            for site in level.sites:
                self.world.quantities[site, level.sku] = level.quantity
            self.world.handling[level.sku] = level.handling_days
            self.world.told.append((level.sku, level.sites, level.quantity))
        return records.Receipt("waiting", f"told-{len(self.world.told)}")

    def _verdict(self, level):
        shown = self.world.quantities.get((level.sites[0], level.sku))
        state = "done" if shown == level.quantity else "waiting"
        verdict = records.Verdict(level.sku, state, shown=shown)
        return records.Receipt(state, verdicts=(verdict,))

    def _call(self, name):
        self.world.calls.append(name)
        if self.world.problems:
            problem = self.world.problems.pop(0)
            if problem:
                raise problem


class BookkeepingChannel(DummyChannel):
    """The same with books of its own, to compare with."""

    streams = (*DummyChannel.streams, Stream("audit", every=timedelta(days=1)))

    def _pull_audit(self, _cursor, _site):
        if self.world.books is None:
            return Page((), {"until": self.now().isoformat()})
        since = self.now() - timedelta(days=30)
        audit = records.OrderAudit(since, self.now(), tuple(self.world.books))
        document = Document("audit", "orders", self.now(), dump(audit))
        return Page((document,), {"until": self.now().isoformat()})


class ReturningChannel(DummyChannel):
    """The same with buyers who send back what they bought."""

    streams = (
        *DummyChannel.streams,
        Stream("return", every=timedelta(hours=4)),
        Stream("fba_return", every=timedelta(hours=12)),
    )

    def _pull_return(self, _cursor, _site, by_channel=False):
        documents = tuple(
            Document("fba_return" if by_channel else "return", ref, now, dump(each))
            for now in [self.now()]
            for ref, each in self.world.returns.items()
            if each.by_channel == by_channel
        )
        return Page(documents, {"until": self.now().isoformat()})

    def _pull_fba_return(self, cursor, site):
        return self._pull_return(cursor, site, by_channel=True)


def _order_document(order):
    return Document(
        "order",
        order.ref,
        order.updated_at,
        dump(order),
        order.site,
        order.by_channel,
        order.detailed,
    )


def dump(record):
    return json.dumps(asdict(record), default=_plain, sort_keys=True).encode()


def _plain(value):
    return value.isoformat() if isinstance(value, datetime) else str(value)


def load(kind, data):
    """Build a record, or a part of one, from plain JSON."""
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{f.name: load(hints[f.name], data[f.name]) for f in fields(kind)})
    if typing.get_origin(kind) is types.UnionType:
        [inner] = [part for part in typing.get_args(kind) if part is not type(None)]
        return None if data is None else load(inner, data)
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(load(inner[0], item) for item in data)
        return tuple(load(part, item) for part, item in zip(inner, data, strict=True))
    if issubclass(datetime, kind):  # frozen time has a subclass of it
        return datetime.fromisoformat(data)
    return Decimal(data) if kind is Decimal else data


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)
