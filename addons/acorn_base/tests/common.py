import os
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo import fields
from odoo.tests import TransactionCase

from odoo.addons.acorn_base.channel import UTC
from odoo.addons.acorn_base.records import (
    CANCELLED,
    DISCOUNT,
    GIFT_WRAP,
    ITEM,
    PENDING,
    SHIPPED,
    SHIPPING,
    UNSHIPPED,
    Address,
    Buyer,
    Charge,
    Order,
    OrderLine,
    Package,
)

from .dummy import DummyChannel, World

__all__ = [
    "CANCELLED",
    "DISCOUNT",
    "GIFT_WRAP",
    "ITEM",
    "PENDING",
    "SHIPPED",
    "SHIPPING",
    "UNSHIPPED",
    "AcornCase",
    "Address",
    "Buyer",
    "Charge",
    "Order",
    "OrderLine",
    "Package",
    "SecretKeyMixin",
    "UnscopedMixin",
    "ShopTools",
    "replace",
]


class UnscopedMixin:
    """People of these tests see all shops of their companies.

    Addons that narrow this to scopes test it in cases that are ``scoped``.
    """

    scoped = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Users = cls.env.registry["res.users"]
        if not cls.scoped and hasattr(Users, "_acorn_everywhere"):
            everywhere = patch.object(Users, "_acorn_everywhere", lambda self: True)
            cls.startClassPatcher(everywhere)


class SecretKeyMixin:
    """Gives the server of these tests a key to encrypt with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        environment = patch.dict(
            os.environ, {"ACORN_SECRET_KEY": Fernet.generate_key().decode()}
        )
        environment.start()
        cls.addClassCleanup(environment.stop)


class ShopTools(UnscopedMixin):
    """What tests of a shop do and look at, whatever its channel."""

    @classmethod
    def invoice_each_order(cls, shop):
        """Where settlements may be what revenue comes from: here invoices are."""
        if "revenue_mode" in shop._fields:
            shop.revenue_mode = "per_order"

    def free(self, product, warehouse):
        return product.with_context(warehouse_id=warehouse.id).free_qty

    def on_hand(self, product, warehouse):
        return product.with_context(warehouse_id=warehouse.id).qty_available

    # === WORK === #

    def drain(self, shop=None):
        """Let the shop fetch, apply and push as the lanes do, commits included."""
        shop = shop or self.shop
        shop.stream_ids._make_due()
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            counts = shop.with_env(self.env(cr=cr))._drain()
            shop.with_env(self.env(cr=cr)).env["ir.cron"]._commit_progress()
        self.env.invalidate_all()
        return counts

    def sale(self, record):
        return self.env["sale.order"].search(
            [("acorn_shop_id", "=", self.shop.id), ("acorn_ref", "=", record.ref)]
        )

    def message(self, record, direction="in"):
        domain = [("shop_id", "=", self.shop.id), ("direction", "=", direction)]
        key = record if isinstance(record, str) else record.ref
        return self.env["acorn.message"].search([*domain, ("key", "=like", f"{key}%")])

    def alerts(self, reason):
        return self.env["acorn.alert"].search(
            [
                ("shop_id", "=", self.shop.id),
                ("reason", "=", reason),
                ("state", "!=", "done"),
            ]
        )

    # === ASSERTIONS === #

    def assertApplied(self, record):
        message = self.message(record)
        self.assertEqual(message.state, "done", message.error)

    def assertSameAmount(self, order, record):
        """The order equals the channel's to the cent."""
        total = order.amount_total + order.acorn_channel_tax
        self.assertEqual(
            Decimal(str(order.currency_id.round(total))).normalize(),
            record.total.normalize(),
        )


class AcornCase(SecretKeyMixin, ShopTools, TransactionCase):
    """A shop on the dummy channel, with products, stock and two carriers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls.company = cls.env.company
        Shop = cls.env.registry["acorn.shop"]
        cls.startClassPatcher(
            patch.object(Shop, "_get_channels", lambda self: [("dummy", "Dummy")])
        )
        cls.startClassPatcher(
            patch.object(Shop, "_get_channel_class", lambda self: DummyChannel)
        )
        cls.world = World()
        cls.startClassPatcher(
            patch.object(
                Shop,
                "_channel_account",
                lambda self: cls.worlds.get(self.id, cls.world),
            )
        )
        cls.worlds = {}
        cls.products = cls.env["product.product"].create(
            [
                {"name": "Mug", "default_code": "MUG", "is_storable": True},
                {"name": "Lamp", "default_code": "LAMP", "is_storable": True},
            ]
        )
        cls.mug, cls.lamp = cls.products
        cls.shop = cls.env["acorn.shop"].create(
            {
                "name": "Dummy shop",
                "channel": "dummy",
                "orders_since": fields.Datetime.now() - timedelta(days=30),
                "stock_since": fields.Datetime.now() - timedelta(days=10),
            }
        )
        cls.invoice_each_order(cls.shop)
        cls.shop.action_check_connection()
        cls.us, cls.de, cls.fr, cls.jp = cls.shop.site_ids.sorted(
            lambda site: ["US", "DE", "FR", "JP"].index(site.code)
        )
        for product in cls.products:
            cls.set_stock(product, cls.us.warehouse_id, 100)
            cls.set_stock(product, cls.us.fba_warehouse_id, 100)
            cls.set_stock(product, cls.de.fba_warehouse_id, 100)
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Parcel Post",
                "acorn_code": "DHL",
                "acorn_service": "Standard",
                "product_id": cls.env["product.product"]
                .create({"name": "Parcel", "type": "service"})
                .id,
            }
        )

    def setUp(self):
        super().setUp()
        self.counter = 0
        # The class's world lives longer than a test's transaction: each starts anew.
        for name, value in vars(World()).items():
            setattr(self.world, name, value)
        self.shop.stream_ids._make_due()

    # === THE WORLD === #

    @classmethod
    def set_stock(cls, product, warehouse, quantity):
        cls.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, quantity
        )

    def line(self, ref="1", sku="MUG", quantity=1, price="10.00", tax="0", **values):
        values.setdefault("charges", (Charge(ITEM, Decimal(price), Decimal(tax)),))
        values.setdefault("title", f"A fine {sku.lower()}")
        return OrderLine(ref=ref, sku=sku, quantity=quantity, **values)

    def order(self, *lines, status=UNSHIPPED, site="US1", currency="USD", **values):
        """Return an order whose total fits its lines; it is not placed yet."""
        self.counter += 1
        lines = lines or (self.line(),)
        tip = sum((c.net + c.tax for c in values.get("order_charges", ())), Decimal(0))
        total = sum((c.net + c.tax for line in lines for c in line.charges), tip)
        now = datetime.now(UTC)
        values = {
            "ref": f"111-{self.counter:07}",
            "created_at": now - timedelta(hours=2),
            "updated_at": now,
            "total": total,
            "buyer": Buyer("Ada Lovelace", f"ada{self.counter}@example.com"),
            "recipient": Address(
                "Ada Lovelace", "", ("1 Main St",), "Seattle", "", "WA", "98101", "US"
            ),
            "ship_by": now + timedelta(days=1),
            "status_text": status.upper(),
        } | values
        return Order(
            site=site, status=status, currency=currency, lines=tuple(lines), **values
        )

    def place(self, *lines, **values):
        return self.world.place(self.order(*lines, **values))

    def apply(self, *lines, **values):
        """Place an order, let it arrive, and return its sale order."""
        record = self.place(*lines, **values)
        self.drain()
        return self.sale(record)
