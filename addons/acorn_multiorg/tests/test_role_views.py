from lxml import etree

from odoo.tests import tagged

from .test_roles import ROLES, RoleCase

ORDERS = "acorn_base.sale_order_action"
DELIVERIES = "acorn_base.stock_picking_action"
RETURNS = "acorn_base.acorn_return_action"
OPERATOR = (
    *(ORDERS, DELIVERIES, RETURNS, "acorn_base.acorn_hold_action"),
    *("acorn_base.acorn_offer_action", "acorn_base.acorn_stock_rule_action"),
    *("acorn_base.acorn_alert_action", "acorn_base.acorn_message_action"),
    *("acorn_base.acorn_offer_quantity_action", "acorn_base.acorn_shop_action"),
    *("acorn_base.acorn_hold_rule_action", "acorn_base.acorn_stock_event_action"),
    "acorn_base.stock_warehouse_orderpoint_action",
)
MANAGER = (
    *(*OPERATOR, "acorn_base.acorn_stage_action", "acorn_base.acorn_site_action"),
    *("acorn_base.acorn_carrier_code_action", "acorn_base.acorn_stream_action"),
)
WAREHOUSE = (
    *(DELIVERIES, RETURNS, "stock.stock_picking_action_picking_type"),
    *("stock.action_picking_tree_incoming", "stock.product_template_action_product"),
    "stock.action_view_inventory_tree",  # of the server: it gives the page of counts
)
# The pages that people of a role open; all of their views, all fields of each.
PAGES = {
    "service": (ORDERS, DELIVERIES, RETURNS, "acorn_multiorg.acorn_replacement_action"),
    "warehouse": WAREHOUSE,
    "operations": OPERATOR,
    "finance": (ORDERS, RETURNS, "account.action_move_out_invoice_type"),
    "shop_manager": (*MANAGER, *WAREHOUSE),
    "group_manager": (*MANAGER, *WAREHOUSE, "acorn_multiorg.acorn_scope_action"),
    "administrator": (*MANAGER, *WAREHOUSE, "acorn_multiorg.acorn_scope_action"),
}
# What each role finds in the menu of Acorn, and what it does not.
MENUS = {
    "service": ({"sale_order", "stock_picking", "acorn_return"}, {"acorn_pick"}),
    "warehouse": ({"stock_picking", "acorn_return", "acorn_pick"}, {"sale_order"}),
    "operations": (
        {"sale_order", "acorn_offer", "acorn_stock_rule", "acorn_alert", "acorn_hold"},
        {"acorn_stage", "acorn_carrier_code", "acorn_purge"},
    ),
    "finance": ({"sale_order", "acorn_return"}, {"acorn_pick", "acorn_offer"}),
    "shop_manager": ({"acorn_shop", "acorn_stage", "acorn_pick"}, {"acorn_webhook"}),
    "group_manager": ({"acorn_shop", "acorn_stage"}, {"acorn_webhook"}),
    "administrator": ({"acorn_shop", "acorn_webhook"}, set()),
}
NOT_FOR_NAMES = {"acorn_shop", "acorn_stream", "acorn_message", "acorn_health"}


@tagged("post_install", "-at_install")
class TestRoleViews(RoleCase):
    """The pages of each role open as the web client opens them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier.zip_prefix_ids = cls.env["delivery.zip.prefix"].create(
            {"name": "98"}
        )

    def fill(self):
        """Let something appear on every page."""
        self.mug.standard_price = 4
        self.place(self.line(sku="NEW-1"))
        order = self.apply(self.line(gift_message="Hello"), self.line("2", "LAMP"))
        order.picking_ids.carrier_id = self.carrier
        order.picking_ids.button_validate()
        self.env["acorn.return"].create(
            {
                "shop_id": self.shop.id,
                "site_id": self.us.id,
                "order_id": order.id,
                "name": "R1",
                "ref": "R1",
                "told": "requested",
            }
        )
        order._create_invoices().action_post()
        self.place(self.line(cancel_requested=True))
        self.drain()

    def test_every_page_of_a_role_opens(self):
        self.fill()
        opened = set()
        for role, names in PAGES.items():
            for name in names:
                action = self.env.ref(name, raise_if_not_found=False)
                if not action and name.startswith("contacts."):
                    continue  # an addon that need not be there
                with self.subTest(role=role, action=name):
                    opened |= self.open(role, action)
        self.assertLessEqual({"sale.order", "stock.picking", "acorn.return"}, opened)

    def open(self, role, action):
        """Load an action's views and read a page of each; return the models read."""
        page = (
            action.read(["res_model", "views", "search_view_id"])[0]
            if (action._name == "ir.actions.act_window")
            else self.as_role(role, action).run()
        )
        model = self.as_role(role, self.env[page["res_model"]])
        self.env.invalidate_all()  # else what the maker has read hides what is refused
        search = page.get("search_view_id") or [False]
        views = [*page["views"], (search[0], "search")]
        found = model.get_views(views, {"toolbar": True, "action_id": action.id})
        read = set()
        for kind, view in found["views"].items():
            arch = etree.fromstring(view["arch"])
            if kind in ("list", "kanban", "form"):
                spec = self.spec(arch, found["models"], model._name)
                records = model.web_search_read([], spec, limit=20)["records"]
                read |= {model._name} if records else set()
            if kind == "search":
                for each in arch.xpath("//field[@name]/@name"):
                    self.assertIn(each, found["models"][model._name]["fields"])
        return read

    def spec(self, arch, models, name):
        """Return what the web client asks for: the fields of a view, and of the views
        in it."""
        spec = {}
        for node in arch.xpath("//field[not(ancestor::field)]"):
            field = models[name]["fields"].get(node.get("name"))
            if not field:
                continue
            spec[node.get("name")] = {}
            if field.get("type") == "many2one":
                spec[node.get("name")] = {"fields": {"display_name": {}}}
            inner = node.xpath("./list|./kanban|./form")
            if inner and field.get("relation") in models:
                fields = self.spec(inner[0], models, field["relation"])
                spec[node.get("name")] = {"fields": fields}
        return spec

    def test_the_menu_shows_what_is_theirs_and_nothing_else(self):
        for role in ROLES:
            menus = self.as_role(role, self.env["ir.ui.menu"])
            seen = set(menus.browse(menus._visible_menu_ids()).ids)

            theirs, others = MENUS[role]
            if role in ("service", "warehouse", "finance"):
                others = others | NOT_FOR_NAMES
            shown = {
                name
                for name in {"root"} | theirs | others
                if self.env.ref(f"acorn_base.{name}_menu").id in seen
            }
            self.assertIn("root", shown, role)
            self.assertFalse(theirs - shown, role)
            self.assertFalse(others & shown, role)
