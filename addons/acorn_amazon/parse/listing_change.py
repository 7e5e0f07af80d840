"""A listing as the Listings Items API shows it, as Acorn's."""

from odoo.addons.acorn_base.channel import Refused
from odoo.addons.acorn_base.records import Listing, ListingChange

from ..marketplaces import BY_REF
from .part import Part

MERCHANT = "DEFAULT"
BUYABLE = "BUYABLE"
CONSUMERS = "B2C"


def parse_listing_change(document):
    """Return the ``ListingChange`` that a document of ``pull.listing_change`` is."""
    item, site = Part.of(document.body), document.site
    summary = _of_site(item["summaries"], site)
    quantities = {
        each["fulfillmentChannelCode"].text(): each.get("quantity").integer() or 0
        for each in item.get("fulfillmentAvailability")
    }
    by_channel = _by_channel(quantities, summary)
    price = _price(item, site)
    listing = Listing(
        site=site,
        sku=item["sku"].text(),
        title=summary.get("itemName").text(),
        listing_ref=summary.get("asin").text(),
        by_channel=by_channel,
        price=price and price.amount,
        currency=price.currency if price else BY_REF[site].currency,
        quantity=None if by_channel else quantities.get(MERCHANT),
        status=_status(summary),
    )
    return ListingChange(document.version, listing)


def _of_site(parts, site):
    """Return the part that is about a site."""
    for part in parts:
        if part.get("marketplaceId").text() == site:
            return part
    raise Refused(f"{parts.path} says nothing of {site}.", code="missing_field")


def _by_channel(quantities, summary):
    """Tell whether Amazon ships it, None where that is not clear.

    Some listings name both ways; some that Amazon ships name none, but have a number in
    its warehouses.
    """
    if quantities:
        ways = {code == MERCHANT for code in quantities}
        return None if len(ways) > 1 else ways == {False}
    return True if summary.get("fnSku").text() else None


def _status(summary):
    statuses = [each.text() for each in summary.get("status")]
    return "active" if BUYABLE in statuses else "inactive"


def _price(item, site):
    """Return what a consumer pays on a site, None where nothing is told."""
    for offer in item.get("offers"):
        here = offer.get("marketplaceId").text() == site
        if here and offer.get("offerType").text() in ("", CONSUMERS):
            return offer.get("price").money()
    return None
