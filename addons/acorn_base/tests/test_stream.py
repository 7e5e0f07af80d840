from contextlib import closing
from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2 import DataError
from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import BaseCase
from odoo.tools import mute_logger

from odoo.addons.acorn_base import vault
from odoo.addons.acorn_base.channel import (
    UTC,
    AccountProblem,
    Refused,
    RetryLater,
    Stream,
)

from .common import AcornCase
from .dummy import DummyChannel


class TestWindow(BaseCase):
    """Half-open windows: overlap backwards, lag forwards."""

    stream = Stream(
        "order",
        window=timedelta(days=1),
        overlap=timedelta(minutes=10),
        lag=timedelta(minutes=3),
    )
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def test_looks_back_and_stays_behind_the_present(self):
        since, until = self.stream.next_window(self.now - timedelta(hours=1), self.now)
        self.assertEqual(since, self.now - timedelta(hours=1, minutes=10))
        self.assertEqual(until, self.now - timedelta(minutes=3))

    def test_asks_for_no_more_than_the_channel_allows(self):
        since, until = self.stream.next_window(self.now - timedelta(days=9), self.now)
        self.assertEqual(until - since, timedelta(days=1, minutes=10))

    def test_has_nothing_to_ask_when_up_to_date(self):
        position = self.now - timedelta(minutes=3)
        self.assertIsNone(self.stream.next_window(position, self.now))


class TestStream(AcornCase):
    """Fetching: what is due, how far, and what to do when the channel says no."""

    @property
    def stream(self):
        return self.shop.stream_ids.filtered(lambda stream: stream.kind == "order")

    def test_another_lane_that_told_the_same_stops_nothing(self):
        """Two lanes that find one account refused both raise its alert."""
        record = self.place()
        told = patch.object(
            self.env.registry["acorn.stream"],
            "_pull_pages",
            side_effect=UniqueViolation("acorn_alert_open_unique"),
        )
        with told:
            self.assertEqual(self.drain()["pulled"], 0)
        self.drain()
        self.assertApplied(record)

    def test_whatever_the_database_refuses_the_stream_is_let_go_of(self):
        """Connections are kept for others: a lock that stays would stop the stream."""
        with closing(db_connect(self.env.cr.dbname).cursor()) as cr:
            stream = self.env["acorn.stream"].with_env(self.env(cr=cr)).browse(987654)
            with (
                self.assertRaises(DataError),
                mute_logger("odoo.sql_db"),
                stream._hold(),
            ):
                cr.execute("SELECT 1 / 0")
            cr.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                " AND pid = pg_backend_pid() AND objid = %s",
                [stream.id],
            )
            self.assertEqual(cr.fetchall(), [(0,)])

    def test_connecting_makes_the_streams_of_the_channel(self):
        kinds = self.shop.stream_ids.mapped(lambda s: (s.kind, s.site_id.code or ""))
        self.assertEqual(
            sorted(kinds),
            [
                ("listing", "DE"),
                ("listing", "FR"),
                ("listing", "JP"),
                ("listing", "US"),
                ("order", ""),
            ],
        )

    def test_a_shop_tells_when_its_orders_were_last_fetched(self):
        now = fields.Datetime.now()
        orders = self.shop.stream_ids.filtered(lambda stream: stream.kind == "order")
        (self.shop.stream_ids - orders).last_success = now
        orders.last_success = now - timedelta(hours=2)
        self.assertEqual(self.shop.last_success, orders.last_success)

    def test_what_is_read_as_a_whole_is_not_behind_before_the_first_time(self):
        listings = self.shop.stream_ids.filtered(lambda s: s.kind == "listing")[:1]
        listings.write(
            {"last_success": False, "cursor": {"until": "2026-01-01T00:00Z"}}
        )
        self.assertEqual(listings.lag, 0)
        listings.last_success = fields.Datetime.now() - timedelta(hours=3)
        self.assertAlmostEqual(listings.lag, 3, places=1)

    def test_what_a_channel_has_learned_reaches_shops_that_are_connected(self):
        orders = self.shop.stream_ids.filtered(lambda stream: stream.kind == "order")
        kinds = self.shop.stream_ids.mapped("kind")
        orders.unlink()
        self.env["acorn.stream"]._sync_all("another")
        self.assertNotIn("order", self.shop.stream_ids.mapped("kind"))
        self.env["acorn.stream"]._sync_all(self.shop.channel)
        self.shop.invalidate_recordset()
        self.assertEqual(sorted(self.shop.stream_ids.mapped("kind")), sorted(kinds))

    def test_an_addon_that_has_a_use_for_more_gets_it_from_all_channels(self):
        kinds = self.shop.stream_ids.mapped("kind")
        self.shop.stream_ids.filtered(lambda s: s.kind != "order").unlink()
        self.env["acorn.stream"]._sync_all()
        self.shop.invalidate_recordset()
        self.assertEqual(sorted(self.shop.stream_ids.mapped("kind")), sorted(kinds))

    def test_an_update_archives_no_stream_whose_addon_is_not_there_yet(self):
        streams = self.shop.stream_ids
        Stream = self.registry["acorn.stream"]
        with patch.object(Stream, "_get_kinds", lambda self: [("order", "Orders")]):
            self.env["acorn.stream"]._sync_all(self.shop.channel)
            self.assertTrue(all(streams.mapped("active")))
            self.env["acorn.stream"]._sync_with_channel(self.shop)
        self.assertEqual(set(streams.filtered("active").mapped("kind")), {"order"})

    def test_pages_are_read_to_the_end_and_kept_once(self):
        self.patch(DummyChannel, "page_size", 2)
        records = [self.place() for _n in range(5)]
        counts = self.drain()
        self.assertEqual(counts["applied"], 5 + 4, "five orders, four listing reports")
        for record in records:
            self.assertApplied(record)
        self.assertEqual(self.world.calls.count("pull order"), 3)

    def test_success_sets_the_next_fetch_by_the_shop_interval(self):
        self.shop.interval = 45
        self.drain()
        wait = self.stream.next_run - self.stream.last_success
        self.assertEqual(wait, timedelta(minutes=45))
        self.shop.interval = 20
        self.assertEqual(
            self.stream.next_run - self.stream.last_success, timedelta(minutes=20)
        )

    def test_busy_channel_is_asked_again_when_it_says_so(self):
        self.fail_orders(RetryLater("throttled", 178))
        before = self.stream.cursor
        self.drain()
        self.assertEqual(self.stream.cursor, before)
        self.assertEqual(self.shop.state, "live")
        wait = (self.stream.next_run - fields.Datetime.now()).total_seconds()
        self.assertAlmostEqual(wait, 178, delta=10)

    def fail_orders(self, *errors):
        """The next fetches of orders meet these errors."""
        errors, original = list(errors), DummyChannel.pull

        def pull(channel, kind, *args, **values):
            if kind == "order" and errors:
                raise errors.pop(0)
            return original(channel, kind, *args, **values)

        self.patch(DummyChannel, "pull", pull)

    def test_missing_role_closes_one_stream_and_no_other(self):
        listing = self.shop.stream_ids.filtered(lambda s: s.kind == "listing")[:1]
        original = DummyChannel.pull

        def pull(channel, kind, cursor, site="", keys=()):
            if kind == "listing" and site == listing.site_id.channel_ref:
                raise AccountProblem("no role", stream_only=True, code="missing_role")
            return original(channel, kind, cursor, site, keys)

        record = self.place()
        self.patch(DummyChannel, "pull", pull)
        self.drain()
        self.assertEqual(listing.state, "closed")
        self.assertEqual(self.alerts("stream").subject, listing.display_name)
        self.assertApplied(record)
        self.patch(DummyChannel, "pull", original)
        self.drain()
        self.assertEqual(listing.state, "running")
        self.assertFalse(self.alerts("stream"))

    def test_revoked_access_pauses_the_shop_which_recovers_by_itself(self):
        self.fail_orders(AccountProblem("revoked", code="token_revoked"))
        self.drain()
        self.assertEqual(self.shop.state, "paused")
        self.assertIn("revoked", self.shop.problem)
        self.assertTrue(self.alerts("account"))
        record = self.place()
        self.shop.probe_after = fields.Datetime.now() - timedelta(minutes=1)
        self.drain()
        self.assertEqual(self.shop.state, "live")
        self.assertFalse(self.alerts("account"))
        self.assertApplied(record)

    def test_missing_key_pauses_the_shop_and_stops_no_lane(self):
        record = self.place()
        Shop = type(self.shop)
        self.patch(Shop, "_channel", lambda shop: vault.decrypt("gAAAA"))
        self.drain()
        self.assertEqual(self.shop.state, "paused")
        self.assertIn("another key", self.shop.problem)
        self.assertFalse(self.sale(record))

    def test_shop_paused_by_a_person_stays_paused(self):
        self.shop.action_pause()
        self.place()
        self.assertFalse(self.drain()["pulled"])
        self.assertEqual(self.shop.state, "paused")

    def test_failed_connection_says_why_and_keeps_the_shop_draft(self):
        shop = self.env["acorn.shop"].create({"name": "New", "channel": "dummy"})
        self.world.problems = [Refused("wrong secret", code="x", reference="req-1")]
        action = shop.action_check_connection()
        self.assertEqual(shop.state, "draft")
        self.assertIn("wrong secret", action["params"]["message"])
        self.assertIn("req-1", shop.problem)

    def test_connecting_again_keeps_what_people_set(self):
        self.de.warehouse_id = False
        self.shop.action_check_connection()
        self.assertFalse(self.de.warehouse_id)
        self.assertEqual(len(self.shop.site_ids), 4)

    def test_sites_of_one_network_share_the_channel_warehouse(self):
        self.assertEqual(self.de.fba_warehouse_id, self.fr.fba_warehouse_id)
        self.assertNotEqual(self.de.fba_warehouse_id, self.us.fba_warehouse_id)
        self.assertFalse(self.us.fba_warehouse_id.out_type_id.use_existing_lots)

    def test_each_shop_has_its_own_goods_at_the_channel(self):
        second = self.env["acorn.shop"].create({"name": "Second", "channel": "dummy"})
        second.action_check_connection()
        self.assertFalse(
            second.site_ids.fba_warehouse_id & self.shop.site_ids.fba_warehouse_id
        )

    def test_lane_does_the_work_of_all_shops(self):
        record = self.place()
        lane = self.env.ref("acorn_base.ir_cron_lane_1")
        self.shop.stream_ids._make_due()
        with self.enter_registry_test_mode():
            lane.method_direct_trigger()
        self.assertApplied(record)

    def test_backlog_and_lag_are_told(self):
        self.drain()
        self.assertLess(self.stream.lag, 0.1)
        self.assertEqual(self.stream.backlog, 0)
