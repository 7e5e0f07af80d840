"""GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2: Amazon makes it by itself, of each
settlement of each account, written as the currency's home writes amounts and times.
"""

from dataclasses import dataclass
from datetime import timedelta

from ..accounts import MARKETPLACES
from ..clock import iso
from . import reports
from .jobs import DONE, Job
from .money import WHOLE
from .money_events import CURRENT_RESERVE, PREVIOUS_RESERVE

TYPE = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
MAKING = timedelta(hours=3)  # after the end of the settlement
KEPT = timedelta(days=90)
HEAD = (
    *("settlement-id", "settlement-start-date", "settlement-end-date"),
    *("deposit-date", "total-amount", "currency"),
)
COLUMNS = (
    *(*HEAD, "transaction-type", "order-id", "merchant-order-id", "adjustment-id"),
    *("shipment-id", "marketplace-name", "amount-type", "amount-description"),
    *("amount", "fulfillment-id", "posted-date", "posted-date-time"),
    *("order-item-code", "merchant-order-item-id", "merchant-adjustment-item-id"),
    *("sku", "quantity-purchased"),
)
MORE = (*COLUMNS, "promotion-id")  # not everywhere


@dataclass(frozen=True)
class Style:
    """How a currency's home writes."""

    moment: str = "%Y-%m-%d %H:%M:%S UTC"
    decimal_mark: str = "."
    charset: str = "UTF-8"
    columns: tuple[str, ...] = MORE

    def amount(self, amount, currency):
        places = 0 if currency in WHOLE else 2
        return f"{amount:.{places}f}".replace(".", self.decimal_mark)

    def time(self, moment):
        return moment.strftime(self.moment)

    def day(self, moment):
        return moment.strftime(self.moment.split(" ")[0].split("T")[0])


EURO = Style("%d.%m.%Y %H:%M:%S UTC", ",", "Cp1252", COLUMNS)
STYLES = {
    "EUR": EURO,
    "PLN": EURO,
    "TRY": EURO,
    "GBP": Style("%Y-%m-%dT%H:%M:%S+00:00", columns=COLUMNS),
    "CAD": Style("%m/%d/%Y %H:%M:%S UTC"),
    "JPY": Style("%Y/%m/%d %H:%M:%S UTC", charset="Shift_JIS"),
}


def publish(world, account, now):
    """Let there be a report of each settlement that has been closed by now."""
    told = {job.details.get("settlement") for job in world.jobs.of(account, "report")}
    for settlement in world.finance.settlements(account, now):
        made = settlement.until + MAKING
        if settlement.ref not in told and now - KEPT <= made <= now:
            _add(world, settlement, made)
            world.changed = True


def _add(world, settlement, made):
    account, currency = world.accounts[settlement.account], settlement.currency
    sites = [site.id for site in account.marketplaces if site.currency == currency]
    details = {
        "dataStartTime": iso(settlement.since),
        "dataEndTime": iso(settlement.until),
        "settlement": settlement.ref,
    }
    job = Job("report", account.key, TYPE, sites, made, details)
    job.status, job.started, job.ended = DONE, made, made
    world.jobs.add(job)
    usual = style_of(currency).charset
    charset = world.options.report_charsets.get(account.region, usual)
    reports.deposit(world, job, text(settlement), charset)


def style_of(currency):
    return STYLES.get(currency, Style())


def text(settlement):
    """The file of a settlement; its lines add up to its total."""
    style = style_of(settlement.currency)
    first = {"settlement-id": settlement.ref}
    rows = [first | row for row in _Rows(settlement, style)]
    return reports.table_text(style.columns, rows)


class _Rows:
    """The lines of a file, as cells by column."""

    def __init__(self, settlement, style):
        self._settlement, self._style = settlement, style

    def __iter__(self):
        told = self._settlement
        yield self._head()
        yield from self._reserve(PREVIOUS_RESERVE, told.previous_reserve, told.since)
        for event in told.events:
            for item in event.items:
                yield from self._amounts(event, item)
        yield from self._reserve(CURRENT_RESERVE, told.current_reserve, told.until)

    def _head(self):
        told, time = self._settlement, self._style.time
        return {
            "settlement-start-date": time(told.since),
            "settlement-end-date": time(told.until),
            "deposit-date": time(told.deposited) if told.total else "",
            "total-amount": self._style.amount(told.total, told.currency),
            "currency": told.currency,
        }

    def _reserve(self, words, amount, moment):
        if amount:
            yield self._line(words, amount, moment)

    def _amounts(self, event, item):
        place = {}
        if event.order:
            place = {
                "order-id": event.order,
                "merchant-order-id": event.order,
                "marketplace-name": MARKETPLACES[event.site].name,
            }
        place |= {
            "adjustment-id": event.adjustment,
            "shipment-id": event.shipment,
            "fulfillment-id": event.fulfilment,
            "order-item-code": item.order_item,
            "merchant-adjustment-item-id": item.adjustment,
            "sku": item.sku,
            "quantity-purchased": item.quantity or "",
        }
        for each in item.amounts:
            words = (event.settled_as, *each.settled_as)
            line = self._line(words, each.amount, event.posted)
            yield line | place | {"promotion-id": each.promotion}

    def _line(self, words, amount, moment):
        kind, amount_type, description = words
        return {
            "transaction-type": kind,
            "amount-type": amount_type,
            "amount-description": description,
            "amount": self._style.amount(amount, self._settlement.currency),
            "posted-date": self._style.day(moment),
            "posted-date-time": self._style.time(moment),
        }
