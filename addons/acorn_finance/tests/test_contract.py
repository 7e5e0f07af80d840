from odoo.tests import tagged

from .common import FinanceCase


@tagged("post_install", "-at_install")
class TestContract(FinanceCase):
    def test_a_shop_has_books(self):
        self.assertTrue(self.shop.analytic_account_id)
        self.assertTrue(self.shop.journal_id)
