"""What money tells of is archived, never deleted."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common_profit import ProfitCase


@tagged("post_install", "-at_install")
class TestDeletion(ProfitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env, "deletes", groups="acorn_base.group_admin,base.group_system"
        )

    def assertKept(self, record, what):
        with self.assertRaisesRegex(UserError, "Archive it instead") as refused:
            record.with_user(self.admin).unlink()
        self.assertIn(what, str(refused.exception))
        self.assertIn(record.display_name, str(refused.exception))

    def test_a_settlement_keeps_its_shop_site_and_offer(self):
        move = self.entry("2026-04-30", ("sales", 30.00, self.us))
        self.raw(move.line_ids[0], ("2026-04-03", 30.00, self.mugs))
        self.env["acorn.profit.day"].search([]).unlink()
        self.assertKept(self.shop, "Settlement")
        self.assertKept(self.us, "Settlement Line")
        self.assertKept(self.mugs, "Settlement Line")
        self.lamps.with_user(self.admin).unlink()
        self.assertFalse(self.lamps.exists())

    def test_a_transaction_keeps_its_shop_site_and_offer(self):
        self.transaction("T1", "2026-04-25", ("sale", 10.0, self.mugs))
        for record in (self.shop, self.us):
            self.assertKept(record, "Transaction")
        self.assertKept(self.mugs, "Amount of a Transaction")

    def test_a_payout_keeps_its_shop(self):
        self.env["acorn.payout"].create(
            {
                "ref": "P1",
                "shop_id": self.other.id,
                "currency_id": self.company.currency_id.id,
                "amount": 10.0,
            }
        )
        self.assertKept(self.other, "Payout")

    def test_a_day_of_profit_keeps_its_shop_site_offer_and_company(self):
        rows = self.env["acorn.profit.day"].create(
            {
                "company_id": self.company.id,
                "company_currency_id": self.company.currency_id.id,
                "shop_id": self.shop.id,
                "site_id": self.us.id,
                "offer_id": self.mugs.id,
                "day": "2026-04-25",
                "profit_line": "sales",
                "amount": 10.0,
            }
        )
        for record in (self.shop, self.us, self.mugs):
            self.assertKept(record, rows._description)
        self.assertTrue(rows.exists())

    def test_a_company_with_shops_or_profit_is_kept(self):
        company = self.env["res.company"].create({"name": "Branch of old"})
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.company.unlink()
        self.env["acorn.profit.day"].create(
            {
                "company_id": company.id,
                "company_currency_id": company.currency_id.id,
                "day": "2026-04-25",
                "profit_line": "advertising",
                "amount": -10.0,
            }
        )
        self.assertKept(company, self.env["acorn.profit.day"]._description)

    def test_offers_are_archived_by_who_may_not_delete_them(self):
        self.transaction("T1", "2026-04-25", ("sale", 10.0, self.mugs))
        self.mugs.with_user(self.admin).active = False
        self.us.with_user(self.admin).active = False
        self.assertFalse(self.mugs.active or self.us.active)
