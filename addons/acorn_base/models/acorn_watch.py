import logging
import time
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..attempt import CROSSED, attempt
from ..findings import (
    ERROR,
    WARNING,
    CoverFacts,
    Finding,
    MessageFacts,
    ParcelFacts,
    ShopFacts,
    StreamFacts,
    judge,
)
from .watch_sentences import SENTENCES

_logger = logging.getLogger(__name__)

SILENCE = timedelta(minutes=10)  # crons that are due for longer do not run
# What the watchdog alone raises, and so closes. Others close themselves at once.
WATCHED = (
    *("no_pull", "failing", "no_orders", "pile_up", "failed", "no_receipt"),
    *("credentials", "paused", "blind", "ship_by", "shipment"),
    "cover",
)
FIRST = 5  # orders or deliveries that an alert names


class AcornWatch(models.AbstractModel):
    """Whether all goes well: judged when a page loads, and every few minutes."""

    _name = "acorn.watch"
    _description = "Watchdog"

    # === FINDINGS === #

    @api.model
    def _findings(self, shops):
        """Return what is wrong with shops now, from stored facts alone.

        A handful of queries, however many shops there are; shops that were never
        connected have no findings.

        :return: list of ``Finding`` with their texts, worst first
        """
        shops = shops.filtered(lambda shop: shop.state != "draft")
        found = []
        failure = attempt(self.env, lambda: found.extend(self._judge(shops)))
        if failure:
            found = [f for shop in shops for f in self._judge_alone(shop)]
        return sorted(found, key=lambda finding: -finding.level)

    @api.model
    def _judge_alone(self, shop):
        """Judge one shop; one that cannot be judged is itself a finding."""
        found = []
        failure = attempt(self.env, lambda: found.extend(self._judge(shop)))
        if failure:
            values = {"shop": shop.name, "error": failure.text}
            blind = Finding(shop.id, "blind", shop.name, ERROR, "blind", values)
            return [self._with_text(blind)]
        return found

    @api.model
    def _judge(self, shops):
        now = fields.Datetime.now()
        return [
            self._with_text(finding)
            for facts in self._facts(shops)
            for finding in judge(facts, now)
        ]

    @api.model
    def _with_text(self, finding):
        sentence = str(SENTENCES[finding.code])  # in the language of self.env
        return replace(finding, text=sentence % finding.values)

    # === FACTS === #

    @api.model
    def _facts(self, shops):
        messages, quiet = self._message_facts(shops), self._quiet_ids(shops)
        parcels = self._parcel_facts(shops)
        streams = shops.stream_ids.grouped("shop_id")
        cover = self.env["acorn.cover.shop"]._facts(shops)
        for shop in shops:
            yield ShopFacts(
                id=shop.id,
                name=shop.name,
                live=shop.state == "live",
                problem=shop.problem or "",
                probed=bool(shop.probe_after),
                alarm_after=timedelta(minutes=shop.alarm_minutes),
                most_pending=shop.company_id.acorn_most_pending,
                quiet_hours=shop.quiet_hours,
                quiet=shop.id in quiet,
                streams=tuple(map(self._stream_facts, streams.get(shop, ()))),
                messages=messages.get(shop.id, MessageFacts()),
                credentials=tuple(shop._credentials_ending()),
                cover=cover.get(shop.id, CoverFacts()),
                parcels=parcels.get(shop.id, ParcelFacts()),
            )

    @api.model
    def _stream_facts(self, stream):
        live_since = stream.shop_id.live_since or stream.create_date
        return StreamFacts(
            id=stream.id,
            name=stream.display_name,
            closed=stream.state == "closed",
            failures=stream.failures,
            error=stream.error or "",
            every=stream._every(),
            since=max(stream.last_page or stream.create_date, live_since),
        )

    @api.model
    def _message_facts(self, shops):
        """Count what is open; what is tried again is as old as its arrival."""
        self.env["acorn.message"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT shop_id, state, count(*), (array_agg(id ORDER BY id DESC))[1:3],
                       min(CASE WHEN tries = 0 THEN write_date ELSE received_at END),
                       min(received_at)
                  FROM acorn_message
                 WHERE shop_id = ANY(%s) AND state IN ('pending', 'failed', 'waiting')
                   -- Of these the deliveries and orders themselves tell.
                   AND NOT (
                       state = 'failed'
                       AND (kind = 'shipment' AND picking_id IS NOT NULL
                            OR kind = 'cancellation' AND order_id IS NOT NULL)
                   )
                 GROUP BY shop_id, state
                """,
                shops.ids,
            )
        )
        Message = self.env["acorn.message"]
        facts = {}
        for shop_id, state, count, newest, since, received in rows:
            known = facts.get(shop_id, MessageFacts())
            if state == "pending":
                known = replace(known, pending=count, pending_since=since)
            elif state == "waiting":
                known = replace(known, waiting_since=received)
            else:
                numbers = tuple(map(Message._number_of, newest))
                known = replace(known, failed=count, references=numbers)
            facts[shop_id] = known
        return facts

    @api.model
    def _parcel_facts(self, shops):
        """Count what has to leave soon, and what left unknown to the channel."""
        facts = self._due_facts(shops)
        # sudo: who sees how shops do need not be able to read deliveries.
        picking_sudo = self.env["stock.picking"].sudo()
        groups = picking_sudo._read_group(
            [
                ("acorn_site_id.shop_id", "in", shops.ids),
                ("acorn_push_error", "!=", False),
            ],
            ["acorn_site_id"],
            ["__count", "name:array_agg"],
        )
        for site, count, names in groups:
            known = facts.get(site.shop_id.id, ParcelFacts())
            facts[site.shop_id.id] = replace(
                known,
                unconfirmed=known.unconfirmed + count,
                deliveries=(*known.deliveries, *sorted(names))[:FIRST],
            )
        return facts

    @api.model
    def _due_facts(self, shops):
        """Count orders by their ship-by time, as near as each shop wants to hear."""
        names = ["acorn_ship_by", "acorn_shop_id", "acorn_to_ship", "name"]
        self.env["sale.order"].flush_model(names)
        self.env["acorn.shop"].flush_model(["ship_by_hours"])
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT shop.id, count(*),
                       count(*) FILTER (WHERE sale.acorn_ship_by < %(now)s),
                       (array_agg(sale.name ORDER BY sale.acorn_ship_by))[1:%(first)s]
                  FROM acorn_shop shop
                  JOIN sale_order sale ON sale.acorn_shop_id = shop.id
                 WHERE shop.id = ANY(%(shops)s) AND sale.acorn_to_ship
                   AND sale.acorn_ship_by
                       < %(now)s + make_interval(hours => shop.ship_by_hours)
                 GROUP BY shop.id
                """,
                now=now,
                first=FIRST,
                shops=shops.ids,
            )
        )
        return {
            shop_id: ParcelFacts(soon=soon, late=late, orders=tuple(orders))
            for shop_id, soon, late, orders in rows
        }

    @api.model
    def _quiet_ids(self, shops):
        """Return the ids of shops where nobody ordered for longer than is usual."""
        watched = shops.filtered(lambda shop: shop.quiet_hours > 0)
        if not watched:
            return set()
        self.env["sale.order"].flush_model(["acorn_shop_id", "date_order"])
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT shop.id FROM acorn_shop shop
                 WHERE shop.id = ANY(%s) AND shop.live_since < %s
                       - make_interval(hours => shop.quiet_hours)
                   AND NOT EXISTS (
                       SELECT 1 FROM sale_order sale
                        WHERE sale.acorn_shop_id = shop.id AND sale.date_order >= %s
                              - make_interval(hours => shop.quiet_hours)
                   )
                """,
                watched.ids,
                now,
                now,
            )
        )
        return {shop_id for [shop_id] in rows}

    # === CRONS === #

    @api.model
    def _cron_silence(self):
        """Return findings on scheduled actions of Acorn that do not run at all.

        No cron can say so: ask when a page loads.
        """
        now, findings = fields.Datetime.now(), []
        # sudo: whoever looks at a shop may know whether the server works for it.
        crons_sudo = self.env["ir.cron"].sudo().with_context(active_test=False)
        for cron_sudo in crons_sudo.search(self._cron_domain()):
            late = now - cron_sudo.nextcall
            if not cron_sudo.active:
                code, severity, late = "crons_off", WARNING, timedelta(0)
            elif late > SILENCE:
                code, severity = "crons_silent", ERROR
            else:
                continue
            values = {"cron": cron_sudo.name, "minutes": int(late.total_seconds() / 60)}
            findings.append(Finding(0, "crons", cron_sudo.name, severity, code, values))
        return [self._with_text(finding) for finding in findings]

    @api.model
    def _cron_domain(self):
        # sudo: as in acorn.worker, people have no rights on server actions.
        actions_sudo = self.env["ir.actions.server"].sudo()
        action_ids = actions_sudo._search(
            [
                ("model_id.model", "in", ("acorn.shop", "acorn.watch")),
                ("code", "in", ("model._cron_lane()", "model._cron_watch()")),
            ]
        )
        return [("ir_actions_server_id", "in", action_ids)]

    # === CRON === #

    @api.model
    def _cron_watch(self):
        """Turn findings into alerts, and close those whose cause is gone."""
        shops = self.env["acorn.shop"].search([("state", "!=", "draft")])
        for lang, spoken in shops.grouped(
            lambda shop: shop.company_id.partner_id.lang
        ).items():
            speaking = self.with_context(lang=lang or self.env.lang)
            speaking._watch(spoken.with_env(speaking.env))
        self.env["acorn.alert"]._tell()
        self.env["ir.cron"]._commit_progress()
        self.env["acorn.webhook.delivery"]._send_due(time.monotonic() + 60)

    @api.model
    def _watch(self, shops):
        """Let the alerts of shops be what is found now; a failing shop stops none."""
        findings = self._findings(shops)
        try:
            failure = attempt(self.env, lambda: self._settle(shops, findings))
            if failure:
                for shop in shops:
                    own = [f for f in findings if f.shop_id == shop.id]
                    attempt(self.env, lambda s=shop, o=own: self._settle(s, o))
            self.env.flush_all()
            self.env["ir.cron"]._commit_progress(len(shops))
        except CROSSED:
            # A lane wrote the same alert: ordinary, the next round sees to it.
            _logger.info("The alerts of %s shops are settled later", len(shops))
            self.env.cr.rollback()

    @api.model
    def _settle(self, shops, findings):
        Alert = self.env["acorn.alert"]
        Alert._raise_findings(findings)
        Alert._resolve_others(shops, WATCHED, findings)
