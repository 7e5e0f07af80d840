import re
from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.acorn_base.attempt import attempt

from ..bank_match import EARLY, BankLine, Claim, match


class AcornBankMatch(models.AbstractModel):
    """Finds the lines of banks' statements that payouts are, and reconciles them."""

    _name = "acorn.bank.match"
    _description = "Payouts on the Bank's Statements"

    @api.model
    def _cron_match(self):
        # sudo: the system looks after every company.
        for company_sudo in self._companies_sudo():
            self.with_company(company_sudo)._run(company_sudo)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _companies_sudo(self):
        # sudo: as above.
        shops_sudo = self.env["acorn.shop"].sudo().with_context(active_test=False)
        return shops_sudo.search([("state", "!=", "draft")]).company_id

    @api.model
    def _run(self, company):
        """Reconcile what is sure in a company's books, and propose the rest anew."""
        # sudo: what fits twice is told by all shops, whichever a person sees.
        self_sudo = self.sudo().with_company(company)
        items = self_sudo._due_items(company)
        lines = self_sudo._bank_lines(company, items)
        claims = [self_sudo._claim(key, group) for key, group in items.items()]
        proposals = match(claims, [self_sudo._bank_line(line) for line in lines])
        done = set()
        for proposal in proposals:
            line = lines.browse(proposal.line)
            group = items[proposal.claim]
            if proposal.sure and not attempt(
                self_sudo.env,
                lambda g=group, one=line: self_sudo._reconcile(g, one),
            ):
                done |= {proposal.claim, ("line", proposal.line)}
        left = [
            proposal
            for proposal in proposals
            if not done & {proposal.claim, ("line", proposal.line)}
        ]
        self_sudo.env["acorn.bank.proposal"]._replace(company, left, items)

    # === WHAT IS DUE === #

    @api.model
    def _due_items(self, company):
        """Return the open items of payouts: {(model, id): items}, a payout's together.

        What no payout is known for stands for itself.
        """
        settlements = self.env["acorn.settlement"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("bank_state", "=", "waiting"),
            ]
        )
        groups = settlements.grouped(lambda each: each.payout_id or each)
        return {
            (whole._name, whole.id): items
            for whole, group in groups.items()
            if (items := group.clearing_line_id)
        }

    @api.model
    def _claim(self, key, items):
        settlements = self._settlements(items)
        payout = settlements.payout_id
        moment = payout.created_at or max(
            settlement.deposited_at or settlement.date_to for settlement in settlements
        )
        currency = items.currency_id
        if len(currency) != 1:  # never: a settlement has one, and so has a payout
            currency = currency[:0]
        return Claim(
            key,
            _exact(sum(items.mapped("amount_residual_currency")), currency),
            currency.id,
            moment.date(),
            payout.trace_ref or "",
        )

    @api.model
    def _settlements(self, items):
        return items.move_id.acorn_settlement_id

    # === THE BANK === #

    @api.model
    def _bank_lines(self, company, items):
        """Return the lines of statements that may be one of these payouts."""
        if not items:
            return self.env["account.bank.statement.line"]
        first = min(self._claim(key, group).day for key, group in items.items())
        return self.env["account.bank.statement.line"].search(
            Domain("company_id", "=", company.id)
            & Domain("is_reconciled", "=", False)
            & Domain("date", ">=", first - EARLY - timedelta(days=1))
            & Domain("move_id.state", "=", "posted")
        )

    @api.model
    def _bank_line(self, line):
        own = line.currency_id
        amounts = [(own.id, _exact(line.amount, own))]
        if line.foreign_currency_id:
            foreign = line.foreign_currency_id
            amounts.append((foreign.id, _exact(line.amount_currency, foreign)))
        words = (
            *(line.payment_ref, line.ref, line.partner_name),
            re.sub(r"<[^>]+>", " ", line.narration or ""),
        )
        text = "\n".join(filter(None, words))
        return BankLine(line.id, tuple(amounts), line.date, text)

    # === RECONCILE === #

    @api.model
    def _reconcile(self, items, line):
        """Let a bank line's counterpart be the open items of a payout.

        In another currency the bank line says what it was converted from, so that Odoo
        books the difference between the rates as one.
        """
        currency = items.currency_id
        amount = sum(items.mapped("amount_residual_currency"))
        if currency not in (line.currency_id, line.foreign_currency_id):
            line.write({"foreign_currency_id": currency.id, "amount_currency": amount})
        own = line.amount if currency == line.currency_id else line.amount_currency
        if currency.compare_amounts(own, amount):
            self._refuse(line)
        line.reconcile_data_info = line._default_reconcile_data()
        for item in items:
            line._add_account_move_line(item, keep_current=True)
        data = line.reconcile_data_info
        rest = [part for part in data["data"] if part["kind"] == "suspense"]
        if rest or not data["can_reconcile"]:
            self._refuse(line)
        line.reconcile_bank_line()
        if not all(items.mapped("reconciled")):
            self._refuse(line)
        settlements = self._settlements(items)
        # sudo: nobody edits a payout; this is what reconciling it does.
        settlements.payout_id.sudo().statement_line_id = line

    @api.model
    def _refuse(self, line):
        raise UserError(
            self.env._(
                "%(line)s and the payout differ: reconcile it by hand under "
                "Accounting / Bank, and say there what the difference is.",
                line=line.display_name,
            )
        )


def _exact(amount, currency):
    return Decimal(str(currency.round(amount) if currency else amount)).normalize()
