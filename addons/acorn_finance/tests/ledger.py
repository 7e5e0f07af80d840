"""Books with entries of every type of account, in several charts, with and without a
shop; and what SQL says about them."""

from contextlib import contextmanager
from datetime import date

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL

from odoo.addons.acorn_base.tests.common import UnscopedMixin

YEAR = date(2026, 1, 1), date(2026, 12, 31)
MARCH = date(2026, 3, 1), date(2026, 3, 31)
# (type of account, amount of the debit), each against the bank.
ENTRIES = (
    ("income", -1000.10),
    ("income_other", -20.02),
    ("expense", 300.33),
    ("expense_direct_cost", 250.25),
    ("expense_other", 7.77),
    ("expense_depreciation", 40.04),
    ("asset_fixed", 500.05),
    ("asset_non_current", 60.06),
    ("asset_current", 33.33),
    ("asset_prepayments", 12.12),
    ("liability_current", -80.08),
    ("liability_non_current", -400.44),
    ("liability_credit_card", -9.09),
    ("equity", -1500.15),
    ("asset_receivable", 77.07),
    ("liability_payable", -55.05),
)


class LedgerCase(UnscopedMixin, TransactionCase):
    charts = {}  # name of a company → (code of the chart, code of the country)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls.companies = cls.env["res.company"]
        for name, (chart, country) in cls.charts.items():
            cls.companies |= cls.make_company(name, chart, country)
        # What a chart brings in is new to the planner, which would go wrong ways.
        cls.env.flush_all()
        cls.env.cr.execute("ANALYZE account_account, account_account_res_company_rel")
        cls.partner = cls.env["res.partner"].create({"name": "Wholesale Inc."})
        cls.reader, cls.accountant = (
            new_test_user(
                cls.env,
                login,
                groups=f"base.group_user,account.{group}",
                company_id=cls.companies[0].id,
                company_ids=[Command.set(cls.companies.ids)],
            )
            for login, group in (
                ("book reader", "group_account_readonly"),
                ("accountant", "group_account_user"),
            )
        )

    @classmethod
    def make_company(cls, name, chart, country):
        country = cls.env.ref(f"base.{country}")
        company = cls.env["res.company"].create(
            {"name": name, "country_id": country.id}
        )
        cls.env["account.chart.template"].try_loading(
            chart, company, install_demo=False
        )
        cls.env.user.company_ids |= company
        return company

    @classmethod
    def make_shop(cls, company, name="Shop"):
        shop = cls.env["acorn.shop"].with_company(company)
        shop = shop.create(
            {"name": name, "channel": cls.channel(), "company_id": company.id}
        )
        shop._make_books()
        return shop

    @classmethod
    def channel(cls):
        return cls.env["acorn.shop"]._fields["channel"].get_values(cls.env)[0]

    @classmethod
    def account(cls, company, kind):
        """Return an account of a type; make it where the chart has none."""
        Account = cls.env["account.account"].with_company(company)
        domain = [("account_type", "=", kind), ("company_ids", "in", company.ids)]
        return Account.search(domain, limit=1, order="id") or Account.create(
            {
                "name": kind,
                "code": f"99{len(Account.search([])) % 9000 + 1000}",
                "account_type": kind,
                "company_ids": [Command.set(company.ids)],
                "reconcile": kind in ("asset_receivable", "liability_payable"),
            }
        )

    @classmethod
    def entry(cls, company, day, *rows, shop=None, post=True, **values):
        """Post an entry.

        :param rows: (account or its type, balance[, more values of the item])
        """
        lines = []
        for account, balance, *more in rows:
            if isinstance(account, str):
                account = cls.account(company, account)
            line = {"account_id": account.id, "balance": balance, "tax_ids": False}
            lines.append(Command.create(line | (more[0] if more else {})))
        journal = cls.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
        )
        move = cls.env["account.move"].with_company(company)
        move = move.create(
            {
                "move_type": "entry",
                "date": day,
                "journal_id": shop.journal_id.id if shop else journal.id,
                "acorn_shop_id": shop.id if shop else False,
                "line_ids": lines,
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def fill(cls, company, day, factor=1, shop=None):
        """Post one entry for each type of account, against the bank."""
        for kind, amount in ENTRIES:
            amount = company.currency_id.round(amount * factor)
            partner = {"partner_id": cls.partner.id}
            cls.entry(
                company,
                day,
                (kind, amount, partner),
                ("asset_cash", -amount),
                shop=shop,
            )

    def sums(self, companies, since=None, until=None, shops=None, by="account_id"):
        """Return {account (or what 'by' says): balance} of posted items, by SQL."""
        self.env.flush_all()
        where = [
            SQL("line.parent_state = 'posted'"),
            SQL("line.company_id IN %s", tuple(companies.ids)),
        ]
        if since:
            where.append(SQL("line.date >= %s", since))
        if until:
            where.append(SQL("line.date <= %s", until))
        if shops:
            where.append(SQL("move.acorn_shop_id IN %s", tuple(shops.ids)))
        rows = self.env.execute_query(
            SQL(
                """SELECT %s, SUM(line.balance) FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                     JOIN account_account account ON account.id = line.account_id
                    WHERE %s GROUP BY 1""",
                SQL.identifier("account", "account_type")
                if by == "account_type"
                else SQL.identifier("line", by),
                SQL(" AND ").join(where),
            )
        )
        return {key: float(total) for key, total in rows}

    @contextmanager
    def as_user(self, user, companies=None):
        companies = companies or self.companies
        yield self.env(
            user=user,
            su=False,
            context={"allowed_company_ids": companies.ids, "lang": "en_US"},
        )
