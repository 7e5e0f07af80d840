"""Where each nature goes in the charts that sellers use; pure.

A number that a chart has is the one its accountants would take. The others are free in
the chart as Odoo delivers it, beside their like; where somebody uses one, the next free
number is taken. Sales are in accounts without a tax key of their own (8200 and 4200,
not 8400 and 4400): a settlement has the sales of many countries.
"""

from dataclasses import dataclass

INCOME, OTHER_INCOME = "income", "income_other"
EXPENSE, COST = "expense", "expense_direct_cost"
ASSET, LIABILITY = "asset_current", "liability_current"


@dataclass(frozen=True)
class ChartAccount:
    number: str
    account_type: str
    known: bool  # the chart has it
    reconcile: bool = False


TYPES = {
    "sale": INCOME,
    "shipping": INCOME,
    "gift_wrap": INCOME,
    "promotion": INCOME,  # less income, as refunds are
    "refund": INCOME,
    "liquidation": INCOME,
    "tax_collected": LIABILITY,
    "income_tax_withheld": ASSET,
    "referral": EXPENSE,
    "fulfilment": EXPENSE,
    "storage": EXPENSE,
    "inbound": EXPENSE,
    "advertising": EXPENSE,
    "subscription": EXPENSE,
    "other_fee": EXPENSE,
    "adjustment": EXPENSE,
    "fee_tax": ASSET,
    "reimbursement": OTHER_INCOME,
    "reserve": ASSET,
    "charge": LIABILITY,
    "loan": LIABILITY,
    "clearing": ASSET,
    "carried": ASSET,
    "deferred": ASSET,
    "cost": COST,
}
# What is on one account, so that both sides are seen to cancel each other out, or
# because it is the same money: it comes back from the bank.
SHARED = {"tax_withheld": "tax_collected", "transfer": "clearing"}
RECONCILED = ("clearing", "carried", "deferred")
NATURES = (*TYPES, *SHARED)

# Numbers in the order of TYPES; with a star: the chart has it.
_NUMBERS = {
    "generic_coa": """
        400000* 401000 402000 403000 404000 405000
        253000 133000
        650000 651000 652000 653000 654000 655000 656000 657000
        131000* 451000 124000 212500 220000
        123000 123100 123200 500000*
    """,
    "uk": """
        400000* 401000 402000 403000 404000 405000
        220500 110500
        604000 605000 606000 607000 600000* 620000* 608000 609000
        220100* 492000 110600 210500 230000*
        110700 110800 110850 500000*
    """,
    "de_skr03": """
        8200* 8210 8220 8770* 8700* 8230
        1798 1541
        4760* 4780* 4781 4782 4600* 4761 4762 4763
        1570* 2742* 1523 1757 1705*
        1365 1366 1367 3200*
    """,
    "de_skr04": """
        4200* 4210 4220 4770* 4700* 4230
        3855 1302
        6770* 6780* 6781 6782 6600* 6771 6772 6773
        1400* 4970* 1352 3612 3560*
        1465 1466 1467 5200*
    """,
    "jp": """
        410000* 411000 412000 413000 414000 415000
        330510 123010
        512400* 514600 514500* 514700 511900* 512500* 512410 512420
        123200* 426010 123410 330610 331000*
        123420 123430 123440 510000*
    """,
    "cn": """
        500100* 500101 500102 500103 500104 500105
        224101 122103
        560103 560104 560105 560106 560102* 560107 560108 560109
        122101* 530105 122110 224102 200100*
        122111 122112 122113 540100*
    """,
    "cn_large_bis": """
        600100* 600101 600102 600103 600104 600105
        224101 122103
        660101 660102 660103 660104 660105 660106 660107 660108
        122200* 630103 122110 224102 200100*
        122111 122112 122113 640100*
    """,
}


@dataclass(frozen=True)
class FeeVat:
    """How the channel's fees are taxed where a chart is used, until somebody says
    otherwise, and the taxes for it by their names in the chart's template."""

    usual: str = "exempt"
    charged: str = ""
    reversed: str = ""


FEE_VAT = {
    "generic_coa": FeeVat(charged="purchase_tax_template"),
    "uk": FeeVat("charged", "PT_20_S", "PT_20_RCI"),
    "de_skr03": FeeVat("charged", "tax_vst_19_skr03", "tax_eu_19_purchase_goods_skr03"),
    "de_skr04": FeeVat("charged", "tax_vst_19_skr04", "tax_eu_19_purchase_goods_skr04"),
    "jp": FeeVat("charged", "l10n_jp_tax_purchase_exc_10"),
    "cn": FeeVat(charged="l10n_cn_purchase_excluded_6"),
    "cn_large_bis": FeeVat(charged="l10n_cn_tax_large_bis_purchase_excluded_6"),
}
OTHER_CHARTS = "generic_coa"  # gives them its numbers, where these are free


def accounts_of(chart):
    """Return {nature: ChartAccount} of a chart, by its code in Odoo."""
    own = chart in _NUMBERS
    numbers = _NUMBERS[chart if own else OTHER_CHARTS].split()
    return {
        nature: ChartAccount(
            number=number.rstrip("*"),
            account_type=account_type,
            known=own and number.endswith("*"),
            reconcile=nature in RECONCILED,
        )
        for (nature, account_type), number in zip(TYPES.items(), numbers, strict=True)
    }
