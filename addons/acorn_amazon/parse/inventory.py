"""What Amazon keeps in its warehouses, as Acorn's channel stock."""

from odoo.addons.acorn_base.records import ChannelStock, StockSnapshot

from .part import Part

KIND = "Quantity"  # ends the names of the kinds of what is unsellable
TOTAL = "totalUnfulfillableQuantity"


def parse_inventory(document):
    """Return the ``StockSnapshot`` that a document of ``pull.inventory`` is."""
    whole = Part.of(document.body)
    stocks = {}
    for row in whole["inventorySummaries"]:
        stock = _stock(row)
        known = stocks.get(stock.sku)
        stocks[stock.sku] = _more(known, stock) if known else stock
    return StockSnapshot(
        network=whole["network"].text(),
        since=whole["since"].time(),
        taken_at=whole["taken_at"].time(),
        last=bool(whole["last"].value),
        stocks=tuple(stocks.values()),
    )


def _stock(row):
    details = row["inventoryDetails"]
    reserved, unsellable = (
        details.get("reservedQuantity"),
        details.get("unfulfillableQuantity"),
    )
    return ChannelStock(
        sku=row["sellerSku"].text(),
        title=row.get("productName").text(),
        listing_ref=row.get("asin").text(),
        fulfillable=_units(details, "fulfillableQuantity"),
        reserved=_units(reserved, "totalReservedQuantity"),
        reserved_orders=_units(reserved, "pendingCustomerOrderQuantity"),
        researching=_units(
            details.get("researchingQuantity"), "totalResearchingQuantity"
        ),
        unsellable=_units(unsellable, TOTAL),
        unsellable_kinds=_kinds(unsellable),
        inbound_planned=_units(details, "inboundWorkingQuantity"),
        inbound_shipped=_units(details, "inboundShippedQuantity"),
        inbound_receiving=_units(details, "inboundReceivingQuantity"),
    )


def _units(part, name):
    return part.get(name).integer() or 0


def _kinds(unsellable):
    """Return the kinds as Amazon names them, ``(("warehouseDamaged", 2), …)``."""
    return tuple(
        (name.removesuffix(KIND), count)
        for name in sorted(unsellable.value or ())
        if name != TOTAL and (count := _units(unsellable, name))
    )


def _more(known, stock):
    """Return the fuller of two rows with one SKU: Amazon repeats, it does not split."""
    return max(known, stock, key=lambda each: each.fulfillable + each.reserved)
