import logging
import time
from datetime import timedelta

from odoo import api, fields, models

from ..attempt import CROSSED, attempt
from ..channel import UTC
from ..notify.payloads import Line

_logger = logging.getLogger(__name__)

MOST_TRIES = 8
FIRST_WAIT = timedelta(minutes=5)  # doubled with each try: ten hours in all
KEPT = timedelta(days=30)


class AcornWebhookDelivery(models.Model):
    """A message to a webhook: sent apart from the work that raised its alerts."""

    _name = "acorn.webhook.delivery"
    _description = "Message to a Webhook"
    _order = "id desc"
    _rec_name = "webhook_id"

    webhook_id = fields.Many2one(
        "acorn.webhook", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="webhook_id.company_id", store=True, index=True
    )
    alert_ids = fields.Many2many("acorn.alert", readonly=True)
    state = fields.Selection(
        [("pending", "Pending"), ("done", "Sent"), ("failed", "Given Up")],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )
    tries = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True, default=fields.Datetime.now)
    error = fields.Text(readonly=True)

    @api.model
    def _send_due(self, deadline):
        """Send what is due until the deadline (monotonic seconds)."""
        # sudo: sending is the watchdog's work, for webhooks of all companies.
        due_sudo = self.sudo().search(
            [("state", "=", "pending"), ("next_try", "<=", fields.Datetime.now())],
            order="next_try, id",
        )
        for delivery_sudo in due_sudo:
            if time.monotonic() >= deadline:
                break
            try:
                delivery_sudo._send()
            except CROSSED:
                _logger.info("Webhook message %s is sent later", delivery_sudo.id)
                self.env.cr.rollback()

    def _send(self):
        """Send one message; the next try is committed before, and no row held."""
        self.env["ir.cron"]._commit_progress()
        self.invalidate_recordset()
        if not self.try_lock_for_update() or self.state != "pending":
            return
        wait = FIRST_WAIT * 2**self.tries
        self.write({"tries": self.tries + 1, "next_try": fields.Datetime.now() + wait})
        self.env["ir.cron"]._commit_progress()
        webhook = self.webhook_id
        speaking = self.with_context(lang=self.company_id.partner_id.lang)
        failure = attempt(
            self.env, lambda: webhook._say(speaking._title(), speaking._lines())
        )
        speaking._keep(failure)
        self.env["ir.cron"]._commit_progress(1)

    def _keep(self, failure):
        webhook = self.webhook_id
        webhook._note(failure)
        Alert = self.env["acorn.alert"]
        if not failure:
            self.write({"state": "done", "error": False})
            for shop in self.alert_ids.shop_id:
                Alert._resolve(shop, "webhook", [webhook.name])
            return
        self.error = webhook.problem
        if self.tries >= MOST_TRIES:
            self.state = "failed"
            text = self.env._("%s Then press Test on the webhook.", webhook.problem)
            for shop in self.alert_ids.shop_id:
                Alert._raise_alert(shop, "webhook", webhook.name, text)

    def _title(self):
        if len(self.alert_ids) == 1:
            return f"Acorn: {self.alert_ids.shop_id.name}: {self.alert_ids.name}"
        return self.env._("Acorn: %s alerts", len(self.alert_ids))

    def _lines(self):
        base_url = self.webhook_id.get_base_url()
        return [
            Line(
                number=alert.number or "",
                severity=alert.severity,
                reason=alert.reason,
                shop=alert.shop_id.name,
                name=alert.name,
                text=alert.text or "",
                url=f"{base_url}/odoo/shop-alerts/{alert.id}",
                opened_at=alert.create_date.replace(tzinfo=UTC).isoformat(
                    timespec="seconds"
                ),
            )
            for alert in self.alert_ids.sorted("level", reverse=True)
        ]

    def action_retry(self):
        self.webhook_id.check_access("write")
        # sudo: people may ask for it to be sent again, not edit what is sent.
        again_sudo = self.sudo().filtered(lambda delivery: delivery.state == "failed")
        again_sudo.write(
            {"state": "pending", "tries": 0, "next_try": fields.Datetime.now()}
        )

    @api.autovacuum
    def _gc_old(self):
        before = fields.Datetime.now() - KEPT
        self.search([("state", "!=", "pending"), ("write_date", "<", before)]).unlink()
