"""Orders that somebody asks for, in the words of tests and demos."""

from ..clock import parse
from . import people
from .demand import dice
from .money import minor
from .purchase import AMAZON, Line, Purchase

AMOUNTS = {"shipping", "gift_wrap", "cod_fee", "discount", "shipping_discount"}
WORDS = ("gift_message", "cancel_reason", "points", "programs")


def purchase(world, account, site, count, now, lines, **wishes):
    """The purchase that is wished for; what is not said is made up.

    :param lines: dicts of ``sku``, ``quantity``, ``price`` (of one unit, as the site
        shows it) or ``total`` (of all), the amounts and the words above
    :param wishes: ``fulfilled_by``, ``address`` (changes to one that is made up, or
        False for none), ``cancellation_request``, ``created``, and any other field of
        Purchase
    """
    listings = world.listings[account.key]
    rng = dice(world.options.seed, account.key, "placed", count)
    by_amazon = _by_amazon(listings, lines, site, wishes.pop("fulfilled_by", None))
    reason = wishes.pop("cancellation_request", "")
    address = wishes.pop("address", None)
    created = _moment(wishes.pop("created", now))
    if "tip" in wishes:
        wishes["tip"] = minor(wishes["tip"], site.currency)
    values = {
        "by_amazon": by_amazon,
        "buyer": people.full_name(rng, site.code),
        "email": people.anonymous_email(rng, site),
        "discount_sign": world.options.discount_sign,
        "programs": ["AMAZON_BUSINESS"] if wishes.get("business") else [],
        **wishes,
    }
    return Purchase(
        account=account,
        site=site,
        count=count,
        created=created,
        lines=[
            _line(listings, site, {"cancel_reason": reason, **line}) for line in lines
        ],
        address=_address(rng, site, address, values),
        hides_recipient=address is False,
        **values,
    )


def _moment(moment):
    return parse(moment) if isinstance(moment, str) else moment


def _by_amazon(listings, lines, site, fulfilled_by):
    if fulfilled_by:
        return fulfilled_by == AMAZON
    first = listings.get(lines[0]["sku"])
    return bool(first) and first.by_amazon(site.code)


def _line(listings, site, wish):
    sku, quantity = wish.pop("sku"), int(wish.pop("quantity", 1))
    listing = listings.get(sku)
    product = listing.product if listing else _stranger(sku, wish.pop("asin", ""))
    unit, total = wish.pop("price", None), wish.pop("total", None)
    if unit is None and total is None:
        if not listing or site.code not in listing.sites:
            raise ValueError(f"{sku} is not sold on {site.code}: say its price")
        unit = listing.price(site.code)
    values = {name: wish.pop(name) for name in (*AMOUNTS, *WORDS) if name in wish}
    for name in AMOUNTS & values.keys():
        values[name] = minor(values[name], site.currency)
    if wish:
        raise ValueError(f"A line has no {', '.join(sorted(wish))}")
    if total is None:
        price = minor(unit, site.currency) * quantity
    else:
        price = minor(total, site.currency)
    return Line(product, quantity, price, **values)


def _stranger(sku, asin):
    """A product the catalogue does not know: sellers have such, too."""
    return {"sku": sku, "asin": asin or "B0STRANGER", "titles": {}}


def _address(rng, site, wish, values):
    make = people.office if values.get("business") else people.address
    country = (wish or {}).get("countryCode", site.code)
    known = country if country in people.COUNTRIES else site.code
    made_up = make(rng, known)
    if not values.get("business"):
        made_up["name"] = values["buyer"]
    address = made_up | (wish or {})
    return {key: value for key, value in address.items() if value}
