from odoo import fields, models

from .nature_words import nature_words, profit_line_words


class AcornFeeRule(models.Model):
    """The fee map: where an amount that a channel calls so goes in the books."""

    _name = "acorn.fee.rule"
    _description = "Fee Rule"
    _order = "transaction_type, amount_type, description, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    channel = fields.Selection(
        lambda self: self.env["acorn.shop"]._fields["channel"].selection,
        required=True,
    )
    active = fields.Boolean(default=True)
    # ``*`` stands for any word; case does not matter.
    transaction_type = fields.Char(required=True)
    amount_type = fields.Char(required=True, default="*")
    description = fields.Char(required=True, default="*")
    nature = fields.Selection(lambda self: nature_words(self.env), required=True)
    account_id = fields.Many2one("account.account", check_company=True)
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        help="The VAT in the fee, or reverse charged on it.",
    )
    tax_beside = fields.Boolean(
        string="VAT on Its Own Row",
        help="The channel charges the VAT on rows of its own; else it is in the fee, "
        "or reverse charged where the tax says so.",
    )
    profit_line = fields.Selection(lambda self: profit_line_words(self.env))
