import os
from datetime import datetime

from odoo import api, fields, models

from ..attempt import attempt
from ..channel import UTC
from ..findings import RANK
from ..notify.payloads import DINGTALK, FEISHU, GENERIC, WECOM, Line, build, check
from ..notify.post import NotSent, post
from ..vault import VaultError
from .webhook_sentences import SENTENCES

# The server's environment alone opens the own network: never a field.
TRUSTED = "ACORN_WEBHOOK_HOSTS"


class AcornWebhook(models.Model):
    """A chat system or a monitor that is told of alerts, too."""

    _name = "acorn.webhook"
    _description = "Webhook"
    _inherit = ["acorn.secret.mixin", "acorn.audited"]
    _order = "name, id"
    _check_company_auto = True
    _acorn_audience = "admin"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [
            (WECOM, "WeCom"),
            (DINGTALK, "DingTalk"),
            (FEISHU, "Feishu"),
            (GENERIC, "Any other (JSON)"),
        ],
        string="System",
        required=True,
        default=WECOM,
    )
    url = fields.Char(
        string="Address",
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        compute_sudo=True,
        copy=False,
        help="As the group's robot shows it. Whoever knows it can write into the "
        "group: it is kept encrypted and never shown again.",
    )
    url_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False)
    url_mask = fields.Char(readonly=True, copy=False)
    signing_secret = fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        compute_sudo=True,
        copy=False,
        help="Of the robot's security settings (additional signature). Any other "
        "system finds an HMAC-SHA256 of the body in the header X-Acorn-Signature.",
    )
    signing_secret_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False)
    signing_secret_mask = fields.Char(readonly=True, copy=False)
    severity = fields.Selection(
        [("info", "Information"), ("warning", "Warning"), ("error", "Error")],
        string="From Severity",
        default="warning",
        required=True,
    )
    shop_ids = fields.Many2many(
        "acorn.shop",
        string="Shops",
        check_company=True,
        help="Leave empty for all shops of the company.",
    )
    last_sent = fields.Datetime(readonly=True, copy=False)
    problem = fields.Text(readonly=True, copy=False)
    delivery_ids = fields.One2many("acorn.webhook.delivery", "webhook_id")

    @api.model
    def _get_secrets(self):
        return [*super()._get_secrets(), "url", "signing_secret"]

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("name", "active", "company_id", "kind", "severity", "shop_ids"),
        ]

    # === QUEUE === #

    @api.model
    def _queue(self, alerts):
        """Let each webhook tell of those of the alerts that it is meant for."""
        # sudo: alerts are told by the work itself, whoever set it off.
        webhooks_sudo = self.sudo().search(
            [("company_id", "in", alerts.company_id.ids)]
        )
        owed = [(webhook, webhook._meant(alerts)) for webhook in webhooks_sudo]
        webhooks_sudo.delivery_ids.create(
            [
                {"webhook_id": webhook.id, "alert_ids": meant.ids}
                for webhook, meant in owed
                if meant
            ]
        )

    def _meant(self, alerts):
        return alerts.filtered(
            lambda alert: (
                alert.company_id == self.company_id
                and not (alert.reason == "webhook" and alert.subject == self.name)
                and RANK[alert.severity] >= RANK[self.severity]
                and (not self.shop_ids or alert.shop_id in self.shop_ids)
            )
        )

    # === SEND === #

    def _say(self, title, lines):
        """Send a message to the system.

        :raise NotSent: when it did not arrive
        """
        self.ensure_one()
        try:
            url = self._open_secret("url")
            secret = self._open_secret("signing_secret")
        except VaultError as error:
            raise NotSent("sealed", error=str(error)) from None
        request = build(self.kind, url, title, lines, secret, datetime.now(UTC))
        trusted = tuple(os.environ.get(TRUSTED, "").replace(",", " ").split())
        check(
            self.kind,
            post(request.url, request.body, request.headers, trusted=trusted),
        )

    def _explain(self, error):
        if not isinstance(error, NotSent):
            return self.env._(
                "An error of Acorn itself: %s. The server's log tells more.",
                type(error).__name__,
            )
        return str(SENTENCES[error.code]) % error.values

    def action_test(self):
        """Send a message that says so, and show what came of it."""
        self.ensure_one()
        self.check_access("write")
        title = self.env._("Acorn: a test from %s", self.env.user.name)
        failure = attempt(self.env, lambda: self._try_out(title))
        if failure:
            self._note(failure)
            return self._notification(self.problem, "danger")
        self._note(None)
        return self._notification(
            self.env._("It has arrived. See it in the group."), "success"
        )

    def _try_out(self, title):
        line = Line(
            number="ALR-000000",
            severity="info",
            reason="test",
            shop=self.company_id.name,
            name=self.env._("Test"),
            text=self.env._("Alerts of Acorn will appear here."),
            url=f"{self.get_base_url()}/odoo/shop-alerts",
            opened_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self._say(title, [line])

    def _note(self, failure):
        if failure:
            self.problem = self._explain(failure.error)
        else:
            self.write({"problem": False, "last_sent": fields.Datetime.now()})

    def _notification(self, message, kind):
        return self.env["acorn.shop"]._notify(message, kind)
