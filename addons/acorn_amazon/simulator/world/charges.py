"""What one order item brings in and costs, piece by piece, in whole minor units.

A piece is named by a word of this module; ``WORDS`` has what the settlement file and
the Finances API call it.
"""

from decimal import Decimal

from .demand import dice
from .money import minor, ratio, read, text
from .money_events import Amount

GOODS, SHIPPING, GIFT_WRAP, COD = "ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE"
TAXES = {GOODS: "TAX", SHIPPING: "SHIPPING_TAX", GIFT_WRAP: "WRAP_TAX", COD: "COD_TAX"}
OFF, SHIPPING_OFF, TAX_OFF = "OFF", "SHIPPING_OFF", "TAX_OFF"
WITHHELD, SHIPPING_WITHHELD = "WITHHELD", "SHIPPING_WITHHELD"
VAT_WITHHELD, SHIPPING_VAT_WITHHELD = "VAT_WITHHELD", "SHIPPING_VAT_WITHHELD"
POINTS, COMMISSION, FBA_FEE, REFUND_FEE = "POINTS", "COMMISSION", "FBA", "REFUND_FEE"

# piece: (amount-type and -description of the file, breakdown types of the API)
WORDS = {
    GOODS: (("ItemPrice", "Principal"), ("ProductCharges", "OurPricePrincipal")),
    SHIPPING: (("ItemPrice", "Shipping"), ("Shipping", "ShippingPrincipal")),
    GIFT_WRAP: (("ItemPrice", "GiftWrap"), ("GiftWrap", "GiftWrapPrincipal")),
    COD: (("ItemPrice", "COD"), ("COD", "CODPrincipal")),
    TAXES[GOODS]: (("ItemPrice", "Tax"), ("Tax", "OurPriceTax")),
    TAXES[SHIPPING]: (("ItemPrice", "ShippingTax"), ("Tax", "ShippingTax")),
    TAXES[GIFT_WRAP]: (("ItemPrice", "GiftWrapTax"), ("Tax", "GiftWrapTax")),
    TAXES[COD]: (("ItemPrice", "CODTax"), ("Tax", "CODTax")),
    OFF: (("Promotion", "Principal"), ("Promotion", "PromoRebates")),
    SHIPPING_OFF: (("Promotion", "Shipping"), ("Promotion", "ShippingPromoRebates")),
    TAX_OFF: (("Promotion", "TaxDiscount"), ("Promotion", "TaxPromoRebates")),
    WITHHELD: (
        ("ItemWithheldTax", "MarketplaceFacilitatorTax-Principal"),
        ("TaxWithheld", "MarketplaceFacilitatorTaxPrincipal"),
    ),
    SHIPPING_WITHHELD: (
        ("ItemWithheldTax", "MarketplaceFacilitatorTax-Shipping"),
        ("TaxWithheld", "MarketplaceFacilitatorTaxShipping"),
    ),
    VAT_WITHHELD: (
        ("ItemWithheldTax", "MarketplaceFacilitatorVAT-Principal"),
        ("TaxWithheld", "MarketplaceFacilitatorVATPrincipal"),
    ),
    SHIPPING_VAT_WITHHELD: (
        ("ItemWithheldTax", "MarketplaceFacilitatorVAT-Shipping"),
        ("TaxWithheld", "MarketplaceFacilitatorVATShipping"),
    ),
    POINTS: (("Points", "PointsGranted"), ("Points", "PointsGranted")),
    COMMISSION: (("ItemFees", "Commission"), ("AmazonFees", "Commission", "Base")),
    FBA_FEE: (
        ("ItemFees", "FBAPerUnitFulfillmentFee"),
        ("AmazonFees", "FBAPerUnitFulfillmentFee", "Base"),
    ),
    REFUND_FEE: (
        ("ItemFees", "RefundCommission"),
        ("AmazonFees", "RefundCommission", "Base"),
    ),
}
FEES = {COMMISSION, FBA_FEE, REFUND_FEE, POINTS}
ADDED = ("US", "CA")  # sites whose prices are without tax
REFERRAL, REFUND_SHARE = 15, 20  # per cent
WORTH = {"JPY": 150, "MXN": 18, "PLN": 4}  # of a dollar or euro, about; cents of it
MOST_REFUND_FEE = 500  # cents of a dollar


def scaled(cents, currency):
    """What costs so many cents of a dollar, in a currency's smallest unit."""
    worth = cents * WORTH.get(currency, 1)
    return ratio(worth, 1, 100) if currency == "JPY" else worth


def paid(item, site):
    """{piece: amount} of what buyers pay for an item of an order, as it stands."""
    parts = item.get("proceeds", {}).get("breakdowns", ())
    found = {part["type"]: read(part["subtotal"])[0] for part in parts}
    details = {part["type"]: _details(part) for part in parts}
    pieces = {kind: found[kind] for kind in TAXES if kind in found}
    off = details.get("DISCOUNT") or {GOODS: found.get("DISCOUNT", 0)}
    pieces[OFF] = -abs(off.get(GOODS, 0))
    pieces[SHIPPING_OFF] = -abs(off.get(SHIPPING, 0))
    _add_taxes(pieces, found.get("TAX", 0), details.get("TAX", {}))
    if site not in ADDED and not _collector(item):
        _include_taxes(pieces)
    return {piece: amount for piece, amount in pieces.items() if amount}


def _details(part):
    details = part.get("detailedBreakdowns", ())
    return {each["subtype"]: read(each["value"])[0] for each in details}


def _collector(item):
    """Whether Amazon hands the tax in."""
    return bool(item.get("tax", {}).get("taxCollections"))


def _add_taxes(pieces, total, details):
    pieces[TAX_OFF] = -abs(details.get("DISCOUNT", 0))
    for kind, tax in TAXES.items():
        if kind != GOODS:
            pieces[tax] = details.get(kind, 0)
    others = sum(pieces[tax] for kind, tax in TAXES.items() if kind != GOODS)
    pieces[TAXES[GOODS]] = total - others - pieces[TAX_OFF]


def _include_taxes(pieces):
    """Where prices contain the tax, nobody tells it apart."""
    for kind, tax in TAXES.items():
        pieces[kind] = pieces.get(kind, 0) + pieces.pop(tax)
    saved = pieces.pop(TAX_OFF)
    pieces[OFF if pieces[OFF] else SHIPPING_OFF] += saved


def withheld(item, pieces, site):
    """The pieces, and what Amazon keeps of the tax in them."""
    if not _collector(item):
        return pieces
    is_sales_tax = site in ADDED
    kept = sum(pieces.get(tax, 0) for tax in (*TAXES.values(), TAX_OFF))
    of_shipping = pieces.get(TAXES[SHIPPING], 0)
    words = (
        (WITHHELD, SHIPPING_WITHHELD)
        if is_sales_tax
        else (VAT_WITHHELD, SHIPPING_VAT_WITHHELD)
    )
    amounts = (-(kept - of_shipping), -of_shipping)
    added = {
        word: amount for word, amount in zip(words, amounts, strict=True) if amount
    }
    return pieces | added


def fees(item, pieces, quantity, currency, by_amazon, seed):
    """{piece: amount} of what Amazon keeps for units that have left."""
    taxes = {*TAXES.values(), TAX_OFF}
    base = sum(amount for piece, amount in pieces.items() if piece not in taxes)
    kept = {}
    if base > 0:
        kept[COMMISSION] = -max(ratio(base, REFERRAL, 100), scaled(30, currency))
    if by_amazon:
        sku = item["product"].get("sellerSku", "")
        each = dice(seed, "fba", sku).randint(306, 689)
        kept[FBA_FEE] = -scaled(each, currency) * quantity
    worth = item.get("expense", {}).get("pointsCost", {}).get("pointsGranted", {})
    if money_ := worth.get("pointsMonetaryValue"):
        granted, _currency = read(money_)
        kept[POINTS] = -ratio(granted, quantity, item["quantityOrdered"])
    return {piece: amount for piece, amount in kept.items() if amount}


def apportion(pieces, part, whole):
    """The pieces' shares of ``part`` / ``whole``; they add up to ``part`` when the
    pieces add up to ``whole``."""
    shares = {piece: ratio(amount, part, whole) for piece, amount in pieces.items()}
    if shares and sum(pieces.values()) == whole:
        largest = max(pieces, key=lambda piece: abs(pieces[piece]))
        shares[largest] += part - sum(shares.values())
    return {piece: amount for piece, amount in shares.items() if amount}


def refunded(item, found, site, currency):
    """{piece: amount} of what a refund takes back, and gives back of the fees."""
    pieces = paid(item, site)
    whole = sum(pieces.values())
    part = minor(found["refunded"], currency) if found.get("refunded") else 0
    if whole <= 0 or part <= 0:
        return {}
    shares = apportion(pieces, part, whole)
    back = withheld(item, shares, site)
    commission = fees(item, pieces, 0, currency, False, 0).get(COMMISSION, 0)
    commission = ratio(commission, part, whole)
    kept = min(ratio(-commission, REFUND_SHARE, 100), scaled(MOST_REFUND_FEE, currency))
    back |= {COMMISSION: commission, REFUND_FEE: kept}
    return {piece: -amount for piece, amount in back.items() if amount}


def amounts(pieces, currency, promotions=()):
    """The pieces as they are told."""
    told = []
    for piece, amount in pieces.items():
        settled_as, told_as = WORDS[piece]
        value = Decimal(text(amount, currency))
        named = piece in (OFF, SHIPPING_OFF) and promotions
        told.append(Amount(value, settled_as, told_as, promotions[0] if named else ""))
    return tuple(told)
