"""Acorn's cancellation as Amazon's order acknowledgement feed, and what became of it.

The feed is XML, as Amazon's schema OrderAcknowledgement.xsd has it: the status Failure
with a reason for each item cancels the whole order.
"""

from xml.etree import ElementTree

from odoo.addons.acorn_base.channel import Refused
from odoo.addons.acorn_base.records import (
    ADDRESS,
    BUYER,
    CARRIER,
    EXCHANGE,
    GENERAL,
    NO_STOCK,
    RISK,
)

FEED = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
CONTENT_TYPE = "text/xml; charset=UTF-8"

# Amazon knows three more, of goods that have left: CarrierCreditDecision,
# CustomerReturn, MerchandiseNotReceived.
REASONS = {
    NO_STOCK: "NoInventory",
    BUYER: "BuyerCanceled",
    ADDRESS: "ShippingAddressUndeliverable",
    CARRIER: "CarrierCoverageFailure",
    EXCHANGE: "CustomerExchange",
    RISK: "RiskAssessmentInformationNotValid",
    GENERAL: "GeneralAdjustment",
}


def acknowledgement(seller, cancellation):
    """Return the feed, in bytes, that cancels one order.

    :param seller: Amazon's identifier of the seller
    """
    if not cancellation.lines:
        raise Refused("The order has no items.", code="nothing_to_cancel")
    envelope = ElementTree.Element("AmazonEnvelope")
    header = ElementTree.SubElement(envelope, "Header")
    _add(header, "DocumentVersion", "1.01")
    _add(header, "MerchantIdentifier", seller)
    _add(envelope, "MessageType", "OrderAcknowledgement")
    message = ElementTree.SubElement(envelope, "Message")
    _add(message, "MessageID", "1")
    said = ElementTree.SubElement(message, "OrderAcknowledgement")
    _add(said, "AmazonOrderID", cancellation.order_ref)
    _add(said, "StatusCode", "Failure")
    for line in cancellation.lines:
        item = ElementTree.SubElement(said, "Item")
        _add(item, "AmazonOrderItemCode", line)
        _add(item, "CancelReason", REASONS[cancellation.reason])
    return ElementTree.tostring(envelope, "utf-8", xml_declaration=True)


def complaints(report):
    """Return what Amazon's processing report objects to; '' when to nothing.

    :param report: text of the feed's result; one that is no processing report objects
        to nothing, for it is the order itself that tells whether it is cancelled
    """
    try:
        envelope = ElementTree.fromstring(report.encode())
    except ElementTree.ParseError:
        return ""
    words = [
        result.findtext("ResultDescription", "").strip()
        or f"Error {result.findtext('ResultMessageCode', '')}"
        for result in envelope.iter("Result")
        if result.findtext("ResultCode") == "Error"
    ]
    return " ".join(dict.fromkeys(words))


def _add(parent, name, text):
    ElementTree.SubElement(parent, name).text = text
