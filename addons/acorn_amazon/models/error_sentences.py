"""What is wrong and what to do next, for each code of ``spapi.errors.CODES``.

Values that a sentence may name: ``minutes`` until the next try, ``operation`` that was
denied, ``role`` that opens it, ``region`` the account belongs to, and what Amazon
``said``. No value is ever a secret.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Nobody has to act.
WAITING = {
    "throttled": _lt(
        "Amazon's limit of calls is reached. Nothing to do: Acorn goes on by itself in "
        "%(minutes)s min."
    ),
    "amazon_down": _lt(
        "Amazon has a fault at the moment. Nothing to do: Acorn tries again by itself "
        "in %(minutes)s min."
    ),
    "network": _lt(
        "Amazon could not be reached. Acorn tries again by itself; if this lasts, "
        "check that the server reaches the internet (proxy, firewall, DNS)."
    ),
    "bad_answer": _lt(
        "Something that is not Amazon's answer came back. Acorn tries again by itself; "
        "if this lasts, check the proxy between the server and Amazon."
    ),
}

CREDENTIALS = {
    "missing_credentials": _lt(
        "A part of the credentials is missing. Enter client ID and client secret in "
        "the Amazon app, and the refresh token on the shop's page Connection."
    ),
    "aws_key_as_client_id": _lt(
        "The client ID of the Amazon app is an AWS access key, which Amazon no longer "
        "needs. Enter the LWA client identifier, which begins with "
        "amzn1.application-oa2-client."
    ),
    "app_id_as_client_id": _lt(
        "The client ID of the Amazon app is the application ID. Enter the LWA client "
        "identifier, which begins with amzn1.application-oa2-client."
    ),
    "access_token_as_refresh_token": _lt(
        "An access token, which lives for an hour only, was entered as refresh token. "
        "Enter the refresh token, which begins with Atzr|."
    ),
    "bad_refresh_token": _lt(
        "What was entered as refresh token is none: they begin with Atzr|. Authorise "
        "the app in Seller Central and paste what it shows."
    ),
    "wrong_client_id": _lt(
        "Amazon does not know the client ID. Copy it again from Seller Central / "
        "Develop Apps / LWA credentials into the Amazon app."
    ),
    "wrong_client_secret": _lt(
        "Client ID and client secret do not belong together. Copy both again from "
        "Seller Central / Develop Apps / LWA credentials into the Amazon app."
    ),
    "secret_expired": _lt(
        "The client secret has expired: Amazon wants a new one every 180 days. Make "
        "one in Seller Central / Develop Apps / LWA credentials, enter it in the "
        "Amazon app, and press Test Connection."
    ),
    "token_revoked": _lt(
        "The seller has withdrawn the authorisation, or the refresh token is mistyped. "
        "Authorise the app again in Seller Central / Develop Apps and enter the new "
        "refresh token."
    ),
    "token_of_other_app": _lt(
        "The refresh token was made for another app. Choose that app on the shop's "
        "page Connection, or authorise the present one and enter its token."
    ),
    "token_refused": _lt(
        "Amazon refuses access with a token it gave a moment ago. The region is "
        "probably wrong: choose the one in which the account was opened."
    ),
    "wrong_region": _lt(
        "The account belongs to another region %(region)s. Choose it on the shop's "
        "page Connection, then press Test Connection."
    ),
}

RIGHTS = {
    "missing_role": _lt(
        'The app lacks the role "%(role)s", without which Amazon denies %(operation)s. '
        "Add it in Seller Central / Develop Apps / Edit App, authorise the app again, "
        "and enter the new refresh token."
    ),
    "site_not_authorised": _lt(
        "The authorisation does not cover one of the shop's sites. Press Test "
        "Connection to see on which the account sells, and archive the others."
    ),
    "listings_suspended": _lt(
        "Amazon has suspended the selling account. Open Performance / Account Health "
        "in Seller Central and follow what it asks for."
    ),
    "no_sites": _lt(
        "The account sells on no marketplace of this region. Choose the region in "
        "which it was opened, or finish its registration in Seller Central."
    ),
}

UNREADABLE = _lt(
    "Acorn cannot read this document (%(said)s). Nothing of it was booked. Report it "
    "to whoever maintains Acorn; after the update press Retry."
)
DOCUMENT = {
    "bad_document": UNREADABLE,
    "missing_field": UNREADABLE,
    "bad_field": UNREADABLE,
    "unknown_word": UNREADABLE,
    "mixed_currencies": UNREADABLE,
    "missing_column": UNREADABLE,
    "bad_row": UNREADABLE,
    "no_order_report": _lt(
        "This is no order report (%(said)s) Download All Orders in Seller Central / "
        "Reports / Fulfillment, as text with tabs and in English, and take that file."
    ),
    "no_settlement": _lt(
        "This is no settlement (%(said)s) Download the settlement in Seller Central / "
        "Payments / Reports Repository as Flat File V2, in English, and take that file."
    ),
    "bad_settlement": _lt(
        "The settlement cannot be read in full (%(said)s), so nothing of it was kept. "
        "Download it again in Seller Central / Payments / Reports Repository as Flat "
        "File V2, without opening it in a spreadsheet, and import that file. If it is "
        "the same, report it to whoever maintains Acorn; after the update press Retry."
    ),
    "settlement_gone": _lt(
        "Amazon announced a settlement and does not give its file (%(said)s). Download "
        "it in Seller Central / Payments / Reports Repository as Flat File V2, import "
        "that file, and skip this message."
    ),
    "not_found": _lt(
        "Amazon does not know it (%(said)s). Check its number in Seller Central."
    ),
    "refused": _lt(
        "Amazon refuses it (%(said)s). Correct what it names, then press Retry."
    ),
    "report_failed": _lt(
        "Amazon could not make the report (%(said)s). It is asked for again next time; "
        "if this lasts, request it in Seller Central to see why."
    ),
    "order_cancelled": _lt(
        "The order is cancelled at Amazon: it takes no parcel any more. Do not ship "
        "it, or get the parcel back."
    ),
    "shipped_otherwise": _lt(
        "Amazon knows these goods as shipped in other parcels. Compare the order in "
        "Seller Central; if the parcels are the same, skip this message."
    ),
    "carrier_without_name": _lt(
        "The carrier is told as Other, for which Amazon wants a name. Enter one under "
        "Configuration / Carrier Codes, then press Retry."
    ),
    "carrier_refused": _lt(
        "Amazon does not take the carrier (%(said)s). Its code must be written exactly "
        "as Seller Central offers it under Confirm Shipment: correct it under "
        "Configuration / Carrier Codes, then press Retry."
    ),
    "tracking_refused": _lt(
        "Amazon does not take the tracking number (%(said)s). See whether it is "
        "mistyped, or of another carrier; correct it, and it is told by itself. If "
        "there is none, confirm the shipment in Seller Central."
    ),
    "quantity_refused": _lt(
        "More units are shipped than Amazon waits for (%(said)s). Compare the order in "
        "Seller Central: some may be cancelled, or confirmed there already."
    ),
    "no_parcel": _lt(
        "Amazon finds no such parcel to change, or the order is fulfilled already "
        "(%(said)s). See in Seller Central what it has; if that is right, skip this "
        "message, otherwise correct it there."
    ),
    "nothing_to_cancel": _lt(
        "Acorn knows no item of this order by Amazon's number, so it cannot tell what "
        "to cancel. Cancel it in Seller Central."
    ),
    "cancellation_refused": _lt(
        "Amazon does not cancel the order (%(said)s). Look at it in Seller Central: "
        "what has been shipped, or is shipped by Amazon, cannot be cancelled."
    ),
}

SENTENCES = {**WAITING, **CREDENTIALS, **RIGHTS, **DOCUMENT}

# The role, as Seller Central calls it, that opens an operation. Any of several would
# do; these are the ones without restricted data.
ROLES = {
    "searchOrders": "Inventory and Order Tracking",
    "getOrder": "Inventory and Order Tracking",
    "confirmShipment": "Inventory and Order Tracking",
    "createReport": "Product Listing",
    "getReport": "Product Listing",
    "getReports": "Finance and Accounting",
    "getReportDocument": "Product Listing",
    "getListingsItem": "Product Listing",
    "patchListingsItem": "Product Listing",
    "searchListingsItems": "Product Listing",
    "createFeedDocument": "Product Listing",
    "createFeed": "Product Listing",
    "getFeed": "Product Listing",
    "getFeeds": "Product Listing",
    "getFeedDocument": "Product Listing",
    "getOrderMetrics": "Inventory and Order Tracking",
    "getMarketplaceParticipations": "Selling Partner Insights",
    "getInventorySummaries": "Amazon Fulfillment",
    "listTransactions": "Finance and Accounting",
    "listPayouts": "Finance and Accounting",
    "createQuery": "Brand Analytics",
    "getQuery": "Brand Analytics",
    "getDocument": "Brand Analytics",
}
