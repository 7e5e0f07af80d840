"""The judge: all of Odoo against all of Amazon, order by order, cent by cent, unit by
unit. It reads Amazon's documents and Odoo's tables by itself, with nothing of Acorn."""

from collections import Counter, defaultdict
from decimal import Decimal

ACTIVE = ("UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED")
STATES = {"PENDING": "draft", "CANCELLED": "cancel"} | dict.fromkeys(ACTIVE, "sale")
# Amazon's word for a part of the proceeds, and the line of ours that shows it.
CHARGES = {
    "ITEM": "item",
    "SHIPPING": "shipping",
    "GIFT_WRAP": "gift_wrap",
    "COD_FEE": "cod",
    "DISCOUNT": "discount",
    "DELIVERY_TIP": "tip",
}
ACCOUNTS = {"na": "na", "eu": "eu", "jp": "fe"}  # Amazon's account, our shop's region

ORDERS = """
    SELECT shop.amazon_region, so.acorn_ref, so.id, so.state, so.acorn_status,
           so.acorn_by_channel, so.amount_total, so.acorn_channel_tax, so.warehouse_id,
           currency.name, buyer.acorn_email, contact.street, contact.city, contact.zip
      FROM sale_order so
      JOIN acorn_shop shop ON shop.id = so.acorn_shop_id
      JOIN res_currency currency ON currency.id = so.currency_id
      JOIN res_partner buyer ON buyer.id = so.partner_id
      JOIN res_partner contact ON contact.id = so.partner_shipping_id
"""
ORDER_FIELDS = (
    *("region", "ref", "id", "state", "status", "by_channel", "total", "channel_tax"),
    *("warehouse", "currency", "email", "street", "city", "zip"),
)
LINES = """
    SELECT order_id, COALESCE(acorn_line_ref, ''), acorn_charge, product_uom_qty,
           price_subtotal, price_tax
      FROM sale_order_line WHERE acorn_charge IS NOT NULL
"""
# Units that go to customers, by what has become of them.
MOVES = """
    SELECT line.order_id, line.acorn_line_ref, move.state = 'done',
           sum(move.product_uom_qty),
           sum((SELECT COALESCE(sum(quantity), 0) FROM stock_move_line
                 WHERE move_id = move.id)), count(*)
      FROM stock_move move
      JOIN sale_order_line line ON line.id = move.sale_line_id
      JOIN stock_location location ON location.id = move.location_dest_id
     WHERE move.state != 'cancel' AND location.usage = 'customer'
  GROUP BY 1, 2, 3
"""
PARCELS = """
    SELECT so.acorn_ref, picking.id, picking.carrier_tracking_ref, picking.acorn_known,
           (SELECT jsonb_object_agg(ref, units) FROM (
               SELECT line.acorn_line_ref AS ref, sum(detail.quantity) AS units
                 FROM stock_move_line detail
                 JOIN stock_move move ON move.id = detail.move_id
                 JOIN sale_order_line line ON line.id = move.sale_line_id
                WHERE detail.picking_id = picking.id AND detail.quantity > 0
             GROUP BY 1) AS units)
      FROM stock_picking picking
      JOIN stock_location location ON location.id = picking.location_dest_id
      JOIN sale_order so ON so.id = picking.sale_id
     WHERE picking.state = 'done' AND location.usage = 'customer'
       AND so.acorn_ref IS NOT NULL
       AND EXISTS (SELECT FROM acorn_message message
                    WHERE message.picking_id = picking.id AND direction = 'out')
"""
STOCK = """
    SELECT quant.location_id, quant.product_id, sum(quant.quantity),
           sum(quant.reserved_quantity), min(quant.reserved_quantity),
           max(CASE WHEN quant.reserved_quantity > 0
                    THEN quant.reserved_quantity - quant.quantity ELSE 0 END)
      FROM stock_quant quant
      JOIN stock_location location ON location.id = quant.location_id
     WHERE location.usage = 'internal'
  GROUP BY 1, 2
"""
SHELVES = "SELECT id, lot_stock_id FROM stock_warehouse"
PRODUCTS = """
    SELECT shop.amazon_region, offer.sku, offer.product_id
      FROM acorn_offer offer JOIN acorn_shop shop ON shop.id = offer.shop_id
"""
WRONG = """
    SELECT 'Message ' || direction || ' ' || key || ' is ' || state || ': '
           || COALESCE(trace, error, '')
      FROM acorn_message WHERE state NOT IN ('done', 'skipped')
 UNION ALL
    SELECT 'Stream ' || kind || ' is ' || state || ' after ' || failures
           || ' failures: ' || COALESCE(error, '')
      FROM acorn_stream WHERE active AND (state != 'running' OR failures > 0)
 UNION ALL
    SELECT 'Shop ' || name || ' is ' || state || ': ' || COALESCE(problem, '')
      FROM acorn_shop WHERE active AND state != 'live'
 UNION ALL
    SELECT 'A session holds the advisory lock ' || classid || '/' || objid
      FROM pg_locks
      JOIN pg_database ON pg_database.oid = pg_locks.database
     WHERE locktype = 'advisory' AND datname = current_database()
 UNION ALL
    SELECT 'A session is idle in its transaction since ' || xact_start || ': ' || query
      FROM pg_stat_activity
     WHERE datname = current_database() AND state LIKE 'idle in transaction%'
"""


def differences(stage):
    """Return what is not as it must be, a sentence each."""
    odoo = Odoo(stage)
    found = [sentence for [sentence] in stage.rows(WRONG)]
    seen, shelves = set(), Shelves(odoo)
    for account, region in ACCOUNTS.items():
        for raw in stage.amazon.ask(f"orders?account={account}"):
            key = region, raw["orderId"]
            seen.add(key)
            orders = odoo.orders[key]
            if len(orders) != 1:
                found.append(f"{raw['orderId']} is {len(orders)} times in Odoo")
                continue
            shelves.take(region, raw, orders[0])
            found += [
                f"{raw['orderId']}: {sentence}" for sentence in _order(raw, orders[0])
            ]
    found += [f"{ref}: Amazon knows no such order" for _r, ref in odoo.orders - seen]
    found += _parcels(stage, odoo)
    return [*found, *shelves.differences(stage.initial_stock, stock(stage))]


def stock(stage, database=None):
    """Return (location, product) → (on hand, reserved, least, most too much)."""
    rows = stage.cluster.rows(database, STOCK) if database else stage.rows(STOCK)
    return {(row[0], row[1]): tuple(map(_number, row[2:])) for row in rows}


class _Groups(defaultdict):
    def __sub__(self, keys):
        return sorted(set(self) - keys)


class Odoo:
    """All that Odoo has of orders."""

    def __init__(self, stage):
        by_id, self.orders = {}, _Groups(list)
        for row in stage.rows(ORDERS):
            order = dict(zip(ORDER_FIELDS, row, strict=True))
            order |= {"lines": {}, "done": Counter(), "open": Counter()}
            order |= {"reserved": Counter()}
            order |= {name: _number(order[name]) for name in ("total", "channel_tax")}
            by_id[order["id"]] = order
            self.orders[order["region"], order["ref"]].append(order)
        for order_id, ref, charge, *figures in stage.rows(LINES):
            by_id[order_id]["lines"][ref, charge] = tuple(map(_number, figures))
        for order_id, ref, is_done, wanted, units, _count in stage.rows(MOVES):
            order = by_id[order_id]
            if is_done:
                order["done"][ref] += _number(units)
            else:
                order["open"][ref] += _number(wanted)
                order["reserved"][ref] += _number(units)
        self.parcels = defaultdict(list)
        for ref, *parcel in stage.rows(PARCELS):
            self.parcels[ref].append(parcel)
        self.shelves = dict(stage.rows(SHELVES))
        self.products = {(r, sku): p for r, sku, p in stage.rows(PRODUCTS)}


# === ORDERS === #


def _order(raw, order):
    status = raw["fulfillment"]["fulfillmentStatus"]
    yield from _differs("status", status.lower(), order["status"])
    yield from _differs("state", STATES[status], order["state"])
    by_amazon = raw["fulfillment"]["fulfilledBy"] == "AMAZON"
    yield from _differs("fulfilled by Amazon", by_amazon, order["by_channel"])
    if status in ACTIVE:
        yield from _amounts(raw, order)
        yield from _person(raw, order)
    yield from _units(raw, order, status)


def _amounts(raw, order):
    wanted, by_channel = _charges(raw)
    shown = {
        key: figures[1:] for key, figures in order["lines"].items() if any(figures[1:])
    }
    for key in sorted(wanted.keys() | shown.keys()):
        yield from _differs(
            f"net and tax of {' '.join(key)}", wanted.get(key), shown.get(key)
        )
    total = Decimal(raw["proceeds"]["grandTotal"]["amount"])
    yield from _differs("tax owed by Amazon", by_channel, order["channel_tax"])
    yield from _differs("total", total, order["total"] + order["channel_tax"])
    currency = raw["proceeds"]["grandTotal"]["currencyCode"]
    yield from _differs("currency", currency, order["currency"])


def _charges(raw):
    """Return {(item, charge): (net, tax)} without zeros, and the tax Amazon owes."""
    nets, taxes, by_channel = Counter(), Counter(), Decimal(0)
    for item in raw["orderItems"]:
        for part in item["proceeds"]["breakdowns"]:
            amount = Decimal(part["subtotal"]["amount"])
            if part["type"] != "TAX":
                nets[_key(item, part["type"])] += amount
            elif _is_collected(item):
                by_channel += amount
            else:
                for kind, tax in _tax_details(part, amount):
                    taxes[_key(item, kind)] += tax
    for part in raw["proceeds"].get("breakdowns", ()):
        if part["type"] == "DELIVERY_TIP":
            nets["", "tip"] += Decimal(part["subtotal"]["amount"])
    charges = {key: (nets[key], taxes[key]) for key in nets.keys() | taxes.keys()}
    return {key: pair for key, pair in charges.items() if any(pair)}, by_channel


def _key(item, kind):
    return (item["orderItemId"] if kind == "ITEM" else "", CHARGES[kind])


def _tax_details(part, amount):
    details = part.get("detailedBreakdowns")
    if not details:
        return [("ITEM", amount)]
    return [(each["subtype"], Decimal(each["value"]["amount"])) for each in details]


def _is_collected(item):
    tax = item.get("tax", {})
    shipping = item.get("fulfillment", {}).get("shipping", {})
    return bool(
        tax.get("taxCollections") or tax.get("taxCalculationBreakdowns") or shipping
    )


def _person(raw, order):
    if email := raw.get("buyer", {}).get("buyerEmail"):
        yield from _differs("buyer's e-mail", email, order["email"])
    address = raw.get("recipient", {}).get("deliveryAddress", {})
    for name, ours in (
        ("addressLine1", "street"),
        ("city", "city"),
        ("postalCode", "zip"),
    ):
        if address.get(name):
            yield from _differs(name, address[name], order[ours])


def _units(raw, order, status):
    for item in raw["orderItems"]:
        ref = item["orderItemId"]
        left, shipped = _quantities(item, status)
        if status in ACTIVE:
            lines = order["lines"]
            sold = lines[ref, "item"][0] if (ref, "item") in lines else None
            yield from _differs(f"units of {ref}", left + shipped, sold)
        yield from _differs(f"units of {ref} that left", shipped, order["done"][ref])
        yield from _differs(f"units of {ref} to deliver", left, order["open"][ref])
        yield from _differs(f"units of {ref} reserved", left, order["reserved"][ref])
    strangers = order["done"].keys() | order["open"].keys()
    strangers -= {item["orderItemId"] for item in raw["orderItems"]}
    yield from (f"Amazon knows no item {ref}" for ref in strangers)


def _quantities(item, status):
    """Return the units to deliver and those that left."""
    quantities = item["fulfillment"]
    left = quantities["quantityUnfulfilled"] if status in ACTIVE else 0
    return left, quantities["quantityFulfilled"]


# === PARCELS === #


def _parcels(stage, odoo):
    """Each parcel that left was told to Amazon, and once; a repetition under the same
    number is the same parcel."""
    told = defaultdict(dict)
    for parcel in stage.amazon.ask("shipments"):
        units = Counter()
        for item in parcel["orderItems"]:
            units[item["orderItemId"]] += item["quantity"]
        number = parcel["packageReferenceId"]
        told[parcel["orderId"]][number] = (parcel["trackingNumber"], dict(units))
    for ref in sorted(told.keys() | odoo.parcels.keys()):
        ours = [
            (tracking, {item: int(count) for item, count in (units or {}).items()})
            for _id, tracking, _known, units in odoo.parcels[ref]
        ]
        theirs = list(told[ref].values())
        yield from _differs(f"{ref}: parcels", sorted(theirs, key=str), _sorted(ours))
        for _id, tracking, known, _units in odoo.parcels[ref]:
            yield from _differs(f"{ref}: {tracking} is known", True, bool(known))


def _sorted(parcels):
    return sorted(parcels, key=str)


# === STOCK === #


class Shelves:
    """What Amazon's orders took from each shelf, and what they still keep there."""

    def __init__(self, odoo):
        self._odoo = odoo
        self._taken, self._kept = Counter(), Counter()

    def take(self, region, raw, order):
        status = raw["fulfillment"]["fulfillmentStatus"]
        for item in raw["orderItems"]:
            product = self._odoo.products.get((region, item["product"]["sellerSku"]))
            place = self._odoo.shelves[order["warehouse"]], product
            left, shipped = _quantities(item, status)
            self._taken[place] += shipped
            self._kept[place] += left

    def differences(self, before, now):
        for place in sorted(before.keys() | now.keys() | self._taken.keys(), key=str):
            at_first = before.get(place, (0,))[0]
            on_hand, reserved, least, excess = now.get(place, (0, 0, 0, 0))
            name = "of product {1} at location {0}".format(*place)
            yield from _differs(
                f"on hand {name}", at_first - self._taken[place], on_hand
            )
            yield from _differs(f"reserved {name}", self._kept[place], reserved)
            if least < 0 or excess > 0:
                yield f"a quant {name} reserves {least} or {excess} too many"


def _differs(what, theirs, ours):
    if theirs != ours:
        yield f"{what}: {theirs} at Amazon, {ours} in Odoo"


def _number(value):
    """Return an exact number: floating columns hold whole cents and units."""
    return round(Decimal(str(value or 0)), 4).normalize() + 0
