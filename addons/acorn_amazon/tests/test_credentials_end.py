from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import TransactionCase, new_test_user

from .test_credentials import REFRESH_TOKEN, CredentialsCase


class TestCredentialsEnd(CredentialsCase, TransactionCase):
    """Client secret and authorisation: who is told when, before they end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = new_test_user(
            cls.env, "owner", email="o@example.com", groups="acorn_base.group_user"
        )
        cls.shop.write({"state": "live", "user_id": cls.owner.id})

    def watch_on(self, day):
        """Let the watchdog make its round on a day; return the open alerts."""
        with (
            freeze_time(day),
            self.enter_registry_test_mode(),
            self.env.registry.cursor() as cr,
        ):
            self.env(cr=cr)["acorn.watch"]._cron_watch()
        self.env.invalidate_all()
        return self.env["acorn.alert"].search(
            [
                ("shop_id", "=", self.shop.id),
                ("reason", "=", "credentials"),
                ("state", "!=", "done"),
            ]
        )

    def count_mails(self):
        return self.env["mail.mail"].search_count(
            [
                ("recipient_ids", "in", self.owner.partner_id.ids),
                ("subject", "like", "ALR-"),
            ]
        )

    def test_end_of_the_client_secret_is_told_at_30_14_7_days_and_on_the_day(self):
        end = self.app.secret_expires_on
        told = []
        for left in (31, 30, 29, 14, 13, 7, 6, 1, 0, -1, -2):
            alert = self.watch_on(end - timedelta(days=left))
            told.append((left, self.count_mails(), alert.severity))
        self.assertEqual(
            told,
            [
                (31, 0, False),
                (30, 1, "warning"),
                (29, 1, "warning"),
                (14, 2, "warning"),
                (13, 2, "warning"),
                (7, 3, "error"),
                (6, 3, "error"),
                (1, 3, "error"),
                (0, 4, "error"),
                (-1, 4, "error"),
                (-2, 4, "error"),
            ],
        )
        self.assertIn("has ended", alert.text)
        self.assertIn("Seller Central", alert.text)

    def test_new_secret_closes_the_alert(self):
        end = self.app.secret_expires_on
        alert = self.watch_on(end - timedelta(days=10))
        self.assertIn(self.app.name, alert.subject)
        with freeze_time(end - timedelta(days=9)):
            self.app.client_secret = "amzn1.oa2-cs.v1.another-secret-of-ours-1234"
        self.assertFalse(self.watch_on(end - timedelta(days=9)))
        self.assertEqual(alert.state, "done")

    def test_authorisation_of_a_public_app_ends_a_year_after_the_token_was_made(self):
        self.app.secret_expires_on = date(2099, 1, 1)
        self.assertEqual(self.shop.amazon_authorized_on, fields.Date.today())
        self.assertFalse(self.watch_on(fields.Date.today() + timedelta(days=360)))
        self.app.public = True
        self.shop.amazon_authorized_on = date(2026, 1, 10)
        self.assertFalse(self.watch_on(date(2026, 12, 10)))
        alert = self.watch_on(date(2026, 12, 12))
        self.assertIn("2027-01-10", alert.text)
        with freeze_time(date(2026, 12, 13)):
            self.shop.amazon_refresh_token = f"{REFRESH_TOKEN}-new"
        self.assertFalse(self.watch_on(date(2026, 12, 13)))

    def test_people_without_rights_on_credentials_are_told_of_their_end(self):
        user = self.people[0]
        with freeze_time(self.app.secret_expires_on):
            findings = (
                self.env["acorn.watch"]
                .with_user(user)
                ._findings(self.shop.with_user(user))
            )
        [finding] = [f for f in findings if f.reason == "credentials"]
        self.assertTellsNothing(finding.text, finding.values["subject"])
