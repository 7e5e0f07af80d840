import ast
from datetime import datetime, timedelta
from unittest.mock import patch

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .. import hooks
from ..channel import UTC
from .common import PENDING, AcornCase, SecretKeyMixin, UnscopedMixin

GROUPS = {
    "user": "acorn_base.group_user",
    "manager": "acorn_base.group_manager",
    "chief": "acorn_base.group_admin",
    "seller": "sales_team.group_sale_salesman_all_leads",
    "packer": "stock.group_stock_user",
}


class TestViews(AcornCase):
    """People with the least rights open every page that is meant for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            login: new_test_user(cls.env, login, groups=group)
            for login, group in GROUPS.items()
        }
        cls.carrier.zip_prefix_ids = cls.env["delivery.zip.prefix"].create(
            {"name": "98"}
        )

    def actions(self):
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "acorn_base"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        return self.env["ir.actions.act_window"].browse(data.mapped("res_id"))

    def open(self, action, user):
        """Load an action's views and read a page of each, as the web client does."""
        model = self.env[action.res_model].with_user(user)
        for view_id, kind in [*action.views, (action.search_view_id.id, "search")]:
            arch = etree.fromstring(model.get_view(view_id, kind)["arch"])
            names = arch.xpath("//field[not(ancestor::field)]/@name")
            if kind in ("list", "kanban"):
                model.web_search_read([], {name: {} for name in names}, limit=80)
            elif kind == "form" and (record := model.search([], limit=1)):
                Form(record)

    def fill(self):
        """Let something appear on every page."""
        self.place(self.line(gift_message="Hello", gift_wrap="Blue"))
        self.place(self.line(sku="NEW-1"))
        self.place(self.line(cancel_requested=True))
        self.world.listings["US1"] = ()
        self.drain()

    def test_every_page_opens_for_each_group(self):
        self.fill()
        for name in ("user", "manager", "chief"):
            user, opened = self.users[name], set()
            for action in self.actions():
                model = self.env[action.res_model].with_user(user)
                if model.has_access("read") and not model._transient:
                    with self.subTest(user=name, action=action.name):
                        self.open(action, user)
                        opened.add(model._name)
            self.assertIn("acorn.shop", opened)
            self.assertIn("acorn.message", opened)

    def test_orders_and_deliveries_open_with_the_rights_on_these_only(self):
        self.fill()
        self.open(self.env.ref("acorn_base.sale_order_action"), self.users["seller"])
        self.open(self.env.ref("acorn_base.stock_picking_action"), self.users["packer"])

    def test_every_model_has_a_card_for_phones(self):
        for action in self.actions().filtered(lambda action: action.target != "new"):
            if action.res_model == "res.config.settings":
                continue  # Odoo's own form
            if "list" not in action.view_mode:
                continue  # figures: a graph fits any screen
            self.assertIn("kanban", action.view_mode, action.name)

    def test_packer_reads_gift_messages(self):
        order = self.apply(self.line(gift_message="Hello"))
        with Form(order.picking_ids.with_user(self.users["packer"])) as delivery:
            self.assertEqual(delivery.acorn_ref, order.acorn_ref)
            self.assertTrue(delivery.acorn_has_gifts)
            with delivery.move_ids.edit(0) as move:
                self.assertEqual(move.acorn_gift_message, "Hello")

    def test_packer_sees_why_a_delivery_must_not_leave(self):
        order = self.apply(self.line(cancel_requested=True))
        picking = order.picking_ids.with_user(self.users["packer"])
        self.assertIn("asks to cancel", Form(picking).acorn_block_reason)
        with self.assertRaisesRegex(UserError, "asks to cancel"):
            picking.button_validate()

    def test_packer_ships_chooses_the_carrier_later_and_retries(self):
        record = self.place()
        self.drain()
        picking = self.sale(record).picking_ids.with_user(self.users["packer"])
        picking.button_validate()
        self.drain()
        self.assertIn("carrier", Form(picking).acorn_push_error)
        with Form(picking) as delivery:
            delivery.carrier_id = self.carrier
            delivery.carrier_tracking_ref = "1Z9"
        picking.action_acorn_retry()
        self.drain()
        self.assertTrue(picking.acorn_known)
        self.assertFalse(Form(picking).acorn_push_error)

    def test_seller_decides_about_a_request_to_cancel(self):
        order = self.apply(self.line(cancel_requested=True, cancel_reason="Too slow"))
        order = order.with_user(self.users["seller"])
        self.assertEqual(Form(order).acorn_cancel_reason, "Too slow")
        order.action_acorn_ship_nevertheless()
        self.assertFalse(order.picking_ids.sudo().acorn_block_reason)

    def test_orders_say_what_is_to_do(self):
        late = datetime.now(UTC) - timedelta(hours=1)
        mine = self.apply(ship_by=late)
        asked = self.apply(self.line(cancel_requested=True))
        pending = self.apply(status=PENDING)
        theirs = self.apply(by_channel=True)
        todo = mine | asked | pending | theirs
        self.assertEqual(todo.filtered("acorn_to_ship"), mine | asked)
        self.assertEqual(todo.filtered("acorn_cancel_pending"), asked)
        self.assertEqual(self.filtered("late", todo), mine)
        self.assertEqual(self.filtered("attention", todo), asked)
        mine.picking_ids.button_validate()
        self.assertFalse(mine.acorn_to_ship)

    def filtered(self, name, orders):
        """Return the orders that a filter of the search view lets through."""
        view = self.env.ref("acorn_base.sale_order_view_search")
        [domain] = etree.fromstring(orders.get_view(view.id, "search")["arch"]).xpath(
            f"//filter[@name='{name}']/@domain"
        )
        return orders.search([("id", "in", orders.ids), *ast.literal_eval(domain)])

    def test_document_is_shown_to_managers_only(self):
        Message = self.env["acorn.message"]
        shown = {
            name: "content" in Message.with_user(self.users[name]).get_view()["arch"]
            for name in ("user", "manager")
        }
        self.assertEqual(shown, {"user": False, "manager": True})

    def test_shop_leads_to_its_orders_messages_and_alerts(self):
        self.fill()
        manager = self.users["manager"]
        shop = self.shop.with_user(manager)
        self.assertEqual(shop.attention_count, shop.alert_count + shop.failed_count)
        self.assertEqual(shop.alert_count, 2)
        for action in (shop.action_open_alerts(), shop.action_open_messages()):
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found.shop_id, self.shop)


class TestHook(AcornCase):
    """Debian's Odoo lacks a script that its own assets name."""

    def assets(self):
        return self.env["ir.asset"].search([("path", "=", hooks.OMITTED)])

    def setUp(self):
        super().setUp()
        self.assets().unlink()

    def test_script_that_is_there_stays(self):
        with patch.object(hooks, "file_path"):
            hooks.post_init_hook(self.env)
        self.assertFalse(self.assets())

    def test_missing_script_is_taken_out(self):
        with patch.object(hooks, "file_path", side_effect=FileNotFoundError):
            hooks.post_init_hook(self.env)
        self.assertEqual(self.assets().directive, "remove")


@tagged("post_install", "-at_install")
class TestBrowser(SecretKeyMixin, UnscopedMixin, HttpCase):
    """Pages load in a browser without a word in its console."""

    def test_shops_page_logs_no_error(self):
        self.browser_js(
            "/odoo/shops",
            "console.log('test successful')",
            "!!document.querySelector('.o_kanban_view')",
            login="admin",
        )
