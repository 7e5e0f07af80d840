from dataclasses import replace

from odoo.addons.acorn_base.channel import AccountProblem, RetryLater
from odoo.addons.acorn_base.records import SiteInfo

from .. import marketplaces
from .common_pure import DE, FR, PureCase, Reply, ScriptCase, amazon_model, examples

DENIED = {"errors": [{"code": "Unauthorized", "message": "Denied.", "details": ""}]}


def participation(ref, *, name="", domain="", takes_part=True, suspended=False):
    return {
        "marketplace": {
            "id": ref,
            "name": name,
            "countryCode": "XX",
            "defaultCurrencyCode": "EUR",
            "defaultLanguageCode": "xx_XX",
            "domainName": domain,
        },
        "participation": {
            "isParticipating": takes_part,
            "hasSuspendedListings": suspended,
        },
        "storeName": "Oakleaf",
    }


class TestCheck(ScriptCase):
    def check(self, *participations):
        self.amazon.say(Reply({"payload": list(participations)}))
        return self.channel().check()

    def problem(self, channel=None):
        with self.assertRaises(AccountProblem) as caught:
            (channel or self.channel()).check()
        return caught.exception

    def test_the_sites_of_an_account(self):
        germany, france = self.check(
            participation(DE),
            participation(FR, suspended=True),
            participation("A1805IZSGTT6HS", takes_part=False),
        )
        self.assertEqual(
            germany,
            SiteInfo(
                *(DE, "DE", "Amazon.de", "EUR", "de_DE", "Europe/Berlin"),
                network="EU",
                stock_group="EU",
            ),
        )
        self.assertTrue(france.suspended)

    def test_amazons_test_sites_are_no_sites(self):
        sites = self.check(
            participation("A1", name="Non-Amazon US", domain="sim1.stores.amazon.com"),
            participation("A2", name="SI CA Prod", domain="siprod.stores.amazon.ca"),
            participation("A3", name="Non-Amazon", domain="www.non-amazon.com"),
            participation(DE),
        )
        self.assertEqual([site.ref for site in sites], [DE])

    def test_a_site_nobody_knows_yet_is_kept_as_amazon_describes_it(self):
        [site] = self.check(
            participation("A9", name="Amazon.xx", domain="www.amazon.xx")
        )
        self.assertEqual(
            site, SiteInfo("A9", "XX", "Amazon.xx", "EUR", "xx_XX", network="XX")
        )

    def test_no_site_at_all(self):
        self.amazon.say(Reply({"payload": []}))
        self.assertEqual(self.problem().code, "no_sites")

    def test_amazons_own_example(self):
        for operation, _status, body in examples(amazon_model("sellers.json"), True):
            if operation == "getMarketplaceParticipations":
                [site] = self.check(*body["payload"])
                self.assertEqual(site.name, "Amazon.com")

    def regional(self):
        return self.channel(
            endpoint=f"{self.amazon.url}/{{region}}",
            lwa_endpoint=f"{self.amazon.url}/{{region}}/",
        )

    def test_the_region_is_part_of_the_address_where_that_has_a_place_for_it(self):
        self.amazon.say(Reply({"payload": [participation(DE)]}))
        self.regional().check()
        self.assertEqual(
            [request.path for request in self.amazon.requests],
            ["/eu/auth/o2/token", "/eu/sellers/v1/marketplaceParticipations"],
        )

    def test_the_right_region_is_found(self):
        found = Reply({"payload": [participation(DE)]})
        self.amazon.say(Reply(DENIED, 403), Reply(DENIED, 403), found)
        problem = self.problem(self.regional())
        self.assertEqual(problem.code, "wrong_region")
        self.assertIn("region fe, not eu", str(problem))
        paths = [call.path.split("/")[1] for call in self.amazon.calls()]
        self.assertEqual(paths, ["eu", "na", "fe"])

    def test_a_denial_in_every_region_is_a_missing_role(self):
        self.amazon.say(Reply(DENIED, 403), Reply(b"", 500), Reply(DENIED, 403))
        self.assertEqual(self.problem(self.regional()).code, "missing_role")

    def test_one_address_for_all_regions_is_asked_once(self):
        self.amazon.say(Reply(DENIED, 403))
        self.assertEqual(self.problem().code, "missing_role")
        self.assertEqual(len(self.amazon.calls()), 1)

    def test_a_problem_of_credentials_is_not_one_of_regions(self):
        self.amazon.say_at_login(Reply({"error": "invalid_client"}, 401))
        self.assertEqual(self.problem(self.regional()).code, "wrong_client_secret")
        self.assertEqual(len(self.amazon.requests), 1)

    def test_amazon_down_is_nobodys_problem(self):
        self.amazon.say(Reply(b"", 503))
        with self.assertRaises(RetryLater):
            self.channel().check()

    def test_a_channel_costs_nothing_before_it_is_used(self):
        channel = self.channel(replace(self.account, refresh_token=""))
        self.assertNotIn("_gateway", vars(channel))


class TestMarketplaces(PureCase):
    def test_each_marketplace_is_there_once(self):
        self.assertEqual(len(marketplaces.BY_REF), len(marketplaces.TABLE))
        self.assertEqual(len({m.code for m in marketplaces.TABLE}), 23)

    def test_each_belongs_to_a_region_and_has_all_it_needs(self):
        for marketplace in marketplaces.TABLE:
            self.assertIn(marketplace.region, marketplaces.ENDPOINTS)
            self.assertTrue(all(vars(marketplace).values()), marketplace)

    def test_marketplaces_are_those_the_library_knows(self):
        from sp_api.base import Marketplaces

        known = {m.marketplace_id: m.endpoint for m in Marketplaces}
        for marketplace in marketplaces.TABLE:
            if marketplace.ref in known:
                endpoint = marketplaces.ENDPOINTS[marketplace.region]
                self.assertEqual(known[marketplace.ref], endpoint)
        self.assertLessEqual(set(known), set(marketplaces.BY_REF))
