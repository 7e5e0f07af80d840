"""Money that moves on a seller's account, in both of Amazon's vocabularies.

The Finances API and the settlement file tell the same money in different words: an
``Amount`` has both. Amounts are exact, as the seller sees them: a fee is negative.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

RELEASED, DEFERRED, DEFERRED_RELEASED = "RELEASED", "DEFERRED", "DEFERRED_RELEASED"
AFN, MFN = "AFN", "MFN"  # fulfilled by Amazon, by the seller


@dataclass(frozen=True, slots=True)
class Amount:
    amount: Decimal
    settled_as: tuple[str, str]  # amount-type, amount-description of the file
    told_as: tuple[str, ...]  # breakdown types of the API, from the root to the leaf
    promotion: str = ""


@dataclass(frozen=True, slots=True)
class MoneyItem:
    """What was sold or given back of one order item, or a fee that has none."""

    amounts: tuple[Amount, ...]
    order_item: str = ""
    adjustment: str = ""  # adjustment item of a refund
    sku: str = ""
    asin: str = ""
    title: str = ""
    quantity: int = 0

    @property
    def total(self):
        return sum((each.amount for each in self.amounts), Decimal(0))


@dataclass(frozen=True, slots=True)
class MoneyEvent:
    """One transaction of the API; the settlement file has a line for each amount."""

    ref: str  # transactionId
    account: str
    site: str  # code
    currency: str
    posted: datetime
    type: str  # transactionType of the API
    description: str  # description of the API
    settled_as: str  # transaction-type of the file; '' when it is not in the file
    items: tuple[MoneyItem, ...]
    order: str = ""
    shipment: str = ""
    adjustment: str = ""  # refund's number
    fulfilment: str = ""  # AFN, MFN
    status: str = RELEASED
    deferral: str = ""  # DD7, B2B
    matures: datetime | None = None
    deferred_ref: str = ""  # of a release: the deferred event that it pays
    release_ref: str = ""  # of a deferred event that is released: what pays it
    payment: str = ""  # of a transfer: the bank's trace id

    @property
    def total(self):
        return sum((each.total for each in self.items), Decimal(0))

    @property
    def settles(self):
        """Whether it counts in a settlement: what is deferred does by its release."""
        return self.status == RELEASED and bool(self.settled_as)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A closed period of one account and currency: ``events`` and the reserves add up
    to ``total``, which is what goes to the bank."""

    ref: str
    account: str
    currency: str
    since: datetime
    until: datetime  # not included
    total: Decimal
    events: tuple[MoneyEvent, ...]
    previous_reserve: Decimal  # given back; negative: a debt from before
    current_reserve: Decimal  # held back, negative; positive: a debt that is carried on
    deposited: datetime
    trace: str  # the bank's number of the transfer; '' when nothing is paid
    group: str  # FINANCIAL_EVENT_GROUP_ID


PREVIOUS_RESERVE = (
    "other-transaction",
    "other-transaction",
    "Previous Reserve Amount Balance",
)
CURRENT_RESERVE = ("other-transaction", "other-transaction", "Current Reserve Amount")
