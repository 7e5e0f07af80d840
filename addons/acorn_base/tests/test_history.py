import time
from contextlib import suppress
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from ..channel import BULK, DETAIL, UTC, AccountProblem, Refused, RetryLater
from ..models import acorn_inbox, acorn_worker
from .common import SHIPPED, AcornCase, replace
from .dummy import DummyChannel


class Killed(BaseException):
    """The process ends here: nobody catches it."""


class AfterLooks:
    """A deadline that is there after so many looks at the clock."""

    def __init__(self, looks):
        self.looks = looks

    def __gt__(self, _now):
        self.looks -= 1
        return self.looks >= 0


class HistoryCase(AcornCase):
    def setUp(self):
        super().setUp()
        self.drain()  # the live stream is up to date
        self.world.calls.clear()
        self.manager = new_test_user(self.env, "m", groups="acorn_base.group_manager")

    def place_old(self, *ages, **values):
        """Place orders that were created, and last changed, so many days ago."""
        now = datetime.now(UTC)
        return [
            self.place(
                created_at=now - timedelta(days=age),
                updated_at=now - timedelta(days=age),
                **values,
            )
            for age in ages
        ]

    def wizard(self, **values):
        action = self.shop.with_user(self.manager).action_import_history()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.write(values)
        return wizard.with_user(self.manager)

    def start(self, **values):
        self.wizard(**values).action_import()
        return self.shop.window_ids

    def windows(self, source=None):
        windows = self.shop.window_ids
        return windows.filtered(lambda w: w.source == source) if source else windows

    def drain_all(self, rounds=10):
        """Work until nothing is left, as if time passed between the rounds."""
        for _round in range(rounds):
            self.shop.window_ids._make_due()
            if not any(self.drain().values()):
                break

    def lane(self, method, *args, **values):
        """Let a lane do this: it commits."""
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            records = method.__self__.with_env(self.env(cr=cr))
            result = getattr(records, method.__name__)(*args, **values)
            records.env["ir.cron"]._commit_progress()
        self.env.invalidate_all()
        return result

    def apply_some(self, deadline):
        shop, Message = self.shop, self.env["acorn.message"]
        self.lane(Message._apply_pending, shop.with_env(Message.env), deadline)

    def pull(self, most=10):
        """Fetch what is due of history."""
        self.lane(self.shop.window_ids._pull_due, float("inf"), most=most)

    def pull_live(self):
        stream = self.shop.stream_ids.filtered(lambda stream: stream.kind == "order")
        stream._make_due()
        self.lane(stream._pull_due, float("inf"))

    def patch_pull(self, *errors, only="end"):
        """The next calls for history (or of the live stream) meet these errors."""
        errors, original = list(errors), DummyChannel.pull

        def pull(channel, kind, cursor, *args, **values):
            if kind == "order" and errors and (only in cursor):
                raise errors.pop(0)
            return original(channel, kind, cursor, *args, **values)

        self.patch(DummyChannel, "pull", pull)


class TestHistoryImport(HistoryCase):
    """The wizard: how far back, from where, and what it takes."""

    def test_estimate_follows_what_is_asked_for(self):
        self.place_old(5, 20, 200, 300)
        with Form(self.wizard()) as form:
            form.days = 30
            self.assertIn("About 2 orders", form.cheapest_estimate)
            self.assertFalse(form.has_choice)
            form.days = 250
            self.assertIn("About 3 orders", form.cheapest_estimate)
            self.assertIn("reports", form.cheapest_estimate)
            self.assertNotIn("reports", form.detail_estimate)
            self.assertRegex(form.detail_estimate, r"9 calls, about 9 minutes")
            form.period = "all"
            self.assertIn("About 4 orders", form.cheapest_estimate)
        self.assertEqual(self.world.calls.count("expected"), 1, "asked once")

    def test_old_periods_come_from_reports_and_recent_ones_in_detail(self):
        self.start(days=120)
        self.assertEqual(self.windows().mapped("source"), [DETAIL, DETAIL, BULK, BULK])
        self.start_again(source=DETAIL, days=120)
        self.assertEqual(set(self.windows().mapped("source")), {DETAIL})

    def start_again(self, **values):
        self.shop.action_stop_history()
        return self.start(**values)

    def test_an_unknown_number_is_said_with_its_reason(self):
        problem = AccountProblem("no role", stream_only=True, code="missing_role")
        with patch.object(DummyChannel, "expected", side_effect=problem):
            wizard = self.wizard(days=30)
        self.assertIn("no role", wizard.notice)
        self.assertIn("unknown number", wizard.cheapest_estimate)
        self.place_old(3)
        wizard.action_import()
        self.drain_all()
        self.assertEqual(self.shop.history_done, 1)
        self.assertEqual(self.shop.history_progress, 100)

    def test_a_channel_that_keeps_nothing_is_told(self):
        with (
            patch.object(DummyChannel, "oldest", lambda channel, kind: None),
            self.assertRaisesRegex(UserError, "does not tell older orders"),
        ):
            self.wizard()

    def test_one_import_at_a_time(self):
        self.start(days=30)
        with self.assertRaisesRegex(UserError, "press Stop first"):
            self.wizard()
        self.shop.with_user(self.manager).action_stop_history()
        self.assertFalse(self.windows())
        self.wizard()

    def test_who_may_not_sync_may_not_import(self):
        user = new_test_user(self.env, "u", groups="acorn_base.group_user")
        with self.assertRaises(AccessError):
            self.shop.with_user(user).action_import_history()
        self.start(days=30)
        with self.assertRaises(AccessError):
            self.windows().with_user(user).action_pause()
        with self.assertRaises(AccessError):
            self.windows().with_user(self.manager).unlink()


class TestWindow(HistoryCase):
    """What the lanes do with windows, and what people see of it."""

    def test_history_comes_beside_the_live_stream(self):
        old = self.place_old(3, 40, 100, 200, 300, status=SHIPPED)
        cursor = self.stream.cursor
        self.start(period="all")
        self.drain_all()
        for record in old:
            self.assertApplied(record)
        self.assertEqual(set(self.windows().mapped("state")), {"done"})
        self.assertEqual(self.shop.history_state, "done")
        self.assertEqual(self.shop.history_done, 5)
        self.assertGreaterEqual(self.stream.cursor["until"], cursor["until"])
        moves = self.env["stock.move"].search([("sale_line_id", "!=", False)])
        # What left before stock was counted, ten days ago, moves none.
        self.assertEqual(moves.sale_line_id.order_id, self.sale(old[0]))

    @property
    def stream(self):
        return self.shop.stream_ids.filtered(lambda stream: stream.kind == "order")

    def test_the_newest_come_first_and_one_list_of_pages_at_a_time(self):
        self.patch(DummyChannel, "page_size", 1)
        old = self.place_old(5, 6, 40, 41)
        self.start(days=60)
        newest, older = self.windows()
        self.pull(most=1)
        self.assertEqual((newest.stored, older.stored), (1, 0))
        self.assertEqual((newest.state, older.state), ("running", "waiting"))
        self.assertEqual(self.windows()._due(), newest)
        self.pull(most=1)
        self.assertEqual(newest.state, "done")
        self.assertEqual(self.windows()._due(), older)
        self.drain_all()
        self.assertEqual(len(self.message(old[0].ref[:4])), 4)

    def test_newer_versions_win_over_history(self):
        [record] = self.place_old(3)
        self.start(days=30)
        self.shop.window_ids.next_run += timedelta(minutes=5)
        newer = self.world.change(record.ref, buyer=replace(record.buyer, name="New"))
        self.shop.stream_ids._make_due()
        self.drain()
        self.world.place(record)  # history still tells the older version
        self.drain_all()
        message = self.message(record)
        self.assertEqual(message.version.replace(tzinfo=UTC), newer.updated_at)
        self.assertEqual(self.windows().stored, 1)

    def test_killed_between_pages_it_goes_on_where_it_was(self):
        self.patch(DummyChannel, "page_size", 2)
        old = self.place_old(*range(3, 10))
        self.start(days=30)
        store, pages = type(self.windows())._receive, []

        def killed_at_third(window, page):
            store(window, page)
            pages.append(page)
            if len(pages) == 3:
                raise Killed

        with (
            patch.object(type(self.windows()), "_receive", killed_at_third),
            suppress(Killed),
        ):
            self.drain()
        self.assertEqual(len(pages), 3)
        self.env.invalidate_all()
        self.assertEqual(self.windows().stored, 4, "two pages are committed")
        self.world.calls.clear()
        self.drain_all()
        # Page three again, which was not kept, and four; none twice.
        self.assertEqual(self.world.calls.count("pull slice"), 2)
        self.assertEqual(self.windows().state, "done")
        for record in old:
            self.assertApplied(record)
            self.assertEqual(len(self.sale(record)), 1)

    def test_pause_and_resume(self):
        self.place_old(3, 100)
        self.start(period="all")
        shop = self.shop.with_user(self.manager)
        shop.action_pause_history()
        self.drain_all()
        self.assertEqual(self.shop.history_state, "paused")
        self.assertEqual(self.shop.history_done, 0)
        live = self.place()
        self.shop.stream_ids._make_due()
        self.drain()
        self.assertApplied(live)
        shop.action_resume_history()
        self.drain_all()
        self.assertEqual(self.shop.history_done, 3, "the new one is of the period, too")
        self.assertEqual(self.shop.history_state, "done")

    def test_paused_while_a_page_is_on_its_way_the_page_is_kept(self):
        self.patch(DummyChannel, "page_size", 1)
        self.place_old(3, 4)
        window = self.start(days=30)
        store = type(window)._receive

        def receive(window, page):
            window.action_pause()
            store(window, page)

        with patch.object(type(window), "_receive", receive):
            self.pull()
        self.assertEqual((window.state, window.stored), ("paused", 1))

    def test_stopped_while_a_page_is_on_its_way_nothing_fails(self):
        self.place_old(5, 200)
        windows, original = self.start(), DummyChannel.pull

        def pull(*args, **values):
            windows.sudo().unlink()
            return original(*args, **values)

        with patch.object(DummyChannel, "pull", pull):
            self.pull()
        self.assertFalse(self.windows())
        self.assertFalse(windows.exists())

    def test_a_busy_channel_is_asked_again_when_it_says_so(self):
        self.place_old(3)
        self.start(days=250)
        self.patch_pull(RetryLater("busy", 178))
        self.drain()
        [newest, *_others] = self.windows()
        self.assertEqual((newest.state, newest.failures), ("waiting", 1))
        wait = (newest.next_run - fields.Datetime.now()).total_seconds()
        self.assertAlmostEqual(wait, 178, delta=10)
        detailed = self.windows(DETAIL)
        self.assertFalse(detailed._due(), "the others would hear the same")
        self.drain_all()
        self.assertEqual(self.shop.history_state, "done")

    def test_what_is_refused_is_told_and_tried_again(self):
        [record] = self.place_old(3)
        window = self.start(days=30)
        self.patch_pull(Refused("no such report", code="x"))
        self.drain()
        self.assertEqual(window.state, "failed")
        self.assertEqual(self.shop.history_state, "failed")
        self.assertEqual(self.alerts("stream").subject, window.display_name)
        self.drain_all()
        self.assertEqual(window.state, "done")
        self.assertFalse(self.alerts("stream"))
        self.assertApplied(record)

    def test_a_revoked_account_pauses_the_shop_and_loses_no_window(self):
        [record] = self.place_old(3)
        window = self.start(days=30)
        self.patch_pull(AccountProblem("revoked", code="token_revoked"))
        self.drain()
        self.assertEqual(self.shop.state, "paused")
        self.assertFalse(window._due())
        self.shop.action_check_connection()
        self.drain_all()
        self.assertApplied(record)

    def test_no_two_lanes_fetch_history_nor_one_window(self):
        self.place_old(3)
        window = self.start(days=30)
        for name, number in (("acorn.history", 0), ("acorn.window", window.id)):
            with self.subTest(name), self.env.registry.cursor() as other_lane:
                other_lane.execute(
                    "SELECT pg_advisory_lock(hashtext(%s), %s)", [name, number]
                )
                self.pull()
                self.assertEqual(window.stored, 0)
                other_lane.execute("SELECT pg_advisory_unlock_all()")
        self.pull()
        self.assertEqual(window.stored, 1)

    def test_progress_is_told(self):
        # A test's transaction is as old as its class: here it began a moment ago.
        self.patch(type(self.shop), "_minutes_at_work", lambda self, windows: 1)
        self.patch(DummyChannel, "page_size", 2)
        self.place_old(3, 4, 5, 6)
        self.start(days=30)
        self.assertEqual((self.shop.history_done, self.shop.history_total), (0, 4))
        self.pull(most=1)
        self.assertEqual(self.shop.history_done, 0, "fetched, not yet worked off")
        self.shop.invalidate_recordset()
        self.apply_some(float("inf"))
        self.shop.invalidate_recordset()
        self.assertEqual(self.shop.history_done, 2)
        self.assertEqual(self.shop.history_progress, 50)
        self.assertEqual(self.shop.history_rate, 2)
        self.assertEqual(self.shop.history_left, 1)  # minute
        self.assertEqual(
            self.shop.history_text,
            "2 of about 4 orders · 2 per minute · about 1 minute left",
        )

    def test_all_orders_are_here_and_periods_are_still_to_be_asked(self):
        self.place_old(3)
        self.start(days=60)
        self.pull(most=1)
        self.apply_some(float("inf"))
        self.shop.invalidate_recordset()
        self.assertEqual((self.shop.history_done, self.shop.history_total), (1, 1))
        self.assertEqual(self.shop.history_progress, 99)
        self.assertIn("1 of 2 periods", self.shop.history_text)
        self.drain_all()
        self.shop.invalidate_recordset()
        self.assertEqual(self.shop.history_progress, 100)
        self.assertEqual(self.shop.history_text, "1 orders")

    def test_a_new_import_replaces_the_rows_of_the_last_one(self):
        self.place_old(3)
        self.start(days=30)
        self.drain_all()
        self.start(days=60)
        self.assertEqual(len(self.windows()), 2)
        self.drain_all()
        self.assertEqual(self.shop.history_done, 1)


class TestFairness(HistoryCase):
    """A long history holds up neither new orders nor shipments."""

    def backlog(self, count=4):
        """History that is stored and not worked off."""
        old = self.place_old(*range(3, 3 + count), status=SHIPPED)
        self.start(days=30)
        self.pull()
        self.assertEqual(self.shop.backlog, count)
        return old

    def test_new_orders_are_worked_off_before_history(self):
        old = self.backlog()
        new = self.place()
        self.pull_live()
        self.patch(acorn_inbox, "BATCH", 1)
        self.apply_some(AfterLooks(1))
        self.assertApplied(new)
        self.assertEqual({self.message(each).state for each in old}, {"pending"})

    def test_history_that_changes_now_is_history_no_more(self):
        [record, *_others] = self.backlog()
        self.world.change(record.ref, status_text="CHANGED")
        self.pull_live()
        self.assertEqual(self.message(record).priority, 0)

    def test_lanes_take_turns(self):
        """One warehouse's backlog does not hold up another warehouse's orders."""
        first = [self.place(by_channel=True) for _n in range(3)]
        second = [self.place() for _n in range(3)]
        self.pull_live()
        self.patch(acorn_inbox, "BATCH", 1)
        self.apply_some(AfterLooks(2))
        for records in (first, second):
            states = [self.message(each).state for each in records]
            self.assertEqual(states.count("done"), 1)

    def test_shipments_go_out_while_history_is_worked_off(self):
        order = self.apply(self.line())
        self.backlog(10)
        picking = order.picking_ids
        picking.carrier_id = self.carrier
        picking.carrier_tracking_ref = "TRACK-1"
        picking.move_ids.write({"picked": True})
        picking.button_validate()
        self.patch(acorn_inbox, "BATCH", 1)
        Message = type(self.env["acorn.message"])
        apply = Message._apply_batch

        def slow(messages):
            time.sleep(0.1)
            return apply(messages)

        self.patch(Message, "_apply_batch", slow)
        self.patch(acorn_worker, "TURN", 0.2)
        self.lane(self.shop._work_in_turn, float("inf"))
        self.assertTrue(self.world.parcels)
        self.assertGreater(self.shop.backlog, 0, "history is still worked off")


class TestSwitchedOffSite(AcornCase):
    """Orders of a site that is switched off are kept aside."""

    def test_what_came_meanwhile_is_applied_when_it_is_switched_on_again(self):
        known = self.place(site="DE1", currency="EUR")
        self.drain()
        self.de.active = False
        self.world.change(known.ref, status_text="CHANGED")
        new = self.place(site="DE1", currency="EUR")
        elsewhere = self.place(site="FR1", currency="EUR")
        self.shop.stream_ids._make_due()
        self.drain()
        self.assertApplied(elsewhere)
        self.assertFalse(self.sale(new))
        self.assertEqual(self.message(new).state, "parked")
        self.assertEqual(self.shop.backlog, 0)
        self.de.with_user(
            new_test_user(self.env, "m", groups="acorn_base.group_manager")
        ).active = True
        self.drain()
        self.assertApplied(new)
        self.assertApplied(known)
        self.assertTrue(self.sale(new))
        self.assertEqual(self.sale(known).acorn_status_text, "CHANGED")
