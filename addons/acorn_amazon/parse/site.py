"""The marketplaces of a seller, as Acorn's sites."""

from odoo.addons.acorn_base.records import SiteInfo

from ..marketplaces import BY_REF
from .part import Part


def parse_sites(participations):
    """Return a ``SiteInfo`` for each marketplace on which the seller can sell.

    :param participations: plain JSON as the Sellers API gives it
    """
    sites = (_site(entry) for entry in Part(participations, "payload"))
    return tuple(site for site in sites if site)


def _site(entry):
    marketplace, participation = entry["marketplace"], entry["participation"]
    if not participation.get("isParticipating").value:
        return None
    suspended = bool(participation.get("hasSuspendedListings").value)
    known = BY_REF.get(marketplace["id"].text())
    if known:
        return known.site(suspended=suspended)
    # Amazon lists its own test sites too, and "Non-Amazon": they have no shop window.
    if not marketplace.get("domainName").text().startswith("www.amazon."):
        return None
    return SiteInfo(
        ref=marketplace["id"].text(),
        code=marketplace["countryCode"].text(),
        name=marketplace["name"].text(),
        currency=marketplace["defaultCurrencyCode"].text(),
        language=marketplace.get("defaultLanguageCode").text(),
        network=marketplace["countryCode"].text(),
        suspended=suspended,
    )
