"""A shop's figures are told apart by its analytic account, team and journal."""

from odoo.exceptions import ValidationError

from ..short_codes import free_code
from .common import SHIPPED, AcornCase


class TestShopBooks(AcornCase):
    def order_costs(self, count=10):
        """Return how many statements it takes to apply new orders."""
        records = [self.order() for _each in range(count)]
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env["sale.order"]._acorn_apply(self.shop, records)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_books_are_made_once(self):
        self.shop._make_books()
        made = (self.shop.analytic_account_id, self.shop.journal_id)
        self.shop._make_books()
        self.assertEqual((self.shop.analytic_account_id, self.shop.journal_id), made)
        self.assertEqual(made[1].type, "general")
        self.assertEqual({one.company_id for one in made}, {self.shop.company_id})

    def test_a_copy_of_a_shop_has_no_books_of_another(self):
        self.shop._make_books()
        copy = self.shop.copy()
        self.assertFalse(copy.analytic_account_id or copy.journal_id)

    def test_orders_and_invoices_carry_the_account_and_the_team(self):
        self.shop._make_books()
        self.shop._make_team()
        order = self.apply(status=SHIPPED)
        wanted = {str(self.shop.analytic_account_id.id): 100.0}
        self.assertEqual(order.order_line.analytic_distribution, wanted)
        self.assertEqual(order.team_id, self.shop.team_id)
        invoice = order._create_invoices()
        [accounts] = invoice.invoice_line_ids.analytic_distribution
        # Other addons may tell more, such as the site.
        self.assertEqual(accounts.split(",")[0], str(self.shop.analytic_account_id.id))

    def test_a_line_that_somebody_booked_elsewhere_stays_there(self):
        self.shop._make_books()
        record = self.place()
        self.drain()
        line = self.sale(record).order_line
        other = self.shop.analytic_account_id.copy()
        line.analytic_distribution = {str(other.id): 100}
        self.env["sale.order"]._acorn_apply(self.shop, [record])
        self.assertEqual(line.analytic_distribution, {str(other.id): 100})

    def test_the_account_costs_no_statement_per_order(self):
        self.order_costs()  # what is found once
        without = self.order_costs()
        self.shop._make_books()
        self.env.flush_all()
        self.order_costs()
        self.assertLessEqual(self.order_costs(), without)

    def test_a_warehouse_of_one_shop_is_not_that_of_another(self):
        other = self.shop.copy({"name": "Other"})
        usual = self.us.warehouse_id
        own = self.shop._make_warehouse()
        Warehouse = self.env["stock.warehouse"]
        self.assertEqual(Warehouse._acorn_own(self.shop), own)
        self.assertEqual(Warehouse._acorn_own(other), usual)

    def test_a_shop_with_orders_stays_in_its_company(self):
        companies = self.env["res.company"].with_context(install_mode=True)
        other = companies.create({"name": "Elsewhere"})
        fresh = self.env["acorn.shop"].create({"name": "Fresh", "channel": "dummy"})
        fresh.company_id = other
        self.apply()
        with self.assertRaisesRegex(ValidationError, "stays there"):
            self.shop.company_id = other

    def test_codes_are_short_and_free(self):
        self.assertEqual(free_code("Berlin", set()), "BERLI")
        self.assertEqual(free_code("Berlin", {"BERLI", "BERL1"}), "BERL2")
        self.assertEqual(free_code("深圳", set()), "SHOP")
