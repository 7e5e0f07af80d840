from datetime import timedelta

from odoo import api, fields, models

from ..findings import ERROR
from ..prometheus import Gauge, render

OPEN = ("pending", "waiting", "failed")


class AcornMetrics(models.AbstractModel):
    """The figures of all shops, as Prometheus reads them."""

    _name = "acorn.metrics"
    _description = "Metrics"

    @api.model
    def _text(self):
        shops = self.env["acorn.shop"].search([("state", "!=", "draft")])
        return render(
            [
                *self._findings(shops),
                *self._streams(shops.stream_ids),
                self._messages(shops),
                self._calls(shops),
                *self._budgets(shops),
                self._crons(),
            ]
        )

    @api.model
    def _findings(self, shops):
        up = Gauge("acorn_shop_up", "1: the shop is live and no error is found.")
        findings = Gauge("acorn_findings", "What is wrong now, by severity.")
        found = self.env["acorn.watch"]._findings(shops)
        server = self.env["acorn.health"]._server_findings()
        for shop in shops:
            own = [finding for finding in found if finding.shop_id == shop.id]
            bad = any(finding.severity == ERROR for finding in own)
            up.add(int(shop.state == "live" and not bad), **_shop(shop))
            for severity in sorted({finding.severity for finding in own}):
                count = sum(finding.severity == severity for finding in own)
                findings.add(count, **_shop(shop), severity=severity)
        errors = sum(finding.severity == ERROR for finding in server)
        yield Gauge("acorn_server_errors", "Of the server itself.", [({}, errors)])
        yield up
        yield findings

    @api.model
    def _streams(self, streams):
        lag = Gauge("acorn_stream_lag_seconds", "Since everything was fetched.")
        success = Gauge(
            "acorn_stream_last_success_timestamp_seconds", "When a fetch was complete."
        )
        failures = Gauge("acorn_stream_failures", "Fetches in a row that failed.")
        since = fields.Datetime.now() - timedelta(hours=1)
        done = self.env["acorn.sample"]._worked_off(streams, since)
        applied = Gauge(
            "acorn_stream_applied_last_hour", "Documents worked off in the last hour."
        )
        for stream in streams:
            labels = {
                **_shop(stream.shop_id),
                "stream": stream.kind,
                "site": stream.site_id.code or "",
            }
            lag.add(round(stream.lag * 3600), **labels)
            failures.add(stream.failures, **labels)
            applied.add(done[stream.id], **labels)
            if stream.last_success:
                success.add(_seconds(stream.last_success), **labels)
        return lag, success, failures, applied

    @api.model
    def _messages(self, shops):
        gauge = Gauge("acorn_messages", "Messages that are not done with, by state.")
        counts = self.env["acorn.message"]._read_group(
            [("shop_id", "in", shops.ids), ("state", "in", OPEN)],
            ["shop_id", "state"],
            ["__count"],
        )
        counts = {(shop, state): count for shop, state, count in counts}
        for shop in shops:
            for state in OPEN:
                gauge.add(counts.get((shop, state), 0), **_shop(shop), state=state)
        return gauge

    @api.model
    def _calls(self, shops):
        # No counter: rows are kept for some days, and counters never fall.
        gauge = Gauge("acorn_calls_last_hour", "Calls of the channel, by HTTP status.")
        since = fields.Datetime.now() - timedelta(hours=1)
        for shop, operation, status, count in self.env["acorn.call"]._read_group(
            [("shop_id", "in", shops.ids), ("at", ">=", since)],
            ["shop_id", "operation", "status"],
            ["__count"],
        ):
            gauge.add(count, **_shop(shop), operation=operation, status=status)
        return gauge

    @api.model
    def _budgets(self, shops):
        tokens = Gauge("acorn_budget_tokens", "Calls that may be made at once now.")
        burst = Gauge("acorn_budget_burst", "Calls that may be made at once at most.")
        rate = Gauge("acorn_budget_calls_per_hour", "Calls that flow in an hour.")
        budgets = shops._budget_use()
        for shop in shops:
            for use in budgets.get(shop.id, []):
                labels = {**_shop(shop), "operation": use["operation"]}
                tokens.add(use["left"], **labels)
                burst.add(use["burst"], **labels)
                rate.add(use["per_hour"], **labels)
        return tokens, burst, rate

    @api.model
    def _crons(self):
        gauge = Gauge("acorn_cron_last_run_timestamp_seconds", "When Odoo last ran it.")
        # sudo: see acorn.watch: monitors are told whether the server works.
        crons_sudo = self.env["ir.cron"].sudo().with_context(active_test=False)
        for cron_sudo in crons_sudo.search(self.env["acorn.watch"]._cron_domain()):
            if cron_sudo.lastcall:
                gauge.add(_seconds(cron_sudo.lastcall), cron=cron_sudo.name)
        return gauge


def _shop(shop):
    return {"shop": shop.name, "shop_id": shop.id}


def _seconds(moment):
    return int((moment - fields.Datetime.to_datetime("1970-01-01")).total_seconds())
