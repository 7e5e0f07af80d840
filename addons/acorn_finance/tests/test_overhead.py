from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common_profit import ProfitCase


@tagged("post_install", "-at_install")
class TestOverhead(ProfitCase):
    """What is spent for all shops is borne by them, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.overhead = cls.env["acorn.overhead"].create(
            {"name": "Rent", "account_ids": [Command.set(cls.rent.ids)]}
        )

    def spend(self, amount, day="2026-04-15"):
        move = self.env["account.move"].create(
            {
                "date": day,
                "line_ids": [
                    Command.create({"account_id": self.rent.id, "balance": amount}),
                    Command.create({"account_id": self.balance.id, "balance": -amount}),
                ],
            }
        )
        move.action_post()
        return move

    def sell(self, *amounts):
        """Sell (shop, offer, amount, units)."""
        for shop, offer, amount, units in amounts:
            move = self.entry("2026-04-30", ("sales", amount, None), shop=shop)
            self.raw(
                move.line_ids[0],
                ("2026-04-03", amount, offer, {"quantity": units, "line_ref": "1"}),
            )

    def shared(self, *by):
        return self.profit(*by, profit_line="overheads")

    def test_by_revenue_down_to_skus_the_largest_remainder_gets_the_cent(self):
        self.sell(
            (self.shop, self.mugs, 100.0, 1),
            (self.shop, self.lamps, 100.0, 9),
            (self.other, None, 100.01, 1),
        )
        self.spend(100.0)
        self.assertAgrees()
        self.assertEqual(
            self.shared("shop_id", "offer_id"),
            {
                (self.shop, self.mugs): -33.33,
                (self.shop, self.lamps): -33.33,
                (self.other, self.env["acorn.offer"]): -33.34,
            },
        )

    def test_by_units_and_by_fixed_shares(self):
        self.sell((self.shop, self.mugs, 100.0, 1), (self.other, None, 100.0, 3))
        self.spend(100.0)
        self.overhead.key = "units"
        self.rebuild()
        self.assertEqual(self.shared("shop_id"), {self.shop: -25.0, self.other: -75.0})
        self.overhead.write(
            {
                "key": "fixed",
                "share_ids": [
                    Command.create({"shop_id": self.shop.id, "percent": 60}),
                    Command.create({"shop_id": self.other.id, "percent": 30}),
                ],
            }
        )
        self.rebuild()
        none = self.env["acorn.shop"]
        self.assertEqual(
            self.shared("shop_id"), {self.shop: -60.0, self.other: -30.0, none: -10.0}
        )

    def test_by_the_cost_of_ads_and_for_some_shops(self):
        self.entry("2026-04-30", ("advertising", -10.0, self.us))
        self.entry("2026-04-30", ("advertising", -30.0, None), shop=self.other)
        self.spend(80.0)
        self.overhead.key = "ads"
        self.rebuild()
        self.assertEqual(self.shared("shop_id"), {self.shop: -20.0, self.other: -60.0})
        self.overhead.shop_ids = self.other
        self.rebuild()
        self.assertEqual(self.shared("shop_id"), {self.other: -80.0})

    def test_without_sales_the_unit_bears_it_and_nothing_is_lost(self):
        self.spend(70.0)
        self.spend(30.0, day="2026-06-15")
        self.rebuild()
        self.assertEqual(self.shared("shop_id"), {self.env["acorn.shop"]: -100.0})
        self.overhead.date_to = "2026-05-31"
        self.rebuild()
        self.assertEqual(sum(self.shared("shop_id").values()), -70.0)
        self.overhead.active = False
        self.rebuild()
        self.assertFalse(self.shared("shop_id"))

    def test_an_item_counts_for_one_overhead(self):
        self.overhead.copy({"name": "Again"})
        self.spend(70.0)
        self.rebuild()
        self.assertEqual(self.shared("overhead_id"), {self.overhead: -70.0})

    def test_shares_above_all_and_dates_the_wrong_way_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "120"):
            self.overhead.write(
                {
                    "key": "fixed",
                    "share_ids": [
                        Command.create({"shop_id": shop.id, "percent": 60})
                        for shop in (self.shop, self.other)
                    ],
                }
            )
        with self.assertRaises(ValidationError):
            self.overhead.write({"date_from": "2026-05-01", "date_to": "2026-04-01"})

    def test_managers_see_profit_of_shops_and_not_what_the_unit_spends(self):
        self.sell((self.shop, self.mugs, 100.0, 1))
        self.spend(70.0, day="2026-06-15")
        self.rebuild()
        manager = new_test_user(
            self.env, "manager", "base.group_user,acorn_base.group_cost"
        )
        seen = self.env["acorn.profit.day"].with_user(manager).search([])
        self.assertEqual(seen.shop_id, self.shop)
        self.assertFalse(seen.filtered(lambda line: not line.shop_id))
        with self.assertRaises(AccessError):
            self.overhead.with_user(manager).read(["name"])
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["acorn.profit.day"].with_user(clerk).search([])
