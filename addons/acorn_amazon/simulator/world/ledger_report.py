"""GET_LEDGER_DETAIL_VIEW_DATA: everything that happened in Amazon's warehouses."""

from ..accounts import BY_ID, MARKETPLACES
from ..clock import parse
from . import fba

COLUMNS = (
    "Date",
    "FNSKU",
    "ASIN",
    "MSKU",
    "Title",
    "Event Type",
    "Reference ID",
    "Quantity",
    "Fulfillment Center",
    "Disposition",
    "Reason",
    "Country",
    "Reconciled Quantity",
    "Unreconciled Quantity",
    "Date and Time",
)
PLACES = {"na": "LEX1", "eu": "LEJ1", "fe": "NRT1"}


def table(world, job, when):
    """One row for each event of these days; equal ones are told apart by nothing."""
    start = parse(job.details.get("dataStartTime") or "2000-01-01T00:00:00Z")
    end = parse(job.details["dataEndTime"]) if job.details.get("dataEndTime") else when
    sites = [BY_ID[each].code for each in job.marketplaces if each in BY_ID]
    networks = {fba.network(code) for code in sites}
    events = [
        event
        for event in (*world.fba.events, *_sales(world, job.account))
        if event.account == job.account
        and fba.network(event.site) in networks
        and start.date() <= event.when.date() <= end.date()
        and event.when <= when
    ]
    events.sort(key=lambda event: (event.when, event.sku), reverse=True)
    return (COLUMNS, [_row(world, event) for event in events]) if events else None


def _sales(world, account):
    for entry in fba.fulfilled(world, account):
        site = fba.site_of(world, entry)
        for item in entry.raw["orderItems"]:
            left, _open = fba.counts(entry, item)
            sku = item["product"].get("sellerSku", "")
            if left:
                yield fba.Event(account, entry.updated, sku, "Shipments", -left, site)


def _row(world, event):
    listing = world.listings[event.account].get(event.sku)
    asin = listing.product["asin"] if listing else "B0STRANGER"
    region = MARKETPLACES[event.site].region
    is_listed = listing and event.site in listing.sites
    return {
        "Date": f"{event.when:%m/%d/%Y}",
        "FNSKU": f"X0{asin[2:]}",
        "ASIN": asin,
        "MSKU": event.sku,
        "Title": listing.title(event.site) if is_listed else event.sku,
        "Event Type": event.type,
        "Reference ID": event.reference,
        "Quantity": event.quantity,
        "Fulfillment Center": event.place or PLACES[region],
        "Disposition": event.disposition,
        "Reason": event.reason,
        "Country": event.site,
        "Reconciled Quantity": event.reconciled,
        "Unreconciled Quantity": abs(event.quantity) - event.reconciled,
        "Date and Time": f"{event.when:%Y-%m-%d}T00:00:00+0000",
    }
