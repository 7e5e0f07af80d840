from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import AcornCase


@tagged("post_install", "-at_install")
class TestKept(AcornCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(cls.env, "kept", groups="acorn_base.group_admin")

    def assertKept(self, record, *words):
        with self.assertRaisesRegex(UserError, "Archive it instead") as refused:
            record.with_user(self.admin).unlink()
        for word in (record.display_name, *words):
            self.assertIn(word, str(refused.exception))
        record.with_user(self.admin).active = False

    def test_a_shop_and_a_site_with_orders_are_archived(self):
        self.apply()
        self.assertKept(self.us, "Sales Order")
        self.assertKept(self.shop, "Sales Order")

    def test_a_shop_of_which_nothing_tells_is_deleted_with_its_offers(self):
        shop = self.env["acorn.shop"].create({"name": "Brief", "channel": "dummy"})
        offer = self.env["acorn.offer"].create({"shop_id": shop.id, "sku": "BRIEF"})
        shop.with_user(self.admin).unlink()
        self.assertFalse(shop.exists() or offer.exists())
