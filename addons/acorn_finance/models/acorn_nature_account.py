from collections import Counter

from odoo import Command, api, fields, models

from .. import chart_accounts
from .nature_words import nature_words


class AcornNatureAccount(models.Model):
    """The account of a nature in a company's books: what new fee rules begin with."""

    _name = "acorn.nature.account"
    _description = "Account of a Nature"
    _order = "company_id, id"
    _rec_name = "nature"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    nature = fields.Selection("_get_natures", required=True)
    account_id = fields.Many2one("account.account", required=True, check_company=True)
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        help="What new fee rules begin with. Empty: as the company's fees are taxed.",
    )

    _nature_unique = models.UniqueIndex(
        "(company_id, nature)", "A nature has one account in a company."
    )

    def _get_natures(self):
        """Natures, and the accounts that entries of settlements need beside them."""
        return [
            *nature_words(self.env),
            ("clearing", self.env._("Paid out, on Its Way to the Bank")),
            ("carried", self.env._("Carried Forward to the Next Month")),
            ("deferred", self.env._("Sold, and Not Settled Yet")),
            ("cost", self.env._("Cost of Goods Sold")),
        ]

    @api.model
    def _of(self, company):
        """Return {nature: what is set for it} of a company, or of those above it."""
        rows = self.search([("company_id", "parent_of", company.id)])
        nearest_last = rows.sorted(lambda row: len(row.company_id.parent_path))
        return {row.nature: row for row in nearest_last}

    @api.model
    def _ensure(self, company):
        """Give a company the accounts of all natures that it lacks.

        What the chart has is found by its customary number, the rest is created beside
        its like. Without a chart of accounts nothing is done.
        """
        chart = company.root_id.chart_template
        if not chart:
            return
        # sudo: who sets up a shop need not be an accountant.
        rows_sudo = self.sudo().with_company(company)
        known = {
            nature: row.account_id for nature, row in rows_sudo._of(company).items()
        }
        plan = rows_sudo._planned_accounts(chart)
        fresh = {}
        for nature in chart_accounts.NATURES:
            if nature in known:
                continue
            like = chart_accounts.SHARED.get(nature)
            account = (known | fresh).get(like) or rows_sudo._account(
                like or nature, plan[like or nature]
            )
            fresh[nature] = account
        rows_sudo.create(
            [
                {
                    "company_id": company.id,
                    "nature": nature,
                    "account_id": account.id,
                }
                for nature, account in fresh.items()
            ]
        )

    @api.model
    def _planned_accounts(self, chart):
        """Return {nature: ChartAccount}, with numbers as long as those of the chart."""
        plan = chart_accounts.accounts_of(chart)
        codes = self._accounts_of_company().mapped("code")
        lengths = Counter(len(code) for code in codes if code and code.isdecimal())
        length = lengths.most_common(1)[0][0] if lengths else 6
        return {
            nature: (account, account.number.ljust(length, "0"))
            for nature, account in plan.items()
        }

    @api.model
    def _accounts_of_company(self):
        Account = self.env["account.account"]
        domain = Account._check_company_domain(self.env.company)
        return Account.search([*domain, ("active", "in", (True, False))])

    @api.model
    def _account(self, nature, planned):
        """Return the account that a chart has for a nature, created if it has none.

        :param planned: (ChartAccount, number)
        """
        wanted, number = planned
        accounts = self._accounts_of_company()
        if wanted.known:
            group = wanted.account_type.split("_")[0]
            found = accounts.filtered(
                lambda a: a.code == number and a.account_type.split("_")[0] == group
            )
            if found:
                return found[:1]
        # Reports of some charts go by tags: it has those of its like.
        likes = accounts.filtered(
            lambda a: a.account_type == wanted.account_type and (a.code or "") < number
        )
        root = self.env.company.root_id
        language = root.partner_id.lang
        names = dict(self.with_context(lang=language)._get_natures())
        Account = self.env["account.account"].with_company(root)
        return Account.create(
            {
                "name": names[nature],
                "code": Account._search_new_account_code(number, cache=set()),
                "account_type": wanted.account_type,
                "reconcile": wanted.reconcile,
                "tag_ids": [
                    Command.set(likes.sorted("code", reverse=True)[:1].tag_ids.ids)
                ],
                "company_ids": [Command.set(root.ids)],
            }
        )
