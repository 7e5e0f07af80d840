from odoo import api, fields, models
from odoo.exceptions import UserError


class AcornConsolidationLine(models.Model):
    """A figure of a consolidation: debit minus credit, in the group's currency."""

    _name = "acorn.consolidation.line"
    _description = "Figure of a Consolidation"
    _order = "account_type, company_id, id"
    _rec_name = "account_type"

    consolidation_id = fields.Many2one(
        "acorn.consolidation", required=True, index=True, ondelete="cascade"
    )
    unit_id = fields.Many2one(related="consolidation_id.company_id")
    kind = fields.Selection(
        [
            ("books", "Books"),
            ("internal", "Within the Group, Taken Out"),
            ("between", "Differences Between Companies"),
            ("translation", "Translation Difference"),
            ("adjustment", "Adjustment"),
        ],
        required=True,
        default="adjustment",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    account_id = fields.Many2one("account.account")
    account_type = fields.Selection(
        lambda self: self.env["account.account"]._fields["account_type"].selection,
        required=True,
    )
    local_currency_id = fields.Many2one(related="company_id.currency_id")
    local_amount = fields.Monetary(
        string="In Its Currency", currency_field="local_currency_id", readonly=True
    )
    rate = fields.Float(digits=(16, 8), readonly=True, aggregator=None)
    currency_id = fields.Many2one(related="consolidation_id.currency_id", store=True)
    amount = fields.Monetary(help="Debit minus credit: income is negative.")
    partner_company_id = fields.Many2one(
        "res.company", string="Booked With", readonly=True
    )
    note = fields.Char()

    @api.ondelete(at_uninstall=False)
    def _unlink_by_hand(self):
        self._check_by_hand()

    def write(self, vals):
        self._check_by_hand()
        return super().write(vals)

    def _check_by_hand(self):
        computed = self.filtered(lambda line: line.kind != "adjustment")
        if computed and not self.env.su:
            raise UserError(
                self.env._(
                    "These figures are computed. Add an adjustment, with what is to "
                    "be changed and what it is changed against."
                )
            )
