"""What a buyer wants."""

from dataclasses import dataclass, field
from datetime import datetime

from ..accounts import Account, Marketplace

BUSINESS, MERCHANT, AMAZON = "AMAZON_BUSINESS", "MERCHANT", "AMAZON"


@dataclass
class Line:
    """Amounts are those the site shows for all units, in the smallest unit."""

    product: dict
    quantity: int = 1
    price: int = 0
    shipping: int = 0
    gift_wrap: int = 0
    gift_message: str = ""
    cod_fee: int = 0
    discount: int = 0  # on the goods
    shipping_discount: int = 0
    points: int = 0
    programs: tuple[str, ...] = ()
    cancel_reason: str = ""  # the buyer has asked to cancel it


@dataclass
class Purchase:
    account: Account
    site: Marketplace
    count: int  # which order of the account it is
    lines: list[Line]
    created: datetime
    by_amazon: bool = False
    status: str = "UNSHIPPED"
    order_id: str = ""
    buyer: str = ""
    email: str = ""
    address: dict | None = None
    hides_recipient: bool = False
    note: str = ""  # where to leave the parcel
    service: str = "STANDARD"
    tax: object = "usual"
    tip: int = 0
    business: bool = False
    purchase_order: str = ""
    replaces: str = ""  # the order it replaces; nothing is paid
    seller_ref: str = ""
    on_amazon: bool = True  # False: sold elsewhere, only shipped by Amazon
    payment: str = ""
    with_breakdowns: bool = False  # on order level too, as Amazon sometimes does
    programs: list[str] = field(default_factory=list)
    discount_sign: int = -1
