"""FBA Inventory API v1: what Amazon keeps, from the view of one marketplace."""

from datetime import timedelta

from ..accounts import BY_ID
from ..answers import Answer, invalid
from ..calls import Operation
from ..clock import iso, parse
from ..world.fba import FULFILLABLE, UNSELLABLE
from .parameters import moment, refuse_unknown, text, texts
from .tokens import fingerprint, seal, unseal

PAGE_SIZE = 50
TOKEN_LIFE = timedelta(seconds=30)
OLDEST = timedelta(days=548)  # of startDateTime
INBOUND = (
    "inboundWorkingQuantity",
    "inboundShippedQuantity",
    "inboundReceivingQuantity",
)
RESERVED = (
    "pendingCustomerOrderQuantity",
    "pendingTransshipmentQuantity",
    "fcProcessingQuantity",
)


def get_summaries(call):
    refuse_unknown(
        call,
        "details",
        "granularityType",
        "granularityId",
        "startDateTime",
        "sellerSkus",
        "sellerSku",
        "nextToken",
        "marketplaceIds",
    )
    marketplace = _marketplace(call)
    detailed = text(call, "details", ("true", "false"), "false") == "true"
    since = moment(call, "startDateTime")
    if since and since < call.time - OLDEST:
        raise invalid("Invalid Input", "startDateTime is more than 18 months ago")
    stock = call.world.fba.stock(call.world, call.account.key, marketplace.code)
    wanted = texts(call, "sellerSkus", most=50) or texts(call, "sellerSku", most=1)
    skus = [sku for sku in stock if not wanted or sku in wanted]
    start = _start(call)
    page = skus[start : start + PAGE_SIZE]
    summaries = [_summary(call, marketplace, sku, stock[sku]) for sku in page]
    if not detailed:
        for summary in summaries:
            del summary["inventoryDetails"]
    granularity = {"granularityType": "Marketplace", "granularityId": marketplace.id}
    body = {"payload": {"granularity": granularity, "inventorySummaries": summaries}}
    if start + PAGE_SIZE < len(skus):
        token = {
            "start": start + PAGE_SIZE,
            "asked": fingerprint(call, {"nextToken"}),
            "until": iso(call.time + TOKEN_LIFE),
        }
        body["pagination"] = {"nextToken": seal(token)}
    return Answer(200, body)


def _marketplace(call):
    ids = texts(call, "marketplaceIds", most=1)
    own = {each.id for each in call.account.marketplaces}
    if text(call, "granularityType") != "Marketplace":
        raise invalid("Invalid Input", "granularityType must be Marketplace")
    if not ids or ids[0] not in own or text(call, "granularityId") != ids[0]:
        raise invalid("Invalid Input", "marketplaceIds must be one of the account's")
    return BY_ID[ids[0]]


def _start(call):
    sealed = text(call, "nextToken")
    if not sealed:
        return 0
    token = unseal(sealed, "nextToken")
    if token.get("asked") != fingerprint(call, {"nextToken"}):
        raise invalid("Invalid Input", "nextToken belongs to another question")
    if parse(token["until"]) < call.time:
        raise invalid("Invalid Input", "nextToken has expired")
    return token["start"]


def _summary(call, marketplace, sku, states):
    listing = call.world.listings[call.account.key].get(sku)
    asin = listing.product["asin"] if listing else "B0STRANGER"
    is_listed = listing and marketplace.code in listing.sites
    reserved = {name: states.get(name, 0) for name in RESERVED}
    unsellable = {name: states.get(name, 0) for name in UNSELLABLE.values()}
    researching = states.get("totalResearchingQuantity", 0)
    details = {
        FULFILLABLE: states.get(FULFILLABLE, 0),
        **{name: states.get(name, 0) for name in INBOUND},
        "reservedQuantity": {
            "totalReservedQuantity": sum(reserved.values()),
            **reserved,
        },
        "researchingQuantity": {
            "totalResearchingQuantity": researching,
            "researchingQuantityBreakdown": [],
        },
        "unfulfillableQuantity": {
            "totalUnfulfillableQuantity": sum(unsellable.values()),
            **unsellable,
        },
    }
    return {
        "asin": asin,
        "fnSku": f"X0{asin[2:]}",
        "sellerSku": sku,
        "condition": "NewItem",
        "inventoryDetails": details,
        "lastUpdatedTime": iso(call.time),
        "productName": listing.title(marketplace.code) if is_listed else sku,
        "totalQuantity": sum(states.values()),
        "stores": [],
    }


OPERATIONS = [
    Operation(
        "getInventorySummaries",
        "GET",
        "/fba/inventory/v1/summaries",
        get_summaries,
        "fbaInventory",
    )
]
