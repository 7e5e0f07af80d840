from unittest.mock import patch

from odoo.exceptions import AccessDenied
from odoo.tests import Form, tagged
from odoo.tools import config

from ..models.res_users import SECOND_FACTOR
from .common import GroupCase


@tagged("post_install", "-at_install")
class TestSecondFactor(GroupCase):
    """Odoo's own second factor, for those who keep books or the system."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.mail_server"].search([]).active = False
        for source in ("_cli_options", "_env_options", "_file_options"):
            told = {
                k: v for k, v in getattr(config, source).items() if k != "smtp_server"
            }
            cls.startClassPatcher(patch.object(config, source, told))
        cls.finance = cls.make_person("money", "group_finance")
        cls.admin = cls.make_person("boss", "group_administrator")
        cls.people = cls.finance | cls.admin
        cls.others = cls.make_person("clerk", "group_service") | cls.make_person(
            "manager", "group_group_manager"
        )
        (cls.people | cls.others).email = "person@example.com"

    def send_mail(self):
        self.env["ir.mail_server"].create({"name": "Post", "smtp_host": "mail.example"})

    def factors(self, people):
        people.invalidate_recordset(["acorn_second_factor"])
        return [user._mfa_type() for user in people]

    def test_finance_and_administrators_need_one_and_others_do_not(self):
        self.send_mail()
        self.assertEqual(self.factors(self.people), ["totp_mail"] * 2)
        self.assertEqual(self.factors(self.others), [None] * 2)

    def test_an_authenticator_app_takes_the_place_of_the_mailed_code(self):
        self.send_mail()
        self.finance.totp_secret = "JBSWY3DPEHPK3PXP"
        self.assertEqual(self.factors(self.finance), ["totp"])

    def test_programs_need_a_key_then(self):
        self.send_mail()
        self.finance.password = "a long password"
        given = {"type": "password", "login": "money", "password": "a long password"}
        Users = self.env["res.users"]
        with self.assertRaises(AccessDenied):
            Users.with_user(self.finance)._check_credentials(
                given, {"interactive": False}
            )
        self.assertTrue(
            Users.with_user(self.finance)._check_credentials(
                given, {"interactive": True}
            )
        )

    def test_a_server_that_sends_no_mail_locks_nobody_out_and_says_so(self):
        self.assertEqual(self.factors(self.people), [None] * 2)
        self.assertEqual(set(self.people.mapped("acorn_second_factor")), {"unsendable"})
        settings = self.env["res.config.settings"].with_user(self.admin).create({})
        self.assertTrue(settings.acorn_second_factor)
        self.assertFalse(settings.acorn_sends_mail)

    def test_without_an_address_no_code_is_waited_for(self):
        self.send_mail()
        self.finance.email = False
        self.assertEqual(self.factors(self.finance), [None])
        self.assertEqual(self.finance.acorn_second_factor, "address")

    def test_it_is_switched_off_in_the_settings(self):
        self.send_mail()
        with Form(self.env["res.config.settings"].with_user(self.admin)) as form:
            form.acorn_second_factor = False
        form.record.execute()
        self.assertFalse(self.env["ir.config_parameter"].get_param(SECOND_FACTOR))
        self.assertEqual(self.factors(self.people), [None] * 2)
