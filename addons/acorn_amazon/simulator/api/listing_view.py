"""A listing as Amazon shows it: one function for each dataset."""

from ..accounts import MARKETPLACES

BUYABLE, DISCOVERABLE = "BUYABLE", "DISCOVERABLE"


def item(listing, sites, included):
    """What is asked for about a listing on these sites, on which it is."""
    on_sale = [site for site in sites if site in listing.sites]
    parts = {name: DATASETS[name](listing, on_sale) for name in included}
    return {"sku": listing.sku, **parts}


def statuses(listing, site):
    if site in listing.closed:
        return []
    return [BUYABLE, DISCOVERABLE] if listing.is_buyable(site) else [DISCOVERABLE]


def _summaries(listing, sites):
    return [
        {
            "marketplaceId": MARKETPLACES[site].id,
            "asin": listing.product["asin"],
            "productType": listing.product["product_type"],
            "conditionType": "new_new",
            "status": statuses(listing, site),
            "itemName": listing.title(site),
            "createdDate": f"{listing.created:%Y-%m-%dT%H:%M:%SZ}",
            "lastUpdatedDate": f"{listing.updated:%Y-%m-%dT%H:%M:%SZ}",
        }
        for site in sites
    ]


def _attributes(listing, sites):
    names = [
        {
            "value": listing.title(site),
            "language_tag": MARKETPLACES[site].language,
            "marketplace_id": MARKETPLACES[site].id,
        }
        for site in sites
    ]
    lead = {"lead_time_to_ship_max_days": listing.lead_time}
    stock = [
        {"fulfillment_channel_code": each.pop("fulfillmentChannelCode")}
        | each
        | (lead if each and listing.lead_time is not None else {})
        for each in _availability(listing, sites)
    ]
    return {"item_name": names, "fulfillment_availability": stock}


def _availability(listing, sites):
    """By channel; where several quantities hold, that of the site named first."""
    found = {}
    for site in sites:
        channel, quantity = listing.channel(site), listing.quantity(site)
        shown = {} if quantity is None else {"quantity": quantity}
        found.setdefault(channel, {"fulfillmentChannelCode": channel} | shown)
    return list(found.values())


def _offers(listing, sites):
    return [
        {
            "marketplaceId": MARKETPLACES[site].id,
            "offerType": "B2C",
            "price": {
                "currencyCode": MARKETPLACES[site].currency,
                "amount": listing.price(site),
            },
            "audience": {"value": "ALL", "displayName": "Sell on Amazon"},
        }
        for site in sites
    ]


def _product_types(listing, sites):
    kind = listing.product["product_type"]
    return [
        {"marketplaceId": MARKETPLACES[site].id, "productType": kind} for site in sites
    ]


def _nothing(listing, sites):
    return []


DATASETS = {
    "summaries": _summaries,
    "attributes": _attributes,
    "issues": _nothing,
    "offers": _offers,
    "fulfillmentAvailability": _availability,
    "procurement": _nothing,
    "relationships": _nothing,
    "productTypes": _product_types,
}
