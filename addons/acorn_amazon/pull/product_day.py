"""What each SKU sold and its advertising cost, day by day, from Amazon's Data Kiosk.

A site's query takes minutes: it is asked, looked at again, and fetched. Amazon restates
past days (an ad is charged and corrected later), so that the last two weeks are read
again; a day that has not changed is stored no second time.

Between two rounds the cursor is ``{"until": …}``; while Amazon works it also holds
``query``, its id, ``asked``, when it was asked, and ``since`` and ``upto``, the first
and the last day that it is about.
"""

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.addons.acorn_base.channel import UTC, Document, Page, Refused, instant

from ..marketplaces import BY_REF
from ..spapi import data_kiosk
from .exact import body_of
from .report import FAILED_FOR, STUCK_FOR, asked

LOOK_AGAIN = timedelta(minutes=2)
RESTATED = 14  # days that are read again
LONGEST = 30  # days of one query: more take very long
OLDEST = 720  # days; Amazon keeps two years

# Amazon refuses a query with a field too many in words that tell nothing of it.
QUERY = """query AcornProductDays {
  analytics_economics_2024_03_15 {
    economics(
      startDate: "%(since)s"
      endDate: "%(upto)s"
      marketplaceIds: ["%(site)s"]
      aggregateBy: { date: DAY, productId: MSKU }
    ) {
      startDate
      endDate
      marketplaceId
      childAsin
      msku
      sales {
        orderedProductSales { amount currencyCode }
        unitsOrdered
        unitsRefunded
      }
      ads {
        adTypeName
        charge { totalAmount { amount currencyCode } }
      }
    }
  }
}"""


def next_step(gateway, site, cursor, now):
    """Ask the query, look whether its answer is there, or return the days in it."""
    if "query" not in cursor or now - asked(cursor) > STUCK_FOR:
        return _ask(gateway, site, cursor, now)
    try:
        query = data_kiosk.get(gateway, cursor["query"])
    except Refused as refusal:
        if refusal.code != "not_found":
            raise
        return _ask(gateway, site, cursor, now)
    status = query["processingStatus"]
    if status == "DONE":
        number = query.get("dataDocumentId")
        text = data_kiosk.text(gateway, number) if number else ""
        return _answered(text, site, cursor, now)
    if status in ("FATAL", "CANCELLED"):
        if now - asked(cursor) > FAILED_FOR:
            return _ask(gateway, site, cursor, now)
        raise Refused(_reason(gateway, query, cursor), code="report_failed")
    return Page(cursor=cursor, again_in=LOOK_AGAIN)


def _ask(gateway, site, cursor, now):
    since, upto = _period(site, cursor, now)
    if upto < since:  # a new day has not ended yet
        return Page(cursor={"until": cursor["until"]})
    days = {"since": since.isoformat(), "upto": upto.isoformat()}
    query = data_kiosk.create(gateway, QUERY % {"site": site, **days})
    asked_ = {"query": query, "asked": now.isoformat(), **days}
    return Page(cursor={"until": cursor["until"], **asked_}, again_in=LOOK_AGAIN)


def _period(site, cursor, now):
    """Return the first and the last day to ask for, as days of the site."""
    zone = _zone(site)
    yesterday = now.astimezone(zone).date() - timedelta(days=1)
    position = instant(cursor["until"]).astimezone(zone).date()
    since = min(position, yesterday) - timedelta(days=RESTATED - 1)
    since = max(since, yesterday - timedelta(days=OLDEST))
    return since, min(yesterday, since + timedelta(days=LONGEST - 1))


def _zone(site):
    known = BY_REF.get(site)
    return ZoneInfo(known.timezone) if known else UTC


def _answered(text, site, cursor, now):
    since, upto = (date.fromisoformat(cursor[name]) for name in ("since", "upto"))
    rows = defaultdict(list)
    for line in filter(str.strip, text.splitlines()):
        row = _row(line)
        rows[str(row.get("startDate"))[:10]].append(row)
    days = [since + timedelta(days=n) for n in range((upto - since).days + 1)]
    if strange := rows.keys() - {day.isoformat() for day in days}:
        said = f"Data Kiosk answered about {', '.join(sorted(strange))}."
        raise Refused(said, code="bad_document")
    documents = tuple(_document(site, day, rows[day.isoformat()], now) for day in days)
    # The end of the last day that was read.
    end = datetime.combine(upto + timedelta(days=1), datetime.min.time(), _zone(site))
    until = {"until": end.astimezone(UTC).isoformat()}
    yesterday = now.astimezone(_zone(site)).date() - timedelta(days=1)
    return Page(documents, until, more=upto < yesterday)


def _row(line):
    try:
        row = json.loads(line, parse_float=Decimal)
    except ValueError as error:
        raise Refused(f"This is not JSON: {error}", code="bad_document") from error
    if not isinstance(row, dict):
        raise Refused("A line is no object.", code="bad_document")
    return row


def _document(site, day, rows, now):
    """All that is told of a day; also of one on which nothing happened (any more)."""
    body = {
        "marketplaceId": site,
        "day": day.isoformat(),
        "economics": sorted(rows, key=lambda row: str(row.get("msku"))),
    }
    return Document(
        kind="product_day",
        key=f"{site}/{day.isoformat()}",
        version=now,
        body=body_of(body),
        site=site,
    )


def _reason(gateway, query, cursor):
    """Return what Amazon says about a failed query, if it left a file about it."""
    said = query["processingStatus"]
    if number := query.get("errorDocumentId"):
        said += f" {data_kiosk.text(gateway, number)[:500]}"
    return f"Data Kiosk {cursor['query']}: {said}"
