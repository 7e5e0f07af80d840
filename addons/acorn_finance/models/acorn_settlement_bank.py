from odoo import api, fields, models
from odoo.fields import Domain


class AcornSettlementBank(models.AbstractModel):
    """How settlements meet the bank: part of ``acorn.settlement``."""

    _name = "acorn.settlement.bank"
    _description = "Bank of Settlements"

    payout_id = fields.Many2one(
        "acorn.payout", readonly=True, index="btree_not_null", ondelete="set null"
    )
    site_id = fields.Many2one(
        "acorn.site",
        string="Main Site",
        readonly=True,
        ondelete="set null",
        help="Most amounts are of it: an account's sites are settled apart.",
    )
    bank_state = fields.Selection(
        [
            ("none", "Nothing to Pay"),
            ("waiting", "Not at the Bank Yet"),
            ("banked", "At the Bank"),
        ],
        string="Bank",
        compute="_compute_bank_state",
        store=True,
        help="Whether the bank's statement has what was paid out.",
    )
    payout_status = fields.Selection(
        lambda self: self.env["acorn.payout"]._fields["status"].selection,
        compute="_compute_payout",
        string="Transfer",
    )
    account_tail = fields.Char(compute="_compute_payout", string="Bank Account")
    trace_ref = fields.Char(compute="_compute_payout", string="Trace Reference")

    converted_amount = fields.Monetary(
        related="payout_id.amount",
        string="Transferred",
        currency_field="converted_currency_id",
        help="What the channel sends to the bank, as it has converted it.",
    )
    converted_currency_id = fields.Many2one(
        related="payout_id.currency_id", string="Currency of the Transfer"
    )

    @api.depends("total", "state", "clearing_line_id.reconciled")
    def _compute_bank_state(self):
        for settlement in self:
            if settlement.currency_id.is_zero(settlement.total):
                settlement.bank_state = "none"
            else:
                banked = settlement.clearing_line_id.reconciled
                settlement.bank_state = "banked" if banked else "waiting"

    @api.depends("payout_id")
    def _compute_payout(self):
        for settlement in self:
            payout = settlement.payout_id
            settlement.payout_status = payout.status
            settlement.account_tail = payout.account_tail
            settlement.trace_ref = payout.trace_ref

    def _settled(self):
        """Do what follows when settlements and their lines are stored, or again."""
        for settlement in self:
            settlement.site_id = settlement._main_site()
            self.env["acorn.transaction"]._recount_settled(settlement)
        self._link_payouts()
        self._touch_months()

    def _main_site(self):
        groups = self.env["acorn.settlement.line"]._read_group(
            [("settlement_id", "=", self.id), ("site_id", "!=", False)],
            ["site_id"],
            ["__count"],
        )
        best = max(groups, key=lambda group: (group[1], -group[0].id), default=None)
        return best and best[0]

    def write(self, vals):
        """What is posted, reversed or paid changes the months that it is of."""
        result = super().write(vals)
        if vals.keys() & {"state", "total"}:
            self._touch_months()
        return result

    def _touch_months(self):
        for settlement in self:
            self.env["acorn.shop.month"]._touch(
                settlement.shop_id, settlement.date_from, settlement.date_to
            )
        if self:
            self.env.ref("acorn_finance.ir_cron_month")._trigger()

    def _link_payouts(self):
        """Link the payouts that came before their settlements."""
        open_ones = self.filtered(lambda settlement: not settlement.payout_id)
        # sudo: whoever imports a settlement need not see payouts.
        payouts_sudo = self.env["acorn.payout"].sudo()
        money = Domain("currency_id", "in", open_ones.currency_id.ids)
        money &= Domain("amount", "in", open_ones.mapped("total"))
        named = Domain.OR(
            Domain("settlement_ref", "ilike", settlement.ref)
            for settlement in open_ones
        )
        payouts_sudo.search(
            Domain("shop_id", "in", open_ones.shop_id.ids) & (money | named)
        )._link_settlements()
