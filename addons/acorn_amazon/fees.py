"""Amazon's words for amounts, and what each is for.

Amazon publishes no list. These are the words of settlement files (transaction-type,
amount-type, amount-description) and of the Finances API (transactionType, and of the
tree of breakdowns a leaf and its parent) that sellers and programs have met; see
``QUIRKS.md``. One fee may stand as amount type in one file and as description in
another, or as transaction type.

Of the words that fit an amount those with more exact ones count, and of as many those
that are exact further left; one with a star inside, only where no other fits.
"""

from odoo.addons.acorn_base.natures import FeeWord

ANY = "*"
SALES = ("Order", "Shipment")  # as the file and the API call them
REFUNDS = (
    *("Refund", "A-to-z Guarantee Refund", "Chargeback Refund"),
    *("GuaranteeClaim", "Chargeback"),
)
LIQUIDATIONS = ("Liquidations", "Liquidations Adjustments")
RETROCHARGES = ("Order_Retrocharge", "Refund_Retrocharge", "Retrocharge")

# What buyers pay: of a sale its own nature, of a refund 'refund'.
PAID = {
    "sale": ("Principal", "OurPricePrincipal", "ProductCharges", "Sales"),
    "shipping": ("Shipping", "ShippingPrincipal", "COD", "CODPrincipal"),
    "gift_wrap": ("GiftWrap", "GiftWrapPrincipal"),
    "promotion": (
        *("OurPriceDiscount", "ShippingDiscount", "GiftWrapDiscount", "PromoRebates"),
        *("ShippingPromoRebates", "PointsGranted"),
    ),
}
# What a refund leaves to the seller, or gives the buyer on top.
REFUND_ONLY = (
    *("RestockingFee", "ReturnShipping", "Goodwill", "GoodwillPrincipal"),
    *("RestockingDeductionPrincipal", "Refund Sales", "Refunded Sales"),
)

# By the last word, whatever the transaction.
TAXES = {
    "tax_collected": (
        *("ShippingTax", "GiftWrapTax", "CODTax", "OurPriceTax", "TaxDiscount"),
        *("ShippingTaxDiscount", "TaxPromoRebates", "RestockingDeductionTax"),
        *("TaxOnRevenue", "BaseTax"),
    ),
    "tax_withheld": tuple(
        f"{tax}{part}"
        for tax, parts in {
            "MarketplaceFacilitatorTax": "Principal Shipping Other RestockingFee",
            "MarketplaceFacilitatorVAT": "Principal Shipping Other",
            "LowValueGoodsTax": "Principal Shipping Other",
        }.items()
        for part in (f"{dash}{word}" for word in parts.split() for dash in ("-", ""))
    ),
    "income_tax_withheld": (
        *("TCS-CGST", "TCS-SGST", "TCS-IGST", "TDS", "TDS (Section 194-O)"),
        "Income tax charged",
    ),
    "fee_tax": ("Tax on fee", "TaxOnFees"),
}

# Fees of an item or a service: the last word, or the parent of 'Base' and 'Tax'.
FEES_OF_ITEMS = {
    "referral": (
        *("Commission", "RefundCommission", "ShippingHB", "VariableClosingFee"),
        "FixedClosingFee",
    ),
    "fulfilment": (
        *("FBAPerUnitFulfillmentFee", "FBAPerOrderFulfillmentFee"),
        *("FBAWeightBasedFee", "ShippingChargeback", "GiftwrapChargeback"),
        *("CODChargeback", "RemoteFulfillmentCredit", "FBACustomerReturn"),
        *("FBAShipmentInjectionFulfillmentFee", "CustomerReturnHRRUnitFee"),
    ),
    "storage": (
        *("FBAStorageFee", "FBALongTermStorageFee", "FBAStorageBilling"),
        *("FBALongTermStorageBilling", "StorageRenewalBilling"),
    ),
    "inbound": (
        *("FBARemovalFee", "FBARemoval", "FBADisposalFee", "FBADisposal"),
        *("FBAInboundTransportationFee", "FBAInboundTransportationProgramFee"),
        *("FBAInboundConvenienceFee", "FBAPostInboundTransportation"),
    ),
    "advertising": ("AdvertisingFee", "AdvertisingFeeRefund"),
    "subscription": ("Subscription",),
    "other_fee": (
        *("DigitalServicesFee", "Digital Services Fee", "SalesTaxServiceFee"),
        *("CouponParticipationFee", "CouponPerformanceFee", "PaidServicesFee"),
        *("LiquidationsBrokerageFee", "TechnologyFee"),
    ),
}

# Amount types of the newer kind, with 'Base fee', 'Discount on fee', 'Tax on fee'.
FEES_WITH_PARTS = {
    "storage": (
        *("FBA Storage Fee", "FBA Inventory Storage Fee", "FBA Long Term Storage Fee"),
        *("FBA Long-Term Storage Fee", "AWD Storage Fee"),
    ),
    "inbound": (
        *("FBA Removal Order: Return Fee", "FBA Removal Order: Disposal Fee"),
        *("FBA Amazon-Partnered Carrier Shipment Fee", "FBA transportation fee"),
        *("FBA Inbound Placement Service Fee", "Inbound Transportation Program Fee"),
        *("Inbound Defect Fee", "AWD Processing Fee", "AWD Transportation Fee"),
    ),
    "fulfilment": (
        *("FBA Customer Returns Fee", "FBA Customer Return Fee", "FBA Return Fee"),
        *("FBA fulfilment fee per unit", "FBA fulfillment fee per unit"),
    ),
    "other_fee": (
        *("CouponRedemptionFee", "Coupon Redemption Fee", "Coupon Participation Fee"),
        *("Coupon Performance Based Fee", "Deal Participation Fee", "Deals"),
        *("Deal Performance Based Fee", "Promotion fee", "Vine Enrollment Fee"),
    ),
}

# By the last word: other-transaction, and parents of the API that stand alone.
ALONE = {
    "subscription": ("Subscription Fee",),
    "storage": ("Storage Fee",),
    "fulfilment": ("Shipping label purchase", "Shipping label purchase for return"),
    "inbound": (
        *("RemovalComplete", "DisposalComplete", "Inbound Transportation Fee"),
        *("WarehousePrep", "Manual Processing Fee"),
    ),
    "other_fee": (
        *("NonSubscriptionFeeAdj", "Paid Services Fee", "AmazonFees", "Expenses"),
        *("RefundExpenses", "Refunded Expenses"),
    ),
    "adjustment": (
        *("MiscAdjustment", "BuyerRecharge", "Fee Adjustment"),
        *("Overpaid Fees Adjustment", "MCF Preferred Pricing Seller Credit"),
    ),
    "reserve": (
        *("Current Reserve Amount", "Previous Reserve Amount Balance"),
        *("ReserveCredit", "ReserveDebit"),
    ),
    "charge": ("Payable to Amazon", "Successful charge"),
    "transfer": ("FundTransfer", "Disbursement"),
    "liquidation": ("RecommerceLiquidation",),
}

# Whole transactions, whatever the other words; as amount type and description, too.
WHOLE = {
    "advertising": ("Cost of Advertising", "Refund for Advertiser"),
    # VAT that mixed stock costs: of no order, and of no fee either.
    "fee_tax": ("Commingling VAT",),
    "reimbursement": (
        *("FBA Inventory Reimbursement", "MCF Inventory Reimbursement"),
        *("FBAInventoryReimbursement", "FBAReversedReimbursement"),
        *("SAFE-T reimbursement", "Goodwill Concession"),
        "Manual Processing Fee Reimbursement",
    ),
    "adjustment": ("Seller Rewards", "MiscellaneousLedgerAdjustment"),
    "charge": ("Debt Adjustment",),
    "transfer": ("Micro Deposit", "Transfer"),
    "loan": ("Loan Repayment", "Loan Advance", "LoanServicing"),
}

# Words that go on: a reason, a product, a country.
BEGINNINGS = {
    "transfer": ("Transfer of funds unsuccessful",),
    "storage": ("Storage Fee - ", "AWD Storage"),
    "inbound": ("Inbound Defect Fee", "FBA Removal Order", "FBA Inbound", "AWD "),
    "fulfilment": (
        *("FBA Customer Return", "FBA fulfilment fee", "FBA fulfillment fee"),
        *("Shipping label purchase", "ReturnPostageBilling", "PostageBilling"),
    ),
    "other_fee": (
        *("CouponRedemptionFee", "Amazon service fee for EPR", "EPR Pay on Behalf"),
        "Eco-contribution for EPR",
    ),
    "adjustment": ("Fee Adjustment",),
    "charge": ("Cross-Account Debt Adjustment",),
    "income_tax_withheld": ("TDS", "TCS"),
    "tax_withheld": (
        *("MarketplaceFacilitatorTax", "MarketplaceFacilitatorVAT"),
        "LowValueGoodsTax",
    ),
}


def _of_buyers():
    for nature, names in PAID.items():
        for name in names:
            yield from ((sale, ANY, name, nature) for sale in SALES)
            yield from ((refund, ANY, name, "refund") for refund in REFUNDS)
    for name in REFUND_ONLY:
        yield from ((refund, ANY, name, "refund") for refund in REFUNDS)
    for kinds, nature in ((SALES, "promotion"), (REFUNDS, "refund")):
        for kind in kinds:
            for name in ("Principal", "Shipping"):
                yield kind, "Promotion", name, nature
            yield kind, "Promotion", "TaxDiscount", "tax_collected"
            yield kind, ANY, "AmazonFees", "referral"
    for kind in LIQUIDATIONS:
        yield kind, "ItemPrice", "Principal", "liquidation"


def _taxes():
    for nature, names in TAXES.items():
        yield from ((ANY, ANY, name, nature) for name in names)
    for parent in ("ItemPrice", "Sales"):
        yield ANY, parent, "Tax", "tax_collected"
    for kind in (*RETROCHARGES, "Adjustment"):
        yield kind, ANY, "Tax", "tax_collected"
    for name in ("Other", "RetrochargeReversal"):  # they cancel each other out
        yield "Retrocharge", ANY, name, "tax_collected"
    for kind in ("ServiceFee", "ProductAdsPayment"):
        yield kind, ANY, "Tax", "fee_tax"


def _fees():
    for nature, names in FEES_OF_ITEMS.items():
        for name in names:
            yield ANY, ANY, name, nature
            yield ANY, name, ANY, nature
            yield ANY, name, "Tax", "fee_tax"
    yield ANY, ANY, "FBAFees", "fulfilment"
    for nature, names in FEES_WITH_PARTS.items():
        for name in names:
            yield ANY, name, ANY, nature
            yield ANY, name, "Tax on fee", "fee_tax"
            yield ANY, ANY, name, nature
    for name in FEES_WITH_PARTS["other_fee"]:
        yield name, ANY, ANY, "other_fee"
        yield name, ANY, "Tax on fee", "fee_tax"


def _others():
    for nature, names in ALONE.items():
        yield from ((ANY, ANY, name, nature) for name in names)
    for nature, names in WHOLE.items():
        for name in names:
            yield name, ANY, ANY, nature
            yield ANY, name, ANY, nature
            yield ANY, ANY, name, nature
    yield "ProductAdsPayment", ANY, ANY, "advertising"
    for nature, names in BEGINNINGS.items():
        for name in names:
            yield ANY, ANY, f"{name}*", nature
            if nature not in ("income_tax_withheld", "tax_withheld"):
                yield ANY, f"{name}*", ANY, nature
                yield ANY, f"{name}*", "Tax on fee", "fee_tax"


FEES = tuple(
    FeeWord(*row) for words in (_of_buyers, _taxes, _fees, _others) for row in words()
)
