from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.acorn_base import natures

from ..fee_map import ANY, FeeMap, same
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
        lambda self: self.env["acorn.shop"]._get_channels(),
        required=True,
    )
    active = fields.Boolean(default=True)
    # ``*`` stands for any word; case does not matter.
    transaction_type = fields.Char(required=True)
    amount_type = fields.Char(required=True, default="*")
    description = fields.Char(required=True, default="*")
    nature = fields.Selection(lambda self: nature_words(self.env), required=True)
    account_id = fields.Many2one(
        "account.account",
        check_company=True,
        compute="_compute_account_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        compute="_compute_tax_id",
        store=True,
        readonly=False,
        precompute=True,
        help="The VAT in the fee, or reverse charged on it.",
    )
    tax_beside = fields.Boolean(
        string="VAT on Its Own Row",
        help="The channel charges the VAT on rows of its own; else it is in the fee, "
        "or reverse charged where the tax says so.",
    )
    profit_line = fields.Selection(
        lambda self: profit_line_words(self.env),
        compute="_compute_profit_line",
        store=True,
        readonly=False,
        precompute=True,
    )

    _words_unique = models.UniqueIndex(
        "(company_id, channel, lower(transaction_type), lower(amount_type), "
        "lower(description))",
        "These words are in the fee map already; a rule that is switched off counts.",
    )

    @api.depends("company_id", "nature")
    def _compute_account_id(self):
        for company, rules in self.grouped("company_id").items():
            rows = self.env["acorn.nature.account"]._of(company)
            for rule in rules:
                row = rows.get(rule.nature)
                rule.account_id = row.account_id if row else False

    @api.depends("company_id", "nature")
    def _compute_tax_id(self):
        for company, rules in self.grouped("company_id").items():
            rows = self.env["acorn.nature.account"]._of(company)
            for rule in rules:
                row = rows.get(rule.nature)
                rule.tax_id = (row and row.tax_id) or company._acorn_tax_of(rule.nature)

    @api.depends("nature")
    def _compute_profit_line(self):
        for rule in self:
            nature = natures.BY_CODE.get(rule.nature)
            rule.profit_line = (nature and nature.profit_line) or False

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._after_mapping()
        return rules

    def write(self, vals):
        before = self._maps()
        result = super().write(vals)
        if vals.keys() & {
            *("transaction_type", "amount_type", "description", "nature"),
            *("active", "company_id", "channel"),
        }:
            self._after_mapping(before)
        return result

    def _maps(self):
        return {(rule.company_id, rule.channel) for rule in self}

    def _after_mapping(self, before=frozenset()):
        """What is not posted goes by the maps as they are now."""
        for company, channel in before | self._maps():
            self.env["acorn.settlement"]._classify_open(company, channel)
            self.env["acorn.transaction.line"]._classify_open(company, channel)

    # === DELIVERY === #

    @api.model
    def _ensure(self, company, channel):
        """Deliver what a company's fee map lacks of the channel's words, and accounts.

        What people have changed, or switched off, stays as it is.

        :return: the new rules
        """
        self.env["acorn.nature.account"]._ensure(company)
        company.sudo()._acorn_propose_fee_tax()  # sudo: as for the map, below
        # sudo: a map is delivered whoever makes the shop.
        rules_sudo = self.sudo().with_company(company)
        known_sudo = rules_sudo.with_context(active_test=False).search(
            [("company_id", "=", company.id), ("channel", "=", channel)]
        )
        known_sudo.filtered(lambda rule: not rule.account_id)._compute_account_id()
        known = {tuple(map(same, words_of(rule))) for rule in known_sudo}
        shop = self.env["acorn.shop"].new({"channel": channel})
        words = shop._get_channel_class().fees
        # Fees that have a row for their VAT, too.
        beside = {
            word.amount_type
            for word in words
            if word.nature == "fee_tax" and word.amount_type != ANY
        }
        missing = {
            key: word
            for word in words
            if (key := tuple(map(same, words_of(word)))) not in known
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
                    "tax_beside": word.amount_type in beside
                    and natures.BY_CODE[word.nature].taxation == natures.FEE,
                }
                for word in missing.values()
            ]
        )

    @api.model
    def _change_tax(self, company, tax):
        """Fees of a company are taxed otherwise; what a person set stays.

        :param tax: what rules had that go by the company
        """
        # sudo: it is said once for the whole company, whoever may say it.
        rules_sudo = self.sudo().with_context(active_test=False)
        for rule_sudo in rules_sudo.search(
            [("company_id", "=", company.id), ("tax_id", "=", tax.id)]
        ):
            rule_sudo.tax_id = company._acorn_tax_of(rule_sudo.nature)

    @api.model
    def action_complete(self):
        """Deliver to the company what its fee map lacks, for each of its channels."""
        self.check_access("create")
        company = self.env.company
        shops = self.env["acorn.shop"].search([("company_id", "=", company.id)])
        count = sum(
            len(self._ensure(company, channel))
            for channel in set(shops.mapped("channel"))
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The fee map of %(company)s is complete: %(count)s rules are new.",
                    company=company.name,
                    count=count,
                )
                if shops
                else self.env._(
                    "%s has no shop yet: the fee map comes with the first.",
                    company.name,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === MATCHING === #

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
        fee_map = FeeMap(
            (*words_of(rule), (rule.id, rule.nature)) for rule in rules_sudo
        )
        found = {each: fee_map.find(each) for each in words}
        return {each: rule for each, rule in found.items() if rule}

    @api.model
    def _classify(self, company, channel, table, which):
        """Find rule and nature of lines, in one statement.

        :param table: of the lines: 'acorn_settlement_line', 'acorn_transaction_line'
        :param which: SQL, the condition that chooses them, all of one channel
        """
        self.env.flush_all()
        table = SQL.identifier(table)
        words = self.env.execute_query(
            SQL(
                """SELECT DISTINCT coalesce(transaction_type, ''),
                          coalesce(amount_type, ''), coalesce(description, '')
                     FROM %s WHERE %s""",
                *(table, which),
            )
        )
        if not words:
            return
        found = self._match(company, channel, words)
        rows = [(*each, *found.get(each, (None, None))) for each in words]
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s line
                   SET rule_id = found.rule_id::integer, nature = found.nature::varchar
                  FROM (VALUES %(rows)s) AS found(
                       transaction_type, amount_type, description, rule_id, nature)
                 WHERE %(which)s
                   AND coalesce(line.transaction_type, '') = found.transaction_type
                   AND coalesce(line.amount_type, '') = found.amount_type
                   AND coalesce(line.description, '') = found.description
                   AND (line.rule_id, line.nature) IS DISTINCT FROM
                       (found.rule_id::integer, found.nature::varchar)
                """,
                table=table,
                rows=SQL(", ").join(SQL("%s", row) for row in rows),
                which=which,
            )
        )


def words_of(rule):
    return rule.transaction_type, rule.amount_type, rule.description
