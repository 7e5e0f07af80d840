"""What tests of a channel's own warehouses share."""

import time
from datetime import datetime, timedelta, timezone

from odoo.addons.acorn_base.records import (
    LOST,
    ChannelStock,
    LedgerEvent,
    StockSnapshot,
)

from .common import AcornCase

UTC = timezone.utc


class ChannelStockCase(AcornCase):
    def setUp(self):
        super().setUp()
        self.warehouse = self.de.fba_warehouse_id
        self.stock = self.warehouse.lot_stock_id
        self.unsellable = self.warehouse.acorn_unsellable_id

    def at(self, location, product=None):
        """Return what lies in a location."""
        product = product or self.mug
        return product.with_context(location=location.ids).qty_available

    # === EVENTS === #

    def event(self, quantity=-1, event=LOST, key="1", days=1, **values):
        moment = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
        values = {"sku": "MUG", "sellable": True, "network": "EU", **values}
        return LedgerEvent(
            key=key, happened_at=moment, event=event, quantity=quantity, **values
        )

    def tell(self, *events):
        """Store what the channel tells, and book it as the lanes do."""
        self.env["acorn.stock.event"]._store(self.shop, events)
        self.book()
        keys = [event.key for event in events]
        return self.env["acorn.stock.event"].search(
            [("shop_id", "=", self.shop.id), ("key", "in", keys)]
        )

    def book(self):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            shop = self.shop.with_env(self.env(cr=cr))
            Event = shop.env["acorn.stock.event"]
            Event._book_due(shop, time.monotonic() + 60)
            shop.env["ir.cron"]._commit_progress()
        self.env.invalidate_all()

    # === SNAPSHOTS === #

    def show(self, hours=0, network="EU", last=True, **skus):
        """Apply what the channel says it has now, or had some hours ago."""
        now = datetime.now(UTC) - timedelta(hours=hours)
        stocks = tuple(
            ChannelStock(sku, **(v if isinstance(v, dict) else {"fulfillable": v}))
            for sku, v in skus.items()
        )
        snapshot = StockSnapshot(network, now, now, last, stocks)
        self.env["acorn.channel.stock"]._apply_snapshot(self.shop, snapshot)

    def shown(self, sku="MUG"):
        return self.env["acorn.channel.stock"].search(
            [("shop_id", "=", self.shop.id), ("offer_id.sku", "=", sku)]
        )
