from datetime import datetime, timedelta

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.acorn_base.channel import UTC, Document, RetryLater

from .common import AcornCase, replace
from .dummy import DummyChannel, dump


class TestMessage(AcornCase):
    """What was received is kept as it came, and worked off once."""

    def test_document_is_kept_verbatim_and_encrypted(self):
        record = self.place()
        self.drain()
        message = self.message(record)
        self.assertEqual(message._plain(), dump(record))
        self.env.cr.execute(
            "SELECT body FROM acorn_message WHERE id = %s", [message.id]
        )
        [stored] = self.env.cr.fetchone()
        self.assertNotIn("ada", stored)
        self.assertTrue(stored.startswith("gAAAA"))

    def test_large_document_lives_in_the_filestore_encrypted(self):
        body = b'{"file": "' + b"words of a report " * 30000 + b'"}'
        document = Document("listing", "US1", datetime.now(UTC), body, "US1")
        message = self.env["acorn.message"]._receive(self.shop, [document])
        self.assertFalse(message.sudo().body)
        self.assertEqual(message._plain(), body)
        attachment = message._attachment_sudo()
        self.assertNotIn(b"words", attachment.raw)
        again = replace(document, version=datetime.now(UTC), body=body + b" ")
        self.env["acorn.message"]._receive(self.shop, [again])
        self.assertEqual(message._plain(), body + b" ")

    def test_newest_version_wins_whatever_the_order_of_arrival(self):
        record = self.place()
        self.drain()
        message = self.message(record)
        receive = self.env["acorn.message"]._receive
        older = replace(record, updated_at=record.updated_at - timedelta(hours=1))
        self.assertFalse(receive(self.shop, [self.document(older)]))
        self.assertEqual(message._plain(), dump(record))
        self.assertFalse(
            receive(self.shop, [self.document(record)]), "equal: nothing to do"
        )
        self.assertFalse(message.version_ids)
        newer = replace(record, updated_at=datetime.now(UTC), service_level="EXPEDITED")
        self.assertTrue(
            receive(self.shop, [self.document(newer), self.document(older)])
        )
        self.assertEqual(message.state, "pending")
        self.assertEqual(message.version_ids.changed, "service_level, updated_at")

    def test_one_bad_document_never_stops_the_others(self):
        good = [self.place() for _n in range(6)]
        bad = self.place(site="XX9")
        self.drain()
        for record in good:
            self.assertApplied(record)
        message = self.message(bad)
        self.assertEqual(message.state, "failed")
        self.assertIn("Test Connection", message.error)
        self.assertFalse(self.sale(bad))

    def test_bug_is_set_aside_with_its_traceback(self):
        good, bad = self.place(), self.place()
        original = DummyChannel.parse

        def parse(channel, document):
            return 1 / 0 if document.key == bad.ref else original(channel, document)

        self.patch(DummyChannel, "parse", parse)
        with mute_logger("odoo.addons.acorn_base.attempt"):
            self.drain()
        self.assertApplied(good)
        message = self.message(bad)
        self.assertEqual(message.state, "failed")
        self.assertIn("ZeroDivisionError", message.trace)

    def test_failed_message_is_worked_on_again(self):
        record = self.place(site="XX9")
        self.drain()
        message = self.message(record)
        self.us.channel_ref = "XX9"
        message.action_retry()
        self.assertApplied(record)
        self.assertEqual(message.order_id, self.sale(record))

    def test_what_nobody_must_act_on_is_tried_again_later(self):
        record = self.place()
        self.fail_applying(RetryLater("busy", 30))
        self.drain()
        message = self.message(record)
        self.assertEqual((message.state, message.tries), ("pending", 1))
        self.assertGreater(message.next_try, fields.Datetime.now())
        message.next_try = fields.Datetime.now()
        self.drain()
        self.assertApplied(record)

    def test_batch_hit_by_another_lane_is_taken_up_again(self):
        record = self.place()
        self.fail_applying(SerializationFailure("could not serialize access"))
        self.drain()
        self.drain()
        self.assertApplied(record)

    def test_record_made_by_another_lane_meanwhile_is_no_failure(self):
        record = self.place(self.line("1", "FRESH"))
        Offer = type(self.env["acorn.offer"])
        original = Offer._get_or_create
        racing = [True]

        def get_or_create(offers, shop, wanted):
            if racing and "FRESH" in wanted:
                racing.clear()
                offers.env["acorn.offer"].create(
                    [{"shop_id": shop.id, "sku": "FRESH"} for _lane in range(2)]
                )
            return original(offers, shop, wanted)

        self.patch(Offer, "_get_or_create", get_or_create)
        with mute_logger("odoo.sql_db"):
            self.drain()
        message = self.message(record)
        self.assertEqual(message.state, "pending", message.error)
        message.next_try = fields.Datetime.now()
        self.drain()
        self.assertTrue(self.sale(record))

    def fail_applying(self, *errors):
        """Applying orders meets these errors first."""
        errors, Order = list(errors), type(self.env["sale.order"])
        original = Order._acorn_apply

        def apply(orders, shop, records):
            if errors:
                raise errors.pop(0)
            return original(orders, shop, records)

        self.patch(Order, "_acorn_apply", apply)

    def test_skipping_needs_a_reason_and_a_manager(self):
        record = self.place(site="XX9")
        self.drain()
        user = new_test_user(self.env, "reader", groups="acorn_base.group_user")
        message = self.message(record)
        with self.assertRaises(AccessError):
            message.with_user(user)._skip("not ours")
        manager = new_test_user(self.env, "manager", groups="acorn_base.group_manager")
        message.with_user(manager)._skip("not ours")
        self.assertEqual((message.state, message.skip_reason), ("skipped", "not ours"))

    def test_manager_retries_without_further_rights(self):
        record = self.place(site="XX9")
        self.drain()
        self.us.channel_ref = "XX9"
        manager = new_test_user(self.env, "manager", groups="acorn_base.group_manager")
        self.message(record).with_user(manager).action_retry()
        self.assertApplied(record)

    def test_order_is_applied_once_however_often_it_comes(self):
        record = self.place()
        for _n in range(3):
            self.drain()
            self.message(record).action_replay()
        self.assertEqual(len(self.sale(record)), 1)
        self.assertEqual(len(self.sale(record).picking_ids), 1)

    def document(self, record):
        return Document(
            "order", record.ref, record.updated_at, dump(record), record.site
        )
