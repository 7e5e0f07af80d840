from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import SQL

from ..money_findings import REASONS, MoneyFacts, SettlementFacts, judge
from .money_sentences import SENTENCES

SETTLEMENTS = """
    SELECT settlement.shop_id, settlement.ref, currency.name, settlement.site_id,
           settlement.date_from, settlement.date_to, settlement.state = 'held',
           CASE WHEN settlement.bank_state = 'waiting'
                THEN coalesce(settlement.deposited_at, settlement.date_to) END
      FROM acorn_settlement settlement
      JOIN res_currency currency ON currency.id = settlement.currency_id
     WHERE settlement.shop_id = ANY(%s)
       AND settlement.date_to > %s::timestamp - interval '180 days'
     ORDER BY settlement.date_to, settlement.id
"""
OLDEST_OPEN = """
    SELECT shop_id, min(posted_at) FROM acorn_transaction
     WHERE shop_id = ANY(%s) AND counted AND status != 'deferred'
     GROUP BY shop_id
"""
FAILED = """
    SELECT payout.shop_id, array_agg(payout.ref ORDER BY payout.created_at)
      FROM acorn_payout payout
     WHERE payout.shop_id = ANY(%s) AND payout.status = 'failed'
       AND payout.created_at > %s::timestamp - interval '60 days'
       AND NOT EXISTS (
           SELECT FROM acorn_payout later
            WHERE later.shop_id = payout.shop_id AND later.status != 'failed'
              AND later.currency_id = payout.currency_id
              AND later.created_at > payout.created_at
       )
     GROUP BY payout.shop_id
"""


class AcornWatch(models.AbstractModel):
    _inherit = "acorn.watch"

    @api.model
    def _judge(self, shops):
        now = fields.Datetime.now()
        return [
            *super()._judge(shops),
            *(
                self._with_text(finding)
                for facts in self._money_facts(shops, now)
                for finding in judge(facts, now)
            ),
        ]

    @api.model
    def _with_text(self, finding):
        if finding.code not in SENTENCES:
            return super()._with_text(finding)
        sentence = str(SENTENCES[finding.code])  # in the language of self.env
        return replace(finding, text=sentence % finding.values)

    @api.model
    def _settle(self, shops, findings):
        result = super()._settle(shops, findings)
        self.env["acorn.alert"]._resolve_others(shops, REASONS, findings)
        return result

    @api.model
    def _money_facts(self, shops, now):
        for name in ("acorn.settlement", "acorn.transaction", "acorn.payout"):
            self.env[name].flush_model()
        settlements = {}
        for shop_id, *facts in self.env.execute_query(SQL(SETTLEMENTS, shops.ids, now)):
            settlements.setdefault(shop_id, []).append(SettlementFacts(*facts))
        oldest = dict(self.env.execute_query(SQL(OLDEST_OPEN, shops.ids)))
        failed = dict(self.env.execute_query(SQL(FAILED, shops.ids, now)))
        for shop in shops:
            yield MoneyFacts(
                shop_id=shop.id,
                name=shop.name,
                settlements=tuple(settlements.get(shop.id, ())),
                bank_days=shop.company_id.acorn_payout_days,
                oldest_open=oldest.get(shop.id),
                failed=tuple(failed.get(shop.id, ())),
            )
