from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .. import vault
from ..findings import ERROR, RANK, Finding
from .health_words import STATES

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SLOTS = 48  # points of a graph: the worst of each half hour
OF_REASON = {"stream": "closed", "no_pull": "late", "failing": "failing"}


class AcornHealth(models.AbstractModel):
    """One look: what the Health page, its banner and monitors are told.

    Nothing is judged here: ``acorn.watch`` does, from stored facts.
    """

    _name = "acorn.health"
    _description = "Health"

    # === THE PAGE === #

    @api.model
    @api.readonly
    def page(self):
        """Return all that the Health page shows to the user, as plain JSON."""
        shops = self.env["acorn.shop"].search([])
        findings = self.env["acorn.watch"]._findings(shops)
        return {
            "server": [_told(finding) for finding in self._server_findings()],
            "shops": self._shops(shops, findings),
            "sees_calls": self.env["acorn.call"].has_access("read"),
        }

    @api.model
    @api.readonly
    def banner(self):
        """Return what every page of Acorn's users must say: that nothing runs.

        Said here because no scheduled action can say that none of them runs.
        """
        if not self.env.user.has_group("acorn_base.group_user"):
            return []
        worst = {
            finding.code: _told(finding)  # one of three scheduled actions is enough
            for finding in reversed(self._server_findings())
            if finding.severity == ERROR
        }
        return list(worst.values())

    @api.model
    def _server_findings(self):
        """Return what concerns the server and so every shop, worst first."""
        findings = self.env["acorn.watch"]._cron_silence()
        # sudo: as in acorn.watch, whoever sees a shop may know that it is worked for.
        lanes_sudo = self.env["ir.cron"].sudo()
        if not lanes_sudo.search_count(self.env["acorn.shop"]._lane_domain(), limit=1):
            findings = [replace(finding, severity=ERROR) for finding in findings]
        try:
            vault.check()
        except vault.VaultError as error:
            text = self.env["acorn.shop"]._explain(error)
            findings.append(Finding(0, "key", "", ERROR, error.code, text=text))
        return sorted(findings, key=lambda finding: -finding.level)

    # === SHOPS × STREAMS === #

    @api.model
    def _shops(self, shops, findings):
        since = fields.Datetime.now() - DAY
        graphs = self._graphs(shops.stream_ids, since)
        done = self._worked_off(shops.stream_ids)
        calls = self.env["acorn.call"]._count_by_operation(shops, since)
        budgets = shops._budget_use()
        rows = []
        for shop in shops:
            own = [finding for finding in findings if finding.shop_id == shop.id]
            rows.append(
                {
                    **self._shop(shop, own),
                    **_calls_of(shop, calls, budgets.get(shop.id, [])),
                    "streams": [
                        self._stream(stream, own, graphs, done)
                        for stream in shop.stream_ids
                    ],
                }
            )
        return sorted(rows, key=lambda row: -row["level"])

    @api.model
    def _shop(self, shop, findings):
        state = shop.state
        if state == "paused" and any(f.reason == "account" for f in findings):
            state = "stopped"
        worst = max((finding.level for finding in findings), default=0)
        return {
            "id": shop.id,
            "name": shop.name,
            "company": shop.company_id.name,
            "state": state,
            "label": str(STATES[state]),
            "level": worst,
            "severity": _severity(worst),
            "findings": [_told(f) for f in findings if not f.stream_id],
            "alerts": shop.alert_count,
            "failed": shop.failed_count,
            "backlog": shop.backlog,
        }

    @api.model
    def _stream(self, stream, findings, graphs, done):
        found = [finding for finding in findings if finding.stream_id == stream.id]
        state = OF_REASON.get(found[0].reason, "failing") if found else "running"
        if stream.shop_id.state != "live":
            state = "paused"
        graph = graphs.get(stream.id, {})
        kinds = dict(self.env["acorn.stream"]._get_kinds())
        return {
            "id": stream.id,
            "name": kinds.get(stream.kind, stream.kind),
            "site": stream.site_id.name or "",
            "state": state,
            "label": str(STATES[state]),
            "text": found[0].text if found else stream.error or "",
            "last_success": fields.Datetime.to_string(stream.last_success) or "",
            "lag": round(stream.lag * 3600),
            "graph": graph.get("lags", [None] * SLOTS),
            "backlog": stream.backlog,
            "failures": stream.failures,
            "failed": max(graph.get("failed", 0), stream.failures),
            "per_hour": done.get(stream.id, 0),
            "best": graph.get("best", 0),
        }

    @api.model
    def _worked_off(self, streams):
        since = fields.Datetime.now() - HOUR
        return self.env["acorn.sample"]._worked_off(streams, since)

    @api.model
    def _graphs(self, streams, since):
        """Return of each stream its lags since then, its failures and its best rate.

        :return: {stream id: {"lags": list of seconds or None, "failed": fetches,
            "best": documents a minute}}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT stream_id,
                       floor(extract(epoch FROM at - %(since)s) * %(slots)s
                             / extract(epoch FROM %(day)s))::int AS slot,
                       max(lag), COALESCE(sum(failed), 0)::int,
                       max(applied * 60.0 / NULLIF(seconds, 0))::float
                  FROM acorn_sample
                 WHERE stream_id = ANY(%(ids)s) AND at > %(since)s
                 GROUP BY 1, 2
                """,
                since=since,
                slots=SLOTS,
                day=DAY,
                ids=streams.ids,
            )
        )
        graphs = {}
        for stream_id, slot, lag, failed, best in rows:
            graph = graphs.setdefault(
                stream_id, {"lags": [None] * SLOTS, "failed": 0, "best": 0}
            )
            graph["lags"][min(slot, SLOTS - 1)] = lag
            graph["failed"] += failed
            graph["best"] = max(graph["best"], best or 0)
        return graphs

    # === MONITORS === #

    @api.model
    def _report(self):
        """Return how all shops of all companies are, for monitors: names and numbers.

        :return: {"status": "ok" or "failing", "server": …, "shops": …}
        """
        shops = self.env["acorn.shop"].search([("state", "!=", "draft")])
        server = self._server_findings()
        findings = self.env["acorn.watch"]._findings(shops)
        bad = any(finding.severity == ERROR for finding in [*server, *findings])
        return {
            "status": "failing" if bad else "ok",
            "server": [_coded(finding) for finding in server],
            "shops": [
                {
                    "id": shop.id,
                    "name": shop.name,
                    "state": shop.state,
                    "backlog": shop.backlog,
                    "failed": shop.failed_count,
                    "findings": [_coded(f) for f in findings if f.shop_id == shop.id],
                    "streams": [
                        {
                            "kind": stream.kind,
                            "site": stream.site_id.code or "",
                            "state": stream.state,
                            "lag_seconds": round(stream.lag * 3600),
                            "last_success": _iso(stream.last_success),
                            "failures": stream.failures,
                        }
                        for stream in shop.stream_ids
                    ],
                }
                for shop in shops
            ],
        }


def _told(finding):
    return {
        "reason": finding.reason,
        "severity": finding.severity,
        "text": finding.text,
    }


def _coded(finding):
    """Return a finding in words for machines: its text may name what is nobody's."""
    return {
        "reason": finding.reason,
        "severity": finding.severity,
        "code": finding.code,
        "subject": finding.subject,
    }


def _severity(level):
    return max((rank, name) for name, rank in RANK.items() if rank <= level)[1]


def _iso(moment):
    return f"{moment.isoformat()}Z" if moment else None


def _calls_of(shop, calls, budget):
    """Return the calls of a shop, and beside each operation what is left of it."""
    own = {op: counts for (shop_id, op), counts in calls.items() if shop_id == shop.id}
    return {
        "calls": sum(made for made, _failed in own.values()),
        "calls_failed": sum(failed for _made, failed in own.values()),
        "budget": [
            {**use, "used": own.get(use["operation"], (0,))[0]} for use in budget
        ],
    }
