from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..channel import Refused
from ..records import TaxRegistration
from .common import CANCELLED, PENDING, SHIPPED, AcornCase, Address, Buyer


class TestPrivacy(AcornCase):
    """What is removed after its time, what stays, and what is said about it."""

    WORDS = (
        "Zofia", "Kowalska", "zofia@example.com", "Krakowska", "31-062", "555 0199",
        "Sztuka GmbH", "PL5260001246", "Happy birthday", "pixel.example", "back door",
    )  # fmt: skip

    def place_order(self, status=SHIPPED, **values):
        line = self.line(
            tax="2.30",
            quantity_shipped=1 if status == SHIPPED else 0,
            gift_message="Happy birthday, Zofia!",
            customization_url="https://pixel.example/1.zip",
        )
        return self.place(
            line,
            status=status,
            **{
                "buyer": Buyer("Zofia Kowalska", "zofia@example.com"),
                "recipient": Address(
                    "Zofia Kowalska", "", ("Krakowska 1",), "Kraków", "", "WA",
                    "31-062", "US", "+1 206 555 0199",
                ),
                "delivery_note": "Use the back door",
                "tax_registrations": (
                    TaxRegistration("PL5260001246", "VAT", "Sztuka GmbH"),
                ),
            }
            | values,
        )  # fmt: skip

    def bought(self, status=SHIPPED, **values):
        record = self.place_order(status, **values)
        self.drain()
        return record, self.sale(record)

    def later(self, days):
        """Let everything of this shop have happened so many days earlier."""
        self.env.flush_all()
        for table, columns in (
            ("sale_order", ("acorn_deliver_by", "acorn_updated_at", "acorn_ship_by")),
            ("stock_picking", ("date_done",)),
            ("acorn_message", ("received_at",)),
            ("res_partner", ("create_date",)),
        ):
            moved = ", ".join(f"{c} = {c} - interval '{days} days'" for c in columns)
            self.env.cr.execute(f"UPDATE {table} SET {moved}")
        self.env.invalidate_all()

    def purge(self):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr, user=self.env.ref("base.user_root").id)[
                "acorn.shop"
            ]._cron_purge()
        self.env.invalidate_all()

    def records(self, kind):
        return self.env["acorn.purge"].search([("kind", "=", kind)])

    def everything_said(self):
        """Every text column of every table that could hold a word of the buyer."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(
            """
            SELECT c.table_name, c.column_name
              FROM information_schema.columns c
              JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
               AND c.data_type IN ('text', 'character varying', 'jsonb')
               AND c.table_name NOT LIKE 'ir_%%'
            """
        )
        found = []
        for table, column in cr.fetchall():
            for word in self.WORDS:
                cr.execute(
                    f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s',
                    [f"%{word}%"],
                )
                if cr.fetchone()[0]:
                    found.append((table, column, word))
        return found

    def test_an_order_that_cannot_be_purged_keeps_none_of_the_others_back(self):
        _record, bad = self.bought()
        _record, good = self.bought()
        self.later(40)
        Shop = self.env.registry["acorn.shop"]
        erase = Shop._erase

        def refuse(shop, orders, kept):
            if bad in orders:
                raise Refused("It is locked.")
            return erase(shop, orders, kept)

        with (
            patch.object(Shop, "_erase", refuse),
            self.assertLogs("odoo.addons.acorn_base", "ERROR") as logged,
        ):
            self.purge()
        self.assertTrue(good.acorn_purged_at)
        self.assertFalse(bad.acorn_purged_at)
        self.assertIn(f"order {bad.id}", logged.output[0])

    def test_a_shop_that_cannot_be_purged_keeps_none_of_the_others_back(self):
        other = self.shop.copy({"name": "Other shop"})
        Shop = self.env.registry["acorn.shop"]
        tried = []

        def refuse(shop, _started):
            tried.append(shop.id)
            raise Refused("It is locked.")

        with (
            patch.object(Shop, "_purge_stray", refuse),
            self.assertLogs("odoo.addons.acorn_base", "ERROR"),
        ):
            self.purge()
        self.assertLessEqual({self.shop.id, other.id}, set(tried))

    def test_what_was_parked_goes_with_its_order_and_stays_away(self):
        record, order = self.bought()
        message = self.message(record)
        message.sudo().state = "parked"
        self.later(40)
        self.purge()
        self.assertTrue(order.acorn_purged_at)
        self.assertTrue(message.purged_at)
        self.us.active = False
        self.us.active = True
        self.assertEqual(message.state, "parked")

    def test_thirty_days_after_delivery_nothing_tells_who_bought(self):
        self.env = self.env["base"].with_context(tracking_disable=False).env
        record, order = self.bought()
        order.message_post(body="Called Mrs Kowalska, she is happy.")
        order.message_post(body="Packed twice.")
        order.picking_ids.note = "Ring at Krakowska 1"
        order.picking_ids.message_post(
            body="Label", attachments=[("label.pdf", b"Zofia Kowalska")]
        )
        figures = self.figures(order)
        key = order.partner_id.sudo().acorn_key
        said = {word for _table, _column, word in self.everything_said()}
        self.assertLessEqual({"Zofia", "Krakowska", "zofia@example.com"}, said)
        self.later(29)
        self.purge()
        self.assertEqual(order.partner_shipping_id.street, "Krakowska 1")
        self.later(2)
        self.purge()

        self.assertEqual(self.everything_said(), [])
        self.assertEqual(self.figures(order), figures)
        place = order.partner_shipping_id
        self.assertEqual((place.country_id.code, place.state_id.code), ("US", "WA"))
        self.assertEqual(place.complete_name, "Buyer (-), Buyer (US)")
        self.assertEqual(order.partner_id.sudo().acorn_key, key)
        self.assertTrue(order.acorn_purged_at)
        self.assertIn("Packed twice.", str(order.message_ids.mapped("body")))
        message = self.message(record)
        self.assertTrue(message.purged_at)
        self.assertTrue(message.digest)
        self.assertEqual(message.state, "done")
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "=", "stock.picking"), ("name", "=", "label.pdf")]
            )
        )

    def figures(self, order):
        return [
            (order.amount_untaxed, order.amount_tax, order.amount_total),
            (order.acorn_total, order.acorn_channel_tax, order.name),
            order.order_line.mapped("price_total"),
            order.order_line.mapped("acorn_tax_scheme"),
            order.order_line.mapped("qty_delivered"),
            order.picking_ids.mapped("state"),
        ]

    def test_what_was_removed_is_written_down(self):
        _record, _order = self.bought()
        self.later(31)
        self.purge()
        rows = self.env["acorn.purge"].search([("shop_id", "=", self.shop.id)])
        self.assertEqual(
            {row.kind: row.removed for row in rows} | {"chatter": 0},
            {"order": 1, "contact": 2, "message": 1, "chatter": 0},
        )
        self.assertEqual(rows.user_id, self.env.ref("base.user_root"))
        self.assertEqual(rows.mapped("reason"), ["time"] * len(rows))
        self.purge()
        self.assertEqual(
            rows, self.env["acorn.purge"].search([("shop_id", "=", self.shop.id)])
        )

    def test_order_to_be_delivered_keeps_its_address(self):
        _record, order = self.bought("unshipped")
        self.later(400)
        self.purge()
        self.assertEqual(order.partner_shipping_id.street, "Krakowska 1")
        self.assertFalse(order.acorn_purged_at)

    def test_cancelled_and_abandoned_orders_are_purged_too(self):
        _record, cancelled = self.bought("unshipped")
        self.world.change(cancelled.acorn_ref, status=CANCELLED)
        self.drain()
        _record, pending = self.bought(PENDING, buyer=Buyer("", "late@example.com"))
        self.later(31)
        self.purge()
        self.assertTrue(cancelled.acorn_purged_at)
        self.assertFalse(pending.acorn_purged_at)
        self.later(90)
        self.purge()
        self.assertTrue(pending.acorn_purged_at)

    def test_contact_waits_for_the_last_of_its_orders(self):
        _record, first = self.bought()
        self.later(31)
        _record, second = self.bought("unshipped")
        self.assertEqual(first.partner_id, second.partner_id)
        self.purge()
        self.assertTrue(first.acorn_purged_at)
        self.assertEqual(second.partner_shipping_id.street, "Krakowska 1")
        self.world.change(second.acorn_ref, status=SHIPPED)
        self.drain()
        self.later(31)
        self.purge()
        self.assertEqual(self.everything_said(), [])

    def test_buyer_who_returns_is_the_same_contact(self):
        _record, first = self.bought()
        self.later(31)
        self.purge()
        self.assertEqual(first.partner_id.name, "Buyer (-)")
        _record, second = self.bought("unshipped")
        self.assertEqual(second.partner_id, first.partner_id)
        self.assertEqual(second.partner_shipping_id, first.partner_shipping_id)
        self.assertEqual(second.partner_id.name, "Zofia Kowalska")
        self.assertEqual(second.partner_shipping_id.street, "Krakowska 1")
        self.assertFalse(second.partner_id.acorn_purged_at)

    def test_replay_is_refused_with_the_reason(self):
        record, _order = self.bought()
        self.later(31)
        self.purge()
        message = self.message(record)
        for action in (message.action_replay, message.action_retry):
            with self.assertRaisesRegex(UserError, "content of .* was removed on"):
                action()
        self.assertIn("was removed on", message.content)
        self.assertEqual(message.state, "done")

    def test_newer_document_is_purged_by_the_next_run(self):
        record, order = self.bought()
        self.later(31)
        self.purge()
        self.world.change(
            record.ref,
            delivery_note="Use the back door again",
            deliver_by=record.created_at - timedelta(days=40),
        )
        self.drain()
        self.assertEqual(order.partner_shipping_id.street, "Krakowska 1")
        self.later(31)
        self.purge()
        self.assertEqual(self.everything_said(), [])

    def test_corrected_address_leaves_no_contact_behind(self):
        record, _order = self.bought("unshipped")
        self.world.change(
            record.ref, recipient=Address("Ida", "", ("Elm 5",), country="US")
        )
        self.drain()
        self.world.change(record.ref, status=SHIPPED)
        self.drain()
        self.later(31)
        self.purge()
        self.assertEqual(self.everything_said(), [])

    def test_contact_used_otherwise_is_left_and_said(self):
        _record, order = self.bought()
        buyer = order.partner_id
        self.env["sale.order"].create(
            {"partner_id": buyer.id, "partner_shipping_id": buyer.id}
        )
        self.later(31)
        self.purge()
        self.assertEqual(order.partner_id.name, "Zofia Kowalska")
        self.assertFalse(order.partner_shipping_id.street)
        row = self.records("contact")
        self.assertEqual((row.removed, row.kept), (1, 1))
        self.assertEqual(row.note, f"#{order.partner_id.id}")

    def invoice(self, order):
        move = order._create_invoices()
        move.action_post()
        return move

    def test_tax_facts_stay_as_long_as_the_company_says(self):
        self.company.acorn_tax_days = 100
        _record, order = self.bought()
        invoice = self.invoice(order)
        self.later(31)
        self.purge()
        self.assertTrue(order.acorn_tax_kept)
        self.assertEqual(order.partner_id.name, "Zofia Kowalska")
        self.assertEqual(order.partner_shipping_id.street, "Krakowska 1")
        self.assertEqual(order.acorn_buyer_tax_number, "PL5260001246")
        self.assertFalse(order.partner_id.acorn_email)
        self.assertFalse(order.partner_shipping_id.phone)
        self.assertFalse(order.acorn_delivery_note)
        self.assertEqual(self.records("order").kept, 1)
        self.later(70)
        self.purge()
        self.assertFalse(order.acorn_tax_kept)
        self.assertEqual(self.everything_said(), [])
        self.assertEqual(invoice.invoice_partner_display_name, "Buyer (-)")

    def test_invoice_and_credit_note_are_possible_afterwards(self):
        _record, order = self.bought()
        self.later(31)
        self.purge()
        invoice = self.invoice(order)
        self.assertEqual(invoice.amount_total, order.amount_total)
        credit = invoice._reverse_moves(cancel=True)
        self.assertEqual(credit.amount_total, order.amount_total)

    def test_shop_may_have_its_own_time(self):
        self.shop.purge_days = 5
        _record, order = self.bought()
        self.later(6)
        self.purge()
        self.assertTrue(order.acorn_purged_at)

    def test_preview_shows_what_the_run_removes(self):
        _record, order = self.bought()
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(
            settings.action_acorn_purge_preview()["domain"], [("id", "in", [])]
        )
        self.later(31)
        self.assertEqual(
            settings.action_acorn_purge_preview()["domain"], [("id", "in", order.ids)]
        )

    def test_administrator_forgets_a_buyer_who_asks(self):
        _record, order = self.bought()
        admin = new_test_user(
            self.env, "privacy_admin", "acorn_base.group_admin,base.group_user"
        )
        wizard = (
            self.env["acorn.forget.buyer"]
            .with_user(admin)
            .with_context(active_model="res.partner", active_ids=order.partner_id.ids)
            .create({})
        )
        self.assertEqual(wizard.order_ids, order)
        wizard.action_forget()
        self.assertEqual(self.everything_said(), [])
        row = self.records("order")
        self.assertEqual((row.reason, row.user_id), ("request", admin))
        manager = new_test_user(self.env, "privacy_manager", "acorn_base.group_manager")
        with self.assertRaises(AccessError):
            self.env["acorn.forget.buyer"].with_user(manager).create({})

    def test_buyer_who_waits_for_a_parcel_is_not_forgotten(self):
        _record, order = self.bought("unshipped")
        wizard = (
            self.env["acorn.forget.buyer"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({})
        )
        with self.assertRaisesRegex(UserError, "still to be delivered"):
            wizard.action_forget()
        self.assertEqual(order.partner_id.name, "Zofia Kowalska")

    def test_document_without_an_order_goes_by_its_age(self):
        record = self.place_order(site="nowhere")
        self.drain()
        message = self.message(record)
        self.assertEqual(message.state, "failed")
        self.later(31)
        self.purge()
        self.assertFalse(message.purged_at)
        self.later(90)
        self.purge()
        self.assertTrue(message.purged_at)
        self.assertFalse(message.sudo().body)

    def test_contact_of_a_site_never_holds_a_buyer(self):
        _record, order = self.bought(buyer=Buyer("Zofia Kowalska"), recipient=None)
        self.assertEqual(order.partner_id.name, "Buyer on Dummy US")
        self.assertFalse(order.partner_id.comment)

    def test_a_time_of_no_days_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.company.acorn_purge_days = 0
            self.env.flush_all()

    def test_record_of_another_company_is_not_seen(self):
        self.bought()
        self.later(31)
        self.purge()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "privacy_stranger",
            "acorn_base.group_manager",
            company_id=other.id,
            company_ids=[fields.Command.set(other.ids)],
        )
        self.assertFalse(self.env["acorn.purge"].with_user(stranger).search([]))
