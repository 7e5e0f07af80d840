import os
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import mute_logger

from ..channel import AccountProblem, RetryLater
from ..models.acorn_call import DAYS_PARAMETER
from ..prometheus import Gauge, render
from .common_health import HealthCase


class TestHealthPage(HealthCase):
    """One look tells whether all goes well."""

    def test_shop_that_works_is_running_with_a_success_and_no_lag_to_speak_of(self):
        self.apply()
        row, stream = self.row(), self.stream_row()
        self.assertEqual((row["state"], row["severity"]), ("live", "info"))
        self.assertEqual((stream["state"], stream["failed"]), ("running", 0))
        self.assertTrue(stream["last_success"])
        self.assertLess(stream["lag"], 60)
        self.assertEqual(stream["per_hour"], 1)

    def test_closed_stream_says_why_beside_streams_that_run(self):
        self.break_orders()
        stream = self.stream_row()
        self.assertEqual((stream["state"], stream["failures"]), ("closed", 1))
        self.assertIn("No role.", stream["text"])
        self.assertEqual(self.row()["severity"], "error")
        self.assertEqual(self.stream_row("listing")["state"], "running")

    def test_shop_with_an_error_stands_first(self):
        self.shop.copy({"name": "Another", "sequence": 1})
        self.break_orders()
        self.assertEqual(self.page()["shops"][0]["id"], self.shop.id)

    def test_account_that_does_not_work_has_stopped_and_says_why(self):
        self.world.problems = [AccountProblem("Token revoked.")]
        self.drain()
        row = self.row()
        self.assertEqual(row["state"], "stopped")
        self.assertIn("Token revoked.", row["findings"][0]["text"])
        self.shop.action_resume()
        self.shop.action_pause()
        self.assertEqual(self.row()["state"], "paused")

    def test_numbers_are_those_of_the_lists_they_lead_to(self):
        self.place(self.line(sku="NOBODY-KNOWS"))
        self.drain()
        row = self.row()
        self.assertEqual((row["failed"], row["alerts"]), (1, 1))
        self.assertEqual(row["failed"], self.shop.failed_count)

    def test_there_is_a_page_without_any_shop(self):
        self.env["acorn.shop"].search([]).active = False
        self.assertEqual(self.page()["shops"], [])

    def test_shops_of_other_companies_are_not_shown(self):
        foreign = self.env["res.company"].create({"name": "Foreign"})
        user = self.user(
            "acorn_base.group_user",
            company_id=foreign.id,
            company_ids=[Command.set(foreign.ids)],
        )
        self.assertEqual(self.page(user)["shops"], [])

    def test_user_sees_health_and_only_a_manager_single_calls(self):
        self.call(status=200)
        user = self.user("acorn_base.group_user")
        manager = self.user("acorn_base.group_manager")
        self.assertEqual(self.row(user)["calls"], 1)
        self.assertFalse(self.page(user)["sees_calls"])
        self.assertTrue(self.page(manager)["sees_calls"])
        with self.assertRaises(AccessError):
            self.env["acorn.call"].with_user(user).search([])
        self.assertTrue(self.env["acorn.call"].with_user(manager).search([]))

    def test_person_without_acorn_gets_nothing(self):
        person = self.user("base.group_user")
        with self.assertRaises(AccessError):
            self.page(person)
        self.assertEqual(self.env["acorn.health"].with_user(person).banner(), [])


class TestBanner(HealthCase):
    """What no scheduled action can say is said when a page loads."""

    def banner(self):
        user = self.env["res.users"].search([("login", "=", "sees_acorn")])
        user = user or self.user("acorn_base.group_user")
        return self.env["acorn.health"].with_user(user).banner()

    def test_nothing_is_said_while_scheduled_actions_run(self):
        self.assertEqual(self.banner(), [])

    def test_scheduled_actions_that_do_not_run_are_told_once_with_what_to_do(self):
        crons = self.env["ir.cron"].search(self.env["acorn.watch"]._cron_domain())
        crons.nextcall = fields.Datetime.now() - timedelta(minutes=20)
        [told] = self.banner()
        self.assertIn("20 minutes", told["text"])
        self.assertIn("max_cron_threads", told["text"])

    def test_lane_that_somebody_switched_off_is_no_banner_until_no_lane_is_left(self):
        lanes = self.env["ir.cron"].search(self.env["acorn.shop"]._lane_domain())
        lanes[0].active = False
        self.assertEqual(self.banner(), [])
        lanes.active = False
        self.env["res.users"].search([("login", "like", "sees_")]).login = "sees_acorn"
        [told] = self.banner()
        self.assertIn("switched off", told["text"])

    def test_missing_key_is_told(self):
        with patch.dict(os.environ, {"ACORN_SECRET_KEY": ""}):
            [told] = self.banner()
        self.assertIn("ACORN_SECRET_KEY", told["text"])


class TestCallLog(HealthCase):
    """What the channel was asked, without what was said."""

    def test_call_is_kept_with_what_support_asks_for(self):
        call = self.call(
            "getThings",
            status=429,
            seconds=1.2345,
            reference="req-7",
            code="throttled",
            attempt=2,
            retry=True,
        )
        self.assertEqual(
            (call.shop_id, call.company_id), (self.shop, self.shop.company_id)
        )
        self.assertEqual(
            (call.operation, call.status, call.duration, call.reference),
            ("getThings", 429, 1234, "req-7"),
        )
        self.assertEqual((call.code, call.attempt, call.retry), ("throttled", 2, True))

    def test_calls_and_failures_of_a_day_are_counted(self):
        for values in ({"status": 200}, {"status": 200}, {"code": "network"}):
            self.call(**values)
        self.call(status=200).at = fields.Datetime.now() - timedelta(hours=25)
        row = self.row()
        self.assertEqual((row["calls"], row["calls_failed"]), (3, 1))

    def test_call_of_a_shop_that_is_gone_is_not_kept_and_breaks_nothing(self):
        gone = self.shop.copy({"name": "Gone"})
        recorder = self.env["acorn.call"]._recorder_of(gone)
        gone.unlink()
        with self.enter_registry_test_mode():
            from ..channel import Call

            recorder(Call("getThings"))
        self.assertFalse(self.env["acorn.call"].search([]))

    @mute_logger("odoo.addons.acorn_base.models.acorn_call")
    def test_call_is_not_lost_for_its_log(self):
        self.call(operation="x" * 10, status=10**12)  # too large for its column
        self.assertFalse(self.env["acorn.call"].search([]))

    def test_nobody_changes_the_log(self):
        call = self.call(status=200)
        admin = self.user("acorn_base.group_admin")
        with self.assertRaises(AccessError):
            call.with_user(admin).operation = "another"
        with self.assertRaises(AccessError):
            call.with_user(admin).unlink()

    def test_logs_are_kept_for_the_days_that_are_set(self):
        now = fields.Datetime.now()
        old, young = self.call(), self.call()
        samples = self.env["acorn.sample"]._take(self.shop.stream_ids)
        (old | young).at = now - timedelta(days=15)
        young.at = now - timedelta(days=13)
        samples[0].at = now - timedelta(days=15)
        self.assertEqual(self.env["acorn.call"]._gc_old(), (1, 0))
        self.env["acorn.sample"]._gc_old()
        self.assertFalse(old.exists())
        self.assertFalse(samples[0].exists())
        self.assertTrue(young.exists() and samples[1].exists())
        self.env["ir.config_parameter"].set_param(DAYS_PARAMETER, "7")
        self.env["acorn.call"]._gc_old()
        self.assertFalse(young.exists())


class TestSamples(HealthCase):
    """How far streams were, and what the graph is drawn from."""

    def sample(self, minutes=0):
        """Write down how far the streams are, some minutes ago; return the orders'."""
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["acorn.sample"]._cron_sample()
        samples = self.env["acorn.sample"].search(
            [("shop_id", "=", self.shop.id)], limit=len(self.shop.stream_ids)
        )
        self.assertEqual(samples.stream_id, self.shop.stream_ids)
        samples.at = fields.Datetime.now() - timedelta(minutes=minutes)
        return samples.filtered(lambda sample: sample.stream_id.kind == "order")

    def test_sample_counts_what_was_worked_off_since_the_one_before(self):
        self.sample(minutes=4)
        for minutes in (5, 3, 2):  # the first was done before the first sample
            message = self.message(self.apply().acorn_ref)
            message.done_at = fields.Datetime.now() - timedelta(minutes=minutes)
        self.assertEqual(self.sample().applied, 2)
        self.assertEqual(self.sample().applied, 0)

    def test_failures_of_a_day_are_summed_over_successes(self):
        later = RetryLater("Busy.", 3600)
        for problems in ([later], [], [later], [later]):
            self.drain_orders(*problems)
            self.sample()
        self.assertEqual(self.stream_row()["failures"], 2)
        self.assertEqual(self.stream_row()["failed"], 3)

    def test_graph_shows_the_worst_lag_of_each_half_hour(self):
        first, second = self.sample(minutes=100), self.sample(minutes=99)
        first.lag, second.lag = 300, 900
        self.sample().lag = 60
        graph = self.stream_row()["graph"]
        self.assertEqual([lag for lag in graph if lag is not None], [900, 60])
        self.assertEqual(len(graph), 48)
        self.assertEqual(graph[-1], 60)

    def test_best_pace_is_the_fastest_sample(self):
        sample = self.sample()
        sample.write({"applied": 300, "seconds": 60})
        self.assertEqual(self.stream_row()["best"], 300)

    def test_sample_without_figures_breaks_nothing(self):
        stream = self.sample().stream_id
        now = fields.Datetime.now()
        self.env["acorn.sample"].create({"stream_id": stream.id, "at": now})
        self.assertEqual(self.stream_row()["failed"], 0)


class TestPrometheus(HealthCase):
    def test_labels_are_escaped(self):
        gauge = Gauge("acorn_x", "Back\\slash\nand line.")
        gauge.add(1, shop='A "B"\\C\nD')
        self.assertEqual(
            render([gauge, Gauge("acorn_empty", "Without samples.")]),
            "# HELP acorn_x Back\\\\slash\\nand line.\n"
            "# TYPE acorn_x gauge\n"
            'acorn_x{shop="A \\"B\\"\\\\C\\nD"} 1\n',
        )
