"""What natures and lines of profit are called."""


def nature_words(env):
    """Return [(code, name)] in the order of ``natures.NATURES``."""
    return [
        ("sale", env._("Sales")),
        ("shipping", env._("Shipping Paid by Buyers")),
        ("gift_wrap", env._("Gift Wrap Paid by Buyers")),
        ("promotion", env._("Promotions")),
        ("refund", env._("Refunds")),
        ("liquidation", env._("Liquidations")),
        ("tax_collected", env._("Tax Collected from Buyers")),
        ("tax_withheld", env._("Tax Withheld and Paid by the Channel")),
        ("income_tax_withheld", env._("Income Tax Withheld")),
        ("referral", env._("Referral Fees")),
        ("fulfilment", env._("Fulfilment Fees")),
        ("storage", env._("Storage Fees")),
        ("inbound", env._("Inbound and Removal Fees")),
        ("advertising", env._("Advertising")),
        ("subscription", env._("Subscription")),
        ("other_fee", env._("Other Fees")),
        ("fee_tax", env._("Tax on Fees")),
        ("reimbursement", env._("Reimbursements")),
        ("adjustment", env._("Adjustments")),
        ("reserve", env._("Reserve")),
        ("charge", env._("Charges and Debts")),
        ("transfer", env._("Transfers")),
        ("loan", env._("Loans")),
    ]


def profit_line_words(env):
    """Return [(code, name)] in the order of ``natures.PROFIT_LINES``."""
    return [
        ("sales", env._("Sales")),
        ("shipping_income", env._("Shipping Income")),
        ("gift_wrap_income", env._("Gift Wrap Income")),
        ("refunds", env._("Refunds")),
        ("promotions", env._("Promotions")),
        ("referral", env._("Referral Fees")),
        ("fulfilment", env._("Fulfilment Fees")),
        ("storage", env._("Storage Fees")),
        ("inbound", env._("Inbound and Removal Fees")),
        ("advertising", env._("Advertising")),
        ("subscription", env._("Subscription")),
        ("other_fees", env._("Other Fees")),
        ("reimbursements", env._("Reimbursements")),
        ("cost_of_goods", env._("Cost of Goods")),
        ("landed_cost", env._("Landed Cost")),
        ("exchange", env._("Exchange Differences")),
        ("overheads", env._("Overheads")),
    ]
