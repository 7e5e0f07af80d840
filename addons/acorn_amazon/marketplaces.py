"""Amazon's marketplaces: what is known of each without asking."""

from dataclasses import dataclass

from odoo.addons.acorn_base.records import SiteInfo

# One address per region; a seller's account, its authorisation and its budget of calls
# belong to one of them.
ENDPOINTS = {
    "na": "https://sellingpartnerapi-na.amazon.com",
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}
LOGIN_ENDPOINT = "https://api.amazon.com"  # Login with Amazon, the same everywhere


@dataclass(frozen=True)
class Marketplace:
    ref: str  # Amazon's marketplaceId
    code: str  # ISO 3166 country
    name: str  # as buyers know it
    region: str  # key of ENDPOINTS
    currency: str  # ISO 4217
    language: str  # Odoo's locale, the nearest that Odoo has
    timezone: str
    network: str  # marketplaces with one word share Amazon's warehouses
    host: str  # where sellers work

    @property
    def stock_group(self):
        """Marketplaces with one word show one quantity of a SKU: surely those of the
        European Union; of others nobody says, and each keeps its own."""
        return "EU" if self.network == "EU" else self.code

    def site(self, *, suspended=False):
        """Return what Acorn says of the marketplace to the rest of the house."""
        return SiteInfo(
            ref=self.ref,
            code=self.code,
            name=self.name,
            currency=self.currency,
            language=self.language,
            timezone=self.timezone,
            network=self.network,
            stock_group=self.stock_group,
            suspended=suspended,
        )


EUROPE = "sellercentral-europe.amazon.com"

# fmt: off
# ruff: noqa: E501
TABLE = (
    Marketplace("ATVPDKIKX0DER", "US", "Amazon.com", "na", "USD", "en_US", "America/Los_Angeles", "US", "sellercentral.amazon.com"),
    Marketplace("A2EUQ1WTGCTBG2", "CA", "Amazon.ca", "na", "CAD", "en_CA", "America/Los_Angeles", "CA", "sellercentral.amazon.ca"),
    Marketplace("A1AM78C64UM0Y8", "MX", "Amazon.com.mx", "na", "MXN", "es_MX", "America/Los_Angeles", "MX", "sellercentral.amazon.com.mx"),
    Marketplace("A2Q3Y263D00KWC", "BR", "Amazon.com.br", "na", "BRL", "pt_BR", "America/Sao_Paulo", "BR", "sellercentral.amazon.com.br"),
    Marketplace("A1F83G8C2ARO7P", "GB", "Amazon.co.uk", "eu", "GBP", "en_GB", "Europe/London", "UK", EUROPE),
    Marketplace("A1PA6795UKMFR9", "DE", "Amazon.de", "eu", "EUR", "de_DE", "Europe/Berlin", "EU", EUROPE),
    Marketplace("A13V1IB3VIYZZH", "FR", "Amazon.fr", "eu", "EUR", "fr_FR", "Europe/Paris", "EU", EUROPE),
    Marketplace("APJ6JRA9NG5V4", "IT", "Amazon.it", "eu", "EUR", "it_IT", "Europe/Rome", "EU", EUROPE),
    Marketplace("A1RKKUPIHCS9HS", "ES", "Amazon.es", "eu", "EUR", "es_ES", "Europe/Madrid", "EU", EUROPE),
    Marketplace("A1805IZSGTT6HS", "NL", "Amazon.nl", "eu", "EUR", "nl_NL", "Europe/Amsterdam", "EU", "sellercentral.amazon.nl"),
    Marketplace("AMEN7PMS3EDWL", "BE", "Amazon.com.be", "eu", "EUR", "fr_BE", "Europe/Brussels", "EU", "sellercentral.amazon.com.be"),
    Marketplace("A28R8C7NBKEWEA", "IE", "Amazon.ie", "eu", "EUR", "en_GB", "Europe/Dublin", "EU", "sellercentral.amazon.ie"),
    Marketplace("A2NODRKZP88ZB9", "SE", "Amazon.se", "eu", "SEK", "sv_SE", "Europe/Stockholm", "EU", "sellercentral.amazon.se"),
    Marketplace("A1C3SOZRARQ6R3", "PL", "Amazon.pl", "eu", "PLN", "pl_PL", "Europe/Warsaw", "EU", "sellercentral.amazon.pl"),
    Marketplace("A33AVAJ2PDY3EV", "TR", "Amazon.com.tr", "eu", "TRY", "tr_TR", "Europe/Istanbul", "TR", "sellercentral.amazon.com.tr"),
    Marketplace("A2VIGQ35RCS4UG", "AE", "Amazon.ae", "eu", "AED", "en_GB", "Asia/Dubai", "AE", "sellercentral.amazon.ae"),
    Marketplace("A17E79C6D8DWNP", "SA", "Amazon.sa", "eu", "SAR", "ar_001", "Asia/Riyadh", "SA", "sellercentral.amazon.sa"),
    Marketplace("ARBP9OOSHTCHU", "EG", "Amazon.eg", "eu", "EGP", "ar_001", "Africa/Cairo", "EG", "sellercentral.amazon.eg"),
    Marketplace("AE08WJ6YKNBMC", "ZA", "Amazon.co.za", "eu", "ZAR", "en_GB", "Africa/Johannesburg", "ZA", "sellercentral.amazon.co.za"),
    Marketplace("A21TJRUUN4KGV", "IN", "Amazon.in", "eu", "INR", "en_IN", "Asia/Kolkata", "IN", "sellercentral.amazon.in"),
    Marketplace("A1VC38T7YXB528", "JP", "Amazon.co.jp", "fe", "JPY", "ja_JP", "Asia/Tokyo", "JP", "sellercentral.amazon.co.jp"),
    Marketplace("A39IBJ37TRP1C6", "AU", "Amazon.com.au", "fe", "AUD", "en_AU", "Australia/Sydney", "AU", "sellercentral.amazon.com.au"),
    Marketplace("A19VAU5U5O7RUS", "SG", "Amazon.sg", "fe", "SGD", "en_GB", "Asia/Singapore", "SG", "sellercentral.amazon.sg"),
)
# fmt: on

BY_REF = {marketplace.ref: marketplace for marketplace in TABLE}
BY_NAME = {marketplace.name.lower(): marketplace for marketplace in TABLE}

# Countries where Amazon has warehouses and no marketplace serve others' buyers.
NETWORKS = {marketplace.code: marketplace.network for marketplace in TABLE} | {
    **dict.fromkeys(("AT", "CZ", "DK", "FI", "IE", "LU", "PT", "SK"), "EU"),
    "UK": "UK",
}
