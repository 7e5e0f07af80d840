from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user

from ..channel import UTC, Refused
from .common_shipping import ShippingCase


class TestShipmentPackages(ShippingCase):
    """Each package is told with its own carrier and number; changes follow it."""

    def two(self):
        order = self.apply(self.line(quantity=2), self.line("2", "LAMP", price="5"))
        return order, self.pack(order)

    def pushes(self):
        return self.world.calls.count("push")

    def test_each_package_has_its_own_carrier_and_tracking_number(self):
        ups = self.method("UPS", acorn_code="UPS")
        order, packages = self.two()
        packages[0].acorn_tracking = "P1"
        packages[1].write({"acorn_tracking": "P2", "acorn_carrier_id": ups.id})
        picking = self.ship(order, tracking=False)
        self.drain()
        self.assertEqual(self.told(), {"1": ("DHL", "P1"), "2": ("UPS", "P2")})
        self.assertEqual(packages.mapped("acorn_number"), ["1", "2"])
        self.assertTrue(picking.acorn_known)

    def test_package_without_a_number_of_its_own_has_that_of_the_delivery(self):
        order, packages = self.two()
        packages[1].acorn_tracking = "P2"
        self.ship(order, tracking="MASTER")
        self.drain()
        self.assertEqual(self.told(), {"1": ("DHL", "MASTER"), "2": ("DHL", "P2")})

    def test_delivery_that_names_a_number_for_each_package_shares_them_out(self):
        order, _packages = self.two()
        self.ship(order, tracking="A1, A2")
        self.drain()
        self.assertEqual(self.told(), {"1": ("DHL", "A1"), "2": ("DHL", "A2")})

    def test_package_that_lacks_its_number_is_named(self):
        order, packages = self.two()
        packages[0].acorn_tracking = "P1"
        picking = self.ship(order, tracking=False)
        self.drain()
        self.assertIn(packages[1].name, picking.acorn_push_error)
        self.assertFalse(self.told())

    def test_backorder_continues_the_numbers(self):
        order = self.apply(self.line(quantity=5))
        first = self.ship(order, quantities={self.mug: 2})
        self.drain()
        [package] = self.pack(order)
        package.acorn_tracking = "P2"
        self.ship(order, tracking=False)
        self.drain()
        self.assertEqual(self.told(), {"1": ("DHL", "TRACK1"), "2": ("DHL", "P2")})
        self.assertEqual((first.acorn_number, package.acorn_number), ("1", "2"))

    def test_changed_number_of_a_delivery_edits_the_same_parcel(self):
        picking = self.ship(self.apply())
        self.drain()
        picking.carrier_tracking_ref = "BETTER"
        self.drain()
        self.assertEqual(self.told(), {"1": ("DHL", "BETTER")})
        self.assertEqual(self.pushes(), 2)
        self.drain()
        self.assertEqual(self.pushes(), 2, "told once")
        self.assertEqual(len(picking.acorn_message_ids), 1)

    def test_changed_number_of_a_package_edits_that_one_alone(self):
        order, packages = self.two()
        self.ship(order)
        self.drain()
        packages[1].acorn_tracking = "NEW2"
        self.drain()
        self.assertEqual(self.told(), {"1": ("DHL", "TRACK1"), "2": ("DHL", "NEW2")})
        self.assertEqual(self.pushes(), 3)

    def test_changed_carrier_is_told_too(self):
        picking = self.ship(self.apply())
        self.drain()
        picking.carrier_id = self.method("UPS", acorn_code="UPS")
        self.drain()
        self.assertEqual(self.told(), {"1": ("UPS", "TRACK1")})

    def test_number_that_is_taken_away_is_asked_for_and_may_come_back(self):
        picking = self.ship(self.apply())
        self.drain()
        picking.carrier_tracking_ref = False
        self.drain()
        self.assertIn("tracking number", picking.acorn_push_error)
        picking.carrier_tracking_ref = "TRACK1"
        self.drain()
        self.assertFalse(picking.acorn_push_error)
        self.assertEqual(self.pushes(), 1, "the channel knows it already")

    def test_change_that_is_refused_shows_on_the_delivery_and_is_retried(self):
        picking = self.ship(self.apply())
        self.drain()
        picking.carrier_tracking_ref = "BETTER"
        self.world.problems = [None] * 5 + [Refused("No such number.")]
        self.drain()
        self.assertIn("No such number", picking.acorn_push_error)
        picking.action_acorn_retry()
        self.drain()
        self.assertEqual(self.told(), {"1": ("DHL", "BETTER")})
        self.assertFalse(picking.acorn_push_error)

    def test_package_that_leaves_again_is_the_later_delivery_s(self):
        order, packages = self.two()
        self.ship(order, tracking="FIRST")
        packages[0].acorn_tracking = "OWN"
        self.drain()
        again = self.apply()
        again.picking_ids.move_line_ids.result_package_id = packages[0]
        later = self.ship(again, tracking="SECOND")
        self.drain()
        [parcel] = [p for p in self.world.parcels.values() if p.order_ref == again.name]
        self.assertEqual(parcel.tracking, "SECOND", "not the number of the first time")
        later.date_done += timedelta(minutes=1)
        packages[0].acorn_tracking = "THIRD"
        self.drain()
        numbers = {p.order_ref: [] for p in self.world.parcels.values()}
        for parcel in self.world.parcels.values():
            numbers[parcel.order_ref].append(parcel.tracking)
        self.assertEqual(numbers[again.name], ["THIRD"])
        self.assertEqual(sorted(numbers[order.name]), ["FIRST", "OWN"])

    def test_packer_enters_numbers_in_the_list_on_the_delivery(self):
        packer = new_test_user(self.env, "packer9", groups="stock.group_stock_user")
        order, packages = self.two()
        picking = order.picking_ids.with_user(packer)
        with Form(picking) as delivery:
            delivery.carrier_id = self.carrier
            for place, number in enumerate(("F1", "F2")):
                with delivery.acorn_package_ids.edit(place) as package:
                    package.acorn_tracking = number
        self.assertEqual(packages.mapped("acorn_tracking"), ["F1", "F2"])
        picking.button_validate()
        self.drain()
        self.assertEqual(self.told(), {"1": ("DHL", "F1"), "2": ("DHL", "F2")})

    def test_one_alert_for_a_shop_names_its_deliveries_and_closes_itself(self):
        pickings = [self.ship(self.apply(), tracking=False) for _each in range(3)]
        self.drain()
        self.watch()
        [alert] = self.alerts("shipment")
        self.assertIn("3 deliveries", alert.text)
        for picking in pickings:
            self.assertIn(picking.name, alert.text)
            picking.carrier_tracking_ref = "LATE"
        action = alert.action_open_place()
        found = self.env["stock.picking"].search(action["domain"])
        self.assertEqual(found, self.env["stock.picking"].union(*pickings))
        self.drain()
        self.watch()
        self.assertFalse(self.alerts("shipment"))

    def test_refused_parcel_is_no_failed_message_besides(self):
        self.ship(self.apply())
        self.world.problems = [None] * 5 + [Refused("No.")]
        self.drain()
        self.watch()
        self.assertTrue(self.alerts("shipment"))
        self.assertFalse(self.alerts("failed"))

    def test_many_are_retried_at_once(self):
        orders = [self.apply() for _each in range(2)]
        pickings = [self.ship(order) for order in orders]
        self.world.problems = [None] * 5 + [Refused("No."), Refused("No.")]
        self.drain()
        refused = self.env["stock.picking"].union(*pickings)
        self.assertTrue(all(refused.mapped("acorn_push_error")))
        refused.action_acorn_retry()
        self.drain()
        self.assertEqual(refused.mapped("acorn_known"), [True, True])


class TestWithoutTracking(ShippingCase):
    """Letters: told without a number, and validated by themselves if wanted."""

    def letter(self, **values):
        return self.method("Letter", acorn_untracked=True, **values)

    def test_letter_is_told_without_a_number(self):
        picking = self.ship(self.apply(), tracking=False, carrier=self.letter())
        self.drain()
        self.assertEqual(self.told(), {"1": ("Other", "")})
        self.assertTrue(picking.acorn_known)

    def test_number_that_comes_later_edits_the_letter(self):
        picking = self.ship(self.apply(), tracking=False, carrier=self.letter())
        self.drain()
        picking.carrier_tracking_ref = "LATE"
        self.drain()
        self.assertEqual(self.told(), {"1": ("Other", "LATE")})

    def test_usual_method_of_the_shop_counts_where_none_is_chosen(self):
        self.shop.carrier_id = self.letter(acorn_code="Royal Mail")
        picking = self.apply().picking_ids
        picking.button_validate()
        self.drain()
        self.assertEqual(self.told(), {"1": ("Royal Mail", "")})

    def test_reserved_goods_leave_by_themselves_if_their_method_says_so(self):
        self.shop.carrier_id = self.letter(acorn_auto_ship="reserved")
        order = self.apply(ship_by=datetime.now(UTC) + timedelta(days=5))
        short = self.apply(self.line(quantity=500))
        self.drain()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(len(self.told()), 1)
        self.assertNotEqual(short.picking_ids.state, "done", "not wholly reserved")

    def test_goods_leave_before_ship_by_if_their_method_says_so(self):
        method = self.letter(acorn_auto_ship="due")
        near = datetime.now(UTC) + timedelta(hours=5)
        soon = self.apply(ship_by=near)
        far = self.apply(ship_by=near + timedelta(days=2))
        other = self.apply(ship_by=near)
        (soon | far).picking_ids.carrier_id = method
        self.drain()
        self.assertEqual(soon.picking_ids.state, "done")
        self.assertEqual(far.picking_ids.state, "assigned")
        self.assertEqual(other.picking_ids.state, "assigned", "has no such method")

    def test_what_is_blocked_never_leaves_by_itself(self):
        self.shop.carrier_id = self.letter(acorn_auto_ship="reserved")
        order = self.apply(self.line(cancel_requested=True))
        self.drain()
        self.assertEqual(order.picking_ids.state, "assigned")
        order.action_acorn_ship_nevertheless()
        self.drain()
        self.assertEqual(order.picking_ids.state, "done")

    def test_delivery_that_odoo_refuses_says_why_and_holds_up_no_other(self):
        self.shop.carrier_id = self.letter(acorn_auto_ship="reserved")
        validate = type(self.env["stock.picking"]).button_validate
        bad = []

        def button_validate(picking):
            if not bad or picking.id in bad:
                bad.append(picking.id)
                raise UserError(picking.name)
            return validate(picking)

        self.patch(
            self.env.registry["stock.picking"], "button_validate", button_validate
        )
        self.place()
        self.place()
        self.drain()
        pickings = self.env["stock.picking"].search(
            [("acorn_site_id.shop_id", "=", self.shop.id)]
        )
        self.assertEqual(sorted(pickings.mapped("state")), ["assigned", "done"])
        held = pickings.filtered(lambda picking: picking.state == "assigned")
        self.assertIn(held.name, held.acorn_push_error)


class TestShipBy(ShippingCase):
    """One alert of a shop says what has to leave, before it is too late."""

    def test_alert_counts_orders_grows_when_late_and_closes_itself(self):
        now = datetime.now(UTC)
        first = self.apply(ship_by=now + timedelta(hours=5))
        self.apply(ship_by=now + timedelta(days=3))
        self.watch()
        [alert] = self.alerts("ship_by")
        self.assertEqual((alert.severity, alert.subject), ("warning", self.shop.name))
        self.assertIn("1 orders", alert.text)
        self.assertIn(first.name, alert.text)
        second = self.apply(ship_by=now - timedelta(minutes=1))
        self.watch()
        self.assertEqual(self.alerts("ship_by"), alert, "one for the shop")
        self.assertEqual(alert.severity, "error")
        self.assertRegex(alert.text, f"{second.name}.*{first.name}")
        self.ship(first)
        self.ship(second)
        self.watch()
        self.assertFalse(self.alerts("ship_by"))

    def test_hours_are_settable_for_each_shop(self):
        self.apply(ship_by=datetime.now(UTC) + timedelta(hours=5))
        self.shop.ship_by_hours = 4
        self.watch()
        self.assertFalse(self.alerts("ship_by"))
        self.shop.ship_by_hours = 6
        self.watch()
        self.assertTrue(self.alerts("ship_by"))

    def test_lists_show_the_most_urgent_first(self):
        now = datetime.now(UTC)
        later = self.apply(ship_by=now + timedelta(days=2)).picking_ids
        late = self.apply(ship_by=now - timedelta(hours=1)).picking_ids
        found = self.env["stock.picking"].search(
            [("id", "in", (later | late).ids)], order="acorn_ship_by, id"
        )
        self.assertEqual(found.ids, [late.id, later.id])
        self.assertEqual((late.acorn_late, later.acorn_late), (True, False))
