"""The orders of the world: kept as Amazon writes them, found by time, shown in part."""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from datetime import datetime

from ..accounts import BY_ID
from ..clock import iso, parse
from . import departures

# Part of an order or of an item, and the `includedData` that asks for it.
DATASETS = {
    "buyer": "BUYER",
    "recipient": "RECIPIENT",
    "proceeds": "PROCEEDS",
    "payment": "PAYMENT",
    "tax": "TAX",
    "expense": "EXPENSE",
    "promotion": "PROMOTION",
    "cancellation": "CANCELLATION",
    "fulfillment": "FULFILLMENT",
    "packages": "PACKAGES",
    "fulfillmentOrders": "FULFILLMENT_ORDERS",
}
# What is not there (any more) while an order is not agreed upon.
BARE_STATUSES = {"PENDING", "PENDING_AVAILABILITY", "CANCELLED"}
NOT_IN_BARE = {"buyer", "recipient", "proceeds", "payment", "tax"}
NOT_IN_BARE_ITEM = {"proceeds", "expense", "promotion", "tax"}
PERSONAL = {"name", "addressLine1", "addressLine2", "addressLine3", "phone"}
PERSONAL |= {"postalCode", "extendedFields"}


@dataclass(slots=True)
class Entry:
    """An order and what this world knows about it besides.

    ``verbatim`` orders are shown exactly as they were given, whatever their status.
    """

    account: str
    raw: dict
    created: datetime
    updated: datetime
    verbatim: bool = False
    changed: datetime | None = None  # when that was, if another time is shown
    left: list = field(default_factory=list)  # see departures

    @property
    def id(self):
        return self.raw["orderId"]

    @property
    def status(self):
        return self.raw.get("fulfillment", {}).get("fulfillmentStatus", "")

    @property
    def fulfilled_by(self):
        return self.raw.get("fulfillment", {}).get("fulfilledBy", "")

    @property
    def marketplace_id(self):
        return self.raw["salesChannel"].get("marketplaceId", "")

    @property
    def site(self):
        marketplace = BY_ID.get(self.marketplace_id)
        return marketplace.code if marketplace else ""

    def item(self, item_id):
        """The item with this number, or None."""
        for item in self.raw["orderItems"]:
            if item["orderItemId"] == item_id:
                return item
        return None

    def view(self, included, now, personal_data=True):
        """The order as an app sees it that asks for the datasets ``included``."""
        hidden = {part for part, dataset in DATASETS.items() if dataset not in included}
        bare = not self.verbatim and self.status in BARE_STATUSES
        shown = _without(self.raw, hidden | NOT_IN_BARE if bare else hidden)
        hidden_in_item = hidden | NOT_IN_BARE_ITEM if bare else hidden
        shown["orderItems"] = [
            _without(item, hidden_in_item) for item in self.raw["orderItems"]
        ]
        if bare:
            _hide_prices(shown)
        if not self.verbatim and "recipient" in shown:
            self._hide_phone(shown, now)
        if not personal_data:
            _hide_person(shown)
        return shown

    def _hide_phone(self, shown, now):
        """Amazon takes the number back once the parcel must have arrived."""
        fulfillment = self.raw["fulfillment"]
        latest = fulfillment.get("deliverByWindow", {}).get("latestDateTime")
        if self.status == "SHIPPED" and latest and parse(latest) < now:
            _change_address(shown, {"phone"})

    def dump(self):
        return [self.account, self.raw, iso(self.updated), self.verbatim, self.left]


def _without(part, hidden):
    return {key: value for key, value in part.items() if key not in hidden}


def _hide_prices(shown):
    for item in shown["orderItems"]:
        item["product"] = _without(item["product"], {"price"})


def _hide_person(shown):
    if "buyer" in shown:
        shown["buyer"] = _without(shown["buyer"], {"buyerName", "buyerEmail"})
    if "recipient" in shown:
        _change_address(shown, PERSONAL)
    for item in shown["orderItems"]:
        item["product"] = _without(item["product"], {"customization"})
        if "fulfillment" in item:  # a gift's message is in its packing
            item["fulfillment"] = _without(item["fulfillment"], {"packing"})


def _change_address(shown, hidden):
    recipient = shown["recipient"]
    address = _without(recipient.get("deliveryAddress", {}), hidden)
    shown["recipient"] = recipient | {"deliveryAddress": address}


def copied(document):
    """A copy of plain JSON; quicker than deepcopy, which expects anything."""
    if isinstance(document, dict):
        return {key: copied(value) for key, value in document.items()}
    if isinstance(document, list):
        return [copied(value) for value in document]
    return document


class OrderBook:
    """Orders by number, and per account by time of creation and of last update."""

    def __init__(self):
        self._entries = {}
        self._index = {"created": {}, "updated": {}}
        self.revision = 0  # of what has left
        self.closed = {}  # {account: until when its books are closed}

    def __len__(self):
        return len(self._entries)

    def __iter__(self):
        return iter(self._entries.values())

    def get(self, order_id):
        return self._entries.get(order_id)

    def add(self, account, raw, verbatim=False, updated=None, left=None):
        """Keep an order; one with the same number is replaced."""
        self.remove(raw["orderId"])
        entry = Entry(
            account=account,
            raw=raw,
            created=parse(raw["createdTime"]),
            updated=parse(updated or raw["lastUpdatedTime"]),
            verbatim=verbatim,
            left=left or [],
        )
        if left is None:
            self._note_left(entry, entry.updated)
        self.revision += 1
        self._entries[entry.id] = entry
        self._file(entry, "created")
        self._file(entry, "updated")
        return entry

    def remove(self, order_id):
        entry = self._entries.pop(order_id, None)
        if entry:
            self._unfile(entry, "created")
            self._unfile(entry, "updated")

    def touch(self, entry, when, shown=None):
        """Something about the order has changed: it moves to the end of the queue.

        :param shown: the time of the change that Amazon tells, if it is another one
        """
        self._unfile(entry, "updated")
        entry.updated = max(entry.updated, shown or when)
        entry.changed = when
        entry.raw["lastUpdatedTime"] = iso(entry.updated)
        self._file(entry, "updated")
        self._note_left(entry, when)
        self.revision += 1

    def _note_left(self, entry, when):
        departures.note(entry, max(when, self.closed.get(entry.account, when)))

    def _file(self, entry, by):
        keys = self._index[by].setdefault(entry.account, [])
        insort(keys, (getattr(entry, by), entry.id))

    def _unfile(self, entry, by):
        keys = self._index[by][entry.account]
        del keys[bisect_left(keys, (getattr(entry, by), entry.id))]

    def search(
        self, account, by, after, before, limit, *, start=None, wanted=None, known=None
    ):
        """One page: (entries, key of the next page's first one or None).

        ``after`` and ``before`` are both inclusive, as Amazon describes them. What
        changed after ``known`` is not found yet.
        """
        keys = self._index[by].get(account, [])
        first = bisect_left(keys, start or (after, ""))
        last = bisect_right(keys, (before, "~"))
        found = []
        for place in range(first, last):
            entry = self._entries[keys[place][1]]
            if wanted and not wanted(entry):
                continue
            if known and (entry.changed or entry.updated) > known:
                continue
            if len(found) == limit:
                return found, keys[place]
            found.append(entry)
        return found, None

    def dump(self):
        return [entry.dump() for entry in self]

    def load(self, data):
        for account, raw, updated, verbatim, *left in data:
            self.add(account, raw, verbatim, updated, *left)
