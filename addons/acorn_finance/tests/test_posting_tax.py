from odoo import Command
from odoo.tests import tagged

from .common_posting import PostingCase

DAY = "2026-04-25"


@tagged("post_install", "-at_install")
class TestPostingTax(PostingCase):
    """Where the tax of sales and fees is found, by site and by fee rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.germany = cls.env.ref("base.de")
        cls.france = cls.env.ref("base.fr")
        cls.vat = cls.make_tax(19)

    def order(self, ref, country):
        partner = self.env["res.partner"].create(
            {"name": ref, "country_id": country.id}
        )
        return self.env["sale.order"].create(
            {"partner_id": partner.id, "acorn_shop_id": self.shop.id}
        )

    def sold(self, ref, country=None, site=None):
        """Return what a line of an order says beside its words and its amount."""
        order = self.order(ref, country) if country else self.env["sale.order"]
        return (
            DAY,
            {
                "order_ref": ref,
                "order_id": order.id,
                "site_id": (site or self.de).id,
            },
        )

    def item(self, move, account):
        return move.line_ids.filtered(lambda line: line.account_id == account)

    def vat_account(self, tax):
        return tax.invoice_repartition_line_ids.account_id

    # === SALES === #

    def test_tax_rows_of_the_seller_are_tax_items_on_their_base(self):
        self.us.tax_id = self.vat
        mine, theirs = (self.sold(ref, site=self.us) for ref in ("A", "B"))
        free = self.sold("C", site=self.us)
        settlement = self.stored(
            ("sale", "100", *mine),
            ("tax", "18.99", *mine),
            ("sale", "200", *theirs),
            ("tax", "38", *theirs),
            ("withheld", "-38", *theirs),
            ("sale", "300", *free),
        )
        move = self.post(settlement)
        base = self.item(move, self.accounts["sale"]).filtered("tax_ids")
        self.assertEqual((base.balance, base.tax_ids), (-100, self.vat))
        tax = self.item(move, self.vat_account(self.vat))
        self.assertEqual(tax.balance, -18.99)  # the channel's, not 19 %
        self.assertEqual(tax.tax_line_id, self.vat)
        self.assertEqual(
            sum(self.item(move, self.accounts["sale"]).mapped("balance")), -600
        )
        # What the channel withholds stays visible on both sides, and is no one's VAT.
        for nature, balance in (("tax_collected", -38), ("tax_withheld", 38)):
            item = self.item(move, self.accounts[nature])
            self.assertEqual((item.balance, item.tax_line_id.id), (balance, False))

    def test_where_the_channel_is_liable_nothing_is_taxed(self):
        self.us.write({"tax_mode": "channel", "tax_id": self.vat.id})
        mine = self.sold("A", site=self.us)
        move = self.post(self.stored(("sale", "100", *mine), ("tax", "8", *mine)))
        self.assertFalse(move.line_ids.tax_ids)
        self.assertFalse(move.line_ids.tax_line_id)
        self.assertEqual(self.item(move, self.accounts["tax_collected"]).balance, -8)

    def split(self):
        french = self.make_tax(20)
        self.de.write(
            {
                "tax_mode": "split",
                "destination_tax_ids": [
                    Command.create(
                        {"country_id": self.germany.id, "tax_id": self.vat.id}
                    ),
                    Command.create({"country_id": self.france.id, "tax_id": french.id}),
                ],
            }
        )
        return french

    def test_vat_is_split_from_the_gross_by_destination(self):
        french = self.split()
        home, abroad = self.sold("A", self.germany), self.sold("B", self.france)
        settlement = self.stored(
            ("sale", "119", *home),
            ("sale", "120", *abroad),
            ("refund", "-24", *abroad),
        )
        move = self.post(settlement)
        self.assertEqual(self.item(move, self.vat_account(self.vat)).balance, -19)
        paid_abroad = self.item(move, self.vat_account(french))
        self.assertEqual(sum(paid_abroad.mapped("balance")), -16)
        self.assertEqual(
            sum(self.item(move, self.accounts["sale"]).mapped("balance")), -200
        )
        self.assertEqual(self.item(move, self.accounts["refund"]).balance, 20)
        self.assertEqual(settlement.clearing_line_id.balance, 215)
        self.assertTrue(settlement.proven)
        item = settlement.line_ids[0].move_line_id
        self.assertEqual((item.balance, item.tax_ids), (-100, self.vat))
        # The tax was taken out of lines: it opens them, too.
        shown = self.item(move, self.vat_account(self.vat))
        domain = shown.action_open_settlement_lines()["domain"]
        opened = self.env["acorn.settlement.line"].search(domain)
        self.assertEqual(opened, settlement.line_ids[0])

    def test_an_order_whose_vat_the_channel_pays_is_not_split(self):
        self.split()
        theirs = self.sold("A", self.france)
        settlement = self.stored(
            ("sale", "100", *theirs),
            ("tax", "20", *theirs),
            ("withheld", "-20", *theirs),
        )
        move = self.post(settlement)
        self.assertEqual(self.item(move, self.accounts["sale"]).balance, -100)
        self.assertFalse(move.line_ids.tax_ids)

    def test_an_order_with_tax_rows_of_its_own_is_not_split_again(self):
        french = self.split()
        mine = self.sold("A", self.france)
        move = self.post(self.stored(("sale", "100", *mine), ("tax", "20", *mine)))
        self.assertEqual(self.item(move, self.accounts["sale"]).balance, -100)
        self.assertEqual(self.item(move, self.vat_account(french)).balance, -20)

    def test_a_taxable_line_without_order_is_held(self):
        self.split()
        settlement = self.stored(("sale", "119", *self.sold("Z-9")))
        settlement.action_post()
        self.assertEqual(settlement.state, "held")
        self.assertIn("1 taxable lines", settlement.hold_reason)
        self.assertIn("Z-9", settlement.hold_reason)

    def test_a_destination_whose_tax_is_not_known_is_held(self):
        self.split()
        japan = self.env.ref("base.jp")
        settlement = self.stored(("sale", "119", *self.sold("A", japan)))
        settlement.action_post()
        self.assertIn("→ Japan", settlement.hold_reason)
        # Exports are free of tax: an empty tax says so.
        self.de.destination_tax_ids = [Command.create({"country_id": japan.id})]
        move = self.post(settlement)
        self.assertEqual(self.item(move, self.accounts["sale"]).balance, -119)

    def test_fiscal_positions_tell_the_tax_where_the_site_does_not(self):
        # Registered in both countries: the taxes of both are in one entry.
        french = self.make_tax(20, country=self.france)
        home = self.company.account_fiscal_country_id
        self.de.tax_mode = "split"
        self.company.account_sale_tax_id = self.vat
        position = self.env["account.fiscal.position"].create(
            {"name": "OSS France", "auto_apply": True, "country_id": self.france.id}
        )
        french.write(
            {"fiscal_position_ids": position.ids, "original_tax_ids": self.vat.ids}
        )
        settlement = self.stored(
            ("sale", "119", *self.sold("A", home)),
            ("sale", "120", *self.sold("B", self.france)),
        )
        move = self.post(settlement)
        self.assertEqual(self.item(move, self.vat_account(self.vat)).balance, -19)
        self.assertEqual(self.item(move, self.vat_account(french)).balance, -20)

    # === FEES === #

    def fee_rule(self, word):
        return self.rules.filtered(lambda rule: rule.description == word)

    def test_vat_in_a_fee_is_recoverable(self):
        self.fee_rule("Commission").tax_id = tax = self.make_tax(21, "purchase")
        move = self.post(self.stored(("sale", "500"), ("referral", "-121")))
        self.assertEqual(self.item(move, self.accounts["referral"]).balance, 100)
        vat = self.item(move, self.vat_account(tax))
        self.assertEqual((vat.balance, vat.acorn_nature), (21, "fee_tax"))

    def test_vat_of_fees_on_rows_of_its_own_is_recoverable(self):
        tax = self.make_tax(21, "purchase")
        self.rules.filtered(lambda rule: rule.nature == "fee_tax").tax_id = tax
        self.fee_rule("Commission").write({"tax_id": tax.id, "tax_beside": True})
        move = self.post(
            self.stored(("sale", "500"), ("referral", "-100"), ("fee_tax", "-20.99"))
        )
        fee = self.item(move, self.accounts["referral"])
        self.assertEqual((fee.balance, fee.tax_ids), (100, tax))
        vat = self.item(move, self.vat_account(tax))
        self.assertEqual((vat.balance, vat.tax_line_id), (20.99, tax))

    def test_reverse_charge_is_owed_and_deducted(self):
        self.fee_rule("Commission").tax_id = tax = self.make_tax(
            22, "purchase", reverse=True
        )
        move = self.post(self.stored(("sale", "500"), ("referral", "-100")))
        self.assertEqual(self.item(move, self.accounts["referral"]).balance, 100)
        vat = self.item(move, self.vat_account(tax))
        self.assertEqual(sorted(vat.mapped("balance")), [-22, 22])

    def test_a_fee_whose_tax_cannot_be_computed_is_held(self):
        tax = self.make_tax(23, "purchase")
        tax.amount_type = "fixed"
        self.fee_rule("Commission").tax_id = tax
        settlement = self.stored(("sale", "500"), ("referral", "-100"))
        settlement.action_post()
        self.assertIn("cannot be told", settlement.hold_reason)
        self.assertIn("Commission", settlement.hold_reason)

    # === REPORTS === #

    def test_the_vat_report_sees_base_and_tax(self):
        self.us.tax_id = self.vat
        mine = self.sold("A", site=self.us)
        self.post(self.stored(("sale", "100", *mine), ("tax", "18.99", *mine)))
        wizard = self.env["vat.report.wizard"].create(
            {
                "company_id": self.company.id,
                "date_from": "2026-04-01",
                "date_to": "2026-04-30",
                "based_on": "taxgroups",
                "tax_detail": True,
            }
        )
        data = wizard._prepare_report_data()
        report = self.env["report.account_financial_report.vat_report"]
        values = report._get_report_values(wizard.ids, data)
        rows = [
            tax
            for row in values["vat_report"]
            for tax in row.get("taxes", ())
            if tax["name"] == self.vat.name
        ]
        self.assertEqual([(row["net"], row["tax"]) for row in rows], [(-100, -18.99)])
