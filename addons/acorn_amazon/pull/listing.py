"""All listings of one marketplace, from a report: see ``report`` for its cursor."""

from odoo.addons.acorn_base.channel import Document

from .report import Request
from .report import next_step as next_report_step

REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"


def next_step(gateway, site, cursor, now):
    """Order the report, look whether it is there, or return it."""

    def read(text, made):
        yield Document(
            kind="listing", key=site, version=made, body=text.encode(), site=site
        )

    return next_report_step(gateway, Request(REPORT, (site,)), cursor, now, read)
