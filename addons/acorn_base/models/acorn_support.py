import csv
import io
import json
import platform
import re
import zipfile
from importlib import metadata

from odoo import api, fields, models, release
from odoo.tools import SQL, config

MOST_CALLS = 20_000  # the newest: about 2 MB before they are packed
MOST_ROWS = 2_000  # of messages and of alerts
# Of the server's own settings, what the pace of the work depends on.
OPTIONS = (
    *("workers", "max_cron_threads", "limit_time_cpu", "limit_time_real"),
    *("limit_time_real_cron", "limit_memory_soft", "limit_memory_hard", "proxy_mode"),
    *("db_maxconn", "log_level"),
)
CALLS = [
    "at",
    "operation",
    "status",
    "duration",
    "reference",
    "code",
    "attempt",
    "retry",
]
STREAMS = [
    "kind",
    "display_name",
    "state",
    "last_try",
    "last_success",
    "next_run",
    "failures",
    "lag",
    "backlog",
    "error",
]
MESSAGES = [
    "number",
    "direction",
    "kind",
    "state",
    "tries",
    "size",
    "version",
    "received_at",
    "next_try",
    "done_at",
]
ALERTS = [
    "number",
    "reason",
    "severity",
    "state",
    "occurrences",
    "create_date",
    "last_seen",
]
CRONS = ["name", "active", "nextcall", "lastcall", "failure_count", "priority"]
SITES = ["name", "code", "channel_ref", "active", "suspended"]
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


class AcornSupport(models.AbstractModel):
    """What support needs to know of one shop: nothing secret, and nobody's name.

    Only what is listed above goes in. Texts of failed messages and of alerts stay out:
    they may name buyers. Their numbers find them in Odoo.
    """

    _name = "acorn.support"
    _description = "Support File"

    @api.model
    def _zip(self, shop):
        """Return the bytes of the file; some MB at most."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._files(shop):
                archive.writestr(name, content)
        return packed.getvalue()

    @api.model
    def _files(self, shop):
        own = [("shop_id", "=", shop.id)]
        failed = [*own, ("state", "=", "failed")]
        yield "shop.json", _json(self._shop(shop))
        yield "versions.json", _json(self._versions())
        yield "findings.json", _json(self._findings(shop))
        yield "streams.csv", _csv(shop.stream_ids, STREAMS)
        yield (
            "calls.csv",
            _csv(self.env["acorn.call"].search(own, limit=MOST_CALLS), CALLS),
        )
        yield (
            "failed_messages.csv",
            _csv(self.env["acorn.message"].search(failed, limit=MOST_ROWS), MESSAGES),
        )
        yield (
            "alerts.csv",
            _csv(self.env["acorn.alert"].search(own, limit=MOST_ROWS), ALERTS),
        )
        # sudo: administrators of Acorn need not be Odoo's; these are no secrets.
        crons_sudo = self.env["ir.cron"].sudo().with_context(active_test=False)
        ours = crons_sudo.search([("cron_name", "=like", "Acorn%")])
        yield "scheduled_actions.csv", _csv(ours, CRONS)

    @api.model
    def _shop(self, shop):
        company, sites = shop.company_id, shop.with_context(active_test=False).site_ids
        return {
            "settings": shop._support_settings(),
            "company": {
                "currency": company.currency_id.name,
                "country": company.country_id.code,
                "language": company.partner_id.lang,
                "time_zone": company.partner_id.tz,
            },
            "sites": [{name: site[name] for name in SITES} for site in sites],
            "messages": {
                f"{direction} {kind} {state}": count
                for direction, kind, state, count in self.env[
                    "acorn.message"
                ]._read_group(
                    [("shop_id", "=", shop.id)],
                    ["direction", "kind", "state"],
                    ["__count"],
                )
            },
        }

    @api.model
    def _findings(self, shop):
        found = self.env["acorn.watch"]._findings(shop)
        return [
            {
                "reason": finding.reason,
                "severity": finding.severity,
                "code": finding.code,
                "stream_id": finding.stream_id,
            }
            for finding in [*self.env["acorn.health"]._server_findings(), *found]
        ]

    @api.model
    def _versions(self):
        # sudo: administrators of Acorn need not be Odoo's; these are no secrets.
        modules_sudo = self.env["ir.module.module"].sudo()
        installed = modules_sudo.search([("state", "=", "installed")], order="name")
        [[postgres]] = self.env.execute_query(SQL("SHOW server_version"))
        return {
            "made": fields.Datetime.now(),
            "odoo": release.version,
            "python": platform.python_version(),
            "system": platform.platform(),
            "postgresql": postgres,
            "options": {name: config.get(name) for name in OPTIONS},
            "addons": {module.name: module.latest_version for module in installed},
            "packages": dict(
                sorted((d.name, d.version) for d in metadata.distributions())
            ),
        }


def _csv(records, names):
    """Return rows of fields as CSV; whatever looks like an e-mail address is masked."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_plain(record[name]) for name in names] for record in records)
    return _MAIL.sub("***@***", text.getvalue())


def _plain(value):
    if isinstance(value, dict):
        return json.dumps(value, default=str)
    return "" if value is False or value is None else value


def _json(data):
    return _MAIL.sub("***@***", json.dumps(data, default=str, indent=1))
