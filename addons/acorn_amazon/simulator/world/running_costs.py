"""What an account costs besides its orders: advertising, storage, subscription.

All of it follows from seed, account, site and day: looking twice finds the same.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

from ..catalogue import PRODUCTS, sites_of
from .charges import scaled
from .demand import WEIGHTS, dice
from .money import text
from .money_events import Amount

ADVERTISED = 0.6  # of the products of a site
AD_KINDS = ("Sponsored Products charge", "Sponsored Brands charge")


@dataclass(frozen=True)
class Kind:
    """How a cost is told: by the API, and by the file."""

    type: str
    description: str
    settled_as: tuple[str, str, str]
    told_as: tuple[str, ...]


OTHER = "other-transaction"
KINDS = {
    "subscription": Kind(
        "ServiceFee",
        "Subscription",
        (OTHER, OTHER, "Subscription Fee"),
        ("AmazonFees", "Subscription", "Base"),
    ),
    "storage": Kind(
        "ServiceFee",
        "FBAStorageBilling",
        (OTHER, OTHER, "Storage Fee"),
        ("AmazonFees", "FBAStorageFee", "Base"),
    ),
    "removal": Kind(
        "ServiceFee",
        "FBARemoval",
        (OTHER, OTHER, "RemovalComplete"),
        ("AmazonFees", "FBARemovalFee", "Base"),
    ),
    "advertising": Kind(
        "ProductAdsPayment",
        "ProductAdsPayment",
        ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount"),
        ("ProductAdsPayment", "AdvertisingCost"),
    ),
    "reimbursement": Kind(
        "Adjustment",
        "FBAInventoryReimbursement",
        (OTHER, "FBA Inventory Reimbursement", "WAREHOUSE_DAMAGE"),
        ("FBAInventoryReimbursement", "WAREHOUSE_DAMAGE"),
    ),
}


@dataclass(frozen=True)
class Cost:
    """One amount that the account pays (negative) or gets at a moment."""

    kind: str
    site: str
    when: datetime
    amount: int  # in the smallest unit
    sku: str = ""
    quantity: int = 0


def costs(account, seed, since, until):
    """The costs of an account that are booked in a period, by time."""
    found = []
    day = since.date()
    while day <= until.date():
        found += _of_day(account, seed, day, since.date())
        day += timedelta(days=1)
    return [each for each in found if since <= each.when < until]


def _of_day(account, seed, day, first):
    if day.day == 1:
        site = account.marketplaces[0]
        fee = scaled(3999 if site.region == "na" else 3900, site.currency)
        yield Cost("subscription", site.code, _at(day, 7), -fee)
    for site in account.marketplaces:
        if day.weekday() == 0:
            days = (day - timedelta(days=back) for back in range(1, 8))
            spent = sum(
                sum(ads(seed, account.key, site, each).values())
                for each in days
                if each >= first
            )
            if spent:
                yield Cost("advertising", site.code, _at(day, 8), -spent)
        if day.day in (8, 20):
            yield from _of_warehouse(account, seed, site, day)


def _of_warehouse(account, seed, site, day):
    kept = [each for each in PRODUCTS if site.code in each["fba"]]
    if not kept:
        return
    rng = dice(seed, "warehouse", account.key, site.code, day)
    if day.day == 8:
        fee = scaled(rng.randint(900, 6400), site.currency)
        yield Cost("storage", site.code, _at(day, 9), -fee)
    else:
        sku = rng.choice(kept)["sku"]
        worth = scaled(rng.randint(500, 2500), site.currency)
        yield Cost("reimbursement", site.code, _at(day, 10), worth, sku, 1)


def _at(day, hour):
    return datetime.combine(day, time(hour), timezone.utc)


@lru_cache(maxsize=20_000)
def ads(seed, account, site, day):
    """{(sku, kind of ad): cost} of a day on a site, in the smallest unit."""
    spent = {}
    for product in PRODUCTS:
        sku = product["sku"]
        if site.code not in sites_of(product):
            continue
        if dice(seed, "ads", account, site.code, sku).random() > ADVERTISED:
            continue
        rng = dice(seed, "ads", account, site.code, sku, day)
        for kind, share in zip(AD_KINDS, (1.0, 0.2), strict=True):
            share *= min(1, WEIGHTS.get(site.code, 1) / 10)
            if rng.random() < share and (cost := rng.randint(0, 420)):
                spent[sku, kind] = scaled(cost, site.currency)
    return spent


def amount_of(cost, currency):
    kind = KINDS[cost.kind]
    value = Decimal(text(cost.amount, currency))
    return Amount(value, kind.settled_as[1:], kind.told_as)
