from datetime import date, timedelta
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from odoo.addons.acorn_base.channel import Refused
from odoo.addons.acorn_base.finance_records import ProductDay, ProductDays

from .common_profit import ProfitCase


@tagged("post_install", "-at_install")
class TestProfitEstimate(ProfitCase):
    """What is not settled yet is estimated, and never counts beside what is."""

    def days(self, *rows, site=None, since="2026-04-01", until="2026-05-01"):
        """Let the channel tell (day, SKU, ad cost[, more values of ProductDay])."""
        site = site or self.us
        record = ProductDays(
            site=site.channel_ref,
            since=date.fromisoformat(since),
            until=date.fromisoformat(until),
            days=tuple(
                ProductDay(
                    site=site.channel_ref,
                    day=date.fromisoformat(day),
                    sku=sku,
                    currency=site.currency_id.name,
                    ad_cost=Decimal(cost),
                    **(more[0] if more else {}),
                )
                for day, sku, cost, *more in rows
            ),
        )
        self.env["acorn.product.day"]._acorn_apply(self.shop, record)

    # === TRANSACTIONS === #

    def test_transactions_count_until_their_settlement_is_posted(self):
        told = self.transaction(
            "T1",
            "2026-04-10",
            ("sale", 50.0, self.mugs, 2),
            ("referral", -7.5, self.mugs),
        )
        self.rebuild()
        self.assertEqual(
            self.profit("profit_line", estimated=True),
            {"sales": 50.0, "referral": -7.5},
        )
        move = self.entry("2026-04-30", ("sales", 50.0, self.us))
        line = self.raw(move.line_ids[0], ("2026-04-10", 50.0, self.mugs))
        line.settlement_id.state = "held"
        told.write({"settlement_id": line.settlement_id.id, "counted": False})
        self.env["acorn.profit.mark"]._mark(self.shop, [told.posted_on])
        self.rebuild()
        self.assertEqual(len(self.profit("profit_line", estimated=True)), 2)
        line.settlement_id.state = "posted"
        self.env["acorn.profit.mark"]._mark(self.shop, [told.posted_on])
        self.assertAgrees()
        self.assertFalse(self.profit("profit_line", estimated=True))
        self.assertEqual(self.profit("profit_line"), {"sales": 50.0})

    def test_a_deferred_sale_counts_once_when_it_is_released(self):
        self.transaction(
            "T1", "2026-04-10", ("sale", 50.0, self.mugs), status="deferred"
        )
        self.rebuild()
        self.assertEqual(self.profit("profit_line"), {"sales": 50.0})
        self.env["acorn.transaction"].search([]).write(
            {"status": "deferred_released", "paid_out": True}
        )
        self.transaction(
            "T2", "2026-04-17", ("sale", 50.0, self.mugs), deferred_ref="T1"
        )
        self.rebuild()
        self.assertEqual(self.profit("profit_line"), {"sales": 50.0})

    def test_taxes_and_reserves_are_no_profit(self):
        self.transaction(
            "T1", "2026-04-10", ("tax_collected", 9.0, None), ("reserve", -50.0, None)
        )
        self.rebuild()
        self.assertFalse(self.env["acorn.profit.day"].search([]))

    def test_another_currency_counts_by_the_rate_of_the_day_and_never_without(self):
        euro = self.env.ref("base.EUR")
        euro.rate_ids.unlink()
        self.transaction("T1", "2026-04-10", ("sale", 50.0, self.mugs), site=self.de)
        self.rebuild()
        self.assertFalse(self.env["acorn.profit.day"].search([]))
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2026-04-09", "rate": 0.8}
        )
        self.env["acorn.profit.mark"]._mark(self.shop, [date(2026, 4, 10)])
        self.rebuild()
        self.assertEqual(self.profit("site_id"), {self.de: 62.5})

    # === COST OF GOODS === #

    def test_goods_that_left_cost_what_they_are_worth_until_it_is_booked(self):
        self.lamp.standard_price = 12.0
        order = self.apply(self.line(sku="LAMP", quantity=2), by_channel=True)
        move = order.order_line.move_ids
        move.value = 24.0
        day = fields.Date.today()
        self.env["acorn.profit.mark"]._mark(self.shop, [day, day - timedelta(days=1)])
        if move.state != "done":
            move.quantity, move.picked = 2, True
            move._action_done()
            move.value = 24.0
        self.rebuild()
        self.assertEqual(
            self.profit("profit_line", "offer_id", "estimated"),
            {("cost_of_goods", self.lamps, True): -24.0},
        )
        entry = self.entry(
            str(move.date.date()),
            ("cost_of_goods", -24.0, self.us, {"product_id": self.lamp.id}),
        )
        move.acorn_cost_move_id = entry
        self.assertAgrees()
        self.assertEqual(
            self.profit("profit_line", "offer_id", "estimated"),
            {("cost_of_goods", self.lamps, False): -24.0},
        )

    # === ADVERTISING === #

    def test_charged_ads_are_spread_by_what_each_sku_cost(self):
        self.days(
            ("2026-04-02", "MUG", "30.00"),
            ("2026-04-03", "LAMP", "10.00"),
            ("2026-04-03", "STRANGE", "0.00"),
        )
        self.entry("2026-04-30", ("advertising", -50.0, self.us))
        self.assertAgrees()
        self.assertEqual(
            self.profit("offer_id", "day:day"),
            {
                (self.mugs, date(2026, 4, 2)): -30.0,
                (self.lamps, date(2026, 4, 3)): -10.0,
                (self.env["acorn.offer"], date(2026, 4, 30)): -10.0,
            },
        )

    def test_less_charged_than_told_is_spread_in_proportion(self):
        self.days(("2026-04-02", "MUG", "30.00"), ("2026-04-03", "LAMP", "10.00"))
        self.entry("2026-04-30", ("advertising", -20.01, None))
        self.assertAgrees()
        self.assertEqual(self.profit("offer_id"), {self.mugs: -15.01, self.lamps: -5.0})

    def test_ads_since_the_last_charge_are_estimated_until_they_are_charged(self):
        self.days(("2026-04-02", "MUG", "30.00"), ("2026-04-29", "LAMP", "8.00"))
        self.entry("2026-04-20", ("advertising", -30.0, self.us))
        self.assertAgrees()
        self.assertEqual(
            self.profit("offer_id", "estimated"),
            {(self.mugs, False): -30.0, (self.lamps, True): -8.0},
        )
        self.entry("2026-05-04", ("advertising", -8.0, self.us))
        self.assertAgrees()  # marks April
        self.rebuild()
        self.assertFalse(self.profit("offer_id", estimated=True))
        self.assertEqual(sum(self.profit("company_id").values()), -38.0)

    def test_ads_that_are_charged_and_not_settled_are_spread_and_marked(self):
        self.days(("2026-04-02", "MUG", "30.00"))
        self.transaction("T1", "2026-04-04", ("advertising", -36.0, None))
        self.rebuild()
        self.assertEqual(
            self.profit("offer_id", "estimated"),
            {(self.mugs, True): -30.0, (self.env["acorn.offer"], True): -6.0},
        )

    def test_a_period_that_is_told_again_replaces_itself(self):
        self.days(("2026-04-02", "MUG", "30.00"), ("2026-03-01", "MUG", "5.00"))
        self.days(("2026-04-02", "MUG", "31.00"), ("2026-04-03", "NEW", "1.00"))
        days = self.env["acorn.product.day"].search([])
        self.assertEqual(
            days.mapped(lambda d: (d.sku, d.ad_cost, d.offer_id.sku)),
            [("NEW", 1.0, False), ("MUG", 31.0, "MUG")],
        )
        offer = self.mugs.copy({"sku": "NEW"})
        self.rebuild()
        self.assertEqual(days.sorted("sku")[1].offer_id, offer)

    def test_ads_in_another_currency_cost_by_its_own_rate(self):
        euro, yen = self.env.ref("base.EUR"), self.env.ref("base.JPY")
        (euro | yen).rate_ids.unlink()
        self.env["res.currency.rate"].create(
            [
                {"currency_id": euro.id, "name": "2026-04-01", "rate": 0.8},
                {"currency_id": yen.id, "name": "2026-04-02", "rate": 160.0},
            ]
        )
        told = {"sales": Decimal("80"), "ad_sales": Decimal("40")}
        self.days(("2026-04-02", "MUG", "8.00", told), site=self.de)
        self.rebuild()
        day = self.env["acorn.product.day"].search([])
        self.assertEqual(day.company_ad_cost, 10.0)
        self.assertEqual((day.company_sales, day.company_ad_sales), (100.0, 50.0))

    def test_days_of_a_site_that_is_not_known_are_refused(self):
        record = ProductDays("NOWHERE", date(2026, 4, 1), date(2026, 4, 2))
        with self.assertRaises(Refused):
            self.env["acorn.product.day"]._acorn_apply(self.shop, record)

    # === THE REPORT OF SKUS === #

    def test_a_sku_has_roas_acos_and_return_rates(self):
        told = {"sales": Decimal("200"), "units": 10, "refunded_units": 1}
        self.days(
            ("2026-04-02", "MUG", "50.00", told), ("2026-04-03", "LAMP", "0", told)
        )
        move = self.entry("2026-04-30", ("sales", 160.0, self.us))
        self.raw(
            move.line_ids[0],
            ("2026-04-02", 160.0, self.mugs, {"quantity": 8, "line_ref": "1"}),
        )
        self.env["acorn.return"].create(
            {
                "ref": "R1",
                "shop_id": self.shop.id,
                "site_id": self.us.id,
                "offer_id": self.mugs.id,
                "quantity": 2,
                "told": "requested",
                "request_date": "2026-04-20",
            }
        )
        self.rebuild()
        self.env.flush_all()
        measures = ("roas", "acos", "return_rate", "refund_rate", "margin")
        found = self.env["acorn.sku.profit"]._read_group(
            [("offer_id", "=", self.mugs.id)],
            ["shop_id", "offer_id"],
            [f"{name}:avg" for name in measures],
        )
        # Ads since the last charge: 50 of 160.
        self.assertEqual(
            [(shop, offer) for shop, offer, *_rest in found], [(self.shop, self.mugs)]
        )
        values = dict(zip(measures, map(float, found[0][2:]), strict=True))
        self.assertEqual(
            values,
            {
                "roas": 4.0,
                "acos": 0.25,
                "return_rate": 0.25,
                "refund_rate": 0.1,
                "margin": 0.6875,
            },
        )
