"""Which tax a sale bears, whether prices contain it, and who hands it in."""

from dataclasses import dataclass, replace

from .money import tax_in, tax_on

US_COLLECTOR = "Amazon Services, Inc."
EU_COLLECTOR = "Amazon Services Europe S.a.r.L."

SCHEMES = {"uoss": "UOSS", "ioss": "IOSS", "collected": ""}
STATES = {"WA": 1035, "TX": 825, "NY": 888, "CA": 938, "OR": 0, "FL": 700, "PR": 1150}
PROVINCES = {"ON": 1300, "QC": 1498, "BC": 1200, "AB": 500, "Alberta": 500}
VAT = {
    "DE": 1900,
    "AT": 2000,
    "FR": 2000,
    "BE": 2100,
    "IT": 2200,
    "ES": 2100,
    "NL": 2100,
    "PL": 2300,
    "GB": 2000,
    "MX": 1600,
}


@dataclass(frozen=True)
class Tax:
    rate: int  # hundredths of a per cent
    included: bool  # prices contain it; otherwise it is added to them
    collector: str = ""  # who hands it in, when that is not the seller
    scheme: str = ""  # UOSS, IOSS

    def split(self, price):
        """(without tax, tax) of what the site shows as price."""
        if self.included:
            tax = tax_in(price, self.rate)
            return price - tax, tax
        return price, tax_on(price, self.rate)


NONE = Tax(0, included=True)


def usual(address):
    """What a sale to this address bears when nothing is special about it."""
    country, region = address.get("countryCode"), address.get("stateOrRegion")
    if country == "US":
        return Tax(STATES.get(region, 600), included=False, collector=US_COLLECTOR)
    if country == "CA":
        return Tax(PROVINCES.get(region, 1300), included=False)
    return Tax(VAT[country], included=True) if country in VAT else NONE


def chosen(wish, address):
    """What the wish stands for.

    None, ``'usual'``, a dict of Tax (rate in per cent), or what Amazon hands in as
    deemed reseller: ``'uoss'``, ``'ioss'``, ``'collected'`` (by no such scheme).
    """
    if wish is None:
        return NONE
    if isinstance(wish, dict):
        rate = round(float(wish["rate"]) * 100)
        return Tax(**{"included": True, **wish, "rate": rate})
    tax = usual(address)
    if wish == "usual":
        return tax
    if wish not in SCHEMES:
        raise ValueError(f"No such tax: {wish!r}")
    return replace(tax, collector=EU_COLLECTOR, scheme=SCHEMES[wish])
