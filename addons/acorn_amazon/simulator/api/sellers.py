"""Sellers API v1: on which marketplaces the account sells."""

from ..accounts import MARKETPLACES, NON_AMAZON
from ..answers import Answer
from ..calls import Operation
from .parameters import refuse_unknown


def get_participations(call):
    refuse_unknown(call)
    account = call.account
    payload = [
        _participation(each.id, each.name, each.domain, each, account)
        for each in account.marketplaces
    ]
    if account.region in NON_AMAZON:
        number, name, domain, site = NON_AMAZON[account.region]
        payload.append(
            _participation(number, name, domain, MARKETPLACES[site], account)
        )
    return Answer(200, {"payload": payload})


def _participation(number, name, domain, marketplace, account):
    is_shop = number == marketplace.id
    return {
        "marketplace": {
            "id": number,
            "name": name,
            "countryCode": marketplace.code,
            "defaultCurrencyCode": marketplace.currency,
            "defaultLanguageCode": marketplace.language,
            "domainName": f"www.{domain}" if is_shop else domain,
        },
        "storeName": account.name,
        "participation": {
            "isParticipating": True,
            "hasSuspendedListings": is_shop and marketplace.code in account.suspended,
        },
    }


OPERATIONS = [
    Operation(
        "getMarketplaceParticipations",
        "GET",
        "/sellers/v1/marketplaceParticipations",
        get_participations,
        "sellers",
    )
]
