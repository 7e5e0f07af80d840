"""POST_ORDER_ACKNOWLEDGEMENT_DATA: the feed by which a seller cancels an order."""

from xml.etree import ElementTree

from . import changes
from .jobs import FATAL

FEED = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
REASONS = (
    *("NoInventory", "ShippingAddressUndeliverable", "CustomerExchange"),
    *("BuyerCanceled", "GeneralAdjustment", "CarrierCreditDecision"),
    *("RiskAssessmentInformationNotValid", "CarrierCoverageFailure"),
    *("CustomerReturn", "MerchandiseNotReceived"),
)


def read(world, job, document, when):
    """Read a feed that is due; one that is no such XML is FATAL."""
    seller = world.accounts[job.account].seller_id
    messages = _messages(document, seller)
    if messages is None:
        job.status = FATAL
        return
    results = [(m.findtext("MessageID"), _do(world, job, m, when)) for m in messages]
    report = _report(seller, job, results)
    kept = world.documents.add(
        job.account, "text/xml;charset=UTF-8", report, world.options.compressed_reports
    )
    job.document = kept.id


def _messages(document, seller):
    """The messages of a feed, None when it is none of this seller."""
    try:
        envelope = ElementTree.fromstring(document.content)
    except ElementTree.ParseError:
        return None
    right = (
        envelope.tag == "AmazonEnvelope"
        and envelope.findtext("Header/DocumentVersion") == "1.01"
        and envelope.findtext("Header/MerchantIdentifier") == seller
        and envelope.findtext("MessageType") == "OrderAcknowledgement"
    )
    return (envelope.findall("Message") or None) if right else None


def _do(world, job, message, when):
    """Do what one message says; return what is wrong with it."""
    said = message.find("OrderAcknowledgement")
    if said is None:
        return "The message has no OrderAcknowledgement."
    entry = world.orders.get(said.findtext("AmazonOrderID"))
    if entry is None or entry.account != job.account:
        return "The order was not found."
    if said.findtext("StatusCode") == "Success":
        return ""
    items = {
        item.findtext("AmazonOrderItemCode"): item.findtext("CancelReason")
        for item in said.findall("Item")
    }
    wrong = _wrong(entry, items)
    if not wrong:
        _cancel(world, entry, items, when)
    return wrong


def _wrong(entry, items):
    ordered = {item["orderItemId"] for item in entry.raw["orderItems"]}
    if set(items) != ordered:
        return "Whole orders are cancelled: name each of its items."
    if not set(items.values()) <= set(REASONS):
        return "CancelReason is none that is known."
    if entry.fulfilled_by != "MERCHANT":
        return "The order is fulfilled by Amazon."
    if entry.status != "UNSHIPPED":
        return f"The order is {entry.status} and cannot be cancelled."
    return ""


def _cancel(world, entry, items, when):
    """Cancel; unless there are none, the units are offered to buyers again."""
    for item in entry.raw["orderItems"]:
        listing = world.listings[entry.account].get(item["product"]["sellerSku"])
        if listing and items[item["orderItemId"]] != "NoInventory":
            listing.give_back(entry.site, changes.open_quantity(item))
    keeps = world.options.cancelled_keeps_quantity
    changes.cancel(entry.raw, "MERCHANT", next(iter(items.values())), keeps)
    world.orders.touch(entry, when)


def _report(seller, job, results):
    envelope = ElementTree.Element("AmazonEnvelope")
    _add(envelope, "Header/DocumentVersion", "1.02")
    _add(envelope, "Header/MerchantIdentifier", seller)
    _add(envelope, "MessageType", "ProcessingReport")
    _add(envelope, "Message/MessageID", "1")
    report = _add(envelope, "Message/ProcessingReport")
    _add(report, "DocumentTransactionID", job.id)
    _add(report, "StatusCode", "Complete")
    failed = sum(bool(wrong) for _number, wrong in results)
    _add(report, "ProcessingSummary/MessagesProcessed", str(len(results)))
    _add(report, "ProcessingSummary/MessagesSuccessful", str(len(results) - failed))
    _add(report, "ProcessingSummary/MessagesWithError", str(failed))
    _add(report, "ProcessingSummary/MessagesWithWarning", "0")
    for number, wrong in results:
        if wrong:
            result = ElementTree.SubElement(report, "Result")
            _add(result, "MessageID", number)
            _add(result, "ResultCode", "Error")
            _add(result, "ResultMessageCode", "18028")
            _add(result, "ResultDescription", wrong)
    return ElementTree.tostring(envelope, "utf-8", xml_declaration=True)


def _add(parent, path, text=None):
    """Add a descendant; those on the way to it are shared."""
    *way, name = path.split("/")
    for step in way:
        found = parent.find(step)
        parent = ElementTree.SubElement(parent, step) if found is None else found
    child = ElementTree.SubElement(parent, name)
    child.text = text
    return child
