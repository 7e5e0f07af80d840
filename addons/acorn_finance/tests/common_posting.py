"""Settlements that are stored, with accounts for all that they say."""

from decimal import Decimal

from odoo import Command

from odoo.addons.acorn_base.natures import BY_CODE

from .common import FEES, FinanceCase

ACCOUNT_TYPES = {
    "sale": "income",
    "shipping": "income",
    "gift_wrap": "income",
    "refund": "income",
    "promotion": "income",
    "reimbursement": "income_other",
    "reserve": "asset_current",
    "clearing": "asset_current",
    "carried": "asset_current",
    "tax_collected": "liability_current",
    "tax_withheld": "liability_current",
    "fee_tax": "asset_current",
}
WORDS = {
    "sale": ("Order", "ItemPrice", "Principal"),
    "shipping": ("Order", "ItemPrice", "Shipping"),
    "tax": ("Order", "ItemPrice", "Tax"),
    "withheld": ("Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal"),
    "promotion": ("Order", "Promotion", "Principal"),
    "refund": ("Refund", "ItemPrice", "Principal"),
    "refund_tax": ("Refund", "ItemPrice", "Tax"),
    "referral": ("Order", "ItemFees", "Commission"),
    "fba": ("Order", "ItemFees", "FBAPerUnitFulfillmentFee"),
    "ads": ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount"),
    "storage": ("other-transaction", "other-transaction", "Storage Fee"),
    "subscription": ("other-transaction", "other-transaction", "Subscription Fee"),
    "released": (
        "other-transaction",
        "other-transaction",
        "Previous Reserve Amount Balance",
    ),
    "held": ("other-transaction", "other-transaction", "Current Reserve Amount"),
    "fee_tax": ("ServiceFee", "Tax", "Tax on fee"),
}


class PostingCase(FinanceCase):
    """Lines are made with their rules: what intake does is tested elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = {}
        NatureAccount = cls.env["acorn.nature.account"]
        NatureAccount.search([("company_id", "=", cls.company.id)]).unlink()
        for nature in (*BY_CODE, "clearing", "carried"):
            account = cls.make_account(nature)
            NatureAccount.create({"nature": nature, "account_id": account.id})
        words = [*FEES]
        rules = cls.env["acorn.fee.rule"]
        rules.search([("channel", "=", "dummy")]).unlink()
        cls.rules = rules.create(
            [
                cls.rule_values(
                    w.transaction_type, w.amount_type, w.description, w.nature
                )
                for w in words
            ]
            + [cls.rule_values("ServiceFee", "Tax", "*", "fee_tax")]
        )
        cls.env["res.currency.rate"].search([]).unlink()
        cls.eur = cls.env.ref("base.EUR")
        cls.eur.active = True

    @classmethod
    def make_account(cls, nature):
        cls.accounts[nature] = cls.env["account.account"].create(
            {
                "name": nature,
                "code": f"77{len(cls.accounts):04}",
                "account_type": ACCOUNT_TYPES.get(nature, "expense"),
                "reconcile": nature in ("clearing", "carried"),
            }
        )
        return cls.accounts[nature]

    @classmethod
    def rule_values(cls, transaction_type, amount_type, description, nature):
        return {
            "channel": "dummy",
            "transaction_type": transaction_type,
            "amount_type": amount_type,
            "description": description,
            "nature": nature,
            "profit_line": BY_CODE[nature].profit_line,
            "account_id": cls.accounts[nature].id,
        }

    @classmethod
    def set_rate(cls, day, rate, currency=None):
        """Let one euro be worth so many dollars from a day on."""
        cls.env["res.currency.rate"].create(
            {
                "currency_id": (currency or cls.eur).id,
                "company_id": cls.company.id,
                "name": day,
                "rate": 1 / rate,
            }
        )

    def stored(self, *rows, ref="1001", currency="USD", total=None, until=None):
        """Store a settlement.

        :param rows: (word of WORDS, amount[, date[, more values of the line]])
        """
        values = {
            "ref": ref,
            "shop_id": self.shop.id,
            "currency_id": self.env.ref(f"base.{currency}").id,
            "date_from": "2026-04-22 00:00:00",
            "date_to": until or "2026-05-06 10:00:00",
            "total": total
            if total is not None
            else sum((Decimal(row[1]) for row in rows), Decimal(0)),
            "line_count": len(rows),
        }
        settlement = self.env["acorn.settlement"].create(values)
        self.env["acorn.settlement.line"].create(
            [
                self.raw_line(settlement, number, *row)
                for number, row in enumerate(rows, 2)
            ]
        )
        return settlement

    def raw_line(self, settlement, number, word, amount, day="2026-04-25", more=()):
        words = WORDS.get(word, (word, word, word))
        rule = self.rules.filtered(
            lambda r: (
                r.transaction_type == words[0]
                and r.amount_type in ("*", words[1])
                and r.description in ("*", words[2])
            )
        )[:1]
        return {
            "settlement_id": settlement.id,
            "shop_id": self.shop.id,
            "company_id": self.company.id,
            "currency_id": settlement.currency_id.id,
            "number": number,
            "transaction_type": words[0],
            "amount_type": words[1],
            "description": words[2],
            "amount": float(amount),
            "posted_on": day,
            "posted_at": f"{day} 12:00:00",
            "site_id": self.us.id,
            "rule_id": rule.id,
            "nature": rule.nature,
            **dict(more),
        }

    def amounts(self, move):
        """Return {name of the account: amount in the settlement's currency}."""
        result = {}
        for line in move.line_ids:
            name = line.account_id.name
            result[name] = round(result.get(name, 0) + line.amount_currency, 2)
        return result

    def post(self, settlement):
        settlement.action_post()
        self.assertEqual(settlement.state, "posted", settlement.hold_reason)
        return settlement._current_moves().sorted("date")

    @classmethod
    def make_tax(cls, rate, use="sale", reverse=False, country=None):
        """Return a tax with accounts of its own."""
        account = cls.make_account(f"VAT {use} {rate}")
        factors = (100, -100) if reverse else (100,)
        parts = [
            Command.create(
                {
                    "repartition_type": "tax",
                    "factor_percent": factor,
                    "account_id": account.id,
                }
            )
            for factor in factors
        ]
        base = Command.create({"repartition_type": "base"})
        country = country or cls.company.account_fiscal_country_id
        group = cls.env["account.tax.group"].create(
            {"name": account.name, "country_id": country.id}
        )
        return cls.env["account.tax"].create(
            {
                "name": f"{use} {rate}",
                "amount": rate,
                "type_tax_use": use,
                "country_id": country.id,
                "tax_group_id": group.id,
                "invoice_repartition_line_ids": [base, *parts],
                "refund_repartition_line_ids": [base, *parts],
            }
        )
