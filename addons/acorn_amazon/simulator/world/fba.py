"""What Amazon keeps in its own warehouses, and what happened to it there.

What orders reserve and what has left is not booked: it follows from the orders.
"""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime

from ..accounts import MARKETPLACES, NON_AMAZON
from ..clock import iso, parse

OPENING = 600  # units of each product in each network from which it is shipped
ALONE = ("GB", "TR")  # of Europe, networks of their own
FULFILLABLE, RESEARCHING = "fulfillableQuantity", "totalResearchingQuantity"
WORKING, SHIPPED, RECEIVING = (
    "inboundWorkingQuantity",
    "inboundShippedQuantity",
    "inboundReceivingQuantity",
)
TRANSSHIPPED = "pendingTransshipmentQuantity"
SELLABLE = "SELLABLE"
UNSELLABLE = {  # disposition: state
    "CUSTOMER_DAMAGED": "customerDamagedQuantity",
    "WAREHOUSE_DAMAGED": "warehouseDamagedQuantity",
    "DISTRIBUTOR_DAMAGED": "distributorDamagedQuantity",
    "CARRIER_DAMAGED": "carrierDamagedQuantity",
    "DEFECTIVE": "defectiveQuantity",
    "EXPIRED": "expiredQuantity",
}
STATES = (FULFILLABLE, RESEARCHING, WORKING, SHIPPED, RECEIVING, TRANSSHIPPED)
STATES += tuple(UNSELLABLE.values())
RECEIPTS, TRANSFERS = "Receipts", "WhseTransfers"
TYPES = (RECEIPTS, TRANSFERS, "CustomerReturns", "VendorReturns", "Adjustments")


def network(site):
    """The word that sites share which are served from the same warehouses."""
    is_europe = MARKETPLACES[site].region == "eu" and site not in ALONE
    return "EU" if is_europe else site


@dataclass
class Event:
    """A row of the ledger."""

    account: str
    when: datetime
    sku: str
    type: str
    quantity: int
    site: str  # whose country the warehouse is in
    disposition: str = SELLABLE
    reason: str = ""
    reference: str = ""
    place: str = ""
    reconciled: int = 0

    def dump(self):
        return asdict(self) | {"when": iso(self.when)}


class Depot:
    """The goods of all accounts, by network and SKU."""

    def __init__(self):
        self.events = []
        self._more = {}  # {(account, network, sku): units of each state beyond OPENING}

    def put(self, account, site, sku, **states):
        """So many more units are in these states."""
        unknown = states.keys() - set(STATES)
        if unknown:
            raise ValueError(f"There is no state {', '.join(sorted(unknown))}")
        key = (account, network(site), sku)
        self._more.setdefault(key, Counter()).update(states)

    def happen(self, event):
        """Something happens to goods, and the ledger tells."""
        if event.type not in TYPES:
            raise ValueError(f"There is no type {event.type!r}")
        count, states = event.quantity, Counter()
        states[UNSELLABLE.get(event.disposition, FULFILLABLE)] += count
        if event.type == RECEIPTS:
            states[SHIPPED] -= count
        if event.type == TRANSFERS:
            states[TRANSSHIPPED] -= count
        self.put(event.account, event.site, event.sku, **states)
        self.events.append(event)
        return event

    def stock(self, world, account, site):
        """{sku: units of each state, and of orders} in the network of a site."""
        own = network(site)
        sold, waiting = _orders(world, account, own)
        skus = {
            each.sku: OPENING
            for each in world.listings[account]
            if own in {network(code) for code in each.product["fba"]}
        }
        changed = [sku for acc, net, sku in self._more if (acc, net) == (account, own)]
        found = {}
        for sku in sorted({*skus, *changed, *sold, *waiting}):
            states = Counter(self._more.get((account, own, sku), {}))
            states["pendingCustomerOrderQuantity"] = waiting[sku]
            left = skus.get(sku, 0) - sold[sku] - waiting[sku]
            states[FULFILLABLE] += left
            found[sku] = {name: max(count, 0) for name, count in states.items()}
        return found

    def dump(self):
        more = [[*key, dict(states)] for key, states in self._more.items()]
        return {"events": [each.dump() for each in self.events], "more": more}

    def load(self, data):
        for values in data["events"]:
            self.events.append(Event(**values | {"when": parse(values["when"])}))
        for account, own, sku, states in data["more"]:
            self._more[account, own, sku] = Counter(states)


def _orders(world, account, own):
    """Units of each SKU that have left, and those that are reserved."""
    sold, waiting = Counter(), Counter()
    for entry in fulfilled(world, account):
        if network(site_of(world, entry)) != own:
            continue
        for item in entry.raw["orderItems"]:
            left, open_ = counts(entry, item)
            sku = item["product"].get("sellerSku", "")
            sold[sku] += left
            waiting[sku] += open_
    return sold, waiting


def fulfilled(world, account):
    """The account's orders that Amazon ships."""
    for entry in world.orders:
        if entry.account == account and entry.fulfilled_by == "AMAZON":
            yield entry


def site_of(world, entry):
    """The site whose network ships; orders from elsewhere lie on none."""
    if entry.site:
        return entry.site
    account = world.accounts[entry.account]
    elsewhere = NON_AMAZON.get(account.region)
    return elsewhere[3] if elsewhere else account.sites[0]


def counts(entry, item):
    """(units that have left, units that are still to leave)"""
    quantities = item.get("fulfillment", {})
    left = quantities.get("quantityFulfilled", 0)
    if entry.status in ("CANCELLED", "UNFULFILLABLE"):
        return left, 0
    return left, quantities.get("quantityUnfulfilled", item["quantityOrdered"] - left)
