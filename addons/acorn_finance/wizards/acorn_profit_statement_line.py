from odoo import api, fields, models

from odoo.addons.acorn_base.natures import PROFIT_LINES

from ..models.nature_words import profit_line_words
from .acorn_profit_statement import SUMS


class AcornProfitStatementLine(models.TransientModel):
    _name = "acorn.profit.statement.line"
    _description = "Line of a Profit Statement"
    _order = "statement_id, sequence"
    _rec_name = "line"

    statement_id = fields.Many2one(
        "acorn.profit.statement", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    line = fields.Selection("_get_lines", required=True, readonly=True)
    is_sum = fields.Boolean(compute="_compute_is_sum")
    currency_id = fields.Many2one(related="statement_id.currency_id")
    amount = fields.Monetary(readonly=True)
    estimated_amount = fields.Monetary(
        string="Of It Estimated",
        readonly=True,
        help="Not settled yet: settlements will replace it.",
    )
    share = fields.Float(string="Of Net Sales", readonly=True)
    previous = fields.Monetary(string="Before", readonly=True)
    change = fields.Monetary(compute="_compute_change")

    def _get_lines(self):
        return [
            *profit_line_words(self.env),
            ("net_sales", self.env._("Net Sales")),
            ("proceeds", self.env._("After Fees of the Channel")),
            ("contribution", self.env._("After Cost of Goods")),
            ("net_profit", self.env._("Net Profit")),
        ]

    @api.depends("line")
    def _compute_is_sum(self):
        for line in self:
            line.is_sum = line.line in SUMS.values()

    @api.depends("amount", "previous")
    def _compute_change(self):
        for line in self:
            line.change = line.amount - line.previous

    def action_open(self):
        """Open the days and SKUs that a line sums up."""
        self.ensure_one()
        statement = self.statement_id
        lines = [self.line]
        if self.is_sum:
            last = next(line for line, name in SUMS.items() if name == self.line)
            lines = PROFIT_LINES[: PROFIT_LINES.index(last) + 1]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_finance.acorn_profit_day_action"
        )
        domain = statement._domain(statement.date_from, statement.date_to)
        return action | {
            "domain": [*domain, ("profit_line", "in", list(lines))],
            "context": {"search_default_group_line": 1},
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
        }
