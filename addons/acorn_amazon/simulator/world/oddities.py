"""What makes some orders difficult: each may be struck by one of these."""

from ..accounts import NON_AMAZON
from . import numbering

LONG_AGO = 1000  # orders
NOTES = ("Front desk", "Garage", "Neighbour", "Rear door, please ring twice")


def add(rng, purchase):
    """The first oddity that fits the order and whose dice fall right."""
    shipper = "amazon" if purchase.by_amazon else "merchant"
    for share, place, fulfilled_by, oddity in ODDITIES:
        fits = place in ("", purchase.site.code, purchase.site.region)
        if fits and fulfilled_by in ("", shipper) and rng.random() < share:
            oddity(rng, purchase)
            return


def _replacement(rng, purchase):
    """Free of charge, for an order from before this world began."""
    account = purchase.account.number
    prefix = purchase.site.prefixes[0]
    purchase.replaces = numbering.order_id(prefix, account, purchase.count - LONG_AGO)
    for line in purchase.lines:
        _strip(line)


def _sold_elsewhere(rng, purchase):
    if purchase.account.region in NON_AMAZON:
        purchase.on_amazon = False
        purchase.seller_ref = f"WEB-{rng.randint(10000, 99999)}"
        for line in purchase.lines:
            _strip(line)


def _strip(line):
    line.gift_wrap, line.gift_message, line.points = 0, "", 0
    line.discount = line.shipping_discount = 0


def _tip(rng, purchase):
    purchase.tip = 100 * rng.randint(2, 6)


def _collected_vat(rng, purchase):
    """Amazon is deemed the reseller; Britain has no Union scheme."""
    purchase.tax = "collected" if purchase.site.code == "GB" else "uoss"


def _import_vat(rng, purchase):
    purchase.tax = "collected" if purchase.site.code == "GB" else "ioss"


def _cash(rng, purchase):
    purchase.payment = "CashOnDelivery"
    purchase.lines[0].cod_fee = 330


def _konbini(rng, purchase):
    purchase.payment = "ConvenienceStore"


def _invoice(rng, purchase):
    purchase.payment = "Invoice"


def _note(rng, purchase):
    purchase.note = rng.choice(NOTES)


def _fast(rng, purchase):
    purchase.service = rng.choice(("EXPEDITED", "SECOND_DAY"))


def _prime(rng, purchase):
    purchase.programs.append("PRIME")


# Share of the orders; site or region; who ships; what is odd.
ODDITIES = (
    (0.015, "", "", _replacement),
    (0.03, "", "amazon", _sold_elsewhere),
    (0.03, "US", "merchant", _tip),
    (0.07, "eu", "", _collected_vat),
    (0.03, "eu", "merchant", _import_vat),
    (0.05, "JP", "merchant", _cash),
    (0.08, "JP", "", _konbini),
    (0.03, "DE", "", _invoice),
    (0.05, "", "merchant", _note),
    (0.1, "", "merchant", _fast),
    (0.6, "", "amazon", _prime),
)
