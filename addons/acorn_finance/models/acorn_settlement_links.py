from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

RECENT = timedelta(days=120)  # orders that are older come no more

# What is certain: the order by its number in this shop, the offer by its SKU or by the
# order's line, the site by the channel's reference or by the order. What is posted
# keeps its site: the books have it, too.
FOUND = """
    sale.id AS order_id, offer.id AS offer_id, offer.product_id AS product_id,
    COALESCE(site.id, sale.acorn_site_id) AS site_id,
    COALESCE(
        raw.fulfilment,
        CASE WHEN sale.acorn_by_channel THEN 'fba'
             WHEN sale.id IS NOT NULL THEN 'fbm'
             WHEN offer.by_channel THEN 'fba'
             WHEN offer.id IS NOT NULL THEN 'fbm' END
    ) AS fulfilment
"""
JOINED = """
    LEFT JOIN acorn_site site
      ON site.shop_id = raw.shop_id AND site.channel_ref = raw.site_ref
    LEFT JOIN sale_order sale
      ON sale.acorn_shop_id = raw.shop_id AND sale.acorn_ref = raw.order_ref
    LEFT JOIN LATERAL (
        SELECT MIN(item.acorn_offer_id) AS offer_id
          FROM sale_order_line item
         WHERE raw.sku IS NULL AND item.order_id = sale.id
           AND item.acorn_line_ref = raw.line_ref
        HAVING COUNT(DISTINCT item.acorn_offer_id) = 1
    ) item ON true
    LEFT JOIN acorn_offer by_sku
      ON by_sku.shop_id = raw.shop_id AND by_sku.sku = raw.sku
    LEFT JOIN acorn_offer offer
      ON offer.id = COALESCE(by_sku.id, item.offer_id)
"""
LINK = f"""
    UPDATE acorn_settlement_line line
       SET site_id = CASE WHEN found.state = 'posted' THEN line.site_id
                          ELSE found.site_id END,
           order_id = found.order_id, offer_id = found.offer_id,
           product_id = found.product_id, fulfilment = found.fulfilment
      FROM (
        SELECT raw.id, settlement.state, {FOUND}
          FROM acorn_settlement_line raw
          JOIN acorn_settlement settlement ON settlement.id = raw.settlement_id
               {JOINED}
         WHERE raw.settlement_id = ANY(%s)
      ) found
     WHERE line.id = found.id
       AND (CASE WHEN found.state = 'posted' THEN line.site_id
                 ELSE found.site_id END,
            found.order_id, found.offer_id, found.product_id, found.fulfilment)
           IS DISTINCT FROM
           (line.site_id, line.order_id, line.offer_id, line.product_id,
            line.fulfilment)
"""

COUNT_UNKNOWN = """
    UPDATE acorn_settlement settlement
       SET unknown_count = (
           SELECT COUNT(*) FROM acorn_settlement_line line
            WHERE line.settlement_id = settlement.id AND line.rule_id IS NULL)
     WHERE settlement.id = ANY(%s)
"""


class AcornSettlementLinks(models.AbstractModel):
    """What the lines of settlements belong to: part of ``acorn.settlement``."""

    _name = "acorn.settlement.links"
    _description = "Links of Settlements"

    sum_ids = fields.One2many("acorn.settlement.sum", "settlement_id", string="By Kind")
    unknown_ids = fields.One2many(
        "acorn.settlement.sum",
        "settlement_id",
        domain=[("rule_id", "=", False)],
    )

    def _relink(self):
        """Link lines to what is certain now: orders may come later than their money."""
        self.env.flush_all()
        self.env.cr.execute(LINK, [self.ids])
        self._forget_lines()

    def _classify(self):
        """Find the fee rule of each line; posted settlements stay as they are."""
        self.env.flush_all()
        unposted = self.filtered(lambda settlement: settlement.state != "posted")
        for (company, channel), settlements in unposted.grouped(
            lambda settlement: (settlement.company_id, settlement.shop_id.channel)
        ).items():
            self.env["acorn.fee.rule"]._classify(
                company,
                channel,
                "acorn_settlement_line",
                SQL("settlement_id = ANY(%s)", settlements.ids),
            )
        unposted._count_unknown()

    def _count_unknown(self):
        self.env.cr.execute(COUNT_UNKNOWN, [self.ids])
        self._forget_lines()
        self.invalidate_recordset(["unknown_count"])

    @api.model
    def _classify_open(self, company, channel):
        """Classify anew what is not posted: the fee map has changed."""
        # sudo: a fee map counts for all shops of its company, whoever mends it.
        settlements_sudo = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("shop_id.channel", "=", channel),
                ("state", "!=", "posted"),
            ]
        )
        settlements_sudo._classify()

    @api.model
    def _cron_relink(self):
        """Link the money of the last months to the orders that came after it."""
        recent = fields.Datetime.now() - RECENT
        waiting = self.env["acorn.settlement.line"]._read_group(
            [
                ("settlement_id.date_to", ">=", recent),
                ("order_ref", "!=", False),
                ("order_id", "=", False),
            ],
            ["settlement_id"],
        )
        for done, (settlement,) in enumerate(waiting, 1):
            settlement._relink()
            self.env["ir.cron"]._commit_progress(1, remaining=len(waiting) - done)

    # === ACTIONS === #

    def action_open_lines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lines of %s", self.ref),
            "res_model": "acorn.settlement.line",
            "view_mode": "list,pivot,kanban,form",
            "domain": [("settlement_id", "=", self.id)],
        }

    def action_open_unknown(self):
        """List what the fee map does not know, to map it."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_finance.acorn_settlement_unknown_action"
        ) | {"domain": [("settlement_id", "in", self.ids), ("rule_id", "=", False)]}

    def action_link_again(self):
        """Link and classify by what is known now."""
        self.check_access("write")
        # sudo: links are written by the work itself; who may ask is checked above.
        self.sudo()._relink()
        self.sudo()._classify()

    def _forget_lines(self):
        """What was written in SQL is read anew."""
        self.env["acorn.settlement.line"].invalidate_model()
        self.env["account.move.line"].invalidate_model(["acorn_settlement_line_ids"])

    def _unknown_words(self):
        """Return what nothing in the fee map fits, of all these settlements.

        :return: list of (transaction type, amount type, description, count, sum as a
            Decimal of the settlements' currency, id of the currency)
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT transaction_type, amount_type, description, COUNT(*),
                          SUM(amount)::text, currency_id
                     FROM acorn_settlement_line
                    WHERE settlement_id = ANY(%s) AND rule_id IS NULL
                    GROUP BY 1, 2, 3, 6 ORDER BY 1, 2, 3, 6""",
                self.ids,
            )
        )
        return [
            (*words, count, Decimal(total), currency_id)
            for *words, count, total, currency_id in rows
        ]
