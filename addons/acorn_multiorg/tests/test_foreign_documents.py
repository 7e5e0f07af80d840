from odoo.exceptions import AccessError
from odoo.tests import tagged

from .carriers import BESIDE, CARRIERS
from .common import GroupCase

ALL = CARRIERS | BESIDE
# What refers to shops or sites and is no data of theirs: people, places, who sees what.
NO_CARRIERS = {
    "acorn.overhead",  # of a company's books; names who bears it
    "acorn.audit",  # by numbers: see its own rule
    "acorn.scope",
    "acorn.unit",  # of companies and shops, by those the user may read
    "res.users",
    "stock.location",
    "stock.warehouse",
    "stock.warehouse.orderpoint",
}
# The documents that follow from an order.
FOLLOWING = (
    "sale.order",
    "sale.order.line",
    "sale.report",
    "stock.picking",
    "stock.move",
    "stock.move.line",
    "stock.reference",
    "account.move",
    "account.move.line",
    "account.invoice.report",
    "account.analytic.line",
)


@tagged("post_install", "-at_install")
class TestForeignDocuments(GroupCase):
    """Whoever works with one site finds nothing of another one, on no way."""

    def setUp(self):
        super().setUp()
        self.shop._make_books()  # an analytic account, too
        self.mine = self.sold("US1")
        self.foreign = self.sold("DE1")
        person = self.make_person(
            "seller", "group_shop_manager", "group_finance", site_id=self.us.id
        )
        person.group_ids += self.env.ref("base.group_allow_export")
        self.as_person = self.env(
            user=person,
            context={"allowed_company_ids": self.shop.company_id.ids},
        )
        self.env.flush_all()

    def sold(self, site):
        """Return an order that was delivered, sent back, billed and credited."""
        sale = self.apply(self.line(), site=site)
        picking = sale.picking_ids
        picking.move_ids.picked = True
        picking._action_done()
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = picking.browse(wizard.action_create_returns()["res_id"])
        back.action_assign()
        invoice = sale._create_invoices()
        invoice.action_post()
        invoice._reverse_moves().action_post()
        return sale

    def of(self, sale, name):
        """Return the records of a model that follow from an order."""
        site = ALL[name][1]
        records = self.env[name].search([(site, "=", sale.acorn_site_id.id)])
        self.assertTrue(records, f"{name}: nothing of {sale.acorn_site_id.name}")
        return records

    # === EACH DOCUMENT === #

    def test_nothing_of_another_site_is_found_or_read(self):
        for name in FOLLOWING:
            mine, foreign = self.of(self.mine, name), self.of(self.foreign, name)
            model = self.as_person[name]
            with self.subTest(name):
                both = [("id", "in", (mine | foreign).ids)]
                self.assertEqual(set(model.search(both).ids), set(mine.ids))
                self.assertEqual(model.search_count(both), len(mine))
                [(count,)] = model._read_group(both, [], ["__count"])
                self.assertEqual(count, len(mine))
                self.assertTrue(model.browse(mine.ids).read(["display_name"]))
                with self.assertRaises(AccessError):
                    model.browse(foreign.ids[:1]).read(["display_name"])

    def test_names_of_another_site_are_not_completed(self):
        for name in ("sale.order", "stock.picking", "account.move", "stock.reference"):
            for sale, found in ((self.mine, True), (self.foreign, False)):
                record = self.of(sale, name)[0]
                names = self.as_person[name].name_search(record.display_name)
                with self.subTest(name, found=found):
                    self.assertEqual(record.id in dict(names), found)

    def test_nothing_of_another_site_is_exported(self):
        model = self.as_person["sale.order"]
        paths = ["name", "order_line/name"]
        self.assertTrue(model.browse(self.mine.ids).export_data(paths)["datas"])
        with self.assertRaises(AccessError):
            model.browse(self.foreign.ids).export_data(paths)

    def test_related_fields_lead_to_nothing_of_another_site(self):
        for name, path in (
            ("sale.order.line", "order_id.name"),
            ("stock.move", "sale_line_id.order_id.name"),
            ("res.partner", "sale_order_ids.name"),
        ):
            model = self.as_person[name]
            with self.subTest(name):
                self.assertTrue(model.search([(path, "=", self.mine.name)]))
                self.assertFalse(model.search([(path, "=", self.foreign.name)]))

    def test_groups_of_reports_know_no_other_site(self):
        for name in ("sale.report", "account.invoice.report"):
            groups = self.as_person[name]._read_group(
                [("acorn_shop_id", "=", self.shop.id)], ["acorn_site_id"], ["__count"]
            )
            with self.subTest(name):
                self.assertEqual([site.id for site, _count in groups], self.us.ids)

    # === BESIDE THE DOCUMENT === #

    def test_chatter_files_and_activities_follow_their_order(self):
        for sale, found in ((self.mine, True), (self.foreign, False)):
            beside = [
                sale.message_post(body="Something to know"),
                self.env["ir.attachment"].create(
                    {"name": "slip", "res_model": "sale.order", "res_id": sale.id}
                ),
                sale.activity_schedule("mail.mail_activity_data_todo"),
            ]
            for record in beside:
                model = self.as_person[record._name]
                one = [("id", "=", record.id)]
                with self.subTest(record._name, found=found):
                    self.assertEqual(bool(model.search(one)), found)
                    self.assertEqual(model.search_count(one), int(found))
                    if not found:
                        with self.assertRaises(AccessError):
                            model.browse(record.id).read([model._rec_name or "id"])

    def test_a_buyer_belongs_to_one_shop(self):
        shop = self.make_shop("Another", self.hq)
        partner = self.env["res.partner"].create({"name": "Buyer", "is_company": False})
        partner.acorn_shop_id = shop
        people = self.as_person["res.partner"]
        self.assertFalse(people.search([("id", "=", partner.id)]))
        self.assertFalse(people.name_search("Buyer", [("id", "=", partner.id)]))
        self.assertTrue(people.search([("id", "=", self.mine.partner_id.id)]))

    def test_stock_is_what_it_is_whoever_sees_the_orders(self):
        waiting = self.apply(self.line(quantity=7), site="DE1")
        self.assertFalse(self.as_person["sale.order"].search([("id", "=", waiting.id)]))
        names = ("virtual_available", "outgoing_qty", "free_qty")
        own = self.as_person["product.product"].browse(self.mug.id)
        self.assertGreaterEqual(own.outgoing_qty, 7)
        for name in names:
            self.assertEqual(own[name], self.mug[name], name)

    # === WHAT IS NO CHANNEL'S === #

    def test_what_is_no_channels_stays_as_odoo_shows_it(self):
        alert = self.env["acorn.alert"]._raise_alert(
            self.shop, "paused", "x", "Of no order"
        )
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        item = self.env["account.analytic.line"].create(
            {
                "name": "By hand",
                plan._column_name(): self.env["account.analytic.account"]
                .create({"name": "Account", "plan_id": plan.id})
                .id,
            }
        )
        reference = self.env["stock.reference"].create({"name": "By hand"})
        entry = self.env["account.move"].create({"move_type": "entry"})
        for record in (alert, item, reference, entry):
            with self.subTest(record._name):
                self.assertTrue(
                    self.as_person[record._name].search([("id", "=", record.id)])
                )

    def test_transfers_of_nobodys_orders_are_deleted_as_in_odoo(self):
        kind = self.us.warehouse_id.int_type_id
        places = {
            "location_id": kind.default_location_src_id.id,
            "location_dest_id": kind.default_location_dest_id.id,
        }
        transfer = self.env["stock.picking"].create(
            {"picking_type_id": kind.id, **places}
        )
        move = self.env["stock.move"].create(
            {**places, "product_id": self.mug.id, "product_uom_qty": 1}
        )
        self.env.flush_all()
        self.as_person["stock.picking"].browse(transfer.id).unlink()
        self.assertFalse(transfer.exists())
        deleted = self.as_person["ir.rule"]._compute_domain("stock.move", "unlink")
        moves = move | self.mine.picking_ids.move_ids
        self.assertEqual(moves.filtered_domain(deleted), move)
        sold = self.as_person["stock.picking"].browse(self.mine.picking_ids.ids)
        self.assertFalse(sold._filtered_access("unlink"))

    # === EACH MODEL === #

    def words(self, name):
        """Return what the rules of a model say to everybody."""
        rules = self.env["ir.rule"].search(
            [("groups", "=", False), ("model_id.model", "=", name)]
        )
        return " ".join(rules.mapped(lambda rule: rule.domain_force or ""))

    def test_each_model_that_names_a_shop_or_site_has_a_rule_of_scope(self):
        for name in self.env.registry:
            model = self.env[name]
            own = {
                field.name
                for field in model._fields.values()
                if field.comodel_name in ("acorn.shop", "acorn.site")
                and field.type in ("many2one", "many2many")
                and field.store
            }
            if not own or model._abstract or model._transient or name in NO_CARRIERS:
                continue
            words = self.words(name)
            with self.subTest(name):
                self.assertRegex(words, r"(in_(shops|sites|scope|units)|only_shops)\(")
        for name, paths in ALL.items():
            words = self.words(name)
            for path in filter(None, paths):
                if (name, path) == ("acorn.site", "shop_id"):
                    continue  # its rule asks for the site itself
                with self.subTest(name, path=path):
                    self.assertRegex(words, rf"in_s(hops|ites|cope)\(.*'{path}'")
