import os
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase

from odoo.addons.acorn_base.tests.common import SecretKeyMixin, ShopTools

from ..simulator import Simulator, World


class AmazonCase(SecretKeyMixin, ShopTools, TransactionCase):
    """A shop connected to a local Amazon in which nothing happens by itself."""

    account_key = "eu"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls.world = World.quiet()
        amazon = Simulator(cls.world).start()
        cls.addClassCleanup(amazon.stop)
        server = patch.dict(
            os.environ,
            {"ACORN_SPAPI_ENDPOINT": amazon.url, "ACORN_LWA_ENDPOINT": amazon.url},
        )
        server.start()
        cls.addClassCleanup(server.stop)
        # Amazon's time is the time: it can be moved on.
        Shop = cls.env.registry["acorn.shop"]
        cls.startClassPatcher(
            patch.object(Shop, "_now", lambda self: cls.world.clock.now())
        )

    def setUp(self):
        super().setUp()
        self.world.reset()
        self.world.set_options(throttled=False)
        self.seller = self.world.accounts[self.account_key]
        self.shop = self.make_shop(self.seller)
        self.connect(self.shop)

    def tearDown(self):
        self.assertEqual(self.world.show_violations(), [])
        super().tearDown()

    def make_shop(self, seller):
        app = self.env["acorn.amazon.app"].create(
            {
                "name": seller.client_id,
                "client_id": seller.client_id,
                "client_secret": seller.client_secret,
            }
        )
        return self.env["acorn.shop"].create(
            {
                "name": seller.key,
                "channel": "amazon",
                "amazon_app_id": app.id,
                "amazon_region": seller.region,
                "amazon_seller_id": seller.seller_id,
                "amazon_refresh_token": seller.refresh_token,
                "orders_since": fields.Datetime.now() - timedelta(hours=20),
                "stock_since": fields.Datetime.now() - timedelta(days=2),
            }
        )

    def connect(self, shop):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            shop.with_env(self.env(cr=cr)).action_check_connection()
            shop.with_env(self.env(cr=cr)).env["ir.cron"]._commit_progress()
        self.env.invalidate_all()

    def keep_streams(self, kinds, codes):
        """Leave of the shop's streams those that a test is about: all take time."""
        for stream in self.shop.stream_ids:
            codes_match = not stream.site_id or stream.site_id.code in codes
            stream.active = stream.kind in kinds and codes_match

    def pull(self, kind, rounds=1):
        """Fetch documents of a kind; what Amazon makes of them meanwhile, too."""
        for _round in range(rounds):
            self.shop.stream_ids.filtered(lambda s: s.kind == kind)._make_due()
            self.drain()
            self.world.clock.advance(minutes=2)

    def site(self, code):
        return self.shop.site_ids.filtered(lambda site: site.code == code)

    def product(self, sku, on_hand=0, warehouse=None):
        product = self.env["product.product"].create(
            {"name": sku, "default_code": sku, "is_storable": True}
        )
        if on_hand:
            self.env["stock.quant"]._update_available_quantity(
                product, warehouse.lot_stock_id, on_hand
            )
        return product

    def place(self, *lines, site="DE", **wishes):
        """Place an order at the local Amazon an hour ago; return its number."""
        moment = self.world.clock.now() - timedelta(hours=1)
        wishes = {"status": "UNSHIPPED", "fulfilled_by": "MERCHANT"} | wishes
        raw = self.world.place_order(
            list(lines) or [{"sku": "MUG", "quantity": 2, "price": "10.00"}],
            site,
            created=moment,
            updated=moment,
            **wishes,
        )
        return raw["orderId"]

    def sale(self, ref):
        return self.env["sale.order"].search(
            [("acorn_shop_id", "=", self.shop.id), ("acorn_ref", "=", ref)]
        )
