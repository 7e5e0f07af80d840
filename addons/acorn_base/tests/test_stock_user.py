from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user

from ..groups import COMMERCIAL
from .common import AcornCase

CARRIERS = (("estimated", "rate"), ("real", "rate"), ("real", "rate_and_ship"))
TEXTS = ("char", "text", "html", "json")
MODELS = ("sale.order", "sale.order.line")
CLOSED = {
    "sale.order": {
        *("amount_untaxed", "amount_tax", "amount_total", "amount_to_invoice"),
        *("amount_invoiced", "amount_paid", "amount_undiscounted", "tax_totals"),
        *("acorn_total", "acorn_channel_tax", "access_token"),
    },
    "sale.order.line": {
        *("price_unit", "technical_price_unit", "price_subtotal", "price_tax"),
        *("price_total", "price_reduce_taxexcl", "price_reduce_taxinc"),
        *("untaxed_amount_invoiced", "untaxed_amount_to_invoice", "amount_invoiced"),
        *("amount_to_invoice", "amount_to_invoice_at_date", "extra_tax_data"),
    },
    "stock.move.line": {"sale_price"},
    "res.partner": {"acorn_email"},
}


class StockUserCase(AcornCase):
    """Somebody who works in the warehouse and has no other right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = new_test_user(
            cls.env, "packer", groups="stock.group_stock_user,base.group_allow_export"
        )
        cls.seller = new_test_user(
            cls.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Grace", "email": "grace@example.com", "street": "1 Navy Way"}
        )

    def as_packer(self, record):
        """Return a record as the packer's next request finds it."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(self.packer).with_context(tracking_disable=False)

    def channel_order(self, quantity=3):
        return self.apply(self.line(quantity=quantity, tax="1"), self.line("2", "LAMP"))

    def ordinary_order(self, quantity=3):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": count})
                    for product, count in ((self.mug, quantity), (self.lamp, 1))
                ],
            }
        )
        order.action_confirm()
        return order

    def orders(self):
        """Return an order of a channel and one of the company's own."""
        orders = self.channel_order() + self.ordinary_order()
        orders.picking_ids.carrier_id = self.carrier
        return orders


class TestStockUserSees(StockUserCase):
    """No amount of any order, and no buyer's e-mail, by whatever way."""

    def test_every_amount_of_an_order_is_closed(self):
        for model, names in CLOSED.items():
            shown = self.env[model].with_user(self.packer).fields_get()
            self.assertFalse(names & set(shown), model)
            shown = self.env[model].with_user(self.seller).fields_get()
            self.assertFalse(names - set(shown), model)
        for model in MODELS:
            shown = self.env[model].with_user(self.packer).fields_get()
            money = {n for n, field in shown.items() if field["type"] == "monetary"}
            self.assertFalse(money, "A new amount of an order: close it, too.")

    def test_no_way_leads_to_an_amount_or_an_email(self):
        order = self.channel_order()
        records = {
            "sale.order": order,
            "sale.order.line": order.order_line,
            "stock.move.line": order.picking_ids.move_line_ids,
            "res.partner": order.partner_id,
        }
        for model, names in CLOSED.items():
            record = records[model].with_user(self.packer)
            for name in names:
                for way in ways_to_read(record, name):
                    with self.assertRaises(AccessError, msg=f"{model}.{name}"):
                        self.env.invalidate_all()
                        way()
        pickings = self.env["stock.picking"].with_user(self.packer)
        for name in ("sale_id.amount_total", "sale_id.partner_id.acorn_email"):
            with self.assertRaises(AccessError, msg=name):
                pickings.search([(name, "!=", False)])

    def test_stored_columns_stay_closed_after_the_system_has_read_them(self):
        order = self.channel_order()
        self.assertTrue(order.sudo().amount_total)  # in the cache that both share
        with self.assertRaises(AccessError):
            self.assertFalse(order.with_user(self.packer).amount_total)

    def test_what_a_buyer_writes_makes_no_second_contact(self):
        buyer = self.apply().partner_id
        find = self.env["res.partner"]._find_or_create_from_emails
        name = f'"Ada" <{buyer.acorn_email}>'
        found = find([name, "new@example.com", name])
        self.assertEqual([found[0], found[2]], [buyer, buyer])
        self.assertEqual(found[1].email, "new@example.com")
        self.assertFalse(
            self.env["res.partner"].search([("email", "=", buyer.acorn_email)])
        )

    def test_packer_does_not_say_what_the_channel_knows(self):
        picking = self.apply().picking_ids.with_user(self.packer)
        with self.assertRaises(AccessError):
            picking.write({"acorn_known": True})
        picking.action_acorn_retry()

    def test_buyer_is_named_but_his_email_is_nowhere(self):
        order = self.channel_order()
        email = order.partner_id.acorn_email
        self.assertTrue(email)
        Partner = self.env["res.partner"].with_user(self.packer)
        buyer = order.partner_id.with_user(self.packer)
        for record in (buyer, order.with_user(self.packer)):
            shown = record.fields_get()
            names = [n for n, each in shown.items() if each["type"] in TEXTS]
            self.assertNotIn(email, str(record.read(names)))
        for searched in (email, email[:5]):
            self.assertNotIn(buyer, Partner.search([("email", "ilike", searched)]))
            self.assertFalse(Partner.name_search(searched))
        self.assertNotIn(email, buyer.with_context(show_email=True).display_name)
        shown = self.env["res.partner"].with_user(self.seller)
        self.assertEqual(shown.name_search(email)[0][0], buyer.id)
        self.assertEqual(shown.browse(buyer.id).acorn_email, email)

    def test_letter_of_a_seller_reaches_the_buyer(self):
        buyer = self.channel_order().partner_id
        mail = self.env["mail.mail"].create({"recipient_ids": [buyer.id], "body": "x"})
        [letter] = mail._prepare_outgoing_list()
        self.assertEqual(letter["email_to_normalized"], [buyer.acorn_email])

    def test_sellers_see_all_and_so_does_who_is_given_the_group(self):
        order = self.channel_order()
        self.packer.group_ids += self.env.ref(COMMERCIAL)
        for user in (self.seller, self.packer):
            seen = order.with_user(user).read(list(CLOSED["sale.order"]))[0]
            self.assertEqual(seen["amount_total"], order.amount_total)

    def test_group_that_another_addon_lets_read_orders_sees_amounts(self):
        group = self.env["res.groups"].create({"name": "Projects"})
        self.env["ir.model.access"].create(
            {
                "name": "orders of projects",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "group_id": group.id,
                "perm_read": True,
            }
        )
        self.assertIn(self.env.ref(COMMERCIAL), group.implied_ids)
        warehouse = self.env.ref("stock.group_stock_manager")
        self.assertNotIn(self.env.ref(COMMERCIAL), warehouse.all_implied_ids)

    def test_form_of_a_delivery_opens(self):
        for order in self.orders():
            form = Form(self.as_packer(order.picking_ids))
            form.note = "Fragile"
            form.save()

    def test_order_is_read_whole(self):
        for order in self.orders():
            self.env.invalidate_all()
            self.assertTrue(order.with_user(self.seller).read())
            order = self.as_packer(order)
            ours = [name for name in order.fields_get() if name.startswith("acorn_")]
            self.assertTrue(order.read(ours))

    def test_nobody_in_the_warehouse_reads_the_credit_warning(self):
        self.company.account_use_credit_limit = True
        draft = self.as_packer(self.ordinary_order().copy())
        self.assertNotIn("partner_credit_warning", draft.fields_get())
        arch = draft.get_view(view_type="form")["arch"]
        self.assertNotIn("partner_credit_warning", arch)

    def test_printed_quotation_is_refused_and_the_delivery_slip_is_not(self):
        for order in self.orders():
            Report = self.env["ir.actions.report"].with_user(self.packer)
            with self.assertRaises(AccessError):
                Report._render_qweb_html("sale.report_saleorder", order.ids)
            html, _kind = Report._render_qweb_html(
                "stock.report_deliveryslip", order.picking_ids.ids
            )
            self.assertIn(b"Mug", html)


class TestStockUserWorks(StockUserCase):
    """Everything that happens in a warehouse, on orders of both kinds."""

    def validate(self, pickings, wizard_answer=None):
        result = pickings.button_validate()
        if isinstance(result, dict):
            self.assertTrue(wizard_answer, f"{result['res_model']} asks")
            Wizard = self.env[result["res_model"]].with_user(self.packer)
            wizard = Wizard.with_context(**result["context"]).create({})
            result = getattr(wizard, wizard_answer)()
        self.env.flush_all()
        return result

    def pick(self, picking, counts):
        for move in picking.move_ids:
            move.quantity = counts.get(move.product_id.default_code, 0)
            move.picked = True

    def test_delivery_is_validated(self):
        for order in self.orders():
            self.validate(self.as_packer(order.picking_ids))
            self.assertEqual(order.delivery_status, "full")
            self.assertEqual(order.order_line[0].qty_delivered, 3)
            if order.acorn_ref:
                order.picking_ids.carrier_tracking_ref = "T1"
                self.drain()
                self.assertTrue(order.picking_ids.acorn_known)

    def test_a_part_is_validated_with_and_without_backorder(self):
        for answer, state in (("process", "assigned"), ("process_cancel_backorder", 0)):
            for order in self.orders():
                picking = self.as_packer(order.picking_ids)
                self.pick(picking, {"MUG": 2})
                self.validate(picking, answer)
                self.assertEqual(order.order_line[0].qty_delivered, 2)
                rest = self.as_packer(picking.backorder_ids)
                self.assertEqual(rest.state, state or False)
                if rest:
                    self.validate(rest)
                    self.assertEqual(order.delivery_status, "full")

    def test_goods_come_back(self):
        for order in self.orders():
            self.validate(self.as_packer(order.picking_ids))
            picking = self.as_packer(order.picking_ids)
            form = Form(
                self.env["stock.return.picking"]
                .with_user(self.packer)
                .with_context(active_ids=picking.ids, active_id=picking.id,
                              active_model="stock.picking")
            )  # fmt: skip
            wizard = form.save()
            wizard.product_return_moves.quantity = 1
            back = picking.browse(wizard.action_create_returns()["res_id"])
            self.validate(back)
            self.assertEqual(back.state, "done")
            self.assertEqual(order.order_line[0].qty_delivered, 2)

    def test_carrier_tells_its_price_by_button_and_by_validation(self):
        for policy, level in CARRIERS:
            self.carrier.write(
                {
                    "invoice_policy": policy,
                    "integration_level": level,
                    "delivery_type": "fixed",
                    "fixed_price": 4.5,
                    "free_over": True,
                    "amount": 1e6,
                }
            )
            for order in self.orders():
                total = order.amount_total
                picking = self.as_packer(order.picking_ids)
                if level == "rate":
                    picking.send_to_shipper()
                self.validate(self.as_packer(picking))
                self.assertEqual(picking.carrier_price, 4.5)
                added = order.order_line.filtered("is_delivery")
                if policy == "real" and not order.acorn_ref:
                    self.assertEqual(added.price_unit, 4.5)
                else:
                    self.assertFalse(added)
                    self.assertEqual(order.amount_total, total)

    def test_nobody_without_rights_on_the_delivery_sends_it(self):
        picking = self.channel_order().picking_ids
        stranger = new_test_user(self.env, "clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            picking.with_user(stranger).send_to_shipper()

    def test_delivery_is_reserved_packed_and_cancelled(self):
        for order in self.orders():
            picking = self.as_packer(order.picking_ids)
            picking.carrier_id = False  # it would ask for a type of package
            picking.do_unreserve()
            picking.action_assign()
            self.assertEqual(picking.state, "assigned")
            picking.move_ids.picked = True
            picking.action_put_in_pack()
            self.assertTrue(picking.move_line_ids.result_package_id)
            picking.action_cancel()
            self.env.flush_all()
            self.assertEqual(order.picking_ids.state, "cancel")

    def test_carrier_is_chosen_with_odoos_dialog(self):
        order = self.ordinary_order()
        self.carrier.write({"delivery_type": "fixed", "fixed_price": 4.5})
        action = self.as_packer(order).action_open_delivery_wizard()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.packer)
            .with_context(**action["context"])
            .create({"carrier_id": self.carrier.id})
        )
        wizard.button_confirm()
        self.env.flush_all()
        self.assertEqual(order.carrier_id, self.carrier)

    def test_batch_is_validated(self):
        pickings = self.orders().picking_ids
        batch = (
            self.env["stock.picking.batch"]
            .with_user(self.packer)
            .create({"user_id": self.packer.id, "picking_ids": pickings.ids})
        )
        batch.action_confirm()
        self.as_packer(batch).action_done()
        self.env.flush_all()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.assertEqual(batch.state, "done")

    def test_blocked_delivery_in_a_batch_stops_it_with_the_reason(self):
        order = self.apply(self.line(cancel_requested=True))
        batch = (
            self.env["stock.picking.batch"]
            .with_user(self.packer)
            .create({"picking_ids": order.picking_ids.ids})
        )
        batch.action_confirm()
        with self.assertRaisesRegex(UserError, "asks to cancel"):
            batch.action_done()


class TestStockUserDecides(StockUserCase):
    """What the channel said and people decided about an order stays as it is."""

    def test_nothing_of_a_channel_is_written(self):
        order = self.as_packer(self.apply(self.line(cancel_requested=True)))
        for values in (
            {"acorn_cancel_declined": True},
            {"acorn_ref": False},
            {"acorn_held": False},
            {"acorn_status": "shipped"},
        ):
            with self.assertRaises(AccessError):
                order.write(values)

    def test_buyers_who_ask_to_cancel_are_answered_by_sellers(self):
        order = self.as_packer(self.apply(self.line(cancel_requested=True)))
        for name in ("action_acorn_ship_nevertheless", "action_acorn_keep_order"):
            with self.assertRaises(AccessError):
                getattr(order, name)()
        self.assertTrue(order.acorn_cancel_pending)
        order.with_user(self.seller).action_acorn_ship_nevertheless()
        self.assertFalse(order.acorn_cancel_pending)


class TestStockUserLetters(StockUserCase):
    """Letters about orders and invoices reach whom they are for, without amounts."""

    def test_notifications_tell_no_amount_whoever_writes(self):
        (self.packer | self.seller).notification_type = "email"
        for order in self.orders() + self.ordinary_order().copy():
            for author, reader in (
                (self.packer, self.seller),
                (self.seller, self.packer),
            ):
                order = self.as_packer(order).with_user(author)
                message = order.message_post(
                    body="Where is it?",
                    partner_ids=reader.partner_id.ids,
                    subtype_xmlid="mail.mt_comment",
                )
                context = order._notify_by_email_prepare_rendering_context(message)
                self.assertEqual(len(context["subtitles"]), 1)
                self.assertIn(order.name, context["subtitles"][0])
                sent = message.sudo().notification_ids
                self.assertIn(reader.partner_id, sent.res_partner_id)

    def invoices(self, count):
        orders = self.env["sale.order"].union(
            *(self.apply(self.line()) for _each in range(count))
        )
        for order in orders:
            order.picking_ids.button_validate()
        invoices = orders._create_invoices()
        invoices.action_post()
        return invoices

    def test_invoice_is_mailed_to_the_buyer(self):
        invoice = self.invoices(1)
        self.seller.group_ids += self.env.ref("account.group_account_invoice")
        action = invoice.with_user(self.seller).action_invoice_sent()
        wizard = (
            self.env["account.move.send.wizard"]
            .with_user(self.seller)
            .with_context(**action["context"])
            .create({"move_id": invoice.id, "sending_methods": ["email"]})
        )
        self.assertNotIn("account_missing_email", wizard.alerts or {})
        wizard.action_send_and_print()
        mail = self.env["mail.mail"].search(
            [("model", "=", "account.move"), ("res_id", "=", invoice.id)]
        )
        [letter] = mail._prepare_outgoing_list()
        email = invoice.partner_id.acorn_email
        self.assertEqual(letter["email_to_normalized"], [email])

    def test_many_invoices_are_mailed_to_their_buyers(self):
        invoices = self.invoices(2)
        wizard = self.env["account.move.send.batch.wizard"].create(
            {"move_ids": invoices.ids}
        )
        self.assertNotIn("account_missing_email", wizard.alerts or {})
        Send = self.env["account.move.send"]
        for invoice in invoices:
            found = Send._get_default_mail_partner_ids(
                invoice, self.env.ref("account.email_template_edi_invoice"), "en_US"
            )
            self.assertEqual(found, invoice.partner_id)


class TestStockUserPortal(HttpCase):
    """The customer's page of an order shows amounts."""

    def test_customers_page_opens_for_sellers_and_by_the_customers_link_only(self):
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        order = self.env["sale.order"].create(
            {"partner_id": packer.partner_id.id, "validity_date": date(2099, 1, 1)}
        )
        page = f"/my/orders/{order.id}"
        for login, suffix, opens in (
            ("packer", "", False),
            ("packer", "?access_token=wrong", False),
            ("packer", f"?access_token={order._portal_ensure_token()}", True),
            ("seller", "", True),
        ):
            self.authenticate(login, login)
            answer = self.url_open(page + suffix)
            self.assertEqual(order.name in answer.text, opens, (login, suffix))


def ways_to_read(record, name):
    """Yield calls by which a client could get at a field's values."""
    yield lambda: record.read([name])
    yield lambda: record[:1][name]
    yield lambda: record.search([(name, "!=", False)])
    yield lambda: record.export_data([name])
    if record._fields[name].store:
        yield lambda: record.search([], order=name)
        yield lambda: record.formatted_read_group([], [name], ["__count"])
        yield lambda: record.web_search_read([], {name: {}})
        if record._fields[name].type in ("float", "monetary"):
            yield lambda: record.formatted_read_group([], [], [f"{name}:sum"])
