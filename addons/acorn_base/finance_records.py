"""What every channel says about money: frozen dataclasses, as ``records`` has them.

Amounts are ``Decimal`` as the seller sees them: what the channel owes is positive, what
it keeps is negative. Times are aware UTC; a ``…_on`` is the date where the site is.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .records import Money

# What became of money that is not settled yet.
DEFERRED = "deferred"  # held back for a while: 'matures_at' tells until when
RELEASED = "released"  # will be in the next settlement, or is in one
DEFERRED_RELEASED = "deferred_released"  # was deferred; another transaction pays it

# How far a payout is.
PAYOUT_STARTED = "started"
PAYOUT_SENT = "sent"
PAYOUT_PAID = "paid"
PAYOUT_FAILED = "failed"
PAYOUT_NONE = "none"  # nothing to pay

BY_CHANNEL = "fba"  # who fulfilled
BY_SELLER = "fbm"


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """One amount of a settlement, in its currency."""

    number: int  # of the line in the file; the header is 1
    transaction_type: str  # the channel's own words, as they stand there
    amount_type: str
    description: str
    amount: Decimal
    posted_at: datetime
    posted_on: date  # where the site is; where the file names none, where the
    # settlement's currency is at home
    site: str = ""  # reference of the site
    site_name: str = ""  # as the file names it
    order_ref: str = ""
    merchant_order_ref: str = ""
    adjustment_ref: str = ""
    shipment_ref: str = ""
    line_ref: str = ""  # of the order's line
    fulfilment: str = ""  # BY_CHANNEL, BY_SELLER
    sku: str = ""
    quantity: int = 0
    promotion_ref: str = ""


@dataclass(frozen=True)
class Settlement:
    """What a channel paid out, or claimed, for a period, amount by amount."""

    ref: str
    currency: str  # ISO 4217
    since: datetime
    until: datetime
    deposited_at: datetime | None  # None: nothing was paid out
    total: Decimal
    lines: tuple[SettlementLine, ...] = ()


@dataclass(frozen=True, slots=True)
class TransactionLine:
    """One amount of a transaction: a leaf of the channel's tree, its parents beside."""

    transaction_type: str
    amount_type: str
    description: str
    amount: Decimal
    sku: str = ""
    asin: str = ""
    quantity: int = 0
    fulfilment: str = ""


@dataclass(frozen=True)
class Transaction:
    """Money that an order, a refund or a fee moved on the seller's account."""

    ref: str
    type: str
    description: str
    status: str  # DEFERRED, RELEASED, DEFERRED_RELEASED
    posted_at: datetime
    posted_on: date
    total: Money
    site: str = ""
    order_ref: str = ""
    settlement_ref: str = ""  # '' until it is settled
    deferred_ref: str = ""  # the deferred transaction that this one pays out
    release_ref: str = ""  # the transaction that pays this deferred one out
    deferral: str = ""  # the channel's reason
    matures_at: datetime | None = None
    lines: tuple[TransactionLine, ...] = ()


@dataclass(frozen=True)
class Payout:
    """A transfer to the seller's bank."""

    ref: str
    status: str  # PAYOUT_…
    amount: Money
    created_at: datetime
    account_tail: str = ""  # the last digits of the bank account
    trace_ref: str = ""  # found again on the bank's statement
    settlement_refs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProductDay:
    """What one SKU sold on one day of one site, and what advertising it cost.

    ``day`` is the site's date. Amounts are positive and in the site's currency.
    """

    site: str
    day: date
    sku: str
    currency: str
    sales: Decimal = Decimal(0)  # ordered
    units: int = 0
    refunded_units: int = 0
    ad_cost: Decimal = Decimal(0)
    ad_sales: Decimal | None = None  # None: the channel does not tell
    asin: str = ""
    ad_costs: tuple[tuple[str, Decimal], ...] = ()  # by the channel's kind of ad


@dataclass(frozen=True)
class ProductDays:
    """A period of one site: what it replaces, and its days."""

    site: str
    since: date
    until: date  # not included
    days: tuple[ProductDay, ...] = ()
