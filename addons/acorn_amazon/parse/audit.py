"""Amazon's report of all orders, as the books that ours are compared with."""

import json

from odoo.addons.acorn_base.channel import Refused, instant
from odoo.addons.acorn_base.records import OrderAudit

from .order_report import parse_report_order, read_orders

TOLD = 20  # unreadable parts; of more the others are counted


def parse_audit(body, closed_sites=()):
    """Return the ``OrderAudit`` that a document of ``pull.audit`` is.

    :param closed_sites: references of the sites whose orders are not wanted
    """
    content = json.loads(body)
    documents, problems = read_orders(content["text"])
    orders = []
    for document in documents:
        if document.site in closed_sites:
            continue
        try:
            orders.append(parse_report_order(document.body))
        except Refused as refusal:
            problems.append(f"{document.key}: {refusal}")
    if len(problems) > TOLD:
        problems[TOLD:] = [f"… ({len(problems) - TOLD})"]
    return OrderAudit(
        since=instant(content["since"]),
        until=instant(content["until"]),
        orders=tuple(orders),
        unreadable=tuple(problems),
    )
