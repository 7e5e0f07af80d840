"""Entries with lines of profit, and what they are made of, without the way there."""

from datetime import date

from odoo.fields import Command

from .common import FinanceCase


class ProfitCase(FinanceCase):
    """The shop's offers MUG (by the seller) and LAMP (by the channel)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offers = cls.env["acorn.offer"].create(
            [
                {
                    "shop_id": cls.shop.id,
                    "sku": product.default_code,
                    "product_id": product.id,
                    "by_channel": product == cls.lamp,
                }
                for product in cls.products
            ]
        )
        cls.mugs, cls.lamps = cls.offers
        Account = cls.env["account.account"]
        cls.income, cls.rent, cls.balance = Account.create(
            [
                {"name": "Profit", "code": "ACP1", "account_type": "income"},
                {"name": "Rent", "code": "ACP2", "account_type": "expense"},
                {"name": "Money", "code": "ACP3", "account_type": "asset_current"},
            ]
        )
        cls.other = cls.shop.copy({"name": "Other shop"})
        cls.other.action_check_connection()
        cls.other._make_books()
        cls.env["acorn.profit.mark"].search([]).unlink()

    # === WHAT IS BOOKED === #

    def entry(self, day, *items, shop=None, post=True, **values):
        """Post an entry of a shop; return it, items in the order given first.

        :param items: (line of profit, income, site or None[, more values])
        """
        shop = self.shop if shop is None else shop
        lines = [
            {
                "account_id": self.income.id,
                "acorn_profit_line": line,
                "acorn_site_id": site and site.id,
                "balance": -income,
                **(more[0] if more else {}),
            }
            for line, income, site, *more in items
        ]
        rest = -sum(line["balance"] for line in lines)
        lines.append({"account_id": self.balance.id, "balance": rest})
        move = self.env["account.move"].create(
            {
                "date": day,
                "journal_id": shop.journal_id.id or self.shop.journal_id.id,
                "acorn_shop_id": shop.id,
                "line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def raw(self, item, *lines, currency=None):
        """Give a journal item the lines of a settlement that it sums up.

        :param lines: (day, amount, offer or None[, more values])
        """
        currency = currency or self.company.currency_id
        settlement = self.env["acorn.settlement"].create(
            {
                "ref": f"S{item.id}",
                "shop_id": item.acorn_shop_id.id,
                "currency_id": currency.id,
                "date_from": "2026-04-01",
                "date_to": "2026-04-30",
                "state": "posted",
            }
        )
        return self.env["acorn.settlement.line"].create(
            [
                {
                    "settlement_id": settlement.id,
                    "shop_id": item.acorn_shop_id.id,
                    "company_id": item.company_id.id,
                    "currency_id": currency.id,
                    "number": number,
                    "posted_on": day,
                    "amount": amount,
                    "offer_id": offer and offer.id,
                    "product_id": offer and offer.product_id.id,
                    "site_id": item.acorn_site_id.id,
                    "move_line_id": item.id,
                    **(more[0] if more else {}),
                }
                for number, (day, amount, offer, *more) in enumerate(lines, 2)
            ]
        )

    def transaction(self, ref, day, *lines, status="released", site=None, **values):
        """:param lines: (nature, amount, offer or None[, quantity])"""
        site = site or self.us
        told = self.env["acorn.transaction"].create(
            {
                "ref": ref,
                "shop_id": self.shop.id,
                "site_id": site.id,
                "status": status,
                "posted_on": day,
                "posted_at": f"{day} 12:00:00",
                "currency_id": site.currency_id.id,
                "counted": True,
                **values,
            }
        )
        self.env["acorn.transaction.line"].create(
            [
                {
                    "transaction_id": told.id,
                    "shop_id": self.shop.id,
                    "company_id": self.company.id,
                    "currency_id": site.currency_id.id,
                    "nature": nature,
                    "amount": amount,
                    "offer_id": offer and offer.id,
                    "product_id": offer and offer.product_id.id,
                    "quantity": count[0] if count else 0,
                }
                for nature, amount, offer, *count in lines
            ]
        )
        self.env["acorn.profit.mark"]._mark(self.shop, [date.fromisoformat(day)])
        return told

    # === WHAT IS SHOWN === #

    def rebuild(self):
        self.env["acorn.profit.mark"]._rebuild_all()
        self.env.invalidate_all()

    def profit(self, *by, **domain):
        """Return {what it is grouped by: amount} of what is not zero."""
        groups = self.env["acorn.profit.day"]._read_group(
            [(name, "=", value) for name, value in domain.items()],
            list(by),
            ["amount:sum"],
        )
        return {
            key[0] if len(key) == 1 else tuple(key): round(amount, 2)
            for *key, amount in groups
            if round(amount, 2)
        }

    def booked(self, *by, **domain):
        """Return the same of the journal items with a line of profit."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("parent_state", "=", "posted"),
                ("acorn_profit_line", "!=", False),
                ("company_id", "=", self.company.id),
                *((name, "=", value) for name, value in domain.items()),
            ],
            list(by),
            ["balance:sum"],
        )
        return {
            key[0] if len(key) == 1 else tuple(key): -round(balance, 2)
            for *key, balance in groups
            if round(balance, 2)
        }

    def assertAgrees(self):
        """The profit of companies, shops, sites and months is what is booked."""
        self.rebuild()
        settled = {"estimated": False, "overhead_id": False}
        for mine, theirs in (
            ("company_id", "company_id"),
            ("shop_id", "acorn_shop_id"),
            ("site_id", "acorn_site_id"),
            ("day:month", "date:month"),
            ("profit_line", "acorn_profit_line"),
        ):
            self.assertEqual(
                self.profit(mine, **settled), self.booked(theirs), f"by {mine}"
            )
        total = sum(self.booked("company_id").values())
        for by in ("offer_id", "product_id", "categ_id", "fulfilment", "day:week"):
            members = self.profit(by, **settled).values()
            self.assertAlmostEqual(sum(members), total, msg=f"members of {by}")
