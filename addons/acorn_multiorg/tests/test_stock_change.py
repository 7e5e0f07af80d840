from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import GroupCase


@tagged("post_install", "-at_install")
class TestStockChange(GroupCase):
    """Changes of stock beyond a limit wait for a shop manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packer = cls.make_person("c", "group_warehouse", unit_id=cls.hq.id)
        cls.manager = cls.make_person("m", "group_shop_manager", unit_id=cls.hq.id)
        cls.shelf = cls.us.warehouse_id.lot_stock_id
        cls.quant = cls.env["stock.quant"]._gather(cls.mug, cls.shelf)
        cls.hq.acorn_stock_limit_units = 20

    def count(self, quantity, person=None):
        quant = self.quant.with_user(person or self.packer).with_context(
            inventory_mode=True
        )
        quant.inventory_quantity = quantity
        return quant.action_apply_inventory()

    def waiting(self):
        return self.env["acorn.stock.change"].search([("state", "=", "waiting")])

    def test_a_small_count_is_applied_at_once(self):
        self.count(90)
        self.assertEqual(self.quant.quantity, 90)
        self.assertFalse(self.waiting())

    def test_a_large_count_stays_counted_and_is_released_by_a_shop_manager(self):
        said = self.count(10)
        self.assertIn("shop manager", said["params"]["message"])
        self.assertEqual(self.quant.quantity, 100)
        self.assertTrue(self.quant.inventory_quantity_set)
        self.assertEqual(self.quant.inventory_quantity, 10)
        change = self.waiting()
        self.assertEqual((change.difference, change.user_id), (-90, self.packer))
        self.assertIn(self.manager, change.activity_ids.user_id)
        with self.assertRaises(AccessError):
            change.with_user(self.packer).action_release()
        change.with_user(self.manager).action_release()
        self.assertEqual(self.quant.quantity, 10)
        self.assertEqual(change.decided_by_id, self.manager)
        self.assertFalse(change.activity_ids)
        with self.assertRaises(UserError):
            change.with_user(self.manager).action_release()

    def test_what_has_moved_since_is_not_undone_by_the_release(self):
        self.count(40)
        self.env["stock.quant"]._update_available_quantity(self.mug, self.shelf, -5)
        self.waiting().with_user(self.manager).action_release()
        self.assertEqual(self.quant.quantity, 35)

    def test_a_transfer_does_not_go_past_the_limit(self):
        loss = self.mug.with_company(self.hq).property_stock_inventory
        kind = self.us.warehouse_id.int_type_id
        for units, refused in ((10, False), (30, True)):
            transfer = self.env["stock.picking"].create(
                {
                    "picking_type_id": kind.id,
                    "location_id": self.shelf.id,
                    "location_dest_id": loss.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.mug.id,
                                "product_uom_qty": units,
                                "location_id": self.shelf.id,
                                "location_dest_id": loss.id,
                            }
                        )
                    ],
                }
            )
            transfer.action_confirm()
            transfer.move_ids.quantity = units
            theirs = transfer.with_user(self.packer)
            if refused:
                with self.assertRaisesRegex(UserError, "Count or scrap"):
                    theirs.button_validate()
            else:
                theirs.button_validate()
        self.assertEqual(self.quant.quantity, 90)

    def test_a_refused_count_changes_nothing(self):
        self.count(500)
        change = self.waiting()
        change.with_user(self.manager).action_refuse()
        self.assertEqual((self.quant.quantity, change.state), (100, "refused"))
        self.assertFalse(self.quant.inventory_quantity_set)

    def test_many_small_counts_are_a_large_one(self):
        self.count(85)
        self.count(70)
        self.assertEqual(self.quant.quantity, 85)
        self.assertEqual(self.waiting().difference, -15)

    def test_a_limit_in_percent_and_none_at_all(self):
        self.hq.write({"acorn_stock_limit_units": 0, "acorn_stock_limit_percent": 10})
        self.count(80)
        self.assertEqual(self.quant.quantity, 100)
        self.hq.acorn_stock_limit_percent = 0
        self.count(0)
        self.assertEqual(self.quant.quantity, 0)

    def test_a_shop_manager_counts_without_a_limit(self):
        self.count(1, self.manager)
        self.assertEqual(self.quant.quantity, 1)

    def test_a_large_scrap_waits(self):
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.packer)
            .create(
                {
                    "product_id": self.mug.id,
                    "scrap_qty": 50,
                    "location_id": self.shelf.id,
                }
            )
        )
        scrap.action_validate()
        self.assertEqual((scrap.state, self.quant.quantity), ("draft", 100))
        self.waiting().with_user(self.manager).action_release()
        self.assertEqual((scrap.state, self.quant.quantity), ("done", 50))

    def test_bookings_of_the_channel_and_deliveries_have_no_limit(self):
        order = self.apply(self.line(quantity=60))
        order.picking_ids.with_user(self.packer).button_validate()
        self.assertEqual(self.quant.quantity, 40)
