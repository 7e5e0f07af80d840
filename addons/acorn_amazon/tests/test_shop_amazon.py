import logging
import os
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.misc import file_open

from odoo.addons.acorn_base.channel import AccountProblem, Refused, RetryLater
from odoo.addons.acorn_base.tests.common import SecretKeyMixin, UnscopedMixin
from odoo.addons.acorn_base.vault import VaultError

from ..channel import AmazonAccount, AmazonChannel
from ..marketplaces import ENDPOINTS
from ..models.error_sentences import SENTENCES
from ..simulator import Simulator, World
from ..spapi.errors import CODES
from ..spapi.throttle import RATES
from .test_credentials import CLIENT_SECRET, REFRESH_TOKEN, CredentialsCase


@tagged("post_install", "-at_install")
class TestShopAmazon(CredentialsCase, TransactionCase):
    # === WHAT THE CHANNEL GETS === #

    def test_a_shop_on_amazon_speaks_with_the_amazon_channel(self):
        self.assertIn("amazon", dict(self.env["acorn.shop"]._get_channels()))
        self.assertIs(self.shop._get_channel_class(), AmazonChannel)

    def test_the_account_is_what_was_entered(self):
        self.assertEqual(
            self.shop._channel_account(),
            AmazonAccount(
                client_id="amzn1.application-oa2-client.0123456789",
                client_secret=CLIENT_SECRET,
                refresh_token=REFRESH_TOKEN,
                region="na",
                seller_id="A2GARDENUS0001",
            ),
        )

    def test_orders_of_inactive_sites_are_not_wanted(self):
        self.make_site("ATVPDKIKX0DER", "US")
        self.make_site("A2EUQ1WTGCTBG2", "CA").active = False
        account = self.shop._channel_account()
        self.assertEqual(account.closed_sites, ("A2EUQ1WTGCTBG2",))

    def make_site(self, ref, code):
        return self.env["acorn.site"].create(
            {
                "shop_id": self.shop.id,
                "name": f"Amazon {code}",
                "code": code,
                "channel_ref": ref,
                "currency_id": self.env.ref("base.USD").id,
            }
        )

    def test_what_is_missing_is_named(self):
        self.shop.write({"amazon_region": False, "amazon_refresh_token": False})
        self.app.client_secret = False
        with self.assertRaisesRegex(
            UserError, "Amazon Region, .* Token, Client Secret"
        ):
            self.shop._channel_account()
        self.shop.amazon_app_id = False
        with self.assertRaisesRegex(UserError, "Amazon App"):
            self.shop.with_user(self.manager).action_check_connection()

    def test_only_the_environment_says_where_amazon_is(self):
        with patch.dict(
            os.environ,
            {"ACORN_SPAPI_ENDPOINT": "http://127.0.0.1:1", "ACORN_LWA_ENDPOINT": ""},
        ):
            options = self.shop._channel_options()
        self.assertEqual(options["endpoint"], "http://127.0.0.1:1")
        self.assertNotIn("lwa_endpoint", options)
        fields_of_people = {**self.env["acorn.shop"]._fields, **self.app._fields}
        self.assertFalse([name for name in fields_of_people if "endpoint" in name])

    def test_the_regions_are_those_of_the_channel(self):
        regions = self.shop._fields["amazon_region"].get_values(self.env)
        self.assertEqual(set(regions), ENDPOINTS.keys())

    def test_other_channels_are_left_alone(self):
        Shop = self.env.registry["acorn.shop"]
        channels = [("amazon", "Amazon"), ("other", "Other")]
        with patch.object(Shop, "_get_channels", lambda self: channels):
            other = self.env["acorn.shop"].create({"name": "x", "channel": "other"})
            with self.assertRaises(UserError):
                other._get_channel_class()
            self.assertIsNone(other._channel_account())
            self.assertEqual(other._channel_options(), {})
            error = Refused("said", code="wrong_client_id")
            self.assertEqual(other._explain(error), "said")

    # === ONE ACCOUNT, ONE SHOP === #

    def test_the_database_keeps_an_account_to_one_shop(self):
        self.shop.write({"state": "live", "active": False})
        self.shop.copy({"active": True}).state = "live"
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.shop.active = True
            self.env.flush_all()

    def test_the_same_seller_in_another_region_is_another_account(self):
        self.shop.state = "live"
        self.shop.copy({"amazon_region": "eu"}).state = "live"
        self.env.flush_all()

    # === WORDS FOR ERRORS === #

    def test_every_code_of_the_channel_has_a_sentence(self):
        self.assertEqual(SENTENCES.keys(), CODES.keys())
        for code in CODES:
            sentence = self.shop._explain(AccountProblem("op: said", code=code))
            self.assertTrue(sentence.endswith("."), sentence)
            self.assertGreater(len(sentence), 60, sentence)
            self.assertNotIn("%", sentence)

    def test_a_sentence_is_translated(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = self.shop.with_context(lang="zh_CN")
        source = SENTENCES["throttled"]._source
        words = {("acorn_amazon", "zh_CN", source): "%(minutes)s 分钟"}
        with patch(
            "odoo.tools.translate.get_translation",
            lambda module, lang, text, args: words[module, lang, text],
        ):
            text = chinese._explain(RetryLater("x", 600, code="throttled"))
        self.assertEqual(text, "10 分钟")

    def test_amazons_request_id_is_told(self):
        error = AccountProblem("x", code="token_revoked", reference="1b2c-3d")
        self.assertIn("Amazon's request id: 1b2c-3d", self.shop._explain(error))

    def test_the_missing_role_is_named(self):
        error = AccountProblem("searchOrders: Unauthorized", code="missing_role")
        self.assertIn('"Inventory and Order Tracking"', self.shop._explain(error))
        self.assertIn("searchOrders", self.shop._explain(error))

    def test_the_right_region_is_named_where_it_is_known(self):
        error = AccountProblem(
            "The account belongs to the region eu, not na.", code="wrong_region"
        )
        self.assertIn("another region (Europe)", self.shop._explain(error))

    def test_the_time_to_wait_is_told(self):
        error = RetryLater("x", 600, code="throttled")
        self.assertIn("in 10 min", self.shop._explain(error))

    def test_what_has_no_code_is_told_as_it_is(self):
        for error in (
            Refused("as it is"),
            VaultError("as it is", ""),
            UserError("as it is"),
        ):
            self.assertEqual(self.shop._explain(error), "as it is")

    # === A COPY OF THE DATABASE === #

    def test_a_neutralized_copy_cannot_talk_to_amazon(self):
        self.shop.write({"state": "live", "probe_after": fields.Datetime.now()})
        self.app.client_secret = f"{CLIENT_SECRET}-2"  # so that there is an earlier one
        self.env["acorn.amazon.token"].create(
            {"key": "k", "token_sealed": "x", "expires_at": "2031-01-01"}
        )
        self.env["ir.config_parameter"].set_param("acorn_base.monitor_token", "x")
        self.neutralize()
        self.assertEqual(self.shop.state, "paused")
        parameters = self.env["ir.config_parameter"]
        self.assertFalse(parameters.get_param("acorn_base.monitor_token"))
        self.assertFalse(self.shop.probe_after)
        self.assertFalse(self.shop.amazon_refresh_token)
        self.assertFalse(self.app.client_secret)
        self.assertFalse(self.sealed())
        self.assertFalse(self.app.sudo().earlier_secret_sealed)
        self.assertFalse(self.env["acorn.amazon.token"].search_count([]))
        lanes = self.env["ir.cron"].search(self.env["acorn.shop"]._lane_domain())
        self.assertFalse(lanes)
        with self.assertRaises(UserError):
            self.shop._channel()

    def neutralize(self):
        self.env.flush_all()
        for addon in ("acorn_base", "acorn_amazon"):
            with file_open(f"{addon}/data/neutralize.sql") as statements:
                self.env.cr.execute(statements.read())
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestConnection(SecretKeyMixin, UnscopedMixin, TransactionCase):
    """A shop that talks with the simulator as it would with Amazon."""

    def setUp(self):
        super().setUp()
        self.amazon = self.enterContext(Simulator(World.quiet()))
        address = f"{self.amazon.url}/{{region}}"
        self.enterContext(
            patch.dict(
                os.environ,
                {
                    "ACORN_SPAPI_ENDPOINT": address,
                    "ACORN_LWA_ENDPOINT": self.amazon.url,
                },
            )
        )
        self.account = self.amazon.world.accounts["na"]
        self.app = self.env["acorn.amazon.app"].create(
            {
                "name": "Private app",
                "client_id": self.account.client_id,
                "client_secret": self.account.client_secret,
            }
        )
        self.shop = self.env["acorn.shop"].create(
            {
                "name": "Oakleaf",
                "channel": "amazon",
                "amazon_app_id": self.app.id,
                "amazon_region": "na",
                "amazon_seller_id": self.account.seller_id,
                "amazon_refresh_token": self.account.refresh_token,
                "orders_since": fields.Datetime.subtract(fields.Datetime.now(), days=2),
            }
        )
        self.registry_enter_test_mode()

    def check(self):
        """Press Test Connection; return the kind of the notification and its text."""
        params = self.shop.action_check_connection()["params"]
        return params["type"], params["message"]

    def drain(self):
        self.env.flush_all()
        with self.registry.cursor() as cr:
            counts = self.shop.with_env(self.env(cr=cr))._drain()
        self.env.invalidate_all()
        return counts

    # === IT WORKS === #

    def test_a_shop_that_is_connected_has_its_sites(self):
        self.assertEqual(self.check()[0], "success")
        self.assertEqual(self.shop.state, "live")
        self.assertEqual(set(self.shop.site_ids.mapped("code")), {"US", "CA", "MX"})
        self.assertEqual(
            set(self.shop.site_ids.fba_warehouse_id.mapped("acorn_network")),
            set(self.shop.site_ids.mapped("network")),
        )

    def test_orders_become_sale_orders(self):
        self.check()
        placed = self.amazon.world.generate_orders("na", 5)
        counts = self.drain()
        orders = self.env["sale.order"].search([("acorn_shop_id", "=", self.shop.id)])
        self.assertEqual(len(orders), placed, counts)
        self.assertEqual(orders.acorn_site_id.shop_id, self.shop)
        self.assertFalse(self.amazon.world.show_violations())

    def test_a_manager_works_with_a_shop_whose_credentials_are_hidden(self):
        self.check()
        manager = new_test_user(self.env, "manager", "acorn_base.group_manager")
        shop = self.shop.with_user(manager)
        shop.action_pause()
        shop.action_resume()
        self.assertEqual(shop.state, "live")
        shop.action_sync_now()

    def test_an_access_token_is_fetched_once_for_all_workers(self):
        self.check()
        self.env["acorn.shop"].browse(self.shop.id).action_check_connection()
        calls = [call["operation"] for call in self.amazon.world.show_calls()]
        self.assertEqual(calls.count("token"), 1)
        self.assertEqual(calls.count("getMarketplaceParticipations"), 2)

    def test_new_credentials_need_a_new_access_token(self):
        self.check()
        Token = self.env["acorn.amazon.token"]
        self.assertEqual(
            Token.search([("shop_ref", "=", self.shop.id)]).mapped("shop_ref"),
            [self.shop.id],
        )
        self.shop.amazon_refresh_token = f"{self.account.refresh_token}-2"
        self.assertFalse(Token.search([("shop_ref", "=", self.shop.id)]))

    def test_calls_are_taken_from_the_budget(self):
        self.check()
        budget = self.env["acorn.amazon.budget"].search(
            [("account", "=", self.account.seller_id)]
        )
        self.assertEqual(budget.operation, "getMarketplaceParticipations")
        self.assertAlmostEqual(budget.tokens, 14, places=1)

    # === IT DOES NOT === #

    def test_an_account_is_connected_once(self):
        self.check()
        company = self.env["res.company"].with_context(install_mode=True)
        other = self.shop.copy(
            {
                "company_id": company.create({"name": "Other"}).id,
                "amazon_refresh_token": self.account.refresh_token,
            }
        )
        with self.assertRaisesRegex(UserError, "A2OAKLEAFNA001 .* the shop Oakleaf"):
            other.action_check_connection()
        self.assertEqual(other.state, "draft")
        self.shop.active = False
        other.action_check_connection()
        self.assertEqual(other.state, "live")

    def test_suspended_listings_are_told(self):
        self.amazon.world.set_account("na", suspended=["CA"])
        kind, text = self.check()
        self.assertEqual(kind, "warning")
        self.assertIn("suspended your listings on Amazon.ca", text)
        self.assertEqual(self.shop.state, "live")
        self.assertEqual(self.open_alerts(), ["Amazon.ca"])
        self.amazon.world.set_account("na", suspended=[])
        self.assertEqual(self.check()[0], "success")
        self.assertFalse(self.open_alerts())

    def open_alerts(self):
        domain = [("shop_id", "=", self.shop.id), ("state", "=", "open")]
        return self.env["acorn.alert"].search(domain).mapped("subject")

    def test_each_mistake_is_told_in_its_own_words(self):
        mistakes = {
            "Client ID and client secret do not": lambda: self.app.write(
                {"client_id": "amzn1.application-oa2-client.nobody"}
            ),
            "do not belong together": lambda: self.app.write(
                {"client_secret": "amzn1.oa2-cs.v1.another-secret-of-somebody"}
            ),
            "client secret has expired": lambda: self.amazon.world.set_account(
                "na", secret_expired=True
            ),
            "withdrawn the authorisation": lambda: self.amazon.world.set_account(
                "na", revoked=True
            ),
            "made for another app": lambda: self.shop.write(
                {"amazon_refresh_token": self.amazon.world.accounts["eu"].refresh_token}
            ),
            r"another region \(North America\)": lambda: self.shop.write(
                {"amazon_region": "eu"}
            ),
            'the role "Selling Partner Insights"': lambda: (
                self.amazon.world.set_account(
                    "na", denied=["getMarketplaceParticipations"]
                )
            ),
            "is an AWS access key": lambda: self.app.write(
                {"client_id": "AKIAIOSFODNN7EXAMPLE"}
            ),
            "access token, which lives for an hour": lambda: self.shop.write(
                {"amazon_refresh_token": "Atza|an-access-token-pasted-by-mistake"}
            ),
            "has a fault at the moment": lambda: self.amazon.world.add_fault(
                kind="html"
            ),
            "not Amazon's answer": lambda: self.amazon.world.add_fault(kind="empty"),
            "could not be reached": self.amazon.stop,
        }
        for words, make in mistakes.items():
            with self.subTest(words), self.env.cr.savepoint() as savepoint:
                self.amazon.world.reset()
                make()
                logged, shown = self.check_listening()
                self.assertRegex(shown, words)
                self.assertTellsNothing(logged, shown)
                savepoint.rollback()

    def check_listening(self):
        """Test the connection; return all that is logged, and all that is shown."""
        with (
            self.assertLogs(level="DEBUG") as logs,
            patch.object(logging.getLogger("odoo"), "level", logging.DEBUG),
        ):
            logging.getLogger("odoo").debug("begin")
            kind, text = self.check()
        self.assertEqual(kind, "danger")
        self.assertEqual(self.shop.state, "draft")
        self.assertEqual(self.shop.problem, text)
        alerts = self.env["acorn.alert"].search([("shop_id", "=", self.shop.id)])
        shown = [text, self.shop.message_ids.mapped("body"), alerts.read()]
        return "\n".join(logs.output), repr(shown)

    def assertTellsNothing(self, *texts):
        for text in texts:
            for secret in (
                self.account.client_secret,
                self.account.refresh_token,
                self.app._open_secret("client_secret"),
                self.shop._open_secret("amazon_refresh_token"),
            ):
                self.assertNotIn(secret, text)
            self.assertNotRegex(text, r"Atz[ar]\|[a-z]")

    def test_the_limit_of_calls_is_told(self):
        for _call in range(RATES["getMarketplaceParticipations"].burst):
            self.check()
        kind, text = self.check()
        self.assertEqual(kind, "danger")
        self.assertIn("limit of calls is reached", text)
