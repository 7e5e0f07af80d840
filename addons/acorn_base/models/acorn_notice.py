import logging

from odoo import api, fields, models

from ..attempt import attempt

_logger = logging.getLogger(__name__)

MOST_LINES = 50  # of alerts in one e-mail: whoever gets more opens the list


class AcornNotice(models.AbstractModel):
    """How alerts reach people: once when they open, once more when they get worse."""

    _name = "acorn.notice"
    _description = "Notice"

    to_tell = fields.Boolean(readonly=True, index="btree_not_null")
    told_level = fields.Integer(readonly=True, help="The worst that people know of.")

    @api.model
    def _tell(self):
        """Tell what has opened or got worse since the last round, all in one go."""
        # sudo: telling is the watchdog's work, for owners of all companies.
        alerts_sudo = self.sudo().search([("to_tell", "=", True)])
        alerts_sudo._tell_halving()

    def _tell_halving(self):
        """Tell all at once; one that cannot be told keeps none of the others back."""
        failure = self and attempt(self.env, self._tell_all)
        if not failure:
            return
        if len(self) == 1:
            _logger.error("%s cannot be told: %s", self.number, failure.text)
            return
        self.env.invalidate_all()
        half = len(self) // 2
        self[:half]._tell_halving()
        self[half:]._tell_halving()

    def _tell_all(self):
        for level, alerts in self.grouped("level").items():
            alerts.write({"to_tell": False, "told_level": level})
        self._schedule()
        for partner, alerts in self._by_partner().items():
            alerts._mail(partner)
        self.env["acorn.webhook"]._queue(self)

    # === ACTIVITY === #

    def _schedule(self):
        """Give each owner one activity for each alert that has none."""
        owed = self.filtered(lambda alert: alert.user_id and not alert.activity_ids)
        # The e-mail is ours: Odoo need not tell of the activity by another one.
        quiet = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        quiet.create(
            [
                {
                    "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                    "res_model_id": self.env["ir.model"]._get_id("acorn.alert"),
                    "res_id": alert.id,
                    "summary": alert.display_name,
                    "note": alert.text,
                    "user_id": alert.user_id.id,
                    "automated": True,
                }
                for alert in owed
                if alert.level
            ]
        )

    # === E-MAIL === #

    def _by_partner(self):
        """Return the alerts of each person: their own, and of shops they follow."""
        follower_ids = self.env["mail.followers"].search_fetch(
            [
                ("res_model", "=", "acorn.shop"),
                ("res_id", "in", self.shop_id.ids),
                ("subtype_ids", "in", self.env.ref("acorn_base.mt_shop_alert").ids),
            ],
            ["res_id", "partner_id"],
        )
        followers = follower_ids.grouped("res_id")
        told = {}
        for alert in self:
            partners = alert.user_id.partner_id
            if alert.shop_id.id in followers:
                partners |= followers[alert.shop_id.id].partner_id
            for partner in partners.filtered("active"):
                told[partner] = told.get(partner, self.browse()) | alert
        return told

    def _mail(self, partner):
        """Queue one e-mail that tells a person of all these alerts."""
        speaking = self.with_context(lang=partner.lang or self.env.lang)
        company = self.company_id[:1]
        sender = company.email_formatted or self.env.user.email_formatted
        mail = self.env["mail.mail"].create(
            {
                "subject": speaking._mail_subject(),
                "body_html": speaking._mail_body(),
                "recipient_ids": [fields.Command.link(partner.id)],
                "email_from": sender,
                "reply_to": sender,
                "headers": repr({"X-Auto-Response-Suppress": "OOF"}),
                "auto_delete": True,
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return mail

    def _mail_subject(self):
        worst = self.sorted("level", reverse=True)[0]
        if len(self) == 1:
            return f"[{worst.number}] {worst.shop_id.name}: {worst.name}"
        return self.env._(
            "%(count)s alerts, the worst: [%(number)s] %(shop)s: %(name)s",
            count=len(self),
            number=worst.number,
            shop=worst.shop_id.name,
            name=worst.name,
        )

    def _mail_body(self):
        values = {
            "alerts": self.sorted("level", reverse=True)[:MOST_LINES],
            "more": max(0, len(self) - MOST_LINES),
            "base_url": self[:1].get_base_url(),
        }
        return self.env["ir.qweb"]._render("acorn_base.alert_mail", values)
