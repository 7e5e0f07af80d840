"""Amazon's analytics of a site's products by day: what Data Kiosk is asked for."""

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from ..accounts import BY_ID
from ..clock import parse
from . import charges, running_costs
from .money import text

ZONES = {"eu": "Europe/Berlin", "na": "America/Los_Angeles", "fe": "Asia/Tokyo"}
ZONES |= {"GB": "Europe/London"}


def make(world, job, when):
    """Make the document of a query that is due; there may be nothing to tell."""
    asked = job.details
    rows = [
        json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        for marketplace in job.marketplaces
        for row in _rows(
            world,
            job.account,
            BY_ID[marketplace],
            date.fromisoformat(asked["since"]),
            date.fromisoformat(asked["until"]),
            when,
        )
    ]
    if rows:
        content = "".join(f"{row}\n" for row in rows).encode()
        document = world.documents.add(
            job.account, "application/jsonl", content, world.options.compressed_reports
        )
        job.document = document.id


def _rows(world, account, site, since, until, now):
    """A row for each day and SKU on which anything happened; ``until`` is included."""
    zone = ZoneInfo(ZONES.get(site.code) or ZONES[site.region])
    sold, refunded = _sold(world, account, site, zone), _refunded(world, site, zone)
    today = now.astimezone(zone).date()
    first = (world.begun - timedelta(days=world.options.history_days)).date()
    day = since
    while day <= min(until, today):
        spent = defaultdict(dict)
        if world.options.running_costs and first <= day < today:
            seed = world.options.seed
            for (sku, kind), cost in running_costs.ads(
                seed, account, site, day
            ).items():
                spent[sku][kind] = cost
        keys = {sku for each, sku in (*sold, *refunded) if each == day}
        for sku in sorted(keys | set(spent)):
            listing = world.listings[account].get(sku)
            asin = listing.product["asin"] if listing else ""
            figures = sold.get((day, sku), Counter())
            yield _row(
                site, day, sku, asin, figures, refunded.get((day, sku), 0), spent[sku]
            )
        day += timedelta(days=1)


def _sold(world, account, site, zone):
    """{(day, sku): units and sales that were ordered}"""
    found = defaultdict(Counter)
    for entry in world.orders:
        if entry.account != account or entry.site != site.code:
            continue
        if entry.status in ("CANCELLED", "PENDING_AVAILABILITY"):
            continue
        day = entry.created.astimezone(zone).date()
        for item in entry.raw["orderItems"]:
            pieces = charges.paid(item, site.code)
            figures = found[day, item["product"].get("sellerSku", "")]
            figures["units"] += item["quantityOrdered"]
            figures["sales"] += pieces.get(charges.GOODS, 0)
    return found


def _refunded(world, site, zone):
    found = Counter()
    for each in world.returns:
        entry = world.orders.get(each["order"])
        moment = each.get("refunded_at") or (
            each.get("by_amazon") and each["requested"]
        )
        if entry is None or entry.site != site.code or not moment:
            continue
        sku = entry.item(each["item"])["product"].get("sellerSku", "")
        found[parse(moment).astimezone(zone).date(), sku] += each["quantity"]
    return found


def _row(site, day, sku, asin, figures, refunded, spent):
    units = figures["units"]
    return {
        "startDate": day.isoformat(),
        "endDate": day.isoformat(),
        "marketplaceId": site.id,
        "parentAsin": asin,
        "childAsin": asin,
        "msku": sku,
        "sales": {
            "orderedProductSales": _money(figures["sales"], site),
            "unitsOrdered": units,
            "unitsRefunded": refunded,
            "netUnitsSold": units - refunded,
        },
        "ads": [
            {"adTypeName": kind, "charge": {"totalAmount": _money(cost, site)}}
            for kind, cost in sorted(spent.items())
        ],
    }


def _money(amount, site):
    value = Decimal(text(amount, site.currency))
    return {"amount": float(value), "currencyCode": site.currency}
