from ast import literal_eval
from datetime import datetime, timedelta

from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..money_findings import REASONS, SettlementFacts, joints
from .common_bank import BankCase

START = datetime(2026, 1, 1)  # noqa: DTZ001
FORTNIGHT = timedelta(days=14)


@tagged("post_install", "-at_install")
class TestMoneyAlerts(BankCase):
    """What is wrong with money is told, and closes when it is put right."""

    def found(self, day="2026-05-20"):
        with freeze_time(f"{day} 12:00:00"):
            findings = self.env["acorn.watch"]._findings(self.shop)
        return {f.reason: f for f in findings if f.reason in REASONS}

    def period(self, ref, since, until, **values):
        return self.env["acorn.settlement"].create(
            {
                "ref": ref,
                "shop_id": self.shop.id,
                "currency_id": self.env.ref("base.USD").id,
                "date_from": f"{since} 10:00:00",
                "date_to": f"{until} 10:00:00",
                **values,
            }
        )

    def test_settlements_that_join_are_in_order(self):
        self.period("1", "2026-04-08", "2026-04-22")
        self.period("2", "2026-04-22", "2026-05-06")
        self.assertFalse(self.found())

    def test_a_gap_is_told_until_what_was_missing_comes(self):
        self.period("1", "2026-04-08", "2026-04-22")
        self.period("3", "2026-05-06", "2026-05-20")
        finding = self.found("2026-05-21")["settlement_gap"]
        for word in ("USD", "2026-04-22", "2026-05-06", " 1 ", " 3 "):
            self.assertIn(word, finding.text)
        self.period("2", "2026-04-22", "2026-05-06")
        self.assertFalse(self.found("2026-05-21"))

    def test_an_overlap_is_told(self):
        self.period("1", "2026-04-08", "2026-04-22")
        self.period("2", "2026-04-20", "2026-05-06")
        self.assertIn("overlap", self.found()["settlement_gap"].text)

    def test_other_sites_and_currencies_are_settled_at_the_same_time(self):
        self.period("1", "2026-04-08", "2026-04-22", site_id=self.us.id)
        self.period("2", "2026-04-10", "2026-04-24", site_id=self.de.id)
        eur = {"site_id": self.us.id, "currency_id": self.eur.id}
        self.period("3", "2026-04-10", "2026-04-24", **eur)
        self.assertFalse(self.found())

    def test_a_payout_is_late_after_the_company_s_days_and_until_it_is_there(self):
        settlement = self.posted(("sale", "100"))  # deposited on 8 May
        self.assertFalse(self.found("2026-05-14"))
        finding = self.found("2026-05-16")["payout_late"]
        self.assertIn("1001", finding.text)
        self.assertNotIn("100.", finding.text)  # who sees no money sees none here
        self.bank_line("2026-05-15", 100)
        self.match()
        self.assertEqual(settlement.bank_state, "banked")
        self.assertFalse(self.found("2026-05-16"))

    def test_who_keeps_no_bank_in_odoo_is_told_nothing_of_it(self):
        self.posted(("sale", "100"))
        self.company.acorn_payout_days = 0
        self.assertFalse(self.found())

    def test_a_failed_payout_is_an_error_until_another_follows(self):
        self.pay("100.00", status="failed")
        finding = self.found("2026-05-09")["payout_late"]
        self.assertEqual((finding.severity, finding.code), ("error", "payout_failed"))
        self.pay("100.00", status="sent", ref="P2")
        self.env["acorn.payout"].search(
            [("ref", "=", "P2")]
        ).created_at = "2026-05-09 06:00:00"
        self.assertFalse(self.found("2026-05-10"))

    def test_no_settlement_for_three_weeks_is_told_while_there_are_sales(self):
        self.period("1", "2026-04-08", "2026-04-22")
        self.assertFalse(self.found("2026-05-20"))  # nothing was sold
        self.env["acorn.transaction"].create(
            {
                "ref": "T1",
                "shop_id": self.shop.id,
                "currency_id": self.env.ref("base.USD").id,
                "posted_at": "2026-04-23 10:00:00",
                "posted_on": "2026-04-23",
                "status": "released",
                "counted": True,
            }
        )
        self.assertFalse(self.found("2026-05-13"))
        self.assertIn("settlement_late", self.found("2026-05-15"))

    def test_a_settlement_that_is_held_is_told(self):
        self.period("1", "2026-04-08", "2026-04-22", state="held")
        self.assertIn("1", self.found()["settlement_held"].text)

    def test_who_keeps_the_books_sees_alerts_of_money_and_no_others(self):
        raise_alert = self.env["acorn.alert"]._raise_alert
        money = raise_alert(self.shop, "settlement_held", "1001", "Look at it.")
        other = raise_alert(self.shop, "ship_by", "111-1", "Look at it.")
        books = new_test_user(self.env, "alerts.books", "account.group_account_user")
        people = new_test_user(self.env, "alerts.shop", "acorn_base.group_user")
        Alert = self.env["acorn.alert"]
        both = [("id", "in", (money | other).ids)]
        self.assertEqual(Alert.with_user(books).search(both), money)
        self.assertEqual(Alert.with_user(people).search(both), money | other)
        money.with_user(books).action_take_over()
        self.assertEqual((money.state, money.user_id), ("acknowledged", books))
        self.assertEqual(
            money.with_user(books).action_open_place()["res_model"], "acorn.settlement"
        )
        with self.assertRaises(AccessError):
            other.with_user(books).action_done()
        with self.assertRaises(AccessError):
            money.with_user(books).write({"text": "Nothing."})

    def test_every_reason_of_money_is_among_them(self):
        rule = self.env.ref("acorn_finance.acorn_alert_rule_money")
        action = self.env.ref("acorn_finance.acorn_money_alert_action")
        for domain in (rule.domain_force, action.domain):
            self.assertEqual(set(literal_eval(domain)[0][2]), set(REASONS))

    def test_the_watchdog_opens_alerts_and_closes_them(self):
        settlement = self.period("1", "2026-04-08", "2026-04-22", state="held")
        Watch = self.env["acorn.watch"]
        with freeze_time("2026-05-01 12:00:00"):
            Watch._settle(self.shop, Watch._findings(self.shop))
            alert = self.alerts("settlement_held")
            self.assertEqual(len(alert), 1)
            self.assertEqual(alert.action_open_place()["res_model"], "acorn.settlement")
            settlement.state = "draft"
            Watch._settle(self.shop, Watch._findings(self.shop))
        self.assertFalse(self.alerts("settlement_held"))

    # === JOINTS === #

    @given(st.lists(st.integers(-3, 3), max_size=8))
    def test_each_joint_is_judged_by_its_distance(self, distances):
        facts, since = [], START
        for number, distance in enumerate([0, *distances]):
            since += timedelta(days=distance)
            facts.append(
                SettlementFacts(f"{number:02}", "USD", 1, since, since + FORTNIGHT)
            )
            since += FORTNIGHT
        kinds = {-1: "overlap", 1: "gap"}
        expected = [
            (kinds[1 if distance > 0 else -1], f"{number:02}", f"{number + 1:02}")
            for number, distance in enumerate(distances)
            if distance
        ]
        found = [(kind, a.ref, b.ref) for kind, a, b in joints(reversed(facts))]
        self.assertEqual(found, expected)

    @given(st.sets(st.integers(0, 9), max_size=9))
    def test_a_chain_without_some_settlements_has_a_gap_where_they_were(self, gone):
        facts = [
            SettlementFacts(
                str(n), "USD", 1, START + n * FORTNIGHT, START + (n + 1) * FORTNIGHT
            )
            for n in range(10)
            if n not in gone
        ]
        gaps = sum(
            int(b.ref) - int(a.ref) > 1 for a, b in zip(facts, facts[1:], strict=False)
        )
        self.assertEqual([kind for kind, _a, _b in joints(facts)], ["gap"] * gaps)

    def test_customer_service_sees_no_money_in_alerts(self):
        """Texts name settlements and days, never amounts."""
        self.posted(("sale", "123.45"))
        self.pay("123.45", status="failed", ref="P9")
        self.period("1", "2026-02-08", "2026-02-22", state="held", total=123.45)
        texts = [finding.text for finding in self.found("2026-06-01").values()]
        self.assertGreaterEqual(len(texts), 3)
        self.assertFalse([text for text in texts if "123" in text])
