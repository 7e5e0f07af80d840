"""Transactions as channels tell them, and settlements as they are stored."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from odoo.addons.acorn_base.channel import UTC
from odoo.addons.acorn_base.finance_records import (
    DEFERRED,
    DEFERRED_RELEASED,
    RELEASED,
    Transaction,
    TransactionLine,
)
from odoo.addons.acorn_base.records import Money

from .common import FinanceCase

__all__ = ["DEFERRED", "DEFERRED_RELEASED", "RELEASED", "OpenCase"]
SALE = ("Order", "ItemPrice", "Principal")
COMMISSION = ("Order", "ItemFees", "Commission")
STORAGE = ("other-transaction", "other-transaction", "Storage Fee")


class OpenCase(FinanceCase):
    """A shop whose fee map is there, with what it has sold and is not paid for."""

    def transaction(self, ref, *rows, status=RELEASED, day="2026-04-25", **values):
        """Return a record of a transaction.

        :param rows: (words, amount), ``words`` being three of the fee map
        """
        rows = rows or ((SALE, "100.00"), (COMMISSION, "-15.00"))
        lines = tuple(
            TransactionLine(*words, Decimal(amount), sku=values.pop("sku", "MUG"))
            for words, amount in rows
        )
        day = date.fromisoformat(day)
        given = {
            "type": "Shipment",
            "description": "Order Payment",
            "status": status,
            "posted_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
            "posted_on": day,
            "total": Money(sum((line.amount for line in lines), Decimal(0)), "USD"),
            "site": self.us.channel_ref,
            "order_ref": "111-1",
            **values,
        }
        return Transaction(ref=ref, lines=lines, **given)

    def tell(self, *records):
        """Let the channel tell transactions; return those of the shop by reference."""
        Transactions = self.env["acorn.transaction"]
        Transactions._acorn_apply(self.shop, list(records))
        found = Transactions.search([("shop_id", "=", self.shop.id)])
        return {transaction.ref: transaction for transaction in found}

    def counted(self):
        return {
            transaction.ref
            for transaction in self.env["acorn.transaction"].search(
                [("shop_id", "=", self.shop.id), ("counted", "=", True)]
            )
        }

    def store(self, record):
        """Store a settlement as it comes from the channel."""
        return self.env["acorn.settlement"]._acorn_apply(self.shop, record)

    @staticmethod
    def at(day, **duration):
        return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(**duration)
