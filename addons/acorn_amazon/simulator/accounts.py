"""Marketplaces, and the selling accounts that exist in this world.

The credentials are public on purpose: they open nothing but the simulator.
"""

from dataclasses import dataclass, field, fields

from .clock import iso, parse


@dataclass(frozen=True)
class Marketplace:
    code: str  # ISO 3166
    id: str
    region: str
    domain: str  # without 'www.'
    currency: str
    language: str
    time_zone: str  # abbreviation in reports
    prefixes: tuple[str, ...]  # of order numbers

    @property
    def name(self):
        return self.domain.capitalize()

    @property
    def stock_group(self):
        """Marketplaces of one group show one quantity of an offer.

        In Europe (and Japan) an account has one; in North America each store its own.
        """
        return self.code if self.region == "na" else self.region


def _marketplaces(*rows):
    return {row[0]: Marketplace(*row[:7], tuple(row[7].split())) for row in rows}


MARKETPLACES = _marketplaces(
    ("US", "ATVPDKIKX0DER", "na", "amazon.com", "USD", "en_US", "PST", "111 112 113"),
    ("CA", "A2EUQ1WTGCTBG2", "na", "amazon.ca", "CAD", "en_CA", "PST", "701 702"),
    ("MX", "A1AM78C64UM0Y8", "na", "amazon.com.mx", "MXN", "es_MX", "CST", "703"),
    ("BR", "A2Q3Y263D00KWC", "na", "amazon.com.br", "BRL", "pt_BR", "BRT", "700"),
    ("DE", "A1PA6795UKMFR9", "eu", "amazon.de", "EUR", "de_DE", "MET", "302 303 304"),
    ("FR", "A13V1IB3VIYZZH", "eu", "amazon.fr", "EUR", "fr_FR", "MET", "402 403 404"),
    ("IT", "APJ6JRA9NG5V4", "eu", "amazon.it", "EUR", "it_IT", "MET", "405 406 407"),
    ("ES", "A1RKKUPIHCS9HS", "eu", "amazon.es", "EUR", "es_ES", "MET", "408 171"),
    ("NL", "A1805IZSGTT6HS", "eu", "amazon.nl", "EUR", "nl_NL", "MET", "409"),
    ("PL", "A1C3SOZRARQ6R3", "eu", "amazon.pl", "PLN", "pl_PL", "MET", "410"),
    ("GB", "A1F83G8C2ARO7P", "eu", "amazon.co.uk", "GBP", "en_GB", "GMT", "202 203"),
    ("TR", "A33AVAJ2PDY3EV", "eu", "amazon.com.tr", "TRY", "tr_TR", "TRT", "407"),
    ("JP", "A1VC38T7YXB528", "fe", "amazon.co.jp", "JPY", "ja_JP", "JST", "249 250"),
)
BY_ID = {marketplace.id: marketplace for marketplace in MARKETPLACES.values()}

# What fulfilment for other sales channels is booked on: (id, name, domain, site).
NON_AMAZON = {
    "na": ("A2ZV50J4W1RKNI", "Non-Amazon US", "sim1.stores.amazon.com", "US"),
    "eu": ("A38D8NSA03LJTC", "Non-Amazon DE", "siprod.stores.amazon.de", "DE"),
}


@dataclass
class Account:
    """A selling account, the app it has authorised, and what is wrong with both."""

    key: str
    name: str
    sites: tuple[str, ...]
    seller_id: str
    client_id: str
    client_secret: str
    refresh_token: str
    number: int = 0  # its place in the world: keeps the orders' numbers apart
    orders_per_hour: float = 6.0
    revoked: bool = False  # the seller has withdrawn the authorisation
    secret_expired: bool = False
    personal_data: bool = True  # the app has the restricted roles
    denied: list[str] = field(default_factory=list)  # operations it has no role for
    suspended: list[str] = field(default_factory=list)  # sites

    @property
    def marketplaces(self):
        return [MARKETPLACES[code] for code in self.sites]

    @property
    def region(self):
        return MARKETPLACES[self.sites[0]].region

    def change(self, **flags):
        unknown = flags.keys() - CHANGEABLE
        if unknown:
            raise TypeError(f"An account has no {', '.join(sorted(unknown))} to change")
        for name, value in flags.items():
            setattr(self, name, value)

    def dump(self):
        return {name: getattr(self, name) for name in CHANGEABLE}

    def show(self):
        return {item.name: getattr(self, item.name) for item in fields(self)}


CHANGEABLE = {
    "client_secret",
    "refresh_token",
    "orders_per_hour",
    "revoked",
    "secret_expired",
    "personal_data",
    "denied",
    "suspended",
}


def account(key, name, sites, seller_id=""):
    """An account of this name, with credentials that follow from it."""
    number = key.encode().hex().rjust(32, "0")[-32:]
    return Account(
        key=key,
        name=name,
        sites=tuple(sites.split()),
        seller_id=seller_id or f"A2LOCAL{key.upper():0>7.7}",
        client_id=f"amzn1.application-oa2-client.{number}",
        client_secret=f"amzn1.oa2-cs.v1.local-amazon-{key}-not-a-secret",
        refresh_token=f"Atzr|local-amazon-{key}-not-a-secret",
    )


def demo_accounts():
    return [
        account("na", "Oakleaf Home North America", "US CA MX", "A2OAKLEAFNA001"),
        account("eu", "Oakleaf Home Europe", "DE FR IT ES NL PL GB", "A2OAKLEAFEU001"),
        account("jp", "Oakleaf Home Japan", "JP", "A2OAKLEAFJP001"),
    ]


class Tokens:
    """The access tokens that are alive; each knows its account or, grantless, none."""

    def __init__(self):
        self._tokens = {}

    def add(self, token, client_id, account_key, expires):
        self._tokens[token] = (client_id, account_key, expires)

    def get(self, token):
        """(app, account's key, time of expiry); Nones when there is no such token."""
        return self._tokens.get(token, (None, None, None))

    def dump(self):
        return [
            [token, client, key, iso(expires)]
            for token, (client, key, expires) in self._tokens.items()
        ]

    def load(self, data):
        for token, client, key, expires in data:
            self.add(token, client, key, parse(expires))
