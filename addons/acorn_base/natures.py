"""What an amount that a channel pays, keeps or holds back is for, in a word.

Each channel says which of its own words mean which nature (``channel.Channel.fees``);
accounts, taxes and the lines of profit follow from the nature.
"""

from dataclasses import dataclass

# What a nature is in profit and loss; '' belongs to the balance sheet.
SALES = "sales"
SHIPPING_INCOME = "shipping_income"
GIFT_WRAP_INCOME = "gift_wrap_income"
REFUNDS = "refunds"
PROMOTIONS = "promotions"
REFERRAL = "referral"
FULFILMENT = "fulfilment"
STORAGE = "storage"
INBOUND = "inbound"
ADVERTISING = "advertising"
SUBSCRIPTION = "subscription"
OTHER_FEES = "other_fees"
REIMBURSEMENTS = "reimbursements"
COST_OF_GOODS = "cost_of_goods"
LANDED_COST = "landed_cost"
EXCHANGE = "exchange"
OVERHEADS = "overheads"

# The lines of a profit statement, in their order.
PROFIT_LINES = (
    SALES,
    SHIPPING_INCOME,
    GIFT_WRAP_INCOME,
    REFUNDS,
    PROMOTIONS,
    REFERRAL,
    FULFILMENT,
    STORAGE,
    INBOUND,
    ADVERTISING,
    SUBSCRIPTION,
    OTHER_FEES,
    REIMBURSEMENTS,
    COST_OF_GOODS,
    LANDED_COST,
    EXCHANGE,
    OVERHEADS,
)

# How tax is found on an amount.
TAXED = "taxed"  # a sale: the site's tax mode says how
FEE = "fee"  # a fee of the channel: the company's setting for its VAT
IS_TAX = "is_tax"  # is a tax itself
UNTAXED = ""


@dataclass(frozen=True)
class Nature:
    code: str
    profit_line: str = ""
    taxation: str = UNTAXED


NATURES = tuple(
    Nature(*row)
    for row in (
        ("sale", SALES, TAXED),
        ("shipping", SHIPPING_INCOME, TAXED),
        ("gift_wrap", GIFT_WRAP_INCOME, TAXED),
        ("promotion", PROMOTIONS, TAXED),
        ("refund", REFUNDS, TAXED),  # of goods, shipping, wrapping and promotions
        ("liquidation", SALES, UNTAXED),
        ("tax_collected", "", IS_TAX),  # from buyers, paid out to the seller
        ("tax_withheld", "", IS_TAX),  # of it, paid to the authority by the channel
        ("income_tax_withheld", "", UNTAXED),  # TDS, TCS: to be credited
        ("referral", REFERRAL, FEE),  # also what comes back of it, and what does not
        ("fulfilment", FULFILMENT, FEE),
        ("storage", STORAGE, FEE),
        ("inbound", INBOUND, FEE),  # to the channel's warehouses, and out of them
        ("advertising", ADVERTISING, FEE),
        ("subscription", SUBSCRIPTION, FEE),
        ("other_fee", OTHER_FEES, FEE),
        ("fee_tax", "", IS_TAX),  # VAT on fees, on a row of its own
        ("reimbursement", REIMBURSEMENTS, UNTAXED),
        ("adjustment", OTHER_FEES, UNTAXED),
        ("reserve", "", UNTAXED),  # held back, and given back
        ("charge", "", UNTAXED),  # paid by the seller's card, or owed to the channel
        ("transfer", "", UNTAXED),  # to the bank, or come back from it
        ("loan", "", UNTAXED),
    )
)
BY_CODE = {nature.code: nature for nature in NATURES}


@dataclass(frozen=True)
class FeeWord:
    """One of a channel's own words for an amount. Case does not matter; ``*`` stands
    for any word."""

    transaction_type: str
    amount_type: str
    description: str
    nature: str  # Nature.code
