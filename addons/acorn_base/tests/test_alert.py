from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common_alert import AlertCase


class TestAlert(AlertCase):
    """Alerts open, are told once, and close themselves."""

    def setUp(self):
        super().setUp()
        self.Alert = self.env["acorn.alert"]

    def test_alerts_from_before_there_were_numbers_get_one(self):
        alert = self.Alert._raise_alert(self.shop, "amended", "A", "Look at it.")
        alert.number = False
        self.Alert._number_all()
        self.assertRegex(alert.number, r"^ALR-\d{6}$")

    def test_half_an_hour_without_a_fetch_is_told_once_and_closes_itself(self):
        with self.later(minutes=31):
            self.watch()
            alert = self.alerts("no_pull")
            self.assertEqual((alert.severity, alert.user_id), ("error", self.owner))
            self.assertEqual(alert.activity_ids.user_id, self.owner)
            [mail] = self.mails()
            self.assertIn(alert.number, mail.subject)
            self.assertIn(alert.text, mail.body_html)
        for minutes in range(36, 96, 5):
            with self.later(minutes=minutes):
                self.watch()
        self.assertEqual(self.alerts("no_pull"), alert, "the same one")
        self.assertEqual(alert.occurrences, 13)
        self.assertEqual(len(alert.activity_ids), 1)
        self.assertEqual(len(self.mails()), 1)
        with self.later(minutes=96):
            self.drain()
            self.watch()
        self.assertEqual(alert.state, "done")
        self.assertTrue(alert.closed_at)
        self.assertFalse(alert.activity_ids)
        self.assertEqual(len(self.mails()), 1)

    def test_five_hundred_parcels_that_fail_make_one_email(self):
        causes = [
            {
                "shop_id": self.shop.id,
                "reason": "amended",
                "subject": f"111-{n}",
                "text": "Refused.",
                "severity": "warning",
                "level": 10,
            }
            for n in range(500)
        ]
        alerts = self.Alert._raise_all(causes)
        self.assertEqual(len(set(alerts.mapped("number"))), 500)
        self.watch()
        [mail] = self.mails()
        self.assertIn("500 alerts", mail.subject)
        self.assertIn("450", mail.body_html)
        self.assertEqual(len(alerts.activity_ids), 500)

    def test_information_is_listed_and_disturbs_nobody(self):
        self.shop.action_pause()
        self.watch()
        alert = self.alerts("paused")
        self.assertTrue(alert.number)
        self.assertFalse(alert.activity_ids)
        self.assertFalse(self.mails())

    def test_alert_that_gets_worse_is_told_once_more(self):
        for severity, told in (
            ("warning", 1),
            ("warning", 1),
            ("error", 2),
            ("warning", 2),
            ("error", 2),
        ):
            self.Alert._raise_alert(
                self.shop, "amended", "111-1", "Refused.", severity=severity
            )
            self.watch()
            self.assertEqual(len(self.mails()), told, severity)
        self.assertEqual(len(self.alerts("amended").activity_ids), 1)

    def test_what_is_gone_before_anybody_was_told_disturbs_nobody(self):
        self.Alert._raise_alert(self.shop, "amended", "111-1", "Refused.")
        self.Alert._resolve(self.shop, "amended", ["111-1"])
        self.watch()
        self.assertFalse(self.mails())

    def test_what_comes_and_goes_keeps_its_number_and_is_told_once(self):
        alert = self.Alert._raise_alert(self.shop, "amended", "111-1", "Refused.")
        self.watch()
        self.Alert._resolve(self.shop, "amended", ["111-1"])
        with self.later(minutes=10):
            again = self.Alert._raise_alert(self.shop, "amended", "111-1", "Refused.")
            self.watch()
        self.assertEqual(again, alert)
        self.assertEqual(alert.state, "open")
        self.assertEqual(len(alert.activity_ids), 1)
        self.Alert._resolve(self.shop, "amended", ["111-1"])
        with self.later(days=1):
            later = self.Alert._raise_alert(self.shop, "amended", "111-1", "Refused.")
            self.watch()
        self.assertNotEqual(later, alert)
        self.assertEqual(len(self.mails()), 2)

    def test_closed_by_hand_while_the_cause_stays_it_opens_again_without_a_word(self):
        with self.later(minutes=31):
            self.watch()
        alert = self.alerts("no_pull")
        with self.later(minutes=32):
            alert.with_user(self.owner).action_done()
            self.assertEqual(alert.handled_by_id, self.owner)
        with self.later(minutes=36):
            self.watch()
        self.assertEqual(self.alerts("no_pull"), alert)
        self.assertEqual(len(self.mails()), 1)

    def test_email_is_in_the_language_of_who_reads_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("acorn_base.alert_mail")
        template.update_field_translations(
            "arch_db",
            {"fr_FR": {"Acorn found something that a person should look at.": "Oups."}},
        )
        self.owner.lang = "fr_FR"
        self.Alert._raise_alert(self.shop, "amended", "111-1", "Refused.")
        self.watch()
        self.assertIn("Oups.", self.mails().body_html)

    def test_followers_who_want_alerts_get_them_and_others_do_not(self):
        keen, calm = (
            new_test_user(self.env, name, email=f"{name}@example.com")
            for name in ("keen", "calm")
        )
        subtype = self.env.ref("acorn_base.mt_shop_alert")
        self.shop.message_subscribe(keen.partner_id.ids, subtype.ids)
        self.shop.message_subscribe(calm.partner_id.ids)
        self.Alert._raise_alert(self.shop, "amended", "111-1", "Refused.")
        self.watch()
        told = self.env["mail.mail"].search([]).recipient_ids
        self.assertIn(keen.partner_id, told)
        self.assertNotIn(calm.partner_id, told)

    def test_shop_without_a_responsible_person_has_an_administrator(self):
        self.shop.user_id = False
        admin = self.env.ref("base.user_admin")
        alert = self.Alert._raise_alert(self.shop, "amended", "111-1", "Refused.")
        self.assertEqual(alert.user_id, admin)
        self.owner.active = False
        self.shop.user_id = self.owner
        self.assertEqual(self.shop._alert_owner(), admin)

    def test_one_alert_that_cannot_be_told_keeps_none_back(self):
        bad = self.Alert._raise_alert(self.shop, "amended", "111-1", "Refused.")
        good = self.Alert._raise_alert(self.shop, "amended", "111-2", "Refused.")
        original = type(self.Alert)._mail

        def mail(alerts, partner):
            return 1 / 0 if bad in alerts else original(alerts, partner)

        self.patch(type(self.Alert), "_mail", mail)
        with self.assertLogs("odoo.addons.acorn_base.attempt", "ERROR"):
            self.watch()
        self.assertTrue(bad.to_tell, "tried again in the next round")
        self.assertFalse(good.to_tell)
        self.assertIn(good.number, self.mails().subject)

    def test_shop_that_fails_never_fails_the_watchdog(self):
        other = self.env["acorn.shop"].create({"name": "Other", "channel": "dummy"})
        other.action_check_connection()
        other.user_id = self.owner
        original = type(self.Alert)._raise_findings

        def raise_findings(alerts, findings):
            if any(finding.shop_id == self.shop.id for finding in findings):
                raise ZeroDivisionError
            return original(alerts, findings)

        self.patch(type(self.Alert), "_raise_findings", raise_findings)
        with (
            self.later(minutes=31),
            self.assertLogs("odoo.addons.acorn_base.attempt", "ERROR"),
        ):
            self.watch()
        told = self.Alert.search([("reason", "=", "no_pull")])
        self.assertEqual(told.shop_id, other)

    def test_alerts_are_written_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        seen = []
        original = type(self.Alert)._raise_findings

        def raise_findings(alerts, findings):
            seen.append(alerts.env.lang)
            return original(alerts, findings)

        with patch.object(type(self.Alert), "_raise_findings", raise_findings):
            self.watch()
        self.assertIn("fr_FR", seen)


class TestAlertPeople(AlertCase):
    """What people may do with alerts: three actions, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(
            cls.env, "colleague", groups="acorn_base.group_user"
        )

    def setUp(self):
        super().setUp()
        self.alert = self.env["acorn.alert"]._raise_alert(
            self.shop, "amended", "111-1", "Refused."
        )
        self.watch()

    def test_nobody_edits_an_alert(self):
        chief = new_test_user(self.env, "chief", groups="acorn_base.group_admin")
        for user in (self.colleague, chief):
            mine = self.alert.with_user(user)
            for values in (
                {"state": "done"},
                {"user_id": user.id},
                {"severity": "info"},
                {"text": "All is well."},
                {"handled_by_id": self.owner.id},
            ):
                with self.assertRaises(AccessError):
                    mine.write(values)
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.copy()

    def test_acknowledged_alert_says_by_whom_and_still_closes_itself(self):
        self.alert.with_user(self.colleague).action_acknowledge()
        self.assertEqual(self.alert.state, "acknowledged")
        self.assertEqual(self.alert.handled_by_id, self.colleague)
        self.assertEqual(self.shop.alert_count, 1, "it is still there")
        again = self.env["acorn.alert"]._raise_alert(
            self.shop, "amended", "111-1", "Refused again."
        )
        self.assertEqual(again, self.alert)
        self.env["acorn.alert"]._resolve(self.shop, "amended")
        self.assertEqual(self.alert.state, "done")
        self.shop.invalidate_recordset()
        self.assertEqual(self.shop.alert_count, 0)

    def test_colleague_takes_over_and_gets_the_activity(self):
        self.alert.with_user(self.colleague).action_take_over()
        self.assertEqual(self.alert.user_id, self.colleague)
        self.assertEqual(self.alert.activity_ids.user_id, self.colleague)

    def test_person_closes_an_alert_and_its_activity(self):
        self.alert.with_user(self.colleague).action_done()
        self.assertEqual(self.alert.state, "done")
        self.assertEqual(self.alert.handled_by_id, self.colleague)
        self.assertFalse(self.alert.activity_ids)
        handled_at = self.alert.handled_at
        self.alert.with_user(self.owner).action_done()
        self.assertEqual(self.alert.handled_by_id, self.colleague, "who was first")
        self.assertEqual(self.alert.handled_at, handled_at)

    def test_strangers_act_on_no_alert_of_another_company(self):
        foreign = self.env["res.company"].create({"name": "Foreign"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="acorn_base.group_admin",
            company_id=foreign.id,
            company_ids=[fields.Command.set(foreign.ids)],
        )
        for action in ("action_acknowledge", "action_take_over", "action_done"):
            with self.assertRaises(AccessError):
                getattr(self.alert.with_user(stranger), action)()

    def test_number_and_name_find_the_alert(self):
        Alert = self.env["acorn.alert"].with_user(self.colleague)
        for text in (self.alert.number, self.alert.number.lower(), "111-1"):
            self.assertEqual(Alert.name_search(text)[0][0], self.alert.id)

    def test_people_comment_on_alerts(self):
        message = self.alert.with_user(self.colleague).message_post(body="On it.")
        self.assertIn(message, self.alert.message_ids)

    def test_past_activity_of_an_open_alert_is_not_made_again(self):
        self.alert.activity_ids.with_user(self.owner).action_feedback()
        with self.later(minutes=10):
            self.env["acorn.alert"]._raise_alert(
                self.shop, "amended", "111-1", "Refused."
            )
            self.watch()
        self.assertFalse(self.alert.activity_ids)
