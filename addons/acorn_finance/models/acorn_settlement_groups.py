from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from odoo.addons.acorn_base import natures

from .. import entries

TAX_ROWS = ("tax_collected", "tax_withheld")
TAXED = tuple(n.code for n in natures.NATURES if n.taxation == natures.TAXED)


class AcornSettlementGroups(models.AbstractModel):
    """Lines of settlements summed up for the books: part of ``acorn.settlement``."""

    _name = "acorn.settlement.groups"
    _description = "Groups of Settlement Lines"

    def _groups(self):
        """Sum up the lines that have a rule by month, site, rule and tax.

        :return: list of entries.Group; its key is the place in the list
        """
        return [self._group(key, *row) for key, row in enumerate(self._group_rows())]

    def _group(self, key, *row):
        month, site, rule_id, told, country, orderless, last, amount, count = row
        rule = self.env["acorn.fee.rule"].browse(rule_id)
        amount = Decimal(amount)
        return entries.Group(
            key=key,
            month=month,
            last=last,
            site=site,
            rule=rule_id,
            nature=rule.nature,
            profit_line=rule.profit_line or natures.BY_CODE[rule.nature].profit_line,
            amount=amount,
            count=count,
            tax_of_order=told,
            country=country,
            orderless=orderless,
            refund=rule.nature == "refund" or (rule.nature in TAX_ROWS and amount < 0),
        )

    def _group_rows(self):
        self.env["acorn.settlement.line"].flush_model()
        self.env["acorn.site"].flush_model(["tax_mode"])
        self.env["sale.order"].flush_model(
            ["partner_shipping_id", "acorn_revenue_mode"]
        )
        self.env["res.partner"].flush_model(["country_id"])
        return self.env.execute_query(
            SQL(
                """
                SELECT month, site, rule, told, country, orderless,
                       max(posted_on), sum(amount)::text, count(*)
                  FROM (%s) keyed
              GROUP BY month, site, rule, told, country, orderless
              ORDER BY month, site, rule, told, country, orderless
                """,
                self._keyed_lines(),
            )
        )

    def _keyed_lines(self):
        """Return a query of the lines with what they are grouped by.

        An order's own rows tell who owes its tax: nothing else does. Where the tax is
        in the price it depends on the country to which the order was sent.
        """
        return SQL(
            """
            WITH told AS (
                SELECT order_ref,
                       CASE WHEN bool_or(nature = 'tax_withheld' AND amount <> 0)
                            THEN %(by_channel)s
                            WHEN bool_or(nature = 'tax_collected' AND amount <> 0)
                            THEN %(own)s
                            ELSE '' END AS told
                  FROM acorn_settlement_line
                 WHERE settlement_id = %(settlement)s AND order_ref <> ''
              GROUP BY order_ref
            ), line AS (
                SELECT line.id, line.order_ref, line.order_id, line.posted_on,
                       line.amount, line.rule_id, line.nature, line.site_id,
                       coalesce(site.tax_mode, %(siteless_mode)s) AS mode
                  FROM acorn_settlement_line line
             LEFT JOIN acorn_site site ON site.id = line.site_id
                 WHERE line.settlement_id = %(settlement)s
                   AND line.rule_id IS NOT NULL
            )
            SELECT line.id, line.posted_on, line.amount,
                   date_trunc('month', line.posted_on)::date AS month,
                   coalesce(line.site_id, 0) AS site,
                   line.rule_id AS rule,
                   CASE WHEN sale_order.acorn_revenue_mode = 'per_order'
                         AND (line.nature IN %(sold)s
                              OR line.nature = 'tax_collected'
                                 AND told.told = %(own)s)
                        THEN %(invoiced)s
                        WHEN line.mode <> 'channel' AND line.nature IN %(taxed)s
                        THEN coalesce(told.told, '') ELSE '' END AS told,
                   CASE WHEN line.mode = 'split' AND line.nature IN %(taxed)s
                        THEN coalesce(partner.country_id, 0) ELSE 0 END AS country,
                   line.mode = 'split' AND line.nature IN %(taxed)s
                        AND line.order_id IS NULL AS orderless
              FROM line
         LEFT JOIN told ON told.order_ref = line.order_ref
         LEFT JOIN sale_order ON sale_order.id = line.order_id
         LEFT JOIN res_partner partner
                ON partner.id = sale_order.partner_shipping_id
            """,
            settlement=self.id,
            own=entries.OWN,
            invoiced=entries.INVOICED,
            sold=TAXED,
            by_channel=entries.BY_CHANNEL,
            siteless_mode=self._tax_mode_without_site(),
            taxed=(*TAXED, *TAX_ROWS),
        )

    def _tax_mode_without_site(self):
        """Return how the tax of lines is found that belong to no site that is known."""
        modes = set(self._shop_sudo().site_ids.mapped("tax_mode"))
        return next((mode for mode in ("split", "rows") if mode in modes), "channel")

    def _shop_sudo(self):
        """Return the shop with all that is set there."""
        # sudo: who keeps the books need not be allowed to look at a shop's settings.
        return self.shop_id.sudo()

    def _site_sudo(self, site_id):
        # sudo: as for the shop.
        return self.env["acorn.site"].sudo().browse(site_id)

    def _link_lines(self, items):
        """Note the journal item at each line.

        :param items: {key of a group: id of its journal item}
        """
        rows = self._group_rows()
        values = [
            (*row[:6], items[key]) for key, row in enumerate(rows) if key in items
        ]
        if not values:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE acorn_settlement_line line
                   SET move_line_id = item.id
                  FROM (%s) keyed
                  JOIN (VALUES %s)
                       AS item(month, site, rule, told, country, orderless, id)
                 USING (month, site, rule, told, country, orderless)
                 WHERE line.id = keyed.id
                """,
                self._keyed_lines(),
                SQL(", ").join(SQL("%s", value) for value in values),
            )
        )
        self._forget_lines()

    def _free_lines(self):
        self.env.cr.execute(
            SQL(
                """UPDATE acorn_settlement_line SET move_line_id = NULL
                    WHERE settlement_id IN %s AND move_line_id IS NOT NULL""",
                tuple(self.ids),
            )
        )
        self._forget_lines()
