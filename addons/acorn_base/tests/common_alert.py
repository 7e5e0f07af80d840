from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import new_test_user

from .common import AcornCase


class AlertCase(AcornCase):
    """A shop whose fetches have just succeeded, with somebody responsible for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tests of alerts are about what people are told.
        cls.env = cls.env(context={})
        cls.shop = cls.shop.with_env(cls.env)
        cls.owner = new_test_user(
            cls.env,
            "owner",
            name="Olive Owner",
            email="olive@example.com",
            groups="acorn_base.group_user",
        )
        quiet = cls.shop.with_context(mail_auto_subscribe_no_notify=True)
        quiet.user_id = cls.owner

    def setUp(self):
        super().setUp()
        self.drain()

    def later(self, **duration):
        """Let time pass: everything happens so much later inside the block."""
        return freeze_time(fields.Datetime.now() + timedelta(**duration))

    def watch(self):
        """Let the watchdog make its round, commits included."""
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["acorn.watch"]._cron_watch()
        self.env.invalidate_all()

    def findings(self, shop=None):
        shop = shop or self.shop
        found = self.env["acorn.watch"]._findings(shop)
        return {finding.reason: finding for finding in found}

    def mails(self):
        return self.env["mail.mail"].search(
            [("recipient_ids", "in", self.owner.partner_id.ids)]
        )
