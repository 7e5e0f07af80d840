from unittest.mock import patch

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .catchers import MailCatcher
from .common_alert import AlertCase


class TestAlertMail(AlertCase):
    """E-mails leave by Odoo's own mail queue and arrive at a real mail server."""

    def setUp(self):
        super().setUp()
        self.catcher = self.enterContext(MailCatcher())
        self.env["ir.mail_server"].search([]).active = False
        self.env["ir.mail_server"].create(
            {
                "name": "Catcher",
                "smtp_host": "127.0.0.1",
                "smtp_port": self.catcher.port,
                "smtp_encryption": "none",
            }
        )
        self.company.email = "acorn@example.com"
        # Odoo sends nothing during tests; here the mail server is a test's own.
        self.startPatcher(
            patch.object(IrMail_Server, "_disable_send", classmethod(lambda cls: False))
        )

    def send(self):
        self.env["mail.mail"].search([("state", "=", "outgoing")]).filtered(
            lambda mail: mail.recipient_ids == self.owner.partner_id
        ).send(raise_exception=True)

    def test_alarm_arrives_once_as_email_with_number_text_and_link(self):
        with self.later(minutes=31):
            self.watch()
        for minutes in (36, 41, 46):
            with self.later(minutes=minutes):
                self.watch()
        self.send()
        alert = self.alerts("no_pull")
        [(recipients, message)] = self.catcher.mails
        self.assertEqual(recipients, ["olive@example.com"])
        self.assertIn(alert.number, message["Subject"])
        self.assertIn("acorn@example.com", message["From"])
        text = self.catcher.text_of(message)
        self.assertIn("Nothing was fetched for 31 minutes", text)
        self.assertIn(f"/odoo/shop-alerts/{alert.id}", text)

    def test_many_alerts_arrive_as_one_email(self):
        for n in range(60):
            self.env["acorn.alert"]._raise_alert(
                self.shop, "amended", f"111-{n}", "Refused <b>boldly</b>."
            )
        self.watch()
        self.send()
        [(_recipients, message)] = self.catcher.mails
        text = self.catcher.text_of(message)
        self.assertIn("60 alerts", message["Subject"])
        self.assertEqual(text.count("/odoo/shop-alerts/"), 50)
        self.assertIn("10", text)
        self.assertIn("&lt;b&gt;boldly", text, "what a channel says is no markup")

    def test_mail_queue_is_woken(self):
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        self.env["acorn.alert"]._raise_alert(self.shop, "amended", "1", "Refused.")
        self.watch()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
