"""What each account offers: a listing per SKU, its quantities, what changes them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..accounts import MARKETPLACES, Account
from ..catalogue import PRODUCTS, sites_of
from ..clock import iso, parse

FBA_CHANNEL = {"na": "AMAZON_NA", "eu": "AMAZON_EU", "fe": "AMAZON_JP"}
MERCHANT_CHANNEL = "DEFAULT"
ANY_PRODUCT = "PRODUCT"  # Amazon's type for patches of what is no product fact
LONGEST_LEAD = 30  # days
OPERATORS = ("add", "replace", "merge", "delete")
ATTRIBUTES = "/attributes/"


@dataclass(eq=False)
class Listing:
    """One SKU of an account. ``quantities`` are by stock group of marketplaces."""

    account: Account = field(repr=False)
    product: dict
    sites: tuple[str, ...]
    quantities: dict
    created: datetime
    updated: datetime
    lead_time: int | None = None  # days
    closed: list[str] = field(default_factory=list)  # sites
    prices: dict = field(default_factory=dict)  # by currency, where not the product's

    @property
    def sku(self):
        return self.product["sku"]

    def by_amazon(self, site):
        return site in self.product["fba"]

    def channel(self, site):
        region = MARKETPLACES[site].region
        return FBA_CHANNEL[region] if self.by_amazon(site) else MERCHANT_CHANNEL

    def quantity(self, site):
        """What buyers can still order; None when Amazon keeps the stock."""
        if self.by_amazon(site):
            return None
        return self.quantities[MARKETPLACES[site].stock_group]

    def price(self, site):
        currency = MARKETPLACES[site].currency
        return self.prices.get(currency) or self.product["prices"][currency]

    def title(self, site):
        return self.product["titles"][MARKETPLACES[site].language[:2]]

    def is_buyable(self, site):
        shut = (*self.closed, *self.account.suspended)
        return site not in shut and self.quantity(site) != 0

    def take(self, site, count):
        """Somebody has ordered."""
        if not self.by_amazon(site):
            group = MARKETPLACES[site].stock_group
            self.quantities[group] = max(self.quantities[group] - count, 0)

    def give_back(self, site, count):
        """An order is not shipped, though the goods are there."""
        if not self.by_amazon(site):
            self.quantities[MARKETPLACES[site].stock_group] += count

    def dump(self):
        return {
            "quantities": self.quantities,
            "created": iso(self.created),
            "updated": iso(self.updated),
            "lead_time": self.lead_time,
            "closed": self.closed,
            "prices": self.prices,
        }

    def load(self, data):
        for name, value in data.items():
            is_time = name in ("created", "updated")
            setattr(self, name, parse(value) if is_time else value)


class Listings:
    """The listings of one account, by SKU."""

    def __init__(self, account, now):
        self.account = account
        self._listings = {}
        self._by_site = {}
        for product in PRODUCTS:
            self.add(product, now)

    def __iter__(self):
        return iter(self._listings.values())

    def __len__(self):
        return len(self._listings)

    def get(self, sku):
        return self._listings.get(sku)

    def on(self, site):
        return self._by_site.get(site, [])

    def add(self, product, now):
        """Offer a product wherever it can be sold; the first ones are the oldest."""
        sites = [code for code in sites_of(product) if code in self.account.sites]
        if not sites:
            return
        count = len(self._listings)
        created = now.replace(microsecond=0) - timedelta(days=400, minutes=-7 * count)
        groups = sorted({MARKETPLACES[code].stock_group for code in sites})
        quantities = {
            group: 40 + (count * 37 + place * 53) % 260
            for place, group in enumerate(groups)
        }
        listing = Listing(
            self.account, product, tuple(sites), quantities, created, updated=created
        )
        self._listings[listing.sku] = listing
        for site in sites:
            self._by_site.setdefault(site, []).append(listing)

    def dump(self):
        extra = [each.product for each in self if each.product not in PRODUCTS]
        return {"extra": extra, "changed": {each.sku: each.dump() for each in self}}

    def load(self, data, now):
        for product in data["extra"]:
            self.add(product, now)
        for sku, values in data["changed"].items():
            self._listings[sku].load(values)


def malformed(patch):
    """What is wrong with the form of a patch, as text; '' when it is right."""
    if not isinstance(patch, dict) or patch.get("op") not in OPERATORS:
        return f"A patch needs an op, one of {', '.join(OPERATORS)}"
    path = str(patch.get("path", ""))
    if not path.startswith(ATTRIBUTES) or path.count("/") != ATTRIBUTES.count("/"):
        return "Only top-level attributes can be patched"
    values = patch.get("value", [] if patch["op"] == "delete" else None)
    if not isinstance(values, list) or not all(isinstance(v, dict) for v in values):
        return "The value of a patch must be a list of objects"
    return ""


def problem(patch, listing, sites):
    """Why Amazon would not take a well-formed patch: (code, message), or None.

    :param sites: the codes of the marketplaces it is meant for
    """
    name = patch["path"].removeprefix(ATTRIBUTES)
    if name != "fulfillment_availability":
        return "90000900", f"The attribute {name} is not known to the simulator."
    if patch["op"] == "delete":
        return None
    problems = [_problem(value, listing, sites) for value in patch["value"] or [{}]]
    return next(filter(None, problems), None)


def wrong_type(kind, listing):
    """Why Amazon does not take this product type: (code, message), or None."""
    if kind in (ANY_PRODUCT, listing.product["product_type"]):
        return None
    return "4000004", f"The product type {kind!r} is not that of {listing.sku}."


def _problem(value, listing, sites):
    channel = value.get("fulfillment_channel_code")
    if channel != MERCHANT_CHANNEL or any(map(listing.by_amazon, sites)):
        return "90057", "A quantity can only be given for what the merchant ships."
    quantity, lead = value.get("quantity"), value.get("lead_time_to_ship_max_days")
    if type(quantity) is not int or quantity < 0:
        return "90117", "'quantity' must be a whole number, 0 or more."
    if lead is not None and (type(lead) is not int or not 0 <= lead <= LONGEST_LEAD):
        return "90117", "'lead_time_to_ship_max_days' must be from 0 to 30."
    return None


def apply(patch, listing, sites, when):
    """What the patch asks for happens.

    ``merge`` leaves what it does not name; the others forget it.
    """
    empty = [{"quantity": 0}]
    values = empty if patch["op"] == "delete" else patch["value"]
    for value in values:
        for site in sites:
            listing.quantities[MARKETPLACES[site].stock_group] = value["quantity"]
        if "lead_time_to_ship_max_days" in value or patch["op"] != "merge":
            listing.lead_time = value.get("lead_time_to_ship_max_days")
    listing.updated = when
