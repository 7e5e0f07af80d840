from datetime import datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.acorn_base.channel import UTC, RetryLater
from odoo.addons.acorn_base.records import OrderAudit
from odoo.addons.acorn_base.vault import VaultError

from .common import (
    CANCELLED,
    DISCOUNT,
    ITEM,
    SHIPPED,
    UNSHIPPED,
    AcornCase,
    Charge,
    replace,
)
from .dummy import BookkeepingChannel


@tagged("post_install", "-at_install")
class TestReconciliation(AcornCase):
    """The orders here are compared with the channel's own books, and repaired."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Shop = cls.env.registry["acorn.shop"]
        cls.startClassPatcher(
            patch.object(Shop, "_get_channel_class", lambda self: BookkeepingChannel)
        )
        cls.shop.action_check_connection()

    def setUp(self):
        super().setUp()
        self.old = datetime.now(UTC) - timedelta(hours=3)

    def place(self, *lines, **values):
        """Place an order that changed some hours ago: both sides must know it."""
        return super().place(*lines, **{"updated_at": self.old} | values)

    def reconcile(self, *books):
        """Let the books come and everything be done; return the run."""
        self.world.books = books or tuple(self.world.orders.values())
        self.drain()
        return self.env["acorn.reconciliation"].search(
            [("shop_id", "=", self.shop.id)], limit=1
        )

    def behind_the_back(self, record, **values):
        """Change an order at the channel without its update time moving."""
        return self.world.place(replace(record, **values))

    def lose(self, record):
        """Make as if the stream had never brought an order."""
        self.message(record).unlink()
        self.sale(record).sudo().with_context(
            disable_cancel_warning=True
        )._action_cancel()
        self.sale(record).unlink()

    def decided(self, run):
        return [(line.ref, line.difference, line.state) for line in run.line_ids]

    # === NOTHING DIFFERS === #

    def test_nothing_is_repaired_where_nothing_differs(self):
        self.place()
        self.place(status=SHIPPED, by_channel=True)
        self.place(status=CANCELLED)
        self.drain()
        self.world.calls.clear()
        run = self.reconcile()
        self.assertEqual((run.state, run.line_ids.ids), ("done", []))
        self.assertEqual((run.there_count, run.here_count), (3, 3))
        self.assertFalse(self.alerts("reconciliation"))
        self.assertEqual(self.world.calls.count("pull order"), 1)  # the live stream's
        self.assertEqual(
            {count.status: (count.there, count.here) for count in run.count_ids},
            {"unshipped": (1, 1), "shipped": (1, 1), "cancelled": (1, 1)},
        )

    def test_what_is_fresh_is_no_difference(self):
        record = self.place()
        self.drain()
        fresh = replace(record, status=SHIPPED, updated_at=datetime.now(UTC))
        unseen = replace(self.order(), updated_at=datetime.now(UTC))
        run = self.reconcile(fresh, unseen)
        self.assertFalse(run.line_ids)
        self.assertFalse(run.there_count)

    def test_what_the_stream_has_not_reached_is_no_difference(self):
        stream = self.shop.stream_ids.filtered(lambda s: s.kind == "order")
        stream.cursor = {"until": (self.old - timedelta(hours=1)).isoformat()}
        now = datetime.now(UTC)
        unseen = replace(self.order(), updated_at=self.old)
        audit = OrderAudit(now - timedelta(days=30), now, (unseen,))
        run = self.env["acorn.reconciliation"]._start(self.shop, audit)
        self.assertEqual((run.state, run.line_ids.ids), ("done", []))

    def test_what_is_newer_here_is_no_difference(self):
        record = self.place(status=SHIPPED, by_channel=True)
        self.drain()
        books = replace(
            record, status=UNSHIPPED, updated_at=self.old - timedelta(hours=1)
        )
        self.assertFalse(self.reconcile(books).line_ids)

    def test_orders_from_before_the_first_that_was_wanted_are_not_missing(self):
        self.shop.orders_since = fields.Datetime.now() - timedelta(days=2)
        before = replace(self.order(), updated_at=self.old - timedelta(days=3))
        self.assertFalse(self.reconcile(before).line_ids)

    # === REPAIRED === #

    def test_an_order_that_never_came_is_fetched_and_said(self):
        kept, lost = self.place(), self.place(self.line(quantity=2, price="20.00"))
        self.drain()
        self.lose(lost)
        run = self.reconcile()
        self.assertEqual(self.decided(run), [(lost.ref, "missing", "repaired")])
        self.assertSameAmount(self.sale(lost), lost)
        self.assertEqual(run.line_ids.order_id, self.sale(lost))
        self.assertEqual((run.there_count, run.here_count), (2, 1))
        [alert] = self.alerts("reconciliation")
        self.assertEqual(alert.severity, "info")
        self.assertIn(lost.ref, alert.text)
        self.assertNotIn(kept.ref, alert.text)
        self.assertIn(lost.ref, self.shop.message_ids[:1].body)
        # The next one finds nothing, and the alert closes itself.
        self.assertFalse(self.reconcile().line_ids)
        self.assertFalse(self.alerts("reconciliation"))

    def test_an_order_deleted_here_comes_back(self):
        record = self.place()
        self.drain()
        self.sale(record)._action_cancel()
        self.sale(record).unlink()
        run = self.reconcile()
        self.assertEqual(self.decided(run), [(record.ref, "missing", "repaired")])
        self.assertEqual(self.sale(record).state, "sale")

    def test_a_status_that_changed_without_its_time_is_followed(self):
        record = self.place(self.line(quantity=2, price="20.00"), by_channel=True)
        self.drain()
        self.behind_the_back(record, status=SHIPPED, status_text="SHIPPED")
        run = self.reconcile()
        [line] = run.line_ids
        self.assertEqual(
            (line.difference, line.state, line.here, line.now),
            ("status", "repaired", "unshipped", "shipped"),
        )
        self.assertEqual((line.here_words, line.now_words), ("Unshipped", "Shipped"))
        self.assertIn("Unshipped → Shipped", run.summary)
        self.assertEqual(self.sale(record).picking_ids.state, "done")
        self.assertEqual(self.on_hand(self.mug, self.us.fba_warehouse_id), 98)

    def test_a_cancellation_that_was_missed_frees_the_stock(self):
        record = self.place(self.line(quantity=2, price="20.00"))
        self.drain()
        self.behind_the_back(record, status=CANCELLED)
        run = self.reconcile()
        self.assertEqual(self.decided(run), [(record.ref, "status", "repaired")])
        self.assertEqual(self.free(self.mug, self.us.warehouse_id), 100)

    def test_a_quantity_changed_here_by_mistake_is_put_right(self):
        record = self.place(self.line(quantity=2, price="20.00"))
        self.drain()
        order = self.sale(record)
        order.order_line.product_uom_qty = 3
        run = self.reconcile()
        [line] = run.line_ids
        self.assertEqual(
            (line.difference, line.state, line.here, line.now),
            ("quantity", "repaired", "MUG: 3", "MUG: 2"),
        )
        self.assertSameAmount(order, record)

    def test_an_amount_changed_here_by_mistake_is_put_right(self):
        record = self.place(self.line(price="20.00", tax="1.50"))
        self.drain()
        self.sale(record).order_line.price_unit = 7
        run = self.reconcile()
        self.assertEqual(self.decided(run), [(record.ref, "amount", "repaired")])
        self.assertEqual(run.line_ids.now, "21.50 USD")
        self.assertSameAmount(self.sale(record), record)

    def test_goods_that_should_have_left_leave(self):
        record = self.place(self.line(quantity=2, price="20.00"), by_channel=True)
        self.drain()
        order = self.sale(record)
        self.behind_the_back(record, status=SHIPPED)
        self.env.cr.execute(
            "UPDATE sale_order SET acorn_status = 'shipped' WHERE id = %s", [order.id]
        )
        order.invalidate_recordset()
        run = self.reconcile()
        self.assertEqual(self.decided(run), [(record.ref, "delivery", "repaired")])
        self.assertEqual((run.line_ids.here, run.line_ids.now), ("MUG: 0", "MUG: 2"))

    def test_many_are_repaired_in_batches(self):
        records = [self.place() for _n in range(23)]
        self.drain()
        for record in records:
            self.lose(record)
        run = self.reconcile()
        self.assertEqual((run.repaired_count, run.left_count), (23, 0))
        self.assertIn("3 more", run.summary)

    # === LEFT OVER === #

    def test_what_the_channel_itself_says_counts_more_than_its_books(self):
        record = self.place()
        self.drain()
        books = replace(record, status=SHIPPED)
        run = self.reconcile(books)
        self.assertEqual(self.decided(run), [(record.ref, "status", "confirmed")])
        self.assertFalse(self.alerts("reconciliation"))
        self.world.calls.clear()
        self.assertEqual(self.reconcile(books).line_ids.state, "confirmed")
        self.assertEqual(self.world.calls.count("pull order"), 1)  # the live stream's

    def test_an_order_the_books_do_not_have_is_only_told(self):
        known, unknown = self.place(), self.place()
        self.drain()
        run = self.reconcile(known)
        self.assertEqual(self.decided(run), [(unknown.ref, "unknown_there", "left")])
        self.assertEqual(self.sale(unknown).state, "sale")
        self.assertEqual(self.alerts("reconciliation").severity, "info")

    def test_an_order_the_channel_does_not_give_is_left_with_the_reason(self):
        ghost = replace(self.order(), updated_at=self.old)
        record = self.place()
        self.drain()
        self.lose(record)
        run = self.reconcile(ghost, record)
        self.assertEqual(
            self.decided(run),
            [(ghost.ref, "missing", "left"), (record.ref, "missing", "repaired")],
        )
        self.assertIn("There is no order", run.line_ids[0].reason)
        self.assertEqual(self.alerts("reconciliation").severity, "warning")

    def test_what_failed_or_was_skipped_is_left_with_its_reason(self):
        failed, skipped = self.place(site="XX9"), self.place(site="XX9")
        self.drain()
        self.message(skipped)._skip("Not ours")
        run = self.reconcile()
        reasons = {line.ref: line.reason for line in run.line_ids}
        self.assertIn("XX9", reasons[failed.ref])
        self.assertEqual(reasons[skipped.ref], "Not ours")
        self.assertEqual(set(run.line_ids.mapped("state")), {"left"})

    def test_what_cannot_follow_is_left_to_people(self):
        record = self.place(self.line(quantity=2, price="20.00"), by_channel=True)
        self.drain()
        self.sale(record)._action_cancel()
        run = self.reconcile()
        self.assertEqual(self.decided(run), [(record.ref, "status", "left")])
        self.assertIn("still differs", run.line_ids.reason)

    def test_amounts_with_a_discount_are_not_compared(self):
        charges = (Charge(ITEM, Decimal("20.00")), Charge(DISCOUNT, Decimal("-2.00")))
        record = self.place(self.line(charges=charges))
        self.drain()
        [line] = record.lines
        other = replace(
            line, charges=(*charges[:1], Charge(DISCOUNT, Decimal("-2.38")))
        )
        self.assertFalse(self.reconcile(replace(record, lines=(other,))).line_ids)

    # === AS WORK === #

    def test_a_limit_of_calls_is_waited_for(self):
        record = self.place()
        self.drain()
        self.lose(record)
        self.world.books = [record]
        # The order stream and the books get through, the repair does not.
        streams = len(self.shop.stream_ids)
        self.world.problems = [None] * streams + [RetryLater("Busy", 600)]
        run = self.reconcile(record)
        self.assertEqual((run.state, run.line_ids.state), ("running", "pending"))
        self.assertGreater(run.next_try, fields.Datetime.now() + timedelta(minutes=9))
        run.next_try = False
        self.world.books = None
        self.drain()
        self.assertEqual((run.state, run.line_ids.state), ("done", "repaired"))

    def half_way(self, record, state):
        """Return a run that is through with nothing yet but the state of its line."""
        return self.env["acorn.reconciliation"].create(
            {
                "shop_id": self.shop.id,
                "line_ids": [
                    Command.create(
                        {
                            "ref": record.ref,
                            "difference": "status",
                            "state": state,
                            "fetched_at": fields.Datetime.now(),
                        }
                    )
                ],
            }
        )

    def test_a_shop_whose_key_is_lost_stops_no_lane(self):
        record = self.place()
        self.drain()
        run = self.half_way(record, "pending")
        lost = VaultError("The key is lost.", "no_such_code")
        with patch.object(
            self.env.registry["acorn.shop"], "_channel", side_effect=lost
        ):
            self.drain()
        self.assertEqual(self.shop.state, "paused")
        self.assertEqual((run.state, run.line_ids.state), ("running", "pending"))

    def test_a_document_that_can_no_longer_be_read_is_left_with_the_reason(self):
        record = self.place()
        self.drain()
        run = self.half_way(record, "fetched")
        lost = VaultError("The key is lost.", "no_such_code")
        with patch.object(
            self.env.registry["acorn.message"], "_document", side_effect=lost
        ):
            self.drain()
        self.assertEqual((run.state, run.line_ids.state), ("done", "left"))
        self.assertEqual(run.line_ids.reason, "The key is lost.")

    def test_a_new_run_takes_over_from_one_that_is_not_through(self):
        record = self.place()
        self.drain()
        self.lose(record)
        streams = len(self.shop.stream_ids)
        self.world.problems = [None] * streams + [RetryLater("Busy", 600)]
        first = self.reconcile(record)
        second = self.reconcile(record)
        self.assertEqual((first.state, first.line_ids.state), ("done", "left"))
        self.assertEqual((second.state, second.line_ids.state), ("done", "repaired"))

    def test_no_order_moves_while_orders_are_compared(self):
        for _n in range(3):
            self.place(self.line("1"), self.line("2", sku="LAMP"))
        self.drain()
        self.world.books = list(self.world.orders.values())
        self.reconcile()  # warm
        audit = self.message("orders")
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        audit._apply_audit()
        few = self.env.cr.sql_log_count - before
        for _n in range(12):
            self.place(self.line("1"), self.line("2", sku="LAMP"))
        self.drain()
        self.reconcile()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        audit._apply_audit()
        self.assertLessEqual(self.env.cr.sql_log_count - before, few + 5)

    def test_it_can_be_asked_for(self):
        stream = self.shop.stream_ids.filtered(lambda s: s.kind == "audit")
        stream.next_run = fields.Datetime.now() + timedelta(days=1)
        self.shop.action_reconcile()
        self.assertLessEqual(stream.next_run, fields.Datetime.now())

    def test_old_ones_are_removed(self):
        run = self.reconcile(self.place())
        self.env.cr.execute(
            "UPDATE acorn_reconciliation SET create_date = now() - interval '1 year'"
        )
        self.env["acorn.reconciliation"]._gc_old()
        self.assertFalse(run.exists())
