"""The Amazon channel against the local Amazon: the contract, and a whole walk."""

from dataclasses import replace
from datetime import datetime, timedelta

from odoo.addons.acorn_base.channel import UTC, AccountProblem, Refused, RetryLater
from odoo.addons.acorn_base.records import (
    SHIPPED,
    UNSHIPPED,
    Shipment,
    ShipmentItem,
)
from odoo.addons.acorn_base.tests.contract import ChannelContract

from ..channel import AmazonAccount, AmazonChannel
from ..marketplaces import BY_REF
from ..simulator import Simulator, World
from ..spapi.throttle import RATES
from ..spapi.token import MemoryTokenStore
from .common_pure import DE, PureCase, plain


class Unlimited:
    """A budget without end: what is tested here is Amazon's own."""

    def spend(self, operation, leave=0):
        pass

    def learn(self, operation, per_second):
        pass

    def rate(self, operation):
        return RATES[operation]


class SimulatorCase(PureCase):
    """A seller in Europe with a local Amazon in which nothing happens by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = World.quiet()
        cls.amazon = Simulator(cls.world).start()
        cls.addClassCleanup(cls.amazon.stop)

    def setUp(self):
        super().setUp()
        self.world.reset()
        self.world.set_options(throttled=False)
        self.store = MemoryTokenStore()

    def tearDown(self):
        self.assertEqual(self.world.show_violations(), [])
        super().tearDown()

    def account(self, **values):
        seller = self.world.accounts["eu"]
        credentials = {
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
            "refresh_token": seller.refresh_token,
            "region": "eu",
            "seller_id": seller.seller_id,
            "sites": tuple(each.id for each in seller.marketplaces),
        }
        return AmazonAccount(**credentials | values)

    def channel(self, **values):
        return AmazonChannel(
            self.account(**values),
            self.world.clock.now,
            endpoint=f"{self.amazon.url}/{{region}}",
            lwa_endpoint=self.amazon.url,
            token_store=self.store,
            throttle=Unlimited(),
        )

    def place(self, site="DE", **wishes):
        moment = self.world.clock.now() - timedelta(hours=1)
        wishes = {"status": "UNSHIPPED", "fulfilled_by": "MERCHANT"} | wishes
        lines = wishes.pop("lines", [{"sku": "MUG", "price": "10.00", "quantity": 2}])
        return self.world.place_order(
            lines, site, created=moment, updated=moment, **wishes
        )["orderId"]

    def pull_all(self, channel, kind="order", site=""):
        cursor = {"until": (self.world.clock.now() - timedelta(days=2)).isoformat()}
        documents, pages = [], 0
        while True:
            page = channel.pull(kind, cursor, site=site)
            documents += page.documents
            cursor, pages = page.cursor, pages + 1
            if page.again_in:
                self.world.clock.advance(seconds=page.again_in.total_seconds())
            elif not page.more:
                return documents, cursor, pages


class TestContractAmazon(ChannelContract, SimulatorCase):
    """The Amazon channel keeps the contract."""

    def make_channel(self):
        return self.channel()

    def make_order(self):
        return self.place()

    def break_account(self):
        self.world.set_account("eu", revoked=True)

    def throttle(self):
        self.world.add_fault(operation="searchOrders", status=429)

    def lose_answer(self, carried_out):
        kind = "lost_answer" if carried_out else "reset"
        self.world.add_fault(operation="confirmShipment", kind=kind)


class TestWalk(SimulatorCase):
    def test_connect(self):
        sites = self.channel().check()
        codes = {site.code for site in sites}
        self.assertEqual(codes, {"DE", "FR", "IT", "ES", "NL", "PL", "GB"})
        self.world.set_account("eu", suspended=["FR"])
        suspended = [site.code for site in self.channel().check() if site.suspended]
        self.assertEqual(suspended, ["FR"])

    def test_what_can_be_wrong_with_an_account(self):
        other = self.world.accounts["na"]
        for values, code in (
            ({"client_secret": "amzn1.oa2-cs.v1.wrong"}, "wrong_client_secret"),
            ({"refresh_token": "Atzr|wrong"}, "token_revoked"),
            ({"refresh_token": other.refresh_token}, "token_of_other_app"),
            ({"region": "fe"}, "wrong_region"),
            ({"client_id": ""}, "missing_credentials"),
        ):
            with self.subTest(code), self.assertRaises(AccountProblem) as caught:
                self.channel(**values).check()
            self.assertEqual(caught.exception.code, code)

    def test_what_can_become_wrong_with_an_account(self):
        channel, all_is_well = self.channel(), {"secret_expired": False, "denied": []}
        channel.check()
        for flags, code in (
            ({"secret_expired": True}, "secret_expired"),
            ({"denied": ["getMarketplaceParticipations"]}, "missing_role"),
            ({"revoked": True}, "token_revoked"),
        ):
            self.world.set_account("eu", **all_is_well | flags)
            with self.subTest(code), self.assertRaises(AccountProblem) as caught:
                channel.check()
            self.assertEqual(caught.exception.code, code)

    def test_a_missing_role_closes_one_stream(self):
        self.world.set_account("eu", denied=["createReport"])
        with self.assertRaises(AccountProblem) as caught:
            self.pull_all(self.channel(), "listing", DE)
        self.assertTrue(caught.exception.stream_only)
        self.pull_all(self.channel())

    def test_orders_come_page_by_page_and_add_up(self):
        made = self.world.generate_orders("eu", 400, hours=20)
        self.world.clock.advance(minutes=10)
        placed = self.world.find_orders(account="eu")
        channel = self.channel()
        documents, _cursor, pages = self.pull_all(channel)
        self.assertGreaterEqual(pages, len(placed) // 100)
        self.assertEqual(len({document.key for document in documents}), len(documents))
        self.assertEqual(len(documents), made)
        expected = {order["orderId"] for order in placed}
        self.assertEqual({document.key for document in documents}, expected)
        for order in map(channel.parse, documents):
            if order.on_channel:
                self.assertAddsUp(order)

    def assertAddsUp(self, order):
        parts = [c.net + c.tax for line in order.lines for c in line.charges]
        parts += [charge.net for charge in order.order_charges]
        for line in order.lines:
            self.assertEqual(sum(c.net + c.tax for c in line.charges), line.total)
        self.assertEqual(sum(parts), order.total)
        self.assertEqual(order.currency, BY_REF[order.site].currency)

    def test_the_sign_of_discounts_changes_nothing(self):
        line = {"sku": "MUG", "price": "10.00", "quantity": 3, "discount": "5.00"}
        line |= {"shipping": "4.00", "shipping_discount": "4.00"}
        read = []
        for sign in (-1, 1):
            self.world.set_options(discount_sign=sign)
            ref = self.place(lines=[dict(line)])
            [document] = self.channel().pull("order", {}, keys=[ref]).documents
            order = self.channel().parse(document)
            self.assertAddsUp(order)
            read.append([plain(charge) for charge in order.lines[0].charges])
        self.assertEqual(*read)

    def test_a_change_comes_again_and_nothing_else(self):
        ref, _other = self.place(), self.place()
        channel = self.channel()
        _documents, cursor, _pages = self.pull_all(channel)
        self.world.clock.advance(minutes=20)
        self.world.request_cancellation(ref, "Changed my mind")
        self.world.clock.advance(minutes=5)
        page = channel.pull("order", cursor)
        [document] = page.documents
        order = channel.parse(document)
        self.assertEqual((order.ref, order.status), (ref, UNSHIPPED))
        self.assertTrue(order.lines[0].cancel_requested)

    def test_listings_of_one_site(self):
        for region, charset in (("eu", "UTF-8"), ("eu", "windows-1252")):
            self.world.set_options(
                report_charsets={region: charset}, compressed_reports=charset != "UTF-8"
            )
            [document], cursor, pages = self.pull_all(self.channel(), "listing", DE)
            snapshot = self.channel().parse(document)
            shown = [
                each for each in self.world.show_listings("eu") if "DE" in each["sites"]
            ]
            self.assertEqual(
                {listing.sku for listing in snapshot.listings},
                {each["sku"] for each in shown},
            )
            self.assertGreater(pages, 1)
            self.assertEqual(set(cursor), {"until"})
            self.assertEqual(
                {listing.currency for listing in snapshot.listings}, {"EUR"}
            )

    def test_reports_that_fail_or_have_nothing_to_say(self):
        self.world.set_options(job_fate="CANCELLED")
        documents, cursor, _pages = self.pull_all(self.channel(), "listing", DE)
        self.assertEqual((documents, set(cursor)), ([], {"until"}))
        self.world.set_options(job_fate="FATAL")
        with self.assertRaises(Refused) as caught:
            self.pull_all(self.channel(), "listing", DE)
        self.assertEqual(caught.exception.code, "report_failed")

    def test_confirm_in_two_parcels_lose_an_answer_and_find_out(self):
        channel = self.channel()
        ref = self.place()
        first = self.parcel(channel, ref)
        second = replace(first, package_ref="2", tracking="TRACK-2")
        self.assertEqual(channel.push(first).state, "done")
        self.world.add_fault(operation="confirmShipment", kind="lost_answer")
        self.world.add_fault(operation="getOrder", kind="html")
        with self.assertRaises(RetryLater) as caught:
            channel.push(second)
        self.assertTrue(caught.exception.unknown_outcome)
        with self.assertRaises(RetryLater):
            channel.poll(second)
        self.assertEqual(channel.poll(second).state, "done")
        [document] = channel.pull("order", {}, keys=[ref]).documents
        order = channel.parse(document)
        self.assertEqual((order.status, len(order.packages)), (SHIPPED, 2))
        self.assertEqual(len(self.world.received_shipments()), 2)

    def parcel(self, channel, ref):
        """Return a parcel with one unit of an order's first item."""
        [document] = channel.pull("order", {}, keys=[ref]).documents
        order = channel.parse(document)
        return Shipment(
            order_ref=ref,
            site=order.site,
            package_ref="1",
            shipped_at=self.world.clock.now() - timedelta(minutes=5),
            carrier_code="DHL",
            tracking="TRACK-1",
            items=(ShipmentItem(order.lines[0].ref, 1),),
        )

    def test_what_amazon_says_to_a_parcel_that_cannot_be(self):
        channel = self.channel()
        ref = self.place()
        shipment = self.parcel(channel, ref)
        self.world.cancel_order(ref)
        for call in (channel.push, channel.poll):
            with self.assertRaises(Refused):
                call(shipment)

    def test_trouble_of_every_kind_is_tried_again_later(self):
        ref = self.place()
        for kind in ("html", "empty", "truncated", "reset", "lost_answer"):
            self.world.add_fault(operation="searchOrders", kind=kind)
            with self.subTest(kind), self.assertRaises(RetryLater):
                self.pull_all(self.channel())
        [document], _cursor, _pages = self.pull_all(self.channel())
        self.assertEqual(document.key, ref)

    def test_a_token_that_dies_meanwhile_is_renewed(self):
        self.channel().check()
        self.world.clock.advance(hours=2)
        self.channel().check()
        [key] = self.store._tokens
        later = datetime.now(UTC) + timedelta(hours=1)
        self.store.set(key, "Atza|made-up", later)
        self.channel().check()
