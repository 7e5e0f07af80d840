from odoo import api, fields, models

from odoo.addons.acorn_base import natures

from .. import fee_map
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

    _words_unique = models.UniqueIndex(
        "(company_id, channel, lower(transaction_type), lower(amount_type), "
        "lower(description))",
        "These words are in the fee map already; a rule that is switched off counts.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._after_mapping()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {
            *("transaction_type", "amount_type", "description", "nature"),
            *("active", "company_id", "channel"),
        }:
            self._after_mapping()
        return result

    def _after_mapping(self):
        """What is not posted goes by the map as it is now."""
        for company, channel in {(rule.company_id, rule.channel) for rule in self}:
            self.env["acorn.settlement"]._classify_open(company, channel)
            self.env["acorn.transaction.line"]._classify_open(company, channel)

    @api.model
    def _ensure(self, company, channel):
        """Deliver what a company's fee map lacks of the channel's words.

        What people have changed, or switched off, stays as it is.

        :return: the new rules
        """
        # sudo: a map is delivered whoever makes the shop.
        rules_sudo = self.sudo().with_company(company)
        known_sudo = rules_sudo.with_context(active_test=False).search_fetch(
            [("company_id", "=", company.id), ("channel", "=", channel)],
            ["transaction_type", "amount_type", "description"],
        )
        known = {tuple(map(fee_map.same, words_of(rule))) for rule in known_sudo}
        shop = self.env["acorn.shop"].new({"channel": channel})
        missing = {
            key: word
            for word in shop._get_channel_class().fees
            if (key := tuple(map(fee_map.same, words_of(word)))) not in known
        }
        return rules_sudo.create(
            [
                {
                    "company_id": company.id,
                    "channel": channel,
                    "transaction_type": word.transaction_type,
                    "amount_type": word.amount_type,
                    "description": word.description,
                    "nature": word.nature,
                    "profit_line": natures.BY_CODE[word.nature].profit_line or False,
                }
                for word in missing.values()
            ]
        )

    @api.model
    def _match(self, company, channel, words):
        """Return the rules under which a channel's words fall.

        :param words: iterable of (transaction type, amount type, description)
        :return: {words: (id of the rule, nature)}; nothing for words that none fits
        """
        # sudo: documents are applied by people without rights on the map, too.
        rules_sudo = self.sudo().search_fetch(
            [("company_id", "=", company.id), ("channel", "=", channel)],
            ["transaction_type", "amount_type", "description", "nature"],
        )
        indexed = fee_map.index(
            (*words_of(rule), (rule.id, rule.nature)) for rule in rules_sudo
        )
        found = {each: fee_map.find(indexed, each) for each in words}
        return {each: rule for each, rule in found.items() if rule}


def words_of(rule):
    return rule.transaction_type, rule.amount_type, rule.description
