"""What every channel says to Odoo, in the same words: frozen dataclasses.

Amounts are ``Decimal``, each with its currency beside it; times are aware UTC. A value
that the channel did not give is ``None`` or empty, never a guess.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

# The life of an order, in the order in which it may go forward. A channel's word that
# is not in its table becomes UNKNOWN: kept and shown, never acted upon.
PENDING_AVAILABILITY = "pending_availability"
PENDING = "pending"
UNSHIPPED = "unshipped"
PARTIALLY_SHIPPED = "partially_shipped"
SHIPPED = "shipped"
CANCELLED = "cancelled"
UNFULFILLABLE = "unfulfillable"
UNKNOWN = "unknown"

# How far a return is, as the channel says.
RETURN_REQUESTED = "requested"
RETURN_EXPECTED = "expected"  # allowed: the goods are to come
RETURN_RECEIVED = "received"  # by the channel, in its own warehouse
RETURN_CLOSED = "closed"
RETURN_REFUSED = "refused"  # refused, or taken back by the buyer

# What became of returned goods.
SELLABLE = "sellable"
DAMAGED = "damaged"
DEFECTIVE = "defective"
EXPIRED = "expired"
OTHERWISE = "other"

# What a charge of an order is for.
ITEM = "item"
SHIPPING = "shipping"
GIFT_WRAP = "gift_wrap"
DISCOUNT = "discount"
CASH_ON_DELIVERY = "cod"
TIP = "tip"
OTHER = "other"


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str  # ISO 4217


@dataclass(frozen=True)
class SiteInfo:
    """A site (marketplace) on which an account sells."""

    ref: str  # the channel's identifier
    code: str  # ISO 3166 country
    name: str  # as buyers know it
    currency: str
    language: str = ""  # locale as in Odoo, 'de_DE'
    timezone: str = "UTC"
    network: str = ""  # sites with one word here share the channel's warehouses
    stock_group: str = ""  # sites with one word here show one quantity of a SKU
    suspended: bool = False  # the channel has suspended the seller's listings there


@dataclass(frozen=True)
class Address:
    name: str = ""
    company: str = ""
    lines: tuple[str, ...] = ()  # street lines as given, empty ones left out
    city: str = ""
    district: str = ""  # district, county, municipality, neighbourhood
    region: str = ""  # state, province, prefecture: name or code as given
    postcode: str = ""
    country: str = ""  # ISO 3166
    phone: str = ""
    kind: str = ""  # residential, commercial, pickup_point


@dataclass(frozen=True)
class Buyer:
    name: str = ""
    email: str = ""
    company: str = ""
    purchase_order: str = ""


@dataclass(frozen=True)
class TaxRegistration:
    number: str
    kind: str = ""  # VAT, BUSINESS, CNPJ, … as the channel calls it
    legal_name: str = ""


@dataclass(frozen=True)
class Charge:
    """A part of what the buyer pays for a line: ``net`` without ``tax``.

    Discounts are negative. Both in the order's currency.
    """

    kind: str  # ITEM, SHIPPING, …
    net: Decimal
    tax: Decimal = Decimal(0)


def unnamed(sku, place):
    """Return the reference of a line whose document tells none.

    :param place: 1 for the order's first line of this SKU, 2 for the second, …
    """
    return f"?{place}/{sku}"


def is_named(line_ref):
    """Whether a line's reference is the channel's own."""
    return not line_ref.startswith("?")


@dataclass(frozen=True)
class OrderLine:
    ref: str  # the channel's; that of ``unnamed`` when it did not tell
    sku: str
    quantity: int
    title: str = ""
    listing_ref: str = ""  # ASIN
    quantity_shipped: int = 0
    quantity_open: int | None = None  # still to ship; less than the rest if cancelled
    charges: tuple[Charge, ...] = ()
    total: Decimal | None = None  # what the channel says the line's charges add up to
    # True when the channel, not the seller, owes the tax (facilitator, deemed
    # reseller, IOSS): it is neither the seller's revenue nor the seller's debt.
    tax_by_channel: bool = False
    tax_party: str = ""  # who is responsible, as the channel says
    tax_scheme: str = ""  # UOSS, IOSS
    ioss_number: str = ""
    gift_message: str = ""
    gift_wrap: str = ""
    customization_url: str = ""
    serial_numbers: tuple[str, ...] = ()
    cancel_requested: bool = False
    cancel_reason: str = ""


@dataclass(frozen=True)
class Package:
    """A parcel the channel knows of."""

    ref: str
    carrier: str = ""
    service: str = ""
    tracking: str = ""
    shipped_at: datetime | None = None
    status: str = ""
    items: tuple[tuple[str, int], ...] = ()  # (line ref, quantity)


@dataclass(frozen=True)
class Order:
    ref: str
    site: str  # the channel's reference of the site, '' when sold elsewhere
    created_at: datetime
    updated_at: datetime
    status: str  # one of the words above
    status_text: str = ""  # the channel's own word
    by_channel: bool = False  # fulfilled by the channel from its own warehouses
    # False for orders of other sales channels that the channel merely fulfils: they
    # move stock and are never the channel's revenue.
    on_channel: bool = True
    # False when the document tells less than the channel knows (a report): no totals,
    # perhaps no addresses and no line references.
    detailed: bool = True
    currency: str = ""
    total: Decimal | None = None  # what the buyer pays, tax included; None if not given
    lines: tuple[OrderLine, ...] = ()
    order_charges: tuple[Charge, ...] = ()  # that belong to no line: a delivery tip
    buyer: Buyer = Buyer()
    recipient: Address | None = None
    delivery_note: str = ""  # drop-off location and instructions
    tax_registrations: tuple[TaxRegistration, ...] = ()  # the buyer's
    ship_after: datetime | None = None
    ship_by: datetime | None = None
    deliver_after: datetime | None = None
    deliver_by: datetime | None = None
    service_level: str = ""
    programs: tuple[str, ...] = ()
    seller_ref: str = ""  # the seller's own number for it
    replaces: tuple[str, ...] = ()  # orders it replaces or is exchanged for
    payment_methods: tuple[str, ...] = ()
    packages: tuple[Package, ...] = ()


@dataclass(frozen=True)
class OrderAudit:
    """What the channel's books say of all orders that changed in a period."""

    since: datetime
    until: datetime
    orders: tuple[Order, ...] = ()
    unreadable: tuple[str, ...] = ()  # why parts of the books cannot be read


@dataclass(frozen=True)
class Return:
    """Units of one SKU that a buyer sends back, or asks to.

    Where the channel tells a day only, a time is that day's midnight in UTC.
    """

    ref: str  # the same however often the channel tells of it
    order_ref: str
    sku: str
    quantity: int
    status: str  # one of the words above
    status_text: str = ""  # the channel's own word
    by_channel: bool = False  # it comes back to the channel's own warehouses
    line_ref: str = ""
    authorisation: str = ""  # number on the parcel (RMA)
    unit_ref: str = ""  # the channel's label on the unit itself
    title: str = ""
    listing_ref: str = ""  # ASIN
    requested_at: datetime | None = None
    arrived_at: datetime | None = None  # as the carrier or the channel says
    reason: str = ""  # the channel's own word
    comment: str = ""  # the buyer's
    resolution: str = ""  # what the buyer gets, in the channel's word
    goods_kept: bool = False  # the buyer keeps the goods: nothing comes back
    carrier: str = ""
    tracking: str = ""
    label_cost: Money | None = None
    label_payer: str = ""
    refunded: Money | None = None
    claimed: bool = False  # the buyer has claimed the money from the channel
    claim_ref: str = ""  # the seller's own claim against the channel
    claim_state: str = ""
    claim_paid: Money | None = None
    disposition: str = ""  # SELLABLE, DAMAGED, …; '' while nobody has looked
    disposition_text: str = ""
    place: str = ""  # the channel's warehouse


@dataclass(frozen=True)
class Listing:
    """What a seller offers on one site."""

    site: str
    sku: str
    title: str = ""
    listing_ref: str = ""  # ASIN
    barcode: str = ""  # EAN or UPC where the site gives one
    by_channel: bool | None = False  # None: not told, it stays as it is known
    price: Decimal | None = None
    currency: str = ""
    quantity: int | None = None  # shown to buyers; None when the channel keeps stock
    status: str = ""  # active, inactive, incomplete


@dataclass(frozen=True)
class ListingSnapshot:
    """All listings of one site as of ``taken_at``: what is not in it, is gone."""

    site: str
    taken_at: datetime
    listings: tuple[Listing, ...] = ()


@dataclass(frozen=True)
class ListingChange:
    """A listing that is new or was changed; it says nothing of the others."""

    changed_at: datetime
    listing: Listing


@dataclass(frozen=True)
class ChannelStock:
    """Units of a SKU that the channel keeps in its own warehouses of a network."""

    sku: str
    title: str = ""
    listing_ref: str = ""  # ASIN
    fulfillable: int = 0  # buyers can order them now
    reserved: int = 0  # for orders, on the way between its warehouses, in processing
    reserved_orders: int = 0  # of these, those for orders
    researching: int = 0  # it looks for them
    unsellable: int = 0
    unsellable_kinds: tuple[tuple[str, int], ...] = ()  # in the channel's words
    inbound_planned: int = 0  # announced by the seller
    inbound_shipped: int = 0  # on their way to it
    inbound_receiving: int = 0  # arrived, not counted yet


@dataclass(frozen=True)
class StockSnapshot:
    """What the channel keeps in one network; a long one comes in several parts."""

    network: str
    since: datetime  # when reading its first part began
    taken_at: datetime
    last: bool = True  # no part follows: SKUs named in none of them are not there
    stocks: tuple[ChannelStock, ...] = ()


# What happened to goods in the channel's own warehouses, other than a sale.
LOST = "lost"
FOUND = "found"
CHANGED = "changed"  # in condition: one event takes them away, another adds them
DISPOSED = "disposed"
CORRECTED = "corrected"
TRANSFERRED = "transferred"  # between its warehouses: one leaves, another arrives
RETURNED = "returned"  # by a buyer
RECEIVED = "received"  # from the seller
REMOVED = "removed"  # sent back to the seller


@dataclass(frozen=True)
class LedgerEvent:
    """Goods that came (``quantity`` above 0) or went in the channel's warehouses."""

    key: str  # the same whenever and wherever the channel tells it again
    happened_at: datetime
    sku: str
    event: str  # one of the words above, or UNKNOWN: kept, never booked
    quantity: int
    sellable: bool  # the goods that came or went were in sellable condition
    network: str = ""  # '' when the channel names a country that nobody knows
    title: str = ""
    listing_ref: str = ""  # ASIN
    word: str = ""  # the channel's own for the event
    reason: str = ""  # likewise
    disposition: str = ""  # likewise, the condition
    ref: str = ""
    place: str = ""  # warehouse of the channel
    country: str = ""


@dataclass(frozen=True)
class Ledger:
    """All events of a period but sales, which orders tell."""

    events: tuple[LedgerEvent, ...] = ()
    unreadable: tuple[str, ...] = ()  # why parts of it cannot be read


@dataclass(frozen=True)
class ShipmentItem:
    line_ref: str
    quantity: int


@dataclass(frozen=True)
class Shipment:
    """One parcel that left, to be confirmed at the channel."""

    order_ref: str
    site: str
    package_ref: str  # number of the parcel within the order, '1', '2', …
    shipped_at: datetime
    carrier_code: str  # the channel's word, 'Other' with a name
    carrier_name: str = ""
    service: str = ""
    tracking: str = ""
    items: tuple[ShipmentItem, ...] = ()


# Why a seller cancels an order.
NO_STOCK = "no_stock"
BUYER = "buyer"
ADDRESS = "address"
CARRIER = "carrier"
EXCHANGE = "exchange"
RISK = "risk"
GENERAL = "general"


@dataclass(frozen=True)
class Cancellation:
    """A whole order that the seller will not ship, before any of it has left."""

    order_ref: str
    site: str
    reason: str  # one of the words above
    lines: tuple[str, ...]  # references of all its lines


@dataclass(frozen=True)
class StockLevel:
    """How many units of a SKU the seller ships himself may be sold now."""

    sku: str
    sites: tuple[str, ...]  # references of the sites that show this one quantity
    quantity: int
    handling_days: int | None = None  # None: the channel's default for the account


@dataclass(frozen=True)
class StockLevels:
    """Many of them, told at once: each SKU once, and all for the same sites."""

    levels: tuple[StockLevel, ...]


@dataclass(frozen=True)
class Verdict:
    """What the channel says of one SKU of what was told."""

    sku: str
    state: str  # as of a Receipt
    message: str = ""
    shown: int | None = None  # what buyers can order now, where the channel tells it


@dataclass(frozen=True)
class Receipt:
    """The channel's verdict on a pushed record."""

    state: str  # 'done', 'waiting' (ask again with poll), 'refused' or 'unknown'
    reference: str = ""
    message: str = ""
    # Of a StockLevel one, of StockLevels one for each that is not as the state says.
    verdicts: tuple[Verdict, ...] = ()
