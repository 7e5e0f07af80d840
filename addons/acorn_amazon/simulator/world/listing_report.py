"""GET_MERCHANT_LISTINGS_ALL_DATA: everything on offer in one marketplace."""

from ..accounts import BY_ID, MARKETPLACES

COLUMNS = (
    "item-name",
    "item-description",
    "listing-id",
    "seller-sku",
    "price",
    "quantity",
    "open-date",
    "image-url",
    "item-is-marketplace",
    "product-id-type",
    "zshop-shipping-fee",
    "item-note",
    "item-condition",
    "zshop-category1",
    "zshop-browse-path",
    "zshop-storefront-feature",
    "asin1",
    "asin2",
    "asin3",
    "will-ship-internationally",
    "expedited-shipping",
    "zshop-boldface",
    "product-id",
    "bid-for-featured-placement",
    "add-delete",
    "pending-quantity",
    "fulfillment-channel",
    "merchant-shipping-group",
    "status",
)
ASIN, EAN = "1", "4"  # product-id-type
NEW = "11"  # item-condition
DATE_FORMATS = {"na": "%Y-%m-%d %H:%M:%S", "eu": "%d/%m/%Y %H:%M:%S"}


def table(world, job, when):
    """Of several marketplaces that are asked for, the first."""
    site = BY_ID[job.marketplaces[0]].code
    rows = [_listing(each, site) for each in world.listings[job.account].on(site)]
    return COLUMNS, rows


def _listing(listing, site):
    product = listing.product
    quantity = listing.quantity(site)
    return {
        "item-name": listing.title(site),
        "listing-id": f"{product['asin'][4:]}{site}",
        "seller-sku": listing.sku,
        "price": listing.price(site),
        "quantity": "" if quantity is None else quantity,
        "open-date": _date(listing.created, site),
        "item-is-marketplace": "y",
        "product-id-type": EAN if product["barcode"] else ASIN,
        "item-condition": NEW,
        "asin1": product["asin"],
        "product-id": product["barcode"] or product["asin"],
        "pending-quantity": "" if quantity is None else 0,
        "fulfillment-channel": listing.channel(site),
        "merchant-shipping-group": "Migrated Template",
        "status": "Active" if listing.is_buyable(site) else "Inactive",
    }


def _date(moment, site):
    marketplace = MARKETPLACES[site]
    pattern = DATE_FORMATS.get(marketplace.region, "%Y/%m/%d %H:%M:%S")
    return f"{moment:{pattern}} {marketplace.time_zone}"
