from odoo import fields, models

from .nature_words import nature_words, profit_line_words


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    acorn_nature = fields.Selection(
        lambda self: nature_words(self.env), string="Nature", readonly=True
    )
    acorn_profit_line = fields.Selection(
        lambda self: profit_line_words(self.env),
        string="Profit Line",
        readonly=True,
        copy=True,
    )
    acorn_settlement_line_ids = fields.One2many(
        "acorn.settlement.line", "move_line_id", string="Settlement Lines"
    )
