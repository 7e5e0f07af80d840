from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user

from .common_alert import AlertCase


class TestCover(AlertCase):
    """Days of cover before goods are short, and what to order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.us.warehouse_id
        cls.stock_manager = new_test_user(
            cls.env, "stock_manager", groups="stock.group_stock_manager"
        )
        cls.reader = new_test_user(
            cls.env, "cover_reader", groups="acorn_base.group_user"
        )
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        # Ten days of lead time for all that is bought or made or fetched.
        Rule = cls.env.registry["stock.rule"]
        lead = cls.lead = {"days": 10}

        def lead_days(rules, product, **values):
            delays, words = original(rules, product, **values)
            delays["total_delay"] += lead["days"]
            return delays, words

        original = Rule._get_lead_days
        cls.classPatch(Rule, "_get_lead_days", lead_days)

    def offer(self, product=None, shop=None, **values):
        product = product or self.mug
        shop = shop or self.shop
        sku = f"{product.default_code or product.name}-{shop.id}"
        return self.env["acorn.offer"].create(
            {"sku": sku, "shop_id": shop.id, "product_id": product.id, **values}
        )

    def point(self, product=None, warehouse=None, **values):
        product, warehouse = product or self.mug, warehouse or self.warehouse
        # What Odoo itself has made goes again when it is ordered: a person makes these.
        Orderpoint = self.env["stock.warehouse.orderpoint"].with_user(
            self.stock_manager
        )
        point = Orderpoint.create(
            {
                "product_id": product.id,
                "warehouse_id": warehouse.id,
                "location_id": warehouse.lot_stock_id.id,
                "trigger": "manual",
                **values,
            }
        )
        return point.with_env(self.env)

    def move(self, units, source, target, product=None, done=True, **values):
        product = product or self.mug
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": units,
                "location_id": source.id,
                "location_dest_id": target.id,
                **values,
            }
        )
        move._action_confirm()
        if done:
            move.quantity, move.picked = units, True
            move._action_done()
        return move

    def sell(self, units, product=None, warehouse=None, ago=1, **values):
        place = (warehouse or self.warehouse).lot_stock_id
        move = self.move(units, place, self.customers, product, **values)
        past = fields.Datetime.now() - timedelta(days=ago)
        if move.state == "done":
            move.move_line_ids.date = past
        return move

    def receive(self, units, in_days, product=None, warehouse=None):
        date = fields.Datetime.now() + timedelta(days=in_days)
        place = (warehouse or self.warehouse).lot_stock_id
        return self.move(units, self.suppliers, place, product, done=False, date=date)

    def renew(self, points):
        points.with_user(self.stock_manager).action_acorn_refresh()
        return points

    # === SPEED AND COVER === #

    def test_cover_is_free_and_inbound_by_the_speed(self):
        point = self.point()
        self.sell(30, ago=3)
        self.sell(20, ago=29)
        self.sell(10, ago=31)  # before the time that is looked at
        self.sell(10, done=False)
        self.receive(40, in_days=9)
        self.receive(70, in_days=12)  # after the lead time
        self.renew(point)
        self.assertEqual((point.acorn_on_hand, point.acorn_free), (40, 30))
        self.assertEqual((point.acorn_speed, point.acorn_inbound), (2, 40))
        self.assertEqual((point.acorn_lead_days, point.acorn_cover_days), (10, 35))
        self.assertEqual(point.acorn_cover, "enough")
        self.assertEqual(
            point.acorn_runs_out_on, fields.Date.today() + timedelta(days=35)
        )

    def test_goods_that_come_after_the_last_is_sold_leave_a_gap(self):
        point = self.point()
        self.sell(90, ago=3)
        self.receive(200, in_days=9)
        self.renew(point)
        self.assertEqual((point.acorn_speed, point.acorn_cover_days), (3, 70))
        self.assertEqual(point.acorn_cover, "late")
        self.assertEqual(
            point.acorn_runs_out_on, fields.Date.today() + timedelta(days=4)
        )
        self.assertEqual(point.acorn_proposal, 0, "enough is under way")

    def test_days_without_stock_do_not_count(self):
        point = self.point()
        self.sell(100, ago=15)
        self.renew(point)
        self.assertEqual(point.acorn_speed, 6.67, "100 units in the 15 days before")

    def test_only_sales_are_sales(self):
        point = self.point()
        elsewhere = self.env["stock.warehouse"].create({"name": "B", "code": "BBB"})
        place = self.warehouse.lot_stock_id
        self.move(20, place, elsewhere.lot_stock_id)
        self.move(10, place, self.env.ref("stock.stock_location_inter_company"))
        self.move(5, self.customers, place)
        self.renew(point)
        self.assertEqual((point.acorn_speed, point.acorn_cover), (0, "idle"))
        self.assertEqual((point.acorn_on_hand, point.acorn_cover_days), (75, 999))
        self.assertFalse(point.acorn_runs_out_on)

    def test_delivery_in_two_steps_is_sold_once(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.env["sale.order"].create(
            {
                "partner_id": self.owner.partner_id.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.mug.id, "product_uom_qty": 30})
                ],
            }
        )
        order.action_confirm()
        point = self.renew(self.point())
        self.assertEqual((point.acorn_speed, point.acorn_free), (1, 70))
        while todo := order.picking_ids.filtered(lambda p: p.state == "assigned"):
            todo.button_validate()
            self.renew(point)
            self.assertEqual((point.acorn_speed, point.acorn_free), (1, 70))
        self.assertEqual(len(order.picking_ids), 2)

    def test_what_is_not_for_sale_covers_nothing(self):
        point = self.point()
        self.sell(30)
        quarantine = self.env["stock.location"].create(
            {
                "name": "Quarantine",
                "location_id": self.warehouse.lot_stock_id.id,
                "acorn_not_sold": True,
            }
        )
        self.move(60, self.warehouse.lot_stock_id, quarantine)
        self.renew(point)
        self.assertEqual((point.acorn_on_hand, point.acorn_cover_days), (10, 10))

    def test_warehouses_are_told_apart(self):
        other = self.env["stock.warehouse"].create({"name": "B", "code": "BBB"})
        self.set_stock(self.mug, other, 10)
        here, there = self.point(), self.point(warehouse=other)
        self.sell(30, ago=2)
        self.sell(7, ago=2, warehouse=other)
        self.renew(here | there)
        self.assertEqual((here.acorn_speed, here.acorn_free), (1, 70))
        self.assertEqual((there.acorn_speed, there.acorn_free), (0.23, 3))

    def test_a_company_says_how_far_back_and_for_how_long(self):
        self.company.write(
            {
                "acorn_speed_days": 10,
                "acorn_safety_days": 3,
                "acorn_review_days": 20,
            }
        )
        point = self.point(acorn_proposes=True)
        self.sell(20, ago=5)
        self.sell(20, ago=12)
        self.renew(point)
        self.assertEqual((point.acorn_speed, point.acorn_safety_days), (2, 3))
        self.assertEqual((point.product_min_qty, point.product_max_qty), (26, 66))
        point.acorn_safety_days = 30
        self.renew(point)
        self.assertEqual(point.product_min_qty, 80)

    def test_many_products_cost_as_many_queries_as_one(self):
        products = self.env["product.product"].create(
            [{"name": f"P{n}", "is_storable": True} for n in range(40)]
        )
        for product in products:
            self.set_stock(product, self.warehouse, 50)
            self.offer(product)
        points = self.env["stock.warehouse.orderpoint"].concat(
            *(self.point(product) for product in products)
        )
        self.sell(3, products[0])
        self.receive(3, 2, products[1])
        counts = []
        for some in (points[:2], points):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["acorn.cover"]._refresh(some)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertLess(counts[0], 25)
        self.assertEqual(points[0].acorn_free, 47)

    # === PROPOSALS === #

    def test_a_proposal_becomes_what_odoo_orders(self):
        point = self.point()
        self.sell(90, ago=3)
        self.renew(point)
        self.assertEqual((point.acorn_cover, point.acorn_threshold), ("late", 51))
        self.assertEqual((point.acorn_proposal, point.qty_to_order), (83, 0))
        self.assertFalse(point.product_min_qty, "nothing is set unasked")
        point.with_user(self.stock_manager).action_acorn_propose()
        self.assertEqual((point.product_min_qty, point.product_max_qty), (51, 93))
        self.assertEqual(point.qty_to_order, point.acorn_proposal)
        self.assertTrue(point.acorn_proposes)

    def test_odoo_s_own_order_brings_the_goods(self):
        point = self.point()
        other = self.env["stock.warehouse"].create({"name": "B", "code": "BBB"})
        self.set_stock(self.mug, other, 500)
        self.warehouse.resupply_wh_ids = other
        self.mug.route_ids = self.warehouse.resupply_route_ids
        self.sell(90, ago=3)
        point.action_acorn_propose()
        point.with_user(self.stock_manager).action_replenish()
        move = self.env["stock.move"].search(
            [
                ("product_id", "=", self.mug.id),
                ("location_dest_id", "=", self.warehouse.lot_stock_id.id),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        self.assertEqual(move.product_qty, 83)
        self.renew(point)
        self.assertEqual((point.acorn_inbound, point.acorn_proposal), (83, 0))

    def test_limits_that_a_person_set_stay(self):
        point = self.point(product_min_qty=80, product_max_qty=120)
        self.sell(90, ago=3)
        self.renew(point)
        self.assertEqual((point.acorn_threshold, point.acorn_proposal), (80, 110))
        self.assertEqual(point.qty_to_order, 110)
        told = point.with_user(self.stock_manager).action_acorn_propose()
        self.assertIn("1 keep the min", told["params"]["message"])
        self.assertEqual((point.product_min_qty, point.product_max_qty), (80, 120))
        point.acorn_proposes = True
        point.with_user(self.stock_manager).action_acorn_propose()
        self.assertEqual((point.product_min_qty, point.product_max_qty), (51, 93))

    def test_who_sets_limits_by_hand_ends_the_proposals(self):
        point = self.point(acorn_proposes=True)
        self.sell(90, ago=3)
        self.renew(point)
        self.assertEqual(point.product_min_qty, 51)
        self.assertTrue(point.acorn_proposes)
        with Form(
            point.with_user(self.stock_manager),
            "acorn_base.stock_warehouse_orderpoint_view_form",
        ) as form:
            form.product_min_qty = 60
        self.assertFalse(point.acorn_proposes)
        self.sell(5)
        self.renew(point)
        self.assertEqual((point.product_min_qty, point.product_max_qty), (60, 93))

    def test_limits_follow_the_sales_every_day(self):
        point = self.point(acorn_proposes=True)
        self.sell(30, ago=3)
        self.cron("_cron_propose")
        self.assertEqual(point.product_min_qty, 17)
        self.sell(30, ago=3)
        self.cron("_cron_cover")
        self.assertEqual((point.acorn_speed, point.product_min_qty), (2, 17))
        self.cron("_cron_propose")
        self.assertEqual(point.product_min_qty, 34)

    def cron(self, name):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            getattr(self.env(cr=cr)["stock.warehouse.orderpoint"], name)()
        self.env.invalidate_all()

    # === SET UP === #

    def set_up(self, records):
        """Press the button that a record's actions offer."""
        action = self.env["ir.actions.server"].search(
            [
                ("binding_model_id.model", "=", records._name),
                ("name", "=like", "%Cover"),
            ]
        )
        manager = action.with_user(self.stock_manager).with_context(
            active_model=records._name, active_id=records.id, active_ids=records.ids
        )
        return manager.run()

    def points(self):
        return self.env["stock.warehouse.orderpoint"].search([])

    def test_what_a_shop_sells_is_watched_and_nothing_is_bought(self):
        service = self.env["product.product"].create(
            {"name": "Advice", "type": "service"}
        )
        for product in self.products | service:
            self.offer(product)
        self.sell(90, ago=3)
        kept = self.point(self.lamp, product_min_qty=5, product_max_qty=5)
        action = self.set_up(self.shop)
        [point] = self.points() - kept
        self.assertEqual(self.points().filtered_domain(action["domain"]), point)
        self.assertEqual(
            (point.product_id, point.location_id, point.trigger),
            (self.mug, self.warehouse.lot_stock_id, "manual"),
        )
        self.assertEqual(point.create_uid, self.stock_manager, "Odoo keeps it")
        self.assertEqual((point.qty_to_order, point.acorn_shop_ids), (83, self.shop))
        self.assertEqual(kept.product_min_qty, 5)
        self.assertEqual(self.set_up(self.shop)["tag"], "display_notification")
        self.assertEqual(self.points(), kept | point)

    def test_what_is_sold_from_a_warehouse_is_watched_there(self):
        self.offer(self.mug)
        self.offer(self.lamp, by_channel=True)
        fba = self.us.fba_warehouse_id
        self.set_up(fba)
        self.assertEqual(self.points().product_id, self.lamp)
        self.assertEqual(self.points().warehouse_id, fba)
        self.set_up(self.warehouse)
        self.assertEqual(self.points().product_id, self.products)

    def test_each_source_of_a_shop_is_watched(self):
        other = self.env["stock.warehouse"].create({"name": "B", "code": "BBB"})
        self.us.quantity_group_id.source_ids = [
            Command.create({"warehouse_id": other.id, "sequence": 20})
        ]
        self.offer(self.mug)
        self.set_up(self.shop)
        self.assertEqual(self.points().warehouse_id, self.warehouse | other)

    # === ALERT === #

    def test_alert_opens_before_goods_are_short_and_closes_itself(self):
        self.offer(self.mug)
        self.offer(self.lamp)
        self.point(self.mug)
        point = self.point(self.lamp)
        self.sell(60, ago=3)
        self.sell(75, self.lamp, ago=3)
        self.sell(9, self.mug)
        self.cron("_cron_propose")
        self.watch()
        [alert] = self.alerts("cover")
        self.assertIn("2 products that Dummy shop sells", alert.text)
        date = fields.Date.today() + timedelta(days=10)
        self.assertIn(
            f"Lamp, {self.warehouse.name}: 10 days of cover, needed by {date}",
            alert.text,
        )
        self.assertLess(alert.text.index("Lamp"), alert.text.index("Mug"))
        self.assertEqual(alert.activity_ids.user_id, self.owner)
        action = alert.action_open_place()
        self.assertEqual(self.points().filtered_domain(action["domain"]), self.points())
        for product in self.products:
            self.receive(200, in_days=1, product=product)
        self.cron("_cron_cover")
        self.assertEqual(point.acorn_cover, "enough")
        self.watch()
        self.assertEqual(alert.state, "done")

    def test_alert_names_ten_and_is_told_again_when_goods_run_out(self):
        products = self.env["product.product"].create(
            [{"name": f"P{n:02}", "is_storable": True} for n in range(12)]
        )
        for n, product in enumerate(products):
            self.set_stock(product, self.warehouse, 72 + n)
            self.offer(product)
            self.point(product)
            self.sell(60, product, ago=3)
        self.lead["days"] = 6
        self.addCleanup(self.lead.update, days=10)
        self.cron("_cron_propose")
        self.watch()
        [alert] = self.alerts("cover")
        self.assertIn("12 products that Dummy shop sells run short, 0", alert.text)
        self.assertEqual(alert.text.count("\n- "), 10)
        self.assertIn("P09", alert.text)
        self.assertNotIn("P10", alert.text)
        self.watch()
        self.assertEqual(len(self.mails()), 1)
        self.lead["days"] = 10
        self.cron("_cron_propose")
        self.watch()
        self.assertIn("run short, 8 of them before", alert.text)
        self.assertEqual(len(self.mails()), 2)

    def test_only_shops_that_sell_it_are_told(self):
        other = self.env["acorn.shop"].create({"name": "Other", "channel": "dummy"})
        other.action_check_connection()
        self.offer(self.mug)
        self.offer(self.lamp, shop=other)
        self.point(self.mug)
        self.sell(90, ago=3)
        self.cron("_cron_propose")
        self.assertIn("cover", self.findings())
        self.assertNotIn("cover", self.findings(other))
        self.assertNotIn("cover", self.findings(self.shop.copy({"name": "New"})))

    # === RIGHTS === #

    def test_user_of_acorn_reads_and_stock_manager_orders(self):
        point = self.point()
        self.sell(90, ago=3)
        self.renew(point)
        theirs = point.with_user(self.reader)
        self.assertEqual((theirs.acorn_cover, theirs.acorn_proposal), ("late", 83))
        for call in (
            theirs.action_acorn_refresh,
            theirs.action_acorn_propose,
            lambda: theirs.write({"acorn_safety_days": 1}),
            lambda: (
                self.env["acorn.cover.shop"]
                .with_user(self.reader)
                ._set_up(shops=self.shop)
            ),
        ):
            with self.assertRaises(AccessError):
                call()
        manager = point.with_user(self.stock_manager)
        manager.acorn_safety_days = 9
        manager.action_acorn_propose()
        self.assertEqual(point.product_min_qty, 57)

    def test_other_companies_see_no_cover_of_these(self):
        self.point()
        foreign = self.env["res.company"].create({"name": "Foreign"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="stock.group_stock_manager",
            company_id=foreign.id,
            company_ids=[Command.set(foreign.ids)],
        )
        self.offer(self.mug)
        Cover = self.env["acorn.cover.shop"].with_user(stranger)
        self.assertFalse(Cover._set_up(shops=self.shop.with_user(stranger)))
        self.assertFalse(self.points().with_user(stranger).search([]))
