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

from .common import FEES, FinanceCase

__all__ = ["DEFERRED", "DEFERRED_RELEASED", "RELEASED", "OpenCase"]
SALE = ("Order", "ItemPrice", "Principal")
COMMISSION = ("Order", "ItemFees", "Commission")
STORAGE = ("other-transaction", "other-transaction", "Storage Fee")


class OpenCase(FinanceCase):
    """A shop whose fee map is there, with what it has sold and is not paid for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Rule = cls.env["acorn.fee.rule"]
        if not Rule.search_count([("channel", "=", "dummy")]):
            Rule.create(
                [
                    {
                        "channel": "dummy",
                        "transaction_type": word.transaction_type,
                        "amount_type": word.amount_type,
                        "description": word.description,
                        "nature": word.nature,
                    }
                    for word in FEES
                ]
            )

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

    def store(self, record, **values):
        """Store a settlement with its lines."""
        usd = self.env["res.currency"]._acorn_get(record.currency)
        settlement = self.env["acorn.settlement"].create(
            {
                "ref": record.ref,
                "shop_id": self.shop.id,
                "currency_id": usd.id,
                "date_from": record.since.replace(tzinfo=None),
                "date_to": record.until.replace(tzinfo=None),
                "deposited_at": record.deposited_at
                and record.deposited_at.replace(tzinfo=None),
                "total": float(record.total),
                "lines_total": float(record.total),
                "line_count": len(record.lines),
                **values,
            }
        )
        self.env["acorn.settlement.line"].create(
            [self._line_values(settlement, line) for line in record.lines]
        )
        settlement._settled()
        return settlement

    def _line_values(self, settlement, line):
        rule = self.env["acorn.fee.rule"].search(
            [
                ("transaction_type", "=ilike", line.transaction_type),
                ("amount_type", "in", (line.amount_type, "*")),
                ("description", "in", (line.description, "*")),
            ],
            limit=1,
        )
        return {
            "settlement_id": settlement.id,
            "shop_id": settlement.shop_id.id,
            "company_id": settlement.company_id.id,
            "currency_id": settlement.currency_id.id,
            "number": line.number,
            "transaction_type": line.transaction_type,
            "amount_type": line.amount_type,
            "description": line.description,
            "amount": float(line.amount),
            "posted_at": line.posted_at.replace(tzinfo=None),
            "posted_on": line.posted_on,
            "order_ref": line.order_ref,
            "site_id": self.us.id,
            "rule_id": rule.id,
            "nature": rule.nature,
        }

    @staticmethod
    def at(day, **duration):
        return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(**duration)
