from dataclasses import replace
from decimal import Decimal

from odoo.tests import new_test_user, tagged

from .common_open import (
    COMMISSION,
    DEFERRED,
    DEFERRED_RELEASED,
    SALE,
    STORAGE,
    OpenCase,
)


@tagged("post_install", "-at_install")
class TestTransaction(OpenCase):
    """Money that is not settled yet is known, and counted once."""

    # === INTAKE === #

    def test_a_transaction_is_stored_with_its_lines_and_what_it_belongs_to(self):
        order = self.apply()
        offer = self.env["acorn.offer"].search(
            [("shop_id", "=", self.shop.id), ("sku", "=", "MUG")]
        )
        told = self.tell(self.transaction("T1", order_ref=order.acorn_ref))["T1"]
        self.assertEqual(told.total, 85)
        self.assertEqual(told.currency_id.name, "USD")
        self.assertEqual((told.site_id, told.order_id), (self.us, order))
        self.assertEqual(told.company_id, self.company)
        self.assertEqual(told.line_ids.mapped("nature"), ["sale", "referral"])
        self.assertEqual(told.line_ids.mapped("amount"), [100, -15])
        self.assertEqual(told.line_ids.offer_id, offer)
        self.assertEqual(told.line_ids.product_id, self.mug)
        self.assertTrue(told.counted)

    def test_words_are_known_whatever_their_case(self):
        words = ("ORDER", "itemprice", "PRINCIPAL")
        told = self.tell(self.transaction("T1", (words, "1.00")))["T1"]
        self.assertEqual(told.line_ids.nature, "sale")

    def test_what_the_fee_map_does_not_know_has_no_nature(self):
        words = ("Order", "ItemFees", "SomethingNew")
        told = self.tell(self.transaction("T1", (words, "1.00")))["T1"]
        self.assertFalse(told.line_ids.nature)

    def test_read_again_and_equal_nothing_is_written(self):
        records = [self.transaction(f"T{n}") for n in range(3)]
        told = self.tell(*records)
        lines = {ref: one.line_ids.ids for ref, one in told.items()}
        versions = self._versions()
        self.tell(*records)
        self.assertEqual(self._versions(), versions)
        self.assertEqual({ref: one.line_ids.ids for ref, one in told.items()}, lines)

    def _versions(self):
        """Return what PostgreSQL changes with every write of a row."""
        self.env.flush_all()
        query = "SELECT ref, ctid::text FROM acorn_transaction WHERE shop_id = %s"
        self.env.cr.execute(query, [self.shop.id])
        return dict(self.env.cr.fetchall())

    def test_a_transaction_that_changed_is_replaced(self):
        first = self.tell(self.transaction("T1"))["T1"]
        changed = self.transaction("T1", (SALE, "90.00"), (COMMISSION, "-13.50"))
        again = self.tell(changed)["T1"]
        self.assertEqual(again, first)
        self.assertEqual((again.total, len(again.line_ids)), (76.5, 2))

    def test_an_order_that_comes_later_is_linked_when_the_transaction_is_read_again(
        self,
    ):
        record = self.place()
        given = self.transaction("T1", order_ref=record.ref)
        self.assertFalse(self.tell(given)["T1"].order_id)
        self.drain()
        self.assertEqual(self.tell(given)["T1"].order_id, self.sale(record))

    def test_a_sku_that_comes_later_is_linked_when_the_transaction_is_read_again(self):
        given = self.transaction("T1")
        told = self.tell(given)["T1"]
        self.assertFalse(told.line_ids.offer_id)
        offer = self.env["acorn.offer"].create(
            {"shop_id": self.shop.id, "sku": "MUG", "product_id": self.mug.id}
        )
        self.env["acorn.profit.mark"].search([]).unlink()
        self.tell(given)
        self.assertEqual(told.line_ids.mapped("offer_id"), offer)
        self.assertEqual(told.line_ids.mapped("product_id"), self.mug)
        mark = self.env["acorn.profit.mark"].search([])
        self.assertEqual(mark.day, told.posted_on.replace(day=1))

    def test_five_hundred_are_stored_in_a_handful_of_statements(self):
        records = [self.transaction(f"T{n}", order_ref=f"O{n}") for n in range(500)]
        self.tell(self.transaction("first"))
        self.env.flush_all()
        with self.assertQueryCount(35):
            self.env["acorn.transaction"]._acorn_apply(self.shop, records)
        self.assertEqual(len(self.counted()), 501)

    # === COUNTED ONCE === #

    def test_a_deferred_sale_counts_until_another_pays_it_out(self):
        until = self.at("2026-05-09", hours=12)
        deferred = self.transaction(
            "D1",
            status=DEFERRED,
            deferral="DD7",
            matures_at=until,
        )
        told = self.tell(deferred)["D1"]
        self.assertEqual(told.deferral, "DD7")
        self.assertEqual(told.matures_at, until.replace(tzinfo=None))
        self.assertEqual(self.counted(), {"D1"})
        released = replace(deferred, status=DEFERRED_RELEASED, release_ref="R1")
        self.tell(released)
        # What pays it out has not come yet: the money is still the same money.
        self.assertEqual(self.counted(), {"D1"})
        self.tell(self.transaction("R1", day="2026-05-09", deferred_ref="D1"))
        self.assertEqual(self.counted(), {"R1"})

    def test_it_counts_once_in_whatever_order_the_two_come(self):
        for ref_of_release in ("R1", ""):
            with self.subTest(release_ref=ref_of_release):
                self.env["acorn.transaction"].search([]).unlink()
                self.tell(self.transaction("R1", deferred_ref="D1"))
                self.tell(
                    self.transaction("D1", status=DEFERRED, release_ref=ref_of_release)
                )
                self.assertEqual(self.counted(), {"R1"})

    def test_a_settlement_that_is_named_replaces_the_transaction(self):
        given = self.transaction("T1", order_ref="", settlement_ref="1001")
        self.assertTrue(self.tell(given)["T1"].counted)  # it is not stored yet
        settlement = self.store(self.settlement((*SALE, "1.00")))
        told = self.tell(given)["T1"]
        self.assertEqual((told.settlement_id, told.counted), (settlement, False))

    def test_lines_of_the_same_order_that_sell_replace_the_sale_not_the_refund(self):
        refund = (("Refund", "ItemPrice", "Principal"), "-50.00")
        self.tell(
            self.transaction("T1"),
            self.transaction("T2", refund, type="Refund", day="2026-04-27"),
            self.transaction("T3", order_ref="111-2"),
        )
        more = {"order_ref": "111-1"}
        settlement = self.store(
            self.settlement((*SALE, "100.00", None, more), (*COMMISSION, "-15", None))
        )
        self.assertEqual(self.counted(), {"T2", "T3"})
        self.assertEqual(settlement.ref, "1001")

    def test_what_was_paid_after_the_settlement_ended_is_not_in_it(self):
        self.tell(self.transaction("T1"), self.transaction("T2", day="2026-05-07"))
        self.store(self.settlement((*SALE, "100.00", None, {"order_ref": "111-1"})))
        self.assertEqual(self.counted(), {"T2"})

    def test_what_is_still_deferred_is_in_no_settlement(self):
        self.tell(self.transaction("T1"), self.transaction("T2", status=DEFERRED))
        self.store(self.settlement((*SALE, "100.00", None, {"order_ref": "111-1"})))
        self.assertEqual(self.counted(), {"T2"})

    def test_a_fee_without_an_order_is_found_by_day_and_amount(self):
        fee = {"order_ref": "", "type": "ServiceFee"}
        self.tell(
            self.transaction("T1", (STORAGE, "-12.00"), **fee),
            self.transaction("T2", (STORAGE, "-12.00"), day="2026-04-26", **fee),
            self.transaction("T3", (STORAGE, "-12.01"), **fee),
        )
        self.store(self.settlement((*STORAGE, "-12.00", "2026-04-25")))
        self.assertEqual(self.counted(), {"T2", "T3"})

    def test_sum_of_settled_and_counted_is_the_money_once(self):
        """Deferred, released, settled: at each step the money is there once."""
        deferred = self.transaction("D1", status=DEFERRED)
        release = self.transaction("R1", day="2026-05-02", deferred_ref="D1")
        steps = [lambda: self.tell(deferred), lambda: self.tell(release)]
        line = {"order_ref": "111-1"}
        rows = [(*SALE, "100.00", None, line), (*COMMISSION, "-15.00", None, line)]
        steps.append(lambda: self.store(self.settlement(*rows)))
        steps.append(lambda: self.tell(replace(release, settlement_ref="1001")))
        for step in steps:
            step()
            self.assertEqual(self._money(), Decimal("85"))

    def _money(self):
        [[settled]] = self.env["acorn.settlement.line"]._read_group(
            [("shop_id", "=", self.shop.id)], [], ["amount:sum"]
        )
        [[counted]] = self.env["acorn.transaction"]._read_group(
            [("shop_id", "=", self.shop.id), ("counted", "=", True)], [], ["total:sum"]
        )
        return Decimal(str((settled or 0) + (counted or 0)))

    # === PEOPLE === #

    def test_accountants_read_and_nobody_writes(self):
        told = self.tell(self.transaction("T1"))["T1"]
        user = new_test_user(self.env, "reads", groups="account.group_account_readonly")
        self.assertEqual(told.with_user(user).total, 85)
        self.assertEqual(told.with_user(user).line_ids.mapped("amount"), [100, -15])
        worker = new_test_user(self.env, "works", groups="account.group_account_user")
        self.assertFalse(told.with_user(worker).has_access("write"))
        for group in ("acorn_base.group_operator", "stock.group_stock_user"):
            other = new_test_user(self.env, group.split(".")[1], groups=group)
            self.assertFalse(told.with_user(other).has_access("read"), group)
