"""Who may do what with which records: what the isolation tests hold the code to.

Written from what was promised to users, by hand; nothing here is read from the code.
"""

ROLES = (
    *("no_role", "service", "warehouse", "operations", "finance"),
    *("shop_manager", "group_manager", "administrator"),
)
# What a letter of a right stands for: reads, writes, creates, deletes.
RIGHTS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
# Other ways to read; whoever reads a record finds it on each of them, others on none.
READINGS = ("search", "grouped", "export", "name_search")

# Scope: the units whose companies come with it, and the sites it reaches.
ALL = {
    *(("hq1", "US"), ("hq1", "DE"), ("us1", "US"), ("us2", "US")),
    *(("de1", "DE"), ("de1", "FR"), ("de2", "DE"), ("st1", "US")),
}
SCOPES = {
    "headquarters": (("hq", "us", "de", "store"), ALL),
    "branch": (("us", "store"), {("us1", "US"), ("us2", "US"), ("st1", "US")}),
    "store": (("store",), {("st1", "US")}),
    "shop": (("us",), {("us1", "US")}),
    "site": (("de",), {("de1", "DE")}),
    "region": (
        ("hq", "us", "store"),
        {("hq1", "US"), ("us1", "US"), ("us2", "US"), ("st1", "US")},
    ),
    "none": (("hq",), set()),
}


def rights(service="", warehouse="", operations="", finance="", manager="", **more):
    """Return role → letters. A group manager is a shop manager of more units."""
    return {
        "no_role": more.get("no_role", ""),
        "service": service,
        "warehouse": warehouse,
        "operations": operations,
        "finance": finance,
        "shop_manager": manager,
        "group_manager": manager,
        "administrator": more.get("administrator", "rwcd"),
    }


OPERATED = rights(operations="r", manager="r", administrator="r")
SETTING = rights(operations="r", manager="rwcd")
MONEY = rights(finance="r", administrator="r")
PROFIT = rights(finance="r", manager="r", administrator="r")
MATRIX = {
    "acorn.settlement": rights(finance="rw", administrator="rw"),
    "acorn.settlement.line": MONEY,
    "acorn.transaction": MONEY,
    "acorn.transaction.line": MONEY,
    "acorn.payout": MONEY,
    "acorn.bank.proposal": MONEY,
    "acorn.shop.month": MONEY,
    "acorn.shop.month.line": MONEY,
    "acorn.settlement.sum": MONEY,
    "acorn.site.tax": rights(finance="rwcd"),
    "acorn.overhead.share": rights(finance="rwcd"),
    "acorn.profit.month": PROFIT,
    "acorn.sku.profit": PROFIT,
    "acorn.product.day": PROFIT,
    "acorn.profit.day": PROFIT,
    "acorn.shop": rights("r", "r", "r", "r", "rwc"),
    "acorn.site": rights("r", "r", "r", "r", "rwc"),
    "acorn.stage": SETTING,
    "acorn.stream": rights(operations="r", manager="rw"),
    "acorn.window": rights(operations="r", manager="rw"),
    "acorn.message": OPERATED,
    "acorn.message.version": OPERATED,
    "acorn.alert": OPERATED,
    "acorn.call": rights(manager="r", administrator="r"),
    "acorn.sample": OPERATED,
    "acorn.purge": rights(manager="r", administrator="r"),
    "acorn.export": rights(manager="rd", administrator="rd"),
    "acorn.reconciliation": OPERATED,
    "acorn.reconciliation.line": OPERATED,
    "acorn.reconciliation.count": OPERATED,
    "acorn.offer": rights(operations="rwc", finance="r", manager="rwc"),
    "acorn.listing": rights(operations="r", manager="r", administrator="r"),
    "acorn.quantity.group": SETTING,
    "acorn.stock.source": SETTING,
    "acorn.offer.quantity": OPERATED,
    "acorn.stock.rule": rights(operations="rwcd", manager="rwcd"),
    "acorn.hold.rule": rights(operations="rwcd", manager="rwcd"),
    "acorn.hold": OPERATED,
    "acorn.carrier.code": SETTING,
    "acorn.channel.stock": OPERATED,
    "acorn.stock.event": OPERATED,
    "acorn.return": rights("r", "r", "rw", "r", "rw", administrator="rw"),
    "acorn.return.analysis": rights("", "", "r", "r", "r", administrator="r"),
    # Odoo writes on an order as whoever ships it; which fields is tested elsewhere.
    "sale.order": rights("r", "rw", "rwc", "r", "rwc"),
    "sale.order.line": rights("r", "rw", "rwc", "r", "rwc"),
    "sale.report": rights("", "", "r", "", "r", administrator="r"),
    "stock.picking": rights("r", "rwc", "rwc", "r", "rwc"),
    "stock.move": rights("r", "rwc", "rwc", "r", "rwc"),
    # Odoo lets every employee read them, and who sells correct what is picked.
    "stock.move.line": rights("r", "rwcd", "rwcd", "r", "rwcd", no_role="r"),
    "account.move": rights("", "", "", "rwc", "r"),
    "account.move.line": rights("", "", "", "rwc", "r"),
    "account.invoice.report": rights("", "", "", "r", "", administrator="r"),
    "account.analytic.line": rights("", "", "", "rwcd"),
    "res.partner": rights("r", "r", "r", "r", "r", no_role="r"),
    # Odoo lets every employee read prices.
    "product.pricelist": rights("r", "r", "r", "r", "r", no_role="r"),
    "product.pricelist.item": rights("r", "r", "r", "r", "r", no_role="r"),
}
