from odoo.tests import tagged

from .common import FinanceCase

SALE = ("Order", "ItemPrice", "Principal", "10.00")
FEE = ("Order", "ItemFees", "Commission", "-1.50")


@tagged("post_install", "-at_install")
class TestSettlementIntake(FinanceCase):
    def take(self, *rows, **values):
        record = self.settlement(*rows, **values)
        return self.env["acorn.settlement"]._acorn_apply(self.shop, record)

    def test_a_settlement_is_stored_with_its_lines(self):
        settlement = self.take(SALE, FEE)
        self.assertEqual(settlement.line_count, 2)
        self.assertEqual(settlement.line_ids.mapped("amount"), [10.0, -1.5])
        self.assertEqual(settlement.total, 8.5)
        self.assertEqual(settlement.currency_id.name, "USD")
        self.assertEqual(settlement.line_ids.mapped("nature"), ["sale", "referral"])
        self.assertEqual(settlement.line_ids.site_id, self.us)
        self.assertEqual(settlement.state, "draft")

    def test_texts_come_back_as_they_were(self):
        odd = 'Tab\there, "quotes", \\back\\slash, line\nbreak, 送料'
        settlement = self.take(("Order", odd, "x", "1.00", None, {"sku": odd}))
        self.assertEqual(settlement.line_ids.amount_type, odd)
        self.assertEqual(settlement.line_ids.sku, odd)

    def test_delivered_twice_it_is_one_settlement(self):
        settlement = self.take(SALE, FEE)
        lines = settlement.line_ids
        self.assertEqual(self.take(SALE, FEE), settlement)
        self.assertEqual(settlement.line_ids, lines)

    def test_another_file_replaces_what_is_not_posted(self):
        settlement = self.take(SALE, FEE)
        self.assertEqual(self.take(SALE, FEE, FEE), settlement)
        self.assertEqual(settlement.line_count, 3)
        self.assertEqual(len(settlement.line_ids), 3)
        self.assertEqual(settlement.total, 7.0)

    def test_what_is_posted_is_kept_and_the_difference_is_told(self):
        settlement = self.take(SALE, FEE)
        settlement.state = "posted"
        self.take(SALE)
        self.assertEqual(len(settlement.line_ids), 2)
        self.assertIn("1 lines and a total of 10.00 USD", settlement.difference)
        self.assertIn("2 lines", settlement.message_ids[0].body)
        self.take(SALE, FEE)
        self.assertFalse(settlement.difference, "the same file again: no difference")

    def test_after_a_reversal_another_file_is_taken(self):
        settlement = self.take(SALE, FEE)
        settlement.state = "reversed"
        self.take(SALE)
        self.assertEqual(settlement.line_count, 1)

    def test_a_line_belongs_to_its_order_offer_and_product(self):
        order = self.apply(self.line(ref="7", sku="MUG"), by_channel=True)
        more = {"order_ref": order.acorn_ref, "sku": "MUG"}
        line = self.take((*SALE, None, more)).line_ids
        self.assertEqual(line.order_id, order)
        self.assertEqual(line.product_id, self.mug)
        self.assertEqual(line.offer_id.sku, "MUG")
        self.assertEqual(line.fulfilment, "fba")

    def test_the_line_of_the_order_tells_the_offer_where_no_sku_stands(self):
        order = self.apply(self.line(ref="7", sku="MUG"), self.line("8", sku="LAMP"))
        more = {"order_ref": order.acorn_ref, "line_ref": "8"}
        line = self.take((*SALE, None, more)).line_ids
        self.assertEqual(line.product_id, self.lamp)
        self.assertEqual(line.fulfilment, "fbm")

    def test_the_order_tells_the_site_that_the_file_leaves_open(self):
        order = self.apply(site="DE1", currency="EUR")
        more = {"order_ref": order.acorn_ref, "site": ""}
        self.assertEqual(self.take((*SALE, None, more)).line_ids.site_id, self.de)

    def test_the_number_of_a_parcel_is_no_order(self):
        more = {"order_ref": "FBA15ABCDEF", "site": ""}
        line = self.take((*SALE, None, more)).line_ids
        self.assertFalse(line.order_id)
        self.assertFalse(line.site_id)
        self.assertFalse(line.fulfilment)

    def test_an_order_that_comes_later_is_linked_later(self):
        record = self.order(self.line(sku="MUG"))
        settlement = self.take((*SALE, None, {"order_ref": record.ref}))
        self.assertFalse(settlement.line_ids.order_id)
        self.world.place(record)
        self.drain()
        settlement._relink()
        self.assertEqual(settlement.line_ids.order_id, self.sale(record))

    def test_words_are_matched_without_case(self):
        settlement = self.take(("ORDER", "itemprice", "PRINCIPAL ", "10.00"))
        self.assertEqual(settlement.line_ids.nature, "sale")

    def test_exact_words_go_before_any_word(self):
        fees = self.env["acorn.fee.rule"].create(
            {
                "channel": "dummy",
                "transaction_type": "Refund",
                "amount_type": "ItemFees",
                "description": "RefundCommission",
                "nature": "other_fee",
            }
        )
        lines = self.take(
            ("Refund", "ItemFees", "Commission", "1.00"),
            ("Refund", "ItemFees", "RefundCommission", "-0.20"),
        ).line_ids
        self.assertEqual(lines.mapped("nature"), ["referral", "other_fee"])
        self.assertEqual(lines[1].rule_id, fees)

    def test_a_word_with_a_star_in_it_counts_where_no_other_fits(self):
        self.env["acorn.fee.rule"].create(
            {
                "channel": "dummy",
                "transaction_type": "*",
                "amount_type": "*",
                "description": "Storage Fee*",
                "nature": "other_fee",
            }
        )
        kind = "other-transaction"
        lines = self.take(
            (kind, kind, "Storage Fee - oversize (A+)", "-1.00"),
            (kind, kind, "Storage Fee", "-1.00"),
        ).line_ids
        self.assertEqual(lines.mapped("nature"), ["other_fee", "storage"])

    def test_mapping_an_unknown_word_once_classifies_all_like_it(self):
        odd = ("Order", "ItemFees", "Moon Fee", "-0.10")
        first, second = self.take(SALE, odd, odd), self.take(odd, ref="1002")
        done = self.take(odd, ref="1003")
        done.state = "posted"
        self.assertEqual((first.unknown_count, second.unknown_count), (2, 1))
        self.env["acorn.fee.rule"].create(
            {
                "channel": "dummy",
                "transaction_type": "order",
                "amount_type": "itemfees",
                "description": "moon fee",
                "nature": "other_fee",
            }
        )
        self.assertEqual((first.unknown_count, second.unknown_count), (0, 0))
        self.assertEqual(second.line_ids.nature, "other_fee")
        self.assertEqual(done.unknown_count, 1, "what is posted stays as it is")

    def test_a_channel_without_fee_words_leaves_all_unknown(self):
        self.env["acorn.fee.rule"].search([("channel", "=", "dummy")]).active = False
        settlement = self.take(SALE, FEE)
        self.assertEqual(settlement.unknown_count, 2)
