from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import AmazonCase

HOME = {
    "name": "Erika Mustermann",
    "addressLine1": "Heidestraße 17",
    "addressLine2": "",
    "city": "Köln",
    "stateOrRegion": "NRW",
    "postalCode": "51147",
    "countryCode": "DE",
    "addressType": "RESIDENTIAL",
}


@tagged("post_install", "-at_install")
class TestHoldRules(AmazonCase):
    """Each rule from Amazon's document to a delivery that is refused, then released."""

    def setUp(self):
        super().setUp()
        self.packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        self.manager = new_test_user(
            self.env, "manager_of_holds", groups="acorn_base.group_manager"
        )
        self.warehouse = self.site("DE").warehouse_id
        self.mug = self.product("MUG", 500, self.warehouse)
        self.carrier = self.env["delivery.carrier"].create(
            {"name": "DHL", "acorn_code": "DHL", "product_id": self.mug.id}
        )

    # === TOOLS === #

    def rule(self, kind, **values):
        return self.env["acorn.hold.rule"].create(
            {
                "name": kind,
                "kind": kind,
                "shop_ids": self.shop.ids,
                "currency_id": self.env["res.currency"]._acorn_get("EUR").id,
                **values,
            }
        )

    def mugs(self, quantity=2, price="10.00"):
        return {"sku": "MUG", "quantity": quantity, "price": price}

    def order_at_amazon(self, *lines, address=None, **wishes):
        """Let Erika order, with changes to her address; return the order's number."""
        wishes = {"status": "UNSHIPPED", "fulfilled_by": "MERCHANT"} | wishes
        lines, address = list(lines) or [self.mugs()], HOME | (address or {})
        raw = self.world.place_order(lines, "DE", address=address, **wishes)
        return raw["orderId"]

    def bring(self, *lines, **wishes):
        """Let her order; return what it became."""
        ref = self.order_at_amazon(*lines, **wishes)
        self.later()
        return self.sale(ref)

    def later(self):
        self.world.clock.advance(minutes=5)
        self.drain()

    def ship(self, order):
        picking = order.picking_ids.with_user(self.packer)
        with Form(picking) as delivery:
            delivery.carrier_id = self.carrier
            delivery.carrier_tracking_ref = "00340434161094042557"
        picking.button_validate()

    def assertFree(self, order):
        self.assertTrue(order)
        self.assertFalse(order.acorn_hold_ids, order.acorn_hold_reason)

    def assertHeld(self, order, words, why):
        """Refused, reserved, unshipped at Amazon; released it ships and Amazon knows.

        :param words: of the reason that the office reads
        :param why: all that people who pack are told
        """
        self.assertIn(words, order.acorn_hold_reason)
        with self.assertRaises(UserError) as refused:
            order.picking_ids.with_user(self.packer).button_validate()
        self.assertIn(f"held ({why})", str(refused.exception))
        self.assertNotIn("Mustermann", str(refused.exception))
        self.assertTrue(self.alerts("held"))
        self.assertEqual(self.status(order), "UNSHIPPED")

    def assertReleasedAndShipped(self, order):
        self.assertTrue(sum(order.picking_ids.move_ids.mapped("quantity")), "reserved")
        holds = order.acorn_hold_ids.with_user(self.manager)
        wizard = Form.from_action(self.env(user=self.manager), holds.action_release())
        wizard.reason = "Asked the buyer"
        wizard.save().action_release()
        self.ship(order)
        self.drain()
        self.assertEqual(self.status(order), "SHIPPED")
        self.assertEqual(set(holds.mapped("state")), {"released"})
        self.assertFalse(self.alerts("held"))

    def status(self, order):
        raw = self.world.order(order.acorn_ref)
        return raw["fulfillment"]["fulfillmentStatus"]

    # === RULES === #

    def test_high_value(self):
        self.rule("high_value", amount=100)
        self.assertFree(self.bring(self.mugs(2, "50.00")))
        order = self.bring(self.mugs(2, "50.01"))
        self.assertHeld(order, "pays 100.02 EUR, more than 100.00 EUR", "High value")
        self.assertReleasedAndShipped(order)

    def test_po_box(self):
        self.rule("po_box")
        packstation = {"addressLine1": "Packstation 144", "addressType": "PICKUP_POINT"}
        self.assertFree(self.bring(address=packstation))
        self.assertFree(self.bring(address={"addressLine1": "Boxstraße 5"}))
        order = self.bring(address={"addressLine2": "Postfach 10 20 30"})
        self.assertHeld(order, "PO box", "PO box")
        self.assertReleasedAndShipped(order)

    def test_address_changed_twice(self):
        self.rule("address_changed", count=2)
        order = self.bring()
        ref = order.acorn_ref
        self.world.change_address(ref, addressLine1="Domstraße 1")
        self.later()
        self.world.change_address(ref, phone="0221 1")  # the same place
        self.later()
        self.assertFree(order)
        self.world.change_address(ref, addressLine1="Ringstraße 2")
        self.later()
        self.assertHeld(order, "changed 2 times", "Address changed")
        holds = order.acorn_hold_ids
        holds.with_user(self.manager)._release("Asked the buyer")
        self.world.change_address(ref, addressLine1="Marktplatz 3")
        self.later()
        self.assertHeld(order, "changed 3 times", "Address changed")
        self.assertReleasedAndShipped(order)

    def test_many_orders_of_one_buyer(self):
        self.rule("buyer_orders", count=3, days=2)
        email = "erika01@marketplace.amazon.de"
        self.assertFree(self.bring(email=email))
        self.assertFree(self.bring(email=email))
        self.assertFree(self.bring(email="otto02@marketplace.amazon.de"))
        order = self.bring(email=email)
        self.assertHeld(order, "3 orders within 2 days", "Many orders of one buyer")
        self.assertReleasedAndShipped(order)

    def test_banned_word(self):
        self.rule("banned", words="Spedition Schnell\nJohn Doe")
        self.assertFree(self.bring(address={"addressLine2": "Johnstr. 2"}))
        order = self.bring(address={"addressLine2": "c/o SPEDITION  schnell"})
        self.assertHeld(order, "Spedition Schnell", "Banned word or postcode")
        self.assertReleasedAndShipped(order)

    def test_banned_postcode(self):
        self.rule("banned", postcodes="511*\n10115")
        self.assertFree(self.bring(address={"postalCode": "50511"}))
        order = self.bring()
        self.assertHeld(order, "511*", "Banned word or postcode")
        self.assertReleasedAndShipped(order)

    def test_unusual_quantity(self):
        self.rule("quantity", quantity=10)
        self.assertFree(self.bring(self.mugs(10)))
        order = self.bring(self.mugs(11))
        self.assertHeld(order, "11 × MUG", "Unusual quantity")
        self.assertReleasedAndShipped(order)

    def test_many_times_the_usual_quantity(self):
        self.rule("quantity", factor=3)
        self.assertFree(self.bring(self.mugs(40)))  # nobody knows yet what is usual
        for _each in range(6):
            self.order_at_amazon(self.mugs(2))
        self.later()
        self.assertFree(self.bring(self.mugs(6)))
        order = self.bring(self.mugs(7))
        self.assertHeld(order, "The usual is 2 × MUG", "Unusual quantity")
        self.assertReleasedAndShipped(order)

    def test_ship_by_time_at_risk(self):
        self.rule("ship_by", hours=12)
        self.env["stock.quant"]._update_available_quantity(
            self.mug, self.warehouse.lot_stock_id, -498
        )
        ready, missing = self.bring(), self.bring()
        self.assertFree(missing)
        late = missing.acorn_ship_by - self.now()
        self.world.clock.advance(seconds=late.total_seconds() - 6 * 3600)
        self.watch()
        self.assertFree(ready)
        self.assertHeld(missing, "not all goods are ready", "Ship-by time at risk")
        self.env["stock.quant"]._update_available_quantity(
            self.mug, self.warehouse.lot_stock_id, 10
        )
        missing.picking_ids.action_assign()
        self.assertReleasedAndShipped(missing)

    def test_ship_by_time_that_is_over(self):
        self.rule("ship_by", hours=0)
        order = self.bring()
        late = order.acorn_ship_by - self.now()
        self.world.clock.advance(seconds=late.total_seconds() + 60)
        self.watch()
        self.assertHeld(order, "time to ship is over", "Ship-by time at risk")
        self.assertReleasedAndShipped(order)

    def now(self):
        return self.world.clock.now().replace(tzinfo=None)

    def watch(self):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["acorn.hold"]._cron_late()
        self.env.invalidate_all()

    def test_blocked_destination(self):
        self.rule("destination", country_ids=self.env.ref("base.at").ids)
        self.assertFree(self.bring())
        wien = {"city": "Wien", "postalCode": "1010", "countryCode": "AT"}
        order = self.bring(address=wien)
        self.assertHeld(order, "Nothing is shipped to AT", "Blocked destination")
        self.assertReleasedAndShipped(order)

    def test_all_rules_at_once_are_one_queue(self):
        for kind, values in (
            ("high_value", {"amount": 1}),
            ("po_box", {}),
            ("quantity", {"quantity": 1}),
        ):
            self.rule(kind, **values)
        order = self.bring(address={"addressLine2": "Postfach 7"})
        self.assertEqual(len(order.acorn_hold_ids), 3)
        order.acorn_hold_ids[0].with_user(self.manager)._release("Fine")
        with self.assertRaises(UserError):
            order.picking_ids.with_user(self.packer).button_validate()
        held = order.acorn_hold_ids.filtered(lambda hold: hold.state == "held")
        held.with_user(self.manager)._release("Fine, too")
        self.ship(order)
        self.assertEqual(order.picking_ids.state, "done")
