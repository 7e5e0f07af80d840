"""A company that sells: a database of its own, a shop, products and stock."""

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry

from odoo.addons.acorn_base.channel import UTC

from . import databases
from .amazon import ACCOUNT, Backlog

PRODUCTS = 200
BATCH = 100  # orders that are applied at once
PLENTY = 1_000_000  # units of each: nothing is ever sold out
SKUS = [f"BENCH-{number:03}" for number in range(PRODUCTS)]


@contextmanager
def prepared():
    """A ``Stage`` of which each row gets a copy, with the local Amazon of them all."""
    with databases.fresh() as name, Backlog(SKUS) as amazon:
        os.environ["ACORN_SPAPI_ENDPOINT"] = amazon.url
        os.environ["ACORN_LWA_ENDPOINT"] = amazon.url
        here = Stage(name, amazon)
        with here.work() as env:
            here.ids = _fill(env, amazon)
        yield here


class Stage:
    """:param ids: what ``_fill`` has made: shop, products, warehouses"""

    def __init__(self, database, amazon, ids=None):
        self.database, self.amazon, self.ids = database, amazon, ids
        self.registry = Registry(database)

    @contextmanager
    def copy(self):
        databases.disconnect(self.database)
        with databases.fresh(self.database) as name:
            yield Stage(name, self.amazon, self.ids)

    @contextmanager
    def work(self):
        """An environment as a scheduled action has it; committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    # === THE PUBLIC ROAD === #

    def pull(self, kinds, count):
        """Return the pages of a new backlog, fetched as the channel fetches them."""
        self.amazon.write_pages(kinds, count)
        with self.work() as env:
            channel = self.shop(env)._channel()
            since = datetime.now(UTC) - timedelta(hours=1)
            cursor, pages = {"until": since.isoformat()}, []
            while sum(len(page.documents) for page in pages) < count:
                pages.append(channel.pull("order", cursor))
                cursor = pages[-1].cursor
        return pages

    def store(self, env, pages):
        """Store pages as the stream does when it has fetched them."""
        stream = self.shop(env).stream_ids
        for page in pages:
            stream._store(page)

    def apply(self, env, seconds=600):
        """Apply all messages that are stored, as a lane does; return the counts."""
        deadline = _from_now(seconds)
        return env["acorn.message"]._apply_pending(self.shop(env), deadline)

    def records(self, env, pages):
        """What the pages say, in Acorn's words."""
        channel = self.shop(env)._channel()
        return [channel.parse(each) for page in pages for each in page.documents]

    def shop(self, env):
        return env["acorn.shop"].browse(self.ids.shop)

    def store_and_apply(self, pages):
        """The whole way of pages that have been fetched; all of it must succeed."""
        with self.work() as env:
            self.store(env, pages)
        with self.work() as env:
            counts = self.apply(env)
        wanted = sum(len(page.documents) for page in pages)
        assert counts["applied"] == wanted, f"{wanted} orders, but {dict(counts)}"

    def warm_up(self, kinds):
        """Fill caches, make what is made once, and let PostgreSQL know its tables."""
        self.bring(kinds, BATCH)
        self.analyze()

    def analyze(self):
        """What autovacuum does within a minute, and in the midst of measuring."""
        with self.work() as env:
            env.cr.execute("ANALYZE")

    def vacuum(self):
        """The same, and pages that an index alone can answer for are marked."""
        with self.registry.cursor() as cr:
            cr.connection.autocommit = True
            cr.execute("VACUUM ANALYZE")
            cr.connection.autocommit = False

    def bring(self, kinds, count):
        """Let new orders come in and be applied."""
        self.store_and_apply(self.pull(kinds, count))


def _from_now(seconds):
    return time.monotonic() + seconds


# === SETTING UP === #


@dataclass(frozen=True)
class Ids:
    shop: int
    products: dict  # by SKU
    twins: dict  # warehouse: the one that the old way uses in its place


def _fill(env, amazon):
    env.ref("base.main_company").stock_text_confirmation = False
    products = env["product.product"].create(
        [{"name": sku, "default_code": sku, "is_storable": True} for sku in SKUS]
    )
    shop = _make_shop(env, amazon.world.accounts[ACCOUNT])
    shop.action_check_connection()
    if shop.state != "live":
        raise SystemExit(f"The shop could not be connected: {shop.problem}")
    # Listings are read once a day, however many orders there are.
    shop.stream_ids.filtered(lambda stream: stream.kind != "order").active = False
    twins = _make_warehouses(env, shop, products)
    return Ids(shop.id, dict(zip(SKUS, products.ids, strict=True)), twins)


def _make_shop(env, seller):
    app = env["acorn.amazon.app"].create(
        {
            "name": "Benchmark",
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
        }
    )
    now = fields.Datetime.now()
    return env["acorn.shop"].create(
        {
            "name": "Benchmark",
            "channel": "amazon",
            "amazon_app_id": app.id,
            "amazon_region": seller.region,
            "amazon_seller_id": seller.seller_id,
            "amazon_refresh_token": seller.refresh_token,
            "orders_since": now - timedelta(hours=20),
            "stock_since": now - timedelta(days=10),
            # The way beside it leaves orders to invoice, too.
            "revenue_mode": "per_order",
        }
    )


def _make_warehouses(env, shop, products):
    """Give two sites a warehouse each; those of the first have a twin for others."""
    sites = {site.code: site for site in shop.site_ids}
    Warehouse = env["stock.warehouse"]
    south = Warehouse.create({"name": "South", "code": "SOUTH"})
    # In a group of its own: the sites of a group leave one warehouse.
    sites["FR"].quantity_group_id = env["acorn.quantity.group"].create(
        {
            "shop_id": shop.id,
            "name": "FR",
            "source_ids": [fields.Command.create({"warehouse_id": south.id})],
        }
    )
    mine = sites["DE"].warehouse_id | sites["DE"].fba_warehouse_id
    twins = {
        own.id: Warehouse.create({"name": f"Twin {own.name}", "code": f"TW{n}"}).id
        for n, own in enumerate(mine)
    }
    for warehouse in mine | sites["FR"].warehouse_id | Warehouse.browse(twins.values()):
        for product in products:
            env["stock.quant"]._update_available_quantity(
                product, warehouse.lot_stock_id, PLENTY
            )
    return twins
