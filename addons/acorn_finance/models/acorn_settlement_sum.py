from odoo import api, fields, models
from odoo.fields import Domain

from .nature_words import nature_words


class AcornSettlementSum(models.Model):
    """The lines of a settlement that say the same, summed up: what it is made of, and
    what of it the fee map does not know."""

    _name = "acorn.settlement.sum"
    _description = "Settlement by Kind"
    _auto = False
    _order = "settlement_id desc, transaction_type, amount_type, description, id"
    _rec_name = "description"
    _depends = {
        "acorn.settlement.line": [
            *("settlement_id", "shop_id", "company_id", "currency_id", "rule_id"),
            *("transaction_type", "amount_type", "description", "nature", "amount"),
        ]
    }

    settlement_id = fields.Many2one("acorn.settlement", readonly=True)
    shop_id = fields.Many2one("acorn.shop", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    transaction_type = fields.Char(readonly=True)
    amount_type = fields.Char(readonly=True)
    description = fields.Char(readonly=True)
    rule_id = fields.Many2one("acorn.fee.rule", string="Fee Rule", readonly=True)
    nature = fields.Selection(lambda self: nature_words(self.env), readonly=True)
    amount = fields.Monetary(readonly=True)
    line_count = fields.Integer(string="Lines", readonly=True)

    @property
    def _table_query(self):
        return """
            SELECT MIN(id) AS id, settlement_id, shop_id, company_id, currency_id,
                   transaction_type, amount_type, description, rule_id, nature,
                   SUM(amount) AS amount, COUNT(*) AS line_count
              FROM acorn_settlement_line
             GROUP BY settlement_id, shop_id, company_id, currency_id,
                      transaction_type, amount_type, description, rule_id, nature
        """

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Its number is that of a line: beside its settlement no other is summed up."""
        domain = Domain(domain)
        asked = [
            condition
            for condition in domain.iter_conditions()
            if (condition.field_expr, condition.operator) == ("id", "in")
        ]
        if len(asked) == 1 and len(list(domain.iter_conditions())) == 1:
            Line = self.env["acorn.settlement.line"]
            # sudo: only to find the settlements; rules are applied to their sums.
            lines_sudo = Line.sudo().browse(asked[0].value).exists()
            domain &= Domain("settlement_id", "in", lines_sudo.settlement_id.ids)
        return super()._search(domain, *args, **kwargs)

    def action_map(self):
        """Open a new rule for these words; saved, it counts wherever they stand."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Map %s", self.description or self.amount_type),
            "res_model": "acorn.fee.rule",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_company_id": self.company_id.id,
                "default_channel": self.shop_id.channel,
                "default_transaction_type": self.transaction_type or "*",
                "default_amount_type": self.amount_type or "*",
                "default_description": self.description or "*",
            },
        }

    def action_open_lines(self):
        self.ensure_one()
        action = self.settlement_id.action_open_lines()
        words = ("transaction_type", "amount_type", "description")
        return action | {
            "name": " / ".join(filter(None, (self[word] for word in words))),
            "domain": [
                ("settlement_id", "=", self.settlement_id.id),
                *((word, "=", self[word]) for word in words),
            ],
        }
