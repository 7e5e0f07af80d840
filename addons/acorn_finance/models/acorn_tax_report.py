from odoo import fields, models
from odoo.tools import SQL

from .nature_words import nature_words

# Children of a group of taxes do not say themselves what they are for.
DIRECTION = SQL("COALESCE(NULLIF(tax.type_tax_use, 'none'), parent.type_tax_use)")
# A sale stands on the credit side, a purchase on the debit side.
SIGN = SQL("CASE WHEN %s = 'purchase' THEN 1 ELSE -1 END", DIRECTION)
COMMON = SQL(
    """line.id AS line_id, line.move_id, line.date, line.company_id,
       line.account_id, move.acorn_shop_id AS shop_id, line.acorn_site_id AS site_id,
       line.acorn_nature AS nature, line.company_currency_id"""
)
FROM = SQL(
    """FROM account_move_line line
       JOIN account_move move ON move.id = line.move_id
       LEFT JOIN acorn_site site ON site.id = line.acorn_site_id"""
)


class AcornTaxReport(models.Model):
    """Tax and what it is on, by country, rate and regime: each row a journal item."""

    _name = "acorn.tax.report"
    _description = "Tax Report"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "tax_id"
    _depends = {
        "account.move": ["acorn_shop_id"],
        "account.move.line": [
            *("date", "company_id", "account_id", "acorn_site_id", "acorn_nature"),
            *("balance", "parent_state", "tax_line_id", "tax_ids", "group_tax_id"),
        ],
        "account.tax": [
            *("type_tax_use", "acorn_regime", "acorn_country_id", "amount"),
            *("amount_type", "children_tax_ids"),
        ],
        "acorn.site": ["tax_mode", "country_id"],
        "account.account": ["account_type"],
    }

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    shop_id = fields.Many2one("acorn.shop", readonly=True)
    site_id = fields.Many2one("acorn.site", readonly=True)
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True)
    line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    tax_id = fields.Many2one("account.tax", readonly=True)
    direction = fields.Selection(
        [("sale", "Sales"), ("purchase", "Purchases"), ("none", "None")], readonly=True
    )
    regime = fields.Selection(
        lambda self: [
            *self.env["account.tax"]
            ._fields["acorn_regime"]
            ._description_selection(self.env),
            ("none", self.env._("No Tax Told")),
        ],
        readonly=True,
    )
    country_id = fields.Many2one("res.country", readonly=True)
    rate = fields.Char(readonly=True)
    nature = fields.Selection(lambda self: nature_words(self.env), readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    base = fields.Monetary(
        string="Taxable", currency_field="company_currency_id", readonly=True
    )
    tax = fields.Monetary(currency_field="company_currency_id", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            "SELECT row_number() OVER () AS id, report.* FROM (%s) report",
            SQL(" UNION ALL ").join(
                [self._taxes(), self._bases(), self._withheld(), self._untaxed()]
            ),
        )

    def _taxes(self):
        """Items that are a tax."""
        return self._of_tax(
            base=SQL("0.0"),
            tax=SQL("line.balance * %s", SIGN),
            joins=SQL(
                """JOIN account_tax tax ON tax.id = line.tax_line_id
                   LEFT JOIN account_tax parent ON parent.id = line.group_tax_id"""
            ),
        )

    def _bases(self):
        """Items that are taxed, once for each tax; a group stands for its children."""
        return self._of_tax(
            base=SQL("line.balance * %s", SIGN),
            tax=SQL("0.0"),
            joins=SQL(
                """JOIN account_move_line_account_tax_rel taxed
                     ON taxed.account_move_line_id = line.id
                   LEFT JOIN account_tax_filiation_rel child
                     ON child.parent_tax = taxed.account_tax_id
                   JOIN account_tax parent ON parent.id = taxed.account_tax_id
                   JOIN account_tax tax
                     ON tax.id = COALESCE(child.child_tax, taxed.account_tax_id)"""
            ),
        )

    def _of_tax(self, base, tax, joins):
        return SQL(
            """SELECT %s, tax.id AS tax_id, %s AS direction,
                      COALESCE(tax.acorn_regime, 'domestic') AS regime,
                      COALESCE(tax.acorn_country_id, tax.country_id) AS country_id,
                      CASE WHEN tax.amount_type IN ('percent', 'division')
                           THEN trim_scale(tax.amount)::text || ' %%' END AS rate,
                      %s AS base, %s AS tax
                 %s %s
                WHERE line.parent_state = 'posted'""",
            *(COMMON, DIRECTION, base, tax, FROM, joins),
        )

    def _withheld(self):
        """Tax that the channel collects and pays itself: both sides, which are nil."""
        return SQL(
            """SELECT %s, NULL::int AS tax_id, 'sale' AS direction,
                      'channel' AS regime, site.country_id, NULL AS rate,
                      0.0 AS base, -line.balance AS tax
                 %s
                WHERE line.parent_state = 'posted' AND line.tax_line_id IS NULL
                  AND line.acorn_nature IN ('tax_collected', 'tax_withheld')""",
            *(COMMON, FROM),
        )

    def _untaxed(self):
        """Income without a tax: the channel is liable, or nobody has said."""
        return SQL(
            """SELECT %s, NULL::int AS tax_id, 'sale' AS direction,
                      CASE WHEN site.tax_mode = 'channel' THEN 'channel'
                           ELSE 'none' END AS regime,
                      site.country_id, NULL AS rate, -line.balance AS base, 0.0 AS tax
                 %s
                 JOIN account_account account ON account.id = line.account_id
                WHERE line.parent_state = 'posted' AND line.tax_line_id IS NULL
                  AND line.display_type NOT IN ('line_section', 'line_note')
                  AND account.account_type = 'income'
                  AND NOT EXISTS (
                      SELECT FROM account_move_line_account_tax_rel taxed
                       WHERE taxed.account_move_line_id = line.id)""",
            *(COMMON, FROM),
        )
