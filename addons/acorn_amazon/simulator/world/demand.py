"""Buyers: who orders what and when. All of it follows from seed, account and count."""

from datetime import timedelta
from random import Random

from ..clock import iso, parse
from . import oddities, people
from .money import minor, ratio
from .purchase import BUSINESS, Line, Purchase

WEIGHTS = {"US": 14, "CA": 4, "MX": 2, "DE": 8, "FR": 5, "IT": 3, "ES": 3, "NL": 2}
WEIGHTS |= {"PL": 2, "GB": 3, "JP": 1}
ABROAD = {"DE": ("AT", 0.12), "FR": ("BE", 0.1), "NL": ("BE", 0.15)}
QUANTITIES = (1,) * 14 + (2,) * 3 + (3, 3, 4, 7)
LINES = (1,) * 12 + (2, 2, 2, 3)
GREETINGS = {
    "ja": "お誕生日おめでとう！",
    "de": "Alles Gute zum Geburtstag – deine Großmutter",
    "fr": "Joyeux anniversaire !\nGros bisous, Mamie",
    "pl": "Wszystkiego najlepszego, Łucjo!",
    "es": "¡Feliz cumpleaños, mamá!",
}
WRAPPING = 350  # cents, or whole yen
TRIES = 40  # to find something that is not sold out


def dice(*words):
    """Random numbers that depend on these words alone."""
    return Random(":".join(map(str, words)))


class Demand:
    """The orders of one account.

    They arrive at a steady rate since ``since``; those counted below 0 make up the
    history from before this world began.
    """

    def __init__(self, account, listings, options, since):
        self.account, self.listings, self.options = account, listings, options
        self.since, self.first = since, 0  # order `first` comes after `since`
        self.next = 0

    def arrival(self, count):
        """When this order is placed, or None if none are any more."""
        jitter = dice(self.options.seed, self.account.key, count, "time").random()
        if count < 0:
            days = self.options.history_days * (count + jitter) / self.options.history
            return self.since + timedelta(days=days)
        if not self.account.orders_per_hour:
            return None
        hours = (count - self.first + jitter) / self.account.orders_per_hour
        return self.since + timedelta(hours=hours)

    def restart(self, count, since):
        """From this order on, count from another time (or at another rate)."""
        self.first, self.since = count, since

    def dump(self):
        return [iso(self.since), self.first, self.next]

    def load(self, data):
        since, self.first, self.next = data
        self.since = parse(since)

    def draw(self, count, created):
        """(the purchase or None, the dice that decide about its further life)"""
        rng = dice(self.options.seed, self.account.key, count)
        sites = self.account.marketplaces
        site = rng.choices(sites, [WEIGHTS.get(each.code, 1) for each in sites])[0]
        listings = self._basket(rng, site.code)
        if not listings:
            return None, rng
        purchase = Purchase(
            account=self.account,
            site=site,
            count=count,
            created=created,
            by_amazon=listings[0].by_amazon(site.code),
            status="PENDING",
            lines=[_line(rng, listing, site) for listing in listings],
            discount_sign=self.options.discount_sign,
            with_breakdowns=rng.random() < 0.25,
        )
        _add_person(rng, purchase)
        oddities.add(rng, purchase)
        return purchase, rng

    def _basket(self, rng, site):
        """Listings that one order may hold: in stock, and all from one warehouse."""
        chosen, wanted = [], rng.choice(LINES)
        on_sale = self.listings.on(site)
        for _try in range(TRIES if on_sale else 0):
            listing = rng.choice(on_sale)
            alike = not chosen or listing.by_amazon(site) == chosen[0].by_amazon(site)
            if alike and listing.is_buyable(site) and listing not in chosen:
                chosen.append(listing)
            if len(chosen) == wanted:
                break
        return chosen


def _line(rng, listing, site):
    unit = minor(listing.price(site.code), site.currency)
    in_stock = listing.quantity(site.code)
    quantity = rng.choice(QUANTITIES)
    quantity = quantity if in_stock is None else min(quantity, in_stock)
    price = unit * quantity
    if quantity > 2 and rng.random() < 0.3:  # a price for the set: odd per unit
        price = ratio(price, 93, 100)
    line = Line(listing.product, quantity, price)
    if not listing.by_amazon(site.code) and rng.random() < 0.4:
        line.shipping = ratio(price, 12, 100)
        line.shipping_discount = line.shipping if rng.random() < 0.3 else 0
    if rng.random() < 0.1:
        line.discount = ratio(price, rng.choice((5, 10, 15)), 100)
    if rng.random() < 0.05:
        line.gift_wrap = WRAPPING
        line.gift_message = GREETINGS.get(site.language[:2], "Happy birthday!")
    if site.code == "JP" and rng.random() < 0.6:
        line.points = ratio(price, 1, 100)
    return line


def _add_person(rng, purchase):
    code = purchase.site.code
    country, share = ABROAD.get(code, ("", 0))
    lives_in = country if rng.random() < share else code
    purchase.buyer = people.full_name(rng, lives_in)
    purchase.email = people.anonymous_email(rng, purchase.site)
    if not purchase.by_amazon and rng.random() < 0.06:
        purchase.business = True
        purchase.purchase_order = rng.choice(("", f"PO-{rng.randint(1000, 9999)}"))
        purchase.programs.append(BUSINESS)
        purchase.address = people.office(rng, code)
    else:
        recipient = purchase.buyer if rng.random() < 0.9 else ""
        purchase.address = people.address(rng, lives_in, recipient)
    purchase.hides_recipient = purchase.by_amazon and rng.random() < 0.1
