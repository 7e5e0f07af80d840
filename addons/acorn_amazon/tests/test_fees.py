"""Every word of Amazon's for an amount that sellers have met has a nature."""

from fnmatch import fnmatchcase
from itertools import product

from odoo.addons.acorn_base.natures import BY_CODE

from ..channel import AmazonChannel
from ..fees import FEES
from .common_pure import PureCase

OTHER = "other-transaction"
TAXED = ("Order", "Order_Retrocharge", "Refund_Retrocharge")
BACK = ("Refund", "A-to-z Guarantee Refund", "Chargeback Refund")
NEWER = ("FBAFees", "AmazonFees")

# (transaction types, amount types, descriptions, nature); names parted by '; '.
SETTLEMENTS = (
    ("Order", "ItemPrice", "Principal", "sale"),
    ("Order", "ItemPrice", "Shipping", "shipping"),
    ("Order", "ItemPrice", "GiftWrap", "gift_wrap"),
    ("Order", "Promotion", "Principal; Shipping", "promotion"),
    ("Order", "Points; Promotion", "PointsGranted", "promotion"),
    (
        BACK,
        "ItemPrice",
        "Principal; Shipping; GiftWrap; RestockingFee; ReturnShipping",
        "refund",
    ),
    (BACK, "Promotion", "Principal; Shipping", "refund"),
    (BACK, "Points", "PointsGranted", "refund"),
    (TAXED + BACK, "ItemPrice", "Tax; ShippingTax; GiftWrapTax", "tax_collected"),
    (TAXED + BACK, "Promotion", "TaxDiscount", "tax_collected"),
    (
        TAXED + BACK,
        "ItemWithheldTax",
        "MarketplaceFacilitatorTax-Principal; MarketplaceFacilitatorTax-Shipping; "
        "MarketplaceFacilitatorTax-Other; MarketplaceFacilitatorVAT-Principal; "
        "MarketplaceFacilitatorVAT-Shipping; LowValueGoodsTax-Principal; "
        "LowValueGoodsTax-Shipping; LowValueGoodsTax-Other",
        "tax_withheld",
    ),
    (
        TAXED + BACK,
        "ItemWithheldTax",
        "TCS-CGST; TCS-SGST; TCS-IGST; TDS; TDS (Section 194-O)",
        "income_tax_withheld",
    ),
    (
        TAXED + BACK,
        "ItemFees",
        "Commission; ShippingHB; VariableClosingFee; FixedClosingFee; RefundCommission",
        "referral",
    ),
    (
        TAXED + BACK,
        "ItemFees",
        "FBAPerUnitFulfillmentFee; FBAPerOrderFulfillmentFee; FBAWeightBasedFee; "
        "ShippingChargeback; GiftwrapChargeback; RemoteFulfillmentCredit",
        "fulfilment",
    ),
    (TAXED + BACK, "ItemFees", "DigitalServicesFee; SalesTaxServiceFee", "other_fee"),
    ("Liquidations; Liquidations Adjustments", "ItemPrice", "Principal", "liquidation"),
    ("Liquidations; Liquidations Adjustments", "ItemPrice", "Tax", "tax_collected"),
    (
        "Liquidations; Liquidations Adjustments",
        "ItemFees",
        "LiquidationsBrokerageFee",
        "other_fee",
    ),
    (
        "Liquidations",
        "ItemWithheldTax",
        "MarketplaceFacilitatorTax-Principal",
        "tax_withheld",
    ),
    (OTHER, OTHER, "Subscription Fee; SUBSCRIPTION FEE", "subscription"),
    (
        OTHER,
        OTHER,
        "Storage Fee; StorageRenewalBilling; Storage Fee - Reversal",
        "storage",
    ),
    (
        OTHER,
        OTHER,
        "RemovalComplete; DisposalComplete; FBAInboundTransportationFee; "
        "FBA Inbound Placement Service Fee; Inbound Defect Fee; "
        "Inbound Defect Fee - Barcode cannot be scanned",
        "inbound",
    ),
    (
        OTHER,
        OTHER,
        "Shipping label purchase; Shipping label purchase for return",
        "fulfilment",
    ),
    (OTHER, OTHER, "MiscAdjustment; BuyerRecharge; Fee Adjustment", "adjustment"),
    (OTHER, OTHER, "NonSubscriptionFeeAdj; Paid Services Fee", "other_fee"),
    (OTHER, OTHER, "Income tax charged", "income_tax_withheld"),
    (OTHER, OTHER, "Payable to Amazon; Successful charge", "charge"),
    (
        OTHER,
        OTHER,
        "Current Reserve Amount; Previous Reserve Amount Balance; "
        "current reserve amount",
        "reserve",
    ),
    (
        OTHER,
        OTHER,
        "Transfer of funds unsuccessful: Amazon has cancelled your transfer of funds.",
        "transfer",
    ),
    (
        NEWER,
        "FBA Inventory Storage Fee; FBA storage fee; FBA Long Term Storage Fee; "
        "FBA Long-Term Storage Fee; AWD Storage Fee",
        "Base fee; Discount on fee",
        "storage",
    ),
    (
        NEWER,
        "FBA Removal Order: Return Fee; FBA Removal Order: Disposal Fee; "
        "FBA Amazon-Partnered Carrier Shipment Fee; AWD Processing Fee; "
        "FBA Inbound Placement Service Fee; Inbound Transportation Program Fee",
        "Base fee; Discount on fee",
        "inbound",
    ),
    (
        NEWER,
        "FBA Customer Returns Fee; FBA Customer Returns Fee for ASIN: B01; "
        "FBA fulfilment fee per unit - Correction",
        "Base fee; Discount on fee",
        "fulfilment",
    ),
    (
        NEWER,
        "Coupon Participation Fee; Deal Performance Based Fee; "
        "Amazon service fee for EPR Pay on Behalf - GB - Packaging",
        "Base fee; Discount on fee",
        "other_fee",
    ),
    (
        NEWER,
        "FBA storage fee; FBA Removal Order: Return Fee; AWD Storage Fee; "
        "FBA Customer Returns Fee; Coupon Participation Fee; Vine Enrollment Fee",
        "Tax on fee",
        "fee_tax",
    ),
    (
        "FBA Inventory Reimbursement; other-transaction",
        "FBA Inventory Reimbursement",
        "WAREHOUSE_LOST; WAREHOUSE_LOST_MANUAL; WAREHOUSE_DAMAGE; "
        "WAREHOUSE_DAMAGE_EXCEPTION; REVERSAL_REIMBURSEMENT; COMPENSATED_CLAWBACK; "
        "MISSING_FROM_INBOUND; MISSING_FROM_INBOUND_CLAWBACK; CS_ERROR_ITEMS; "
        "FREE_REPLACEMENT_REFUND_ITEMS; RE_EVALUATION; CUSTOMER_RETURN",
        "reimbursement",
    ),
    (
        "MCF Inventory Reimbursement; other-transaction",
        "MCF Inventory Reimbursement",
        "MULTICHANNEL_ORDER_LOST",
        "reimbursement",
    ),
    ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", "advertising"),
    (
        "Debt Adjustment",
        "Debt Adjustment",
        "Cross-Account Debt Adjustment for DE",
        "charge",
    ),
)
# Met as transaction type, as amount type and as description.
ANYWHERE = {
    "SAFE-T reimbursement": "reimbursement",
    "CouponRedemptionFee": "other_fee",
    "Vine Enrollment Fee": "other_fee",
    "Deals": "other_fee",
    "Promotion fee": "other_fee",
    "Commingling VAT": "fee_tax",
    "Seller Rewards": "adjustment",
    "Micro Deposit": "transfer",
}

# (transactionType, parent's breakdownType, leaf's breakdownType, nature)
FEE_PARENTS = "FBAPerUnitFulfillmentFee; Commission; ShippingChargeback"
TRANSACTIONS = (
    ("Shipment", "ProductCharges", "OurPricePrincipal", "sale"),
    ("Shipment", "Sales", "ProductCharges", "sale"),
    ("Shipment", "Shipping", "ShippingPrincipal", "shipping"),
    ("Shipment", "Sales", "Shipping", "shipping"),
    ("Shipment", "GiftWrap", "GiftwrapPrincipal", "gift_wrap"),
    ("Shipment", "Promotion", "PromoRebates; OurPriceDiscount", "promotion"),
    (
        "Refund",
        "ProductCharges",
        "OurPricePrincipal; GoodwillPrincipal; RestockingDeductionPrincipal",
        "refund",
    ),
    ("Refund", "Shipping; Promotion", "ShippingPrincipal; PromoRebates", "refund"),
    ("Refund", "Refund Sales", "ProductCharges; Shipping", "refund"),
    (
        "Shipment; Refund",
        "Tax",
        "OurPriceTax; ShippingTax; GiftwrapTax; ShippingTaxDiscount",
        "tax_collected",
    ),
    ("Shipment; Refund", "Sales", "Tax", "tax_collected"),
    (
        "Shipment; Refund",
        "ItemWithheldTax; TaxWithheld",
        "MarketplaceFacilitatorTax-Principal; MarketplaceFacilitatorVAT-Shipping; "
        "MarketplaceFacilitatorTaxPrincipal; LowValueGoodsTax-Principal",
        "tax_withheld",
    ),
    ("Shipment; Refund", "Commission; RefundCommission", "Base; Promo", "referral"),
    ("Shipment; Refund", "AmazonFees", "Commission; RefundCommission", "referral"),
    (
        "Shipment; Refund",
        "FBAPerUnitFulfillmentFee; ShippingChargeback",
        "Base; Promo",
        "fulfilment",
    ),
    ("Shipment; Refund; ServiceFee", FEE_PARENTS, "Tax", "fee_tax"),
    (
        "ServiceFee",
        "AmazonFees; FBAFees; ",
        "FBAStorageFee; FBALongTermStorageFee; FBAStorageBilling; "
        "FBALongTermStorageBilling",
        "storage",
    ),
    (
        "ServiceFee",
        "AmazonFees; ",
        "FBARemovalFee; FBADisposalFee; FBAInboundTransportationFee; FBARemoval; "
        "FBAInboundConvenienceFee; FBAPostInboundTransportation",
        "inbound",
    ),
    (
        "ServiceFee",
        "AmazonFees; ",
        "FBACustomerReturn; FBAShipmentInjectionFulfillmentFee; "
        "CustomerReturnHRRUnitFee",
        "fulfilment",
    ),
    ("ServiceFee", "AmazonFees", "Subscription", "subscription"),
    ("ServiceFee", "Subscription", "Base", "subscription"),
    ("ServiceFee", "Subscription; FBAStorageFee; ", "Tax", "fee_tax"),
    ("ServiceFee", "AmazonFees", "CouponPerformanceFee; PaidServicesFee", "other_fee"),
    ("ProductAdsPayment", "AmazonFees; ", "AdvertisingFee; Base", "advertising"),
    ("Transfer", "Transfer; ", "Disbursement; FundTransfer", "transfer"),
    ("Adjustment", "", "ReserveCredit; ReserveDebit", "reserve"),
    (
        "FBAInventoryReimbursement",
        "",
        "FBAInventoryReimbursement; FBAReversedReimbursement",
        "reimbursement",
    ),
    ("Retrocharge", "", "BaseTax; RetrochargeReversal", "tax_collected"),
    ("RemovalShipment", "", "RecommerceLiquidation", "liquidation"),
)


def rows(table):
    for kinds, types, words, nature in table:
        kinds = kinds.split("; ") if isinstance(kinds, str) else kinds
        types = types.split("; ") if isinstance(types, str) else types
        for kind in kinds:
            for amount_type in types:
                for word in words.split("; "):
                    yield (kind, amount_type, word), nature


def exactness(pattern):
    """More exact words before fewer, of as many those further left; stars inside."""
    opened = [word == "*" for word in pattern]
    return sum(opened), opened


class TestFees(PureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map = {
            (
                word.transaction_type.lower(),
                word.amount_type.lower(),
                word.description.lower(),
            ): word.nature
            for word in FEES
        }
        cls.inside = sorted(
            (
                words
                for words in cls.map
                if any(len(w.split("*")[0]) and "*" in w for w in words)
            ),
            key=lambda words: (exactness(words), -sum(map(len, words))),
        )

    def nature(self, *words):
        """Return the nature as whoever keeps a fee map finds it."""
        words = tuple(word.lower() for word in words)
        patterns = sorted(product(*((word, "*") for word in words)), key=exactness)
        found = next((self.map[p] for p in patterns if p in self.map), None)
        if found:
            return found
        for pattern in self.inside:
            if all(map(fnmatchcase, words, pattern)):
                return self.map[pattern]
        return None

    def assertNatures(self, table):
        wrong = [
            f"{' / '.join(words)}: {self.nature(*words)}, not {nature}"
            for words, nature in rows(table)
            if self.nature(*words) != nature
        ]
        self.assertEqual(wrong, [])

    def test_every_word_of_settlements_has_a_nature(self):
        self.assertNatures(SETTLEMENTS)

    def test_words_that_stand_in_several_places(self):
        for word, nature in ANYWHERE.items():
            self.assertNatures(
                (
                    (word, word, word, nature),
                    (word, "", "", nature),
                    (OTHER, OTHER, word, nature),
                    (NEWER, word, "Base fee", nature),
                )
            )

    def test_every_word_of_transactions_has_a_nature(self):
        self.assertNatures(TRANSACTIONS)

    def test_what_nobody_has_met_has_none(self):
        for words in (
            (OTHER, OTHER, "Moon Landing Fee"),
            ("Order", "ItemPrice", "Stardust"),
            ("Order", "ItemStardust", "Tax"),
            ("Barter", "ItemPrice", "Principal"),
            ("", "", ""),
        ):
            self.assertIsNone(self.nature(*words), words)

    def test_each_word_is_known_once_and_has_a_nature_that_is_known(self):
        self.assertEqual(len(self.map), len(FEES))
        self.assertLessEqual({word.nature for word in FEES}, BY_CODE.keys())

    def test_the_channel_tells_them(self):
        self.assertIs(AmazonChannel.fees, FEES)
