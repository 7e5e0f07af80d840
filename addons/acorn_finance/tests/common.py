"""A shop with books, and settlements as channels tell them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.addons.acorn_base.channel import UTC
from odoo.addons.acorn_base.finance_records import Settlement, SettlementLine
from odoo.addons.acorn_base.natures import FeeWord
from odoo.addons.acorn_base.tests.common import AcornCase
from odoo.addons.acorn_base.tests.dummy import DummyChannel

# The words of the dummy channel.
FEES = tuple(
    FeeWord(*row)
    for row in (
        ("Order", "ItemPrice", "Principal", "sale"),
        ("Order", "ItemPrice", "Tax", "tax_collected"),
        ("Order", "ItemPrice", "Shipping", "shipping"),
        ("Order", "ItemPrice", "GiftWrap", "gift_wrap"),
        ("Order", "ItemWithheldTax", "*", "tax_withheld"),
        ("Order", "ItemFees", "Commission", "referral"),
        ("Order", "ItemFees", "FBAPerUnitFulfillmentFee", "fulfilment"),
        ("Order", "Promotion", "*", "promotion"),
        ("Refund", "ItemPrice", "Principal", "refund"),
        ("Refund", "ItemPrice", "Tax", "tax_collected"),
        ("Refund", "ItemWithheldTax", "*", "tax_withheld"),
        ("Refund", "ItemFees", "*", "referral"),
        ("ServiceFee", "Cost of Advertising", "*", "advertising"),
        ("other-transaction", "other-transaction", "Storage Fee", "storage"),
        ("other-transaction", "other-transaction", "Subscription Fee", "subscription"),
        ("other-transaction", "other-transaction", "Current Reserve Amount", "reserve"),
        (
            "other-transaction",
            "other-transaction",
            "Previous Reserve Amount Balance",
            "reserve",
        ),
        ("FBA Inventory Reimbursement", "*", "*", "reimbursement"),
    )
)


class FinanceCase(AcornCase):
    """The shop of ``AcornCase`` with analytic account, clearing journal and fee map."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(DummyChannel, "fees", FEES))
        cls.shop.revenue_mode = "summary"
        cls.shop._make_books()

    def settlement(self, *rows, ref="1001", currency="USD", **values):
        """Return a record of a settlement whose total is the sum of its lines.

        :param rows: (transaction type, amount type, description, amount[, date[, more
            values of SettlementLine]])
        """
        lines = tuple(self._line(n, *row) for n, row in enumerate(rows, 2))
        given = {
            "since": datetime(2026, 4, 22, tzinfo=UTC),
            "until": datetime(2026, 5, 6, tzinfo=UTC),
            "deposited_at": datetime(2026, 5, 8, tzinfo=UTC),
            "total": sum((line.amount for line in lines), Decimal(0)),
            **values,
        }
        return Settlement(ref=ref, currency=currency, lines=lines, **given)

    def _line(self, number, kind, amount_type, description, amount, day=None, more=()):
        day = date.fromisoformat(day or "2026-04-25")
        return SettlementLine(
            number=number,
            transaction_type=kind,
            amount_type=amount_type,
            description=description,
            amount=Decimal(amount),
            posted_on=day,
            posted_at=datetime(day.year, day.month, day.day, tzinfo=UTC)
            + timedelta(hours=12),
            **{"site": self.us.channel_ref, **dict(more)},
        )
