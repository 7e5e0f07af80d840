from datetime import datetime, timedelta
from decimal import Decimal

from odoo.tests import BaseCase

from odoo.addons.acorn_base import records
from odoo.addons.acorn_base.channel import UTC, AccountProblem, RetryLater

from .contract import ChannelContract
from .dummy import DummyChannel, World


class TestContractDummy(ChannelContract, BaseCase):
    """The channel in memory keeps the contract."""

    def setUp(self):
        super().setUp()
        self.world = World()

    def make_channel(self):
        return DummyChannel(self.world, lambda: datetime.now(UTC))

    def make_order(self):
        ref = f"111-{len(self.world.orders) + 1}"
        charge = records.Charge(records.ITEM, Decimal(10))
        moment = datetime.now(UTC) - timedelta(hours=1)
        self.world.place(
            records.Order(
                ref,
                "US1",
                moment,
                moment,
                records.UNSHIPPED,
                currency="USD",
                total=Decimal(10),
                lines=(records.OrderLine("1", "MUG", 1, charges=(charge,)),),
            )
        )
        return ref

    def break_account(self):
        self.world.problems = [AccountProblem("revoked", code="token_revoked")]

    def throttle(self):
        self.world.problems = [RetryLater("slow down", 60)]

    def lose_answer(self, carried_out):
        original = DummyChannel.push

        def push(channel, record):
            if carried_out:
                original(channel, record)
            raise RetryLater("connection reset", unknown_outcome=True)

        self.patch(DummyChannel, "push", push)
