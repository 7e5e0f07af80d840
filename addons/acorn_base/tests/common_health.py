from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user

from ..channel import AccountProblem, Call
from ..controllers import health
from .common import AcornCase
from .dummy import DummyChannel


class HealthCase(AcornCase):
    """A shop whose Health is looked at, and people who look."""

    def setUp(self):
        super().setUp()
        health._answers.clear()
        self.env["ir.cron"].search(self.env["acorn.watch"]._cron_domain()).write(
            {"nextcall": fields.Datetime.now()}
        )

    def drain_orders(self, *problems):
        """Let the shop work; fetching orders meets these problems, one each time."""
        pull, problems = DummyChannel.pull, list(problems)

        def failing(channel, kind, *args, **kwargs):
            if kind == "order" and problems:
                raise problems.pop(0)
            return pull(channel, kind, *args, **kwargs)

        with patch.object(DummyChannel, "pull", failing):
            self.drain()

    def break_orders(self):
        self.drain_orders(AccountProblem("No role.", stream_only=True))

    def user(self, group, **values):
        return new_test_user(self.env, f"sees_{group}", groups=group, **values)

    def page(self, user=None):
        """Return the Health page as a person gets it."""
        self.env.flush_all()
        Health = self.env["acorn.health"]
        return Health.with_user(user).page() if user else Health.page()

    def row(self, user=None):
        """Return the shop's row of the page."""
        [row] = [row for row in self.page(user)["shops"] if row["id"] == self.shop.id]
        return row

    def stream_row(self, kind="order"):
        stream = self.shop.stream_ids.filtered(lambda s: s.kind == kind)[:1]
        [row] = [row for row in self.row()["streams"] if row["id"] == stream.id]
        return row

    def call(self, operation="getThings", shop=None, **values):
        """Let the shop's channel tell of a call."""
        recorder = self.env["acorn.call"]._recorder_of(shop or self.shop)
        with self.enter_registry_test_mode():
            recorder(Call(operation, **values))
        return self.env["acorn.call"].search([], limit=1)
