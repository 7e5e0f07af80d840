"""Posted settlements, payouts and lines of the bank's statements."""

from datetime import datetime
from decimal import Decimal

from odoo.addons.acorn_base.channel import UTC
from odoo.addons.acorn_base.finance_records import Payout
from odoo.addons.acorn_base.records import Money

from .common_posting import PostingCase


class BankCase(PostingCase):
    """A bank account in the company's currency, others on demand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.banks = {}
        cls.journal = cls.bank("USD")

    @classmethod
    def bank(cls, currency):
        """Return the bank journal of a currency."""
        if currency not in cls.banks:
            foreign = currency != cls.company.currency_id.name
            cls.banks[currency] = cls.env["account.journal"].create(
                {
                    "name": f"Bank {currency}",
                    "code": f"B{currency}",
                    "type": "bank",
                    "currency_id": foreign and cls.env.ref(f"base.{currency}").id,
                }
            )
        return cls.banks[currency]

    def posted(self, row, ref="1001", rows=(), **values):
        """Store and post a settlement that was deposited on 8 May."""
        settlement = self.stored(row, *rows, ref=ref, **values)
        settlement.deposited_at = "2026-05-08 06:00:00"
        self.post(settlement)
        return settlement

    def pay(self, amount, ref="P1", refs=(), trace="TRACE-0001", **values):
        """Let the channel tell a payout."""
        currency = values.pop("currency", "USD")
        record = Payout(
            ref=ref,
            status=values.pop("status", "paid"),
            amount=Money(Decimal(amount), currency),
            created_at=datetime(2026, 5, 8, 5, tzinfo=UTC),
            account_tail="4711",
            trace_ref=trace,
            settlement_refs=refs,
        )
        self.env["acorn.payout"]._acorn_apply(self.shop, [record])
        return self.env["acorn.payout"].search(
            [("shop_id", "=", self.shop.id), ("ref", "=", ref)]
        )

    def bank_line(self, day, amount, text="Transfer", journal=None):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": (journal or self.journal).id,
                "date": day,
                "amount": amount,
                "payment_ref": text,
            }
        )

    def liquidity(self, line):
        return line._seek_for_lines()[0]

    def match(self):
        self.env["acorn.bank.match"]._run(self.company)

    def proposals(self):
        return self.env["acorn.bank.proposal"].search([])
