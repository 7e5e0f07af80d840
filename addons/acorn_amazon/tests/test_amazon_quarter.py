"""A quarter of three accounts: what was earned, booked and paid is the same money."""

from collections import defaultdict

from odoo.tests import tagged

from .common import AmazonCase

MUG = "OAK-MUG-4"
KINDS = ("order", "transaction", "payout", "settlement")
# Account → site, price of a mug. Amazon settles each currency of an account apart.
SOLD = {"na": ("US", "24.90"), "eu": ("DE", "29.90"), "jp": ("JP", "3980")}
RATES = {"EUR": 1.0873, "GBP": 1.27, "JPY": 0.00671}  # dollars for one; others 0.11
FORTNIGHTS = 6


@tagged("post_install", "-at_install")
class TestAmazonQuarter(AmazonCase):
    maxDiff = None

    def setUp(self):
        super().setUp()
        if "acorn.settlement" not in self.env:
            self.skipTest("acorn_finance is not installed")
        self.world.set_options(deferred=["DD7"], running_costs=True)
        self.shops = {"eu": self.shop}
        for key in ("na", "jp"):
            self.shops[key] = self.make_shop(self.world.accounts[key])
            self.connect(self.shops[key])
        for key, (code, _price) in SOLD.items():
            self.shop = self.shops[key]
            self.keep_streams(KINDS, (code,))
            # The channel collects the tax, as it does in the United States.
            self.shop.site_ids.filtered(lambda s: s.code != "US").tax_mode = "channel"

    def bank_of(self, currency):
        """Return the bank account in a currency, whose rate is known from now on."""
        company = self.env.company
        journal = self.env["account.journal"].search([("code", "=", currency.name)])
        if journal:
            return journal
        own = currency == company.currency_id
        if not own:
            self.env["res.currency.rate"].create(
                {
                    "name": "2020-01-01",
                    "currency_id": currency.id,
                    "company_id": company.id,
                    "inverse_company_rate": RATES.get(currency.name, 0.11),
                }
            )
        return journal.create(
            {
                "name": f"Bank {currency.name}",
                "code": currency.name,
                "type": "bank",
                "currency_id": False if own else currency.id,
            }
        )

    def live_a_fortnight(self, number):
        for key, (code, price) in SOLD.items():
            self.shop = self.shops[key]
            for quantity in range(1, 2 + number % 3):
                line = {"sku": MUG, "quantity": quantity, "price": price}
                self.place(
                    line,
                    site=code,
                    status="SHIPPED",
                    fulfilled_by="AMAZON",
                    tax="usual",
                )
        self.world.clock.advance(days=14, hours=1)
        for shop in self.shops.values():
            self.drain(shop)

    def settlements(self, key):
        return self.env["acorn.settlement"].search(
            [("shop_id", "=", self.shops[key].id)]
        )

    def pay(self, key):
        """Put on the bank's statement what Amazon has paid out."""
        for payout in self.env["acorn.payout"].search(
            [("shop_id", "=", self.shops[key].id), ("amount", "!=", 0)]
        ):
            self.env["account.bank.statement.line"].create(
                {
                    "journal_id": self.bank_of(payout.currency_id).id,
                    "date": payout.created_at.date(),
                    "amount": payout.amount,
                    "payment_ref": f"Transfer {payout.trace_ref}",
                }
            )

    def sums(self, model, domain, field):
        rows = self.env[model]._read_group(
            domain, [field, "acorn_profit_line"], ["balance:sum"]
        )
        return {(shop, line): round(-total, 2) for shop, line, total in rows}

    def test_profit_journal_and_bank_are_the_same_money(self):
        for number in range(FORTNIGHTS):
            self.live_a_fortnight(number)
        self.world.clock.advance(days=3)
        shops = self.env["acorn.shop"].concat(*self.shops.values())
        for shop in shops:
            self.drain(shop)
        for key in SOLD:
            settlements = self.settlements(key)
            self.assertGreaterEqual(len(settlements), FORTNIGHTS - 1, key)
            for currency in settlements.currency_id:
                self.bank_of(currency)
            settlements.action_post()
            held = settlements.filtered(lambda each: each.state != "posted")
            self.assertFalse(held, held.mapped("hold_reason"))
            self.pay(key)
        self.env["acorn.bank.match"]._run(self.env.company)
        self.env["acorn.profit.mark"]._rebuild_all()
        self.bank_has_what_was_settled()
        self.profit_is_what_the_journal_says(shops)

    # === WHAT AGREES === #

    def bank_has_what_was_settled(self):
        paid = self.env["acorn.settlement"]
        for key in SOLD:
            mine = self.settlements(key).filtered("total")
            told = sum(each.total for each in self.world.settlements(key))
            self.assertAlmostEqual(sum(mine.mapped("total")), float(told), 2)
            paid |= mine
        self.assertEqual(set(paid.mapped("bank_state")), {"banked"})
        for currency, settlements in paid.grouped("currency_id").items():
            lines = self.env["account.bank.statement.line"].search(
                [("journal_id", "=", self.bank_of(currency).id)]
            )
            self.assertTrue(all(lines.mapped("is_reconciled")))
            self.assertAlmostEqual(
                sum(lines.mapped("amount")), sum(settlements.mapped("total")), 2
            )

    def profit_is_what_the_journal_says(self, shops):
        booked = defaultdict(float)
        for (shop, line), total in self.sums(
            "account.move.line",
            [
                ("acorn_shop_id", "in", shops.ids),
                ("parent_state", "=", "posted"),
                ("acorn_profit_line", "!=", False),
            ],
            "acorn_shop_id",
        ).items():
            booked[shop, line] = total
        profit = {
            (shop, line): round(total, 2)
            for shop, line, total in self.env["acorn.profit.day"]._read_group(
                [("shop_id", "in", shops.ids), ("estimated", "=", False)],
                ["shop_id", "profit_line"],
                ["amount:sum"],
            )
        }
        self.assertEqual(
            {key: each for key, each in profit.items() if each},
            {key: each for key, each in booked.items() if each},
        )
        for key in ("sales", "referral", "fulfilment", "advertising"):
            self.assertEqual({s for s, line in profit if line == key}, set(shops), key)
