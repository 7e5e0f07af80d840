from datetime import timedelta

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.acorn_base.channel import AccountProblem, RetryLater
from odoo.addons.acorn_base.records import Receipt

from .common_alert import AlertCase
from .dummy import DummyChannel


class TestWatch(AlertCase):
    """What is found wrong with a shop, from stored facts alone."""

    @property
    def stream(self):
        return self.shop.stream_ids.filtered(lambda stream: stream.kind == "order")

    def test_shop_that_works_has_no_findings(self):
        self.assertEqual(self.findings(), {})
        with self.later(minutes=29):
            self.assertEqual(self.findings(), {})

    def test_half_an_hour_without_a_fetch_is_an_error_that_names_the_stream(self):
        with self.later(minutes=31):
            finding = self.findings()["no_pull"]
        self.assertEqual(finding.severity, "error")
        self.assertEqual(finding.stream_id, self.stream.id)
        self.assertIn("31 minutes", finding.text)
        self.assertIn(self.stream.display_name, finding.text)

    def test_patience_is_settable_for_each_shop_and_new_ones_take_the_company_s(self):
        self.shop.alarm_minutes = 90
        with self.later(minutes=89):
            self.assertNotIn("no_pull", self.findings())
        with self.later(minutes=91):
            self.assertIn("no_pull", self.findings())
        self.company.acorn_alarm_minutes = 45
        fresh = self.env["acorn.shop"].create({"name": "New", "channel": "dummy"})
        self.assertEqual((fresh.alarm_minutes, self.shop.alarm_minutes), (45, 90))

    def test_daily_stream_is_late_after_its_own_turn(self):
        listing = self.shop.stream_ids.filtered(lambda s: s.kind == "listing")[:1]
        for hours, late in ((24.4, False), (24.6, True)):
            past = fields.Datetime.now() - timedelta(hours=hours)
            (listing | self.stream).write({"last_page": fields.Datetime.now()})
            listing.last_page = past
            self.shop.live_since = past
            found = self.findings().get("no_pull")
            self.assertEqual(found and found.stream_id, listing.id if late else None)

    def test_backlog_that_takes_hours_is_no_silence(self):
        self.stream.last_success = fields.Datetime.now() - timedelta(hours=5)
        self.assertNotIn("no_pull", self.findings())

    def test_shop_that_has_just_come_back_has_time_to_fetch(self):
        self.shop.action_pause()
        with self.later(days=2):
            self.shop.action_resume()
            self.assertEqual(self.findings(), {})
        with self.later(days=2, minutes=31):
            self.assertIn("no_pull", self.findings())

    def test_failures_in_a_row_are_told_before_they_are_an_alarm(self):
        # So long that a slow machine does not try twice within one drain.
        self.fail_orders(*[RetryLater("Busy.", 178)] * 3)
        for failed in (False, False, True):
            self.drain()
            self.assertEqual("failing" in self.findings(), failed)
        self.assertIn("Busy.", self.findings()["failing"].text)
        with self.later(minutes=31):
            found = self.findings()
        self.assertIn("Busy.", found["no_pull"].text)
        self.assertNotIn("failing", found)

    def fail_orders(self, *errors):
        errors, original = list(errors), DummyChannel.pull

        def pull(channel, kind, *args, **values):
            if kind == "order" and errors:
                raise errors.pop(0)
            return original(channel, kind, *args, **values)

        self.patch(DummyChannel, "pull", pull)

    def test_closed_stream_and_paused_shop_are_found(self):
        self.fail_orders(
            AccountProblem("No role.", stream_only=True), AccountProblem("Revoked.")
        )
        self.drain()
        self.assertIn("No role.", self.findings()["stream"].text)
        self.drain()
        self.assertEqual(self.shop.state, "paused")
        self.assertEqual([*self.findings()], ["account"])
        self.assertIn("Revoked.", self.findings()["account"].text)

    def test_shop_that_a_person_paused_is_an_information(self):
        self.shop.action_pause()
        with self.later(hours=3):
            found = self.findings()
        self.assertEqual([*found], ["paused"])
        self.assertEqual(found["paused"].severity, "info")

    def test_no_orders_and_no_fetch_are_different(self):
        self.shop.quiet_hours = 24
        self.apply()
        self.shop.live_since = fields.Datetime.now() - timedelta(days=9)
        self.assertNotIn("no_orders", self.findings())
        with self.later(hours=30):
            self.assertEqual([*self.findings()][0], "no_pull")
            self.assertNotIn("no_orders", self.findings(), "nobody knows")
            self.drain()
            found = self.findings()
            self.assertEqual([*found], ["no_orders"])
            self.assertEqual(found["no_orders"].severity, "info")
            self.shop.quiet_hours = 0
            self.assertEqual(self.findings(), {})

    def test_documents_that_pile_up_are_found_by_age_and_by_number(self):
        record = self.place()
        self.env["acorn.message"]._receive(
            self.shop, self.pulled("order", record.ref).documents
        )
        self.assertNotIn("pile_up", self.findings())
        with self.later(minutes=32):
            self.assertIn("pile_up", self.findings())
        self.company.acorn_most_pending = 0
        self.assertIn("1 documents", self.findings()["pile_up"].text)

    def pulled(self, kind, key):
        return self.shop._channel().pull(kind, {}, keys=[key])

    def test_failed_messages_are_found_with_numbers_that_can_be_searched(self):
        record = self.place(site="XX9")
        self.drain()
        message = self.message(record)
        finding = self.findings()["failed"]
        self.assertIn(message.number, finding.text)
        Message = self.env["acorn.message"]
        for text in (message.number, message.number.lower(), str(message.id)):
            self.assertEqual(Message.search([("number", "ilike", text)]), message)
        self.assertEqual(Message.search([("number", "=", message.number)]), message)
        self.assertFalse(Message.search([("number", "=", "MSG-x")]))

    def test_receipt_that_does_not_come_is_found_and_in_the_end_fails(self):
        order = self.apply()
        picking = order.picking_ids
        picking.carrier_id, picking.carrier_tracking_ref = self.carrier, "1Z9"
        picking.button_validate()
        waiting = Receipt("waiting", "receipt-1")
        self.patch(DummyChannel, "push", lambda channel, record: waiting)
        self.patch(DummyChannel, "poll", lambda channel, record, ref="": waiting)
        self.drain()
        message = picking.acorn_message_ids
        self.assertEqual(message.state, "waiting")
        with self.later(hours=5):
            self.assertNotIn("no_receipt", self.findings())
        with self.later(hours=7):
            self.drain()
            self.assertIn("7 hours", self.findings()["no_receipt"].text)
        with self.later(hours=25):
            self.drain()
            self.assertNotIn("no_receipt", self.findings())
            self.assertIn(picking.name, self.findings()["shipment"].text)
        self.assertEqual(message.state, "failed")
        self.assertIn("for a day", picking.acorn_push_error)

    def test_shop_that_cannot_be_judged_hides_no_other(self):
        other = self.env["acorn.shop"].create({"name": "Other", "channel": "dummy"})
        other.action_check_connection()
        Shop = type(self.shop)

        def credentials(shop):
            return 1 / 0 if shop.id == self.shop.id else []

        self.patch(Shop, "_credentials_ending", credentials)
        other.action_pause()
        with mute_logger("odoo.addons.acorn_base.attempt"):
            found = self.env["acorn.watch"]._findings(self.shop | other)
        self.assertEqual(
            [(finding.shop_id, finding.reason) for finding in found],
            [(self.shop.id, "blind"), (other.id, "paused")],
        )

    def test_findings_cost_the_same_for_many_shops(self):
        Watch = self.env["acorn.watch"]
        shops = self.shop
        counts = []
        for turn in range(2):
            Watch._findings(shops)  # what creating shops left to compute is done
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Watch._findings(shops)
            counts.append(self.env.cr.sql_log_count - before)
            for n in range(4):
                shop = self.env["acorn.shop"].create(
                    {"name": f"{turn}{n}", "channel": "dummy"}
                )
                shop.action_check_connection()
                shops |= shop
        self.assertEqual(*counts)

    def test_crons_that_do_not_run_are_found_when_a_page_loads(self):
        Watch = self.env["acorn.watch"]
        crons = self.env["ir.cron"].search(Watch._cron_domain())
        self.assertEqual(len(crons), 3)
        crons.write({"active": True, "nextcall": fields.Datetime.now()})
        self.assertEqual(Watch._cron_silence(), [])
        with self.later(minutes=11):
            reader = Watch.with_user(self.owner)
            self.assertEqual(
                {finding.code for finding in reader._cron_silence()}, {"crons_silent"}
            )
        crons[0].active = False
        [finding] = Watch._cron_silence()
        self.assertEqual((finding.code, finding.subject), ("crons_off", crons[0].name))

    def test_watching_costs_no_call_of_the_channel(self):
        self.world.calls.clear()
        with self.later(hours=2):
            self.watch()
        self.assertFalse(self.world.calls)
