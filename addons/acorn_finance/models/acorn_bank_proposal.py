from odoo import api, fields, models
from odoo.exceptions import UserError


class AcornBankProposal(models.Model):
    """A bank line that may be a payout; made anew whenever Acorn looks."""

    _name = "acorn.bank.proposal"
    _description = "Payout on the Bank's Statement"
    _order = "sure desc, day desc, id"
    _rec_name = "statement_line_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, ondelete="cascade"
    )
    settlement_id = fields.Many2one(
        "acorn.settlement", readonly=True, index=True, ondelete="cascade"
    )
    payout_id = fields.Many2one(
        "acorn.payout", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(string="Due", readonly=True)
    day = fields.Date(string="Paid Out On", readonly=True)
    trace_ref = fields.Char(related="payout_id.trace_ref")
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank Line",
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    bank_journal_id = fields.Many2one(
        related="statement_line_id.journal_id", string="Bank"
    )
    bank_day = fields.Date(related="statement_line_id.date", string="On the Bank On")
    bank_currency_id = fields.Many2one(
        related="statement_line_id.currency_id", string="Bank's Currency"
    )
    bank_amount = fields.Monetary(
        related="statement_line_id.amount",
        string="On the Bank",
        currency_field="bank_currency_id",
    )
    bank_text = fields.Char(related="statement_line_id.payment_ref", string="Text")
    reason = fields.Selection(
        [("trace", "Trace reference"), ("amount", "Amount and date")], readonly=True
    )
    sure = fields.Boolean(readonly=True, help="Nothing else fits.")

    @api.model
    def _replace(self, company, proposals, items):
        """Let these be the proposals in a company's books.

        :param proposals: list of bank_match.Proposal
        :param items: the open items by the key of the claim
        """
        self.search([("company_id", "=", company.id)]).unlink()
        self.create(
            [
                self._values_of(company, proposal, items[proposal.claim])
                for proposal in proposals
            ]
        )

    @api.model
    def _values_of(self, company, proposal, items):
        settlement = items.move_id.acorn_settlement_id[:1]
        claim = self.env["acorn.bank.match"]._claim(proposal.claim, items)
        return {
            "company_id": company.id,
            "shop_id": settlement.shop_id.id,
            "settlement_id": settlement.id,
            "payout_id": settlement.payout_id.id,
            "currency_id": claim.currency,
            "amount": float(claim.amount),
            "day": claim.day,
            "statement_line_id": proposal.line,
            "reason": proposal.reason,
            "sure": proposal.sure,
        }

    # === ACTIONS === #

    def action_reconcile(self):
        """Reconcile what was proposed; what a person chose twice is refused."""
        self.check_access("read")
        self.env["account.bank.statement.line"].check_access("write")
        if len(self.statement_line_id) < len(self):
            raise UserError(
                self.env._("A bank line was chosen twice. Choose one payout for it.")
            )
        Match = self.env["acorn.bank.match"]
        for proposal in self:
            # sudo: what is open is told by all shops; the person may see this one.
            items_sudo = Match.sudo()._due_items(proposal.company_id)
            whole = proposal.payout_id or proposal.settlement_id
            found = items_sudo.get((whole._name, whole.id))
            if not found or proposal.statement_line_id.is_reconciled:
                raise UserError(
                    self.env._(
                        "%s has been reconciled meanwhile. Press Search Again.",
                        whole.display_name,
                    )
                )
            Match._reconcile(found.sudo(False), proposal.statement_line_id)
        for company in self.company_id:
            Match._run(company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def action_search_again(self):
        self.check_access("read")
        self.env["account.bank.statement.line"].check_access("write")
        for company in self.env.companies:
            self.env["acorn.bank.match"]._run(company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_bank_line(self):
        self.ensure_one()
        return self.statement_line_id.action_open_journal_entry()
