"""The local Amazon: listings, what is on sale and how much of it."""

from ..simulator.accounts import MARKETPLACES, demo_accounts
from ..simulator.catalogue import PRODUCTS, sites_of
from ..simulator.clock import iso
from .test_simulator import START, SimulatorCase

DE, FR, GB, US, CA = (MARKETPLACES[code].id for code in ("DE", "FR", "GB", "US", "CA"))
DATASETS = (
    "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,"
    "relationships,productTypes"
)
AVAILABILITY = "/attributes/fulfillment_availability"


class ListingCase(SimulatorCase):
    def path(self, sku="", key="eu"):
        seller = self.world.accounts[key].seller_id
        return f"/listings/2021-08-01/items/{seller}" + (f"/{sku}" if sku else "")

    def look_up(self, sku, marketplaces=DE, included=DATASETS, key="eu"):
        query = {"marketplaceIds": marketplaces, "includedData": included}
        return self.call("GET", self.path(sku, key), key=key, **query)

    def patch(self, sku, *patches, marketplaces=DE, key="eu", **query):
        body = {"productType": "PRODUCT", "patches": list(patches)}
        query = {"marketplaceIds": marketplaces, **query}
        return self.call("PATCH", self.path(sku, key), body, key=key, **query)

    def stock(self, quantity, op="replace", **values):
        value = {"fulfillment_channel_code": "DEFAULT", "quantity": quantity} | values
        return {"op": op, "path": AVAILABILITY, "value": [value]}

    def quantity(self, sku, marketplaces=DE, key="eu"):
        reply = self.look_up(sku, marketplaces, "fulfillmentAvailability", key)
        [availability] = reply.body["fulfillmentAvailability"]
        return availability.get("quantity")


class TestCatalogue(ListingCase):
    def test_products_are_plain_and_told_apart(self):
        for name in ("sku", "asin", "barcode"):
            self.assertEqual(len({each[name] for each in PRODUCTS}), len(PRODUCTS))
        for product in PRODUCTS:
            digits = [int(digit) for digit in product["barcode"]]
            check = sum(d * (3 if n % 2 else 1) for n, d in enumerate(digits))
            self.assertEqual((len(digits), check % 10), (13, 0))

    def test_every_site_sells_some_shipped_by_amazon_and_some_by_the_merchant(self):
        for code in (code for each in demo_accounts() for code in each.sites):
            sold = [each for each in PRODUCTS if code in sites_of(each)]
            self.assertGreater(len(sold), 9)
            if code not in ("MX", "GB"):
                self.assertTrue(any(code in each["fba"] for each in sold))
            self.assertTrue(any(code not in each["fba"] for each in sold))

    def test_a_sku_may_be_sold_both_ways(self):
        [basket] = [each for each in PRODUCTS if each["sku"] == "OAK-BASKET-M"]
        ways = {code in basket["fba"] for code in ("DE", "FR")}
        self.assertEqual(ways, {True, False})
        self.assertIsNone(self.quantity("OAK-BASKET-M", DE))
        self.assertIsInstance(self.quantity("OAK-BASKET-M", FR), int)


class TestGet(ListingCase):
    def test_a_listing_in_two_marketplaces(self):
        body = self.look_up("OAK-BOARD-L", f"{DE},{GB}").body
        german, british = body["summaries"]
        self.assertIn("Schneidebrett", german["itemName"])
        self.assertIn("Chopping", british["itemName"])
        self.assertEqual(german["status"], ["BUYABLE", "DISCOVERABLE"])
        prices = [each["price"] for each in body["offers"]]
        self.assertEqual([p["currencyCode"] for p in prices], ["EUR", "GBP"])
        channels = [
            each["fulfillmentChannelCode"] for each in body["fulfillmentAvailability"]
        ]
        self.assertEqual(channels, ["AMAZON_EU", "DEFAULT"])
        self.assertEqual(body["productTypes"][0]["productType"], "CUTTING_BOARD")

    def test_summaries_are_the_default(self):
        reply = self.get(self.path("OAK-MUG-4"), marketplaceIds=DE)
        self.assertEqual(set(reply.body), {"sku", "summaries"})

    def test_what_is_not_there(self):
        for sku, marketplace, key in (("NONE", DE, "eu"), ("OAK-VASE-S", US, "na")):
            self.assertEqual(
                self.look_up(sku, marketplace, key=key).status,
                404 if sku == "NONE" else 200,
            )
        japan = MARKETPLACES["JP"].id
        self.assertEqual(self.look_up("OAK-VASE-S", japan, key="jp").status, 404)
        for marketplaces in ("", "X", US, f"{DE},{US}"):
            self.assertInvalid(self.look_up("OAK-MUG-4", marketplaces))
        self.assertInvalid(self.look_up("OAK-MUG-4", included="prices"), "includedData")

    def test_other_sellers_are_closed(self):
        path = self.path("OAK-MUG-4", key="na")
        self.assertEqual(self.get(path, marketplaceIds=DE).status, 403)

    def test_a_sku_with_a_slash(self):
        product = PRODUCTS[0] | {"sku": "A/B //C"}
        self.world.listings["eu"].add(product, START)
        self.assertEqual(self.look_up("A/B //C").body["sku"], "A/B //C")


class TestPatch(ListingCase):
    def test_accepted_is_not_done_yet(self):
        before = self.quantity("OAK-MUG-4")
        reply = self.patch("OAK-MUG-4", self.stock(7, lead_time_to_ship_max_days=2))
        self.assertEqual(reply.body["status"], "ACCEPTED")
        self.assertEqual(reply.body["issues"], [])
        self.assertEqual(self.quantity("OAK-MUG-4"), before)
        self.pass_time(seconds=5)
        body = self.look_up("OAK-MUG-4").body
        self.assertEqual(body["fulfillmentAvailability"][0]["quantity"], 7)
        [availability] = body["attributes"]["fulfillment_availability"]
        self.assertEqual(availability["lead_time_to_ship_max_days"], 2)
        self.assertEqual(
            body["summaries"][0]["lastUpdatedDate"], f"{iso(START)[:17]}05Z"
        )

    def test_what_is_not_named_is_forgotten_but_by_a_merge(self):
        for op, quantity, left in (("merge", 3, 2), ("replace", 4, None)):
            stock = self.stock(7, "merge", lead_time_to_ship_max_days=2)
            self.patch("OAK-MUG-4", stock, self.stock(quantity, op))
            self.pass_time(seconds=5)
            body = self.look_up("OAK-MUG-4").body
            [availability] = body["attributes"]["fulfillment_availability"]
            self.assertEqual(availability["quantity"], quantity)
            self.assertEqual(availability.get("lead_time_to_ship_max_days"), left)

    def test_the_product_type_must_be_the_listings_or_any(self):
        path, query = self.path("OAK-MUG-4"), {"marketplaceIds": DE}
        [summary] = self.look_up("OAK-MUG-4").body["summaries"]
        for kind, status in (
            (summary["productType"], "ACCEPTED"),
            ("PRODUCT", "ACCEPTED"),
            ("CUTTING_BOARD", "INVALID"),
        ):
            body = {"productType": kind, "patches": [self.stock(1)]}
            reply = self.call("PATCH", path, body, **query)
            self.assertEqual(reply.body["status"], status)

    def test_europe_has_one_quantity_and_america_one_per_store(self):
        self.patch("OAK-MUG-4", self.stock(7))
        self.patch("OAK-MUG-4", self.stock(8), marketplaces=US, key="na")
        canadian = self.quantity("OAK-MUG-4", CA, "na")
        self.pass_time(seconds=5)
        self.assertEqual(self.quantity("OAK-MUG-4", FR), 7)
        self.assertEqual(self.quantity("OAK-MUG-4", GB), 7)
        self.assertEqual(self.quantity("OAK-MUG-4", US, "na"), 8)
        self.assertEqual(self.quantity("OAK-MUG-4", CA, "na"), canadian)

    def test_nothing_left_is_no_longer_for_sale(self):
        self.patch("OAK-MUG-4", {"op": "delete", "path": AVAILABILITY})
        self.pass_time(seconds=5)
        body = self.look_up("OAK-MUG-4").body
        self.assertEqual(body["summaries"][0]["status"], ["DISCOVERABLE"])

    def test_what_amazon_keeps_takes_no_quantity(self):
        reply = self.patch("OAK-BOARD-L", self.stock(5))
        self.assertEqual((reply.status, reply.body["status"]), (200, "INVALID"))
        [issue] = reply.body["issues"]
        self.assertEqual(issue["severity"], "ERROR")
        british = self.patch("OAK-BOARD-L", self.stock(5), marketplaces=GB)
        self.assertEqual(british.body["status"], "ACCEPTED")

    def test_values_that_are_invalid(self):
        for patch in (
            self.stock(-1),
            self.stock("7"),
            self.stock(None),
            self.stock(7, fulfillment_channel_code="AMAZON_EU"),
            self.stock(7, lead_time_to_ship_max_days=31),
            {"op": "replace", "path": "/attributes/list_price", "value": []},
            {"op": "replace", "path": AVAILABILITY, "value": []},
        ):
            with self.subTest(patch):
                self.assertEqual(
                    self.patch("OAK-MUG-4", patch).body["status"], "INVALID"
                )

    def test_requests_that_are_wrong(self):
        for patch in (
            {"op": "move", "path": AVAILABILITY},
            {"op": "replace", "path": "/quantity", "value": []},
            {"op": "replace", "path": f"{AVAILABILITY}/0", "value": []},
            {"op": "replace", "path": AVAILABILITY, "value": 7},
        ):
            with self.subTest(patch):
                self.assertInvalid(self.patch("OAK-MUG-4", patch))
        self.assertInvalid(self.patch("OAK-MUG-4"), "patches")
        self.assertInvalid(self.patch("NONE", self.stock(1)), "NONE")

    def test_a_preview_changes_nothing(self):
        before = self.quantity("OAK-MUG-4")
        reply = self.patch(
            "OAK-MUG-4",
            self.stock(7),
            mode="VALIDATION_PREVIEW",
            includedData="identifiers,issues",
        )
        self.assertEqual(reply.body["status"], "VALID")
        self.assertEqual(reply.body["identifiers"][0]["asin"], PRODUCTS[0]["asin"])
        self.pass_time(minutes=1)
        self.assertEqual(self.quantity("OAK-MUG-4"), before)

    def test_orders_take_from_what_is_shown(self):
        before = self.quantity("OAK-MUG-4")
        self.place("DE", {"sku": "OAK-MUG-4", "quantity": 4})
        self.assertEqual(self.quantity("OAK-MUG-4"), before - 4)
        self.place("FR", {"sku": "OAK-MUG-4", "quantity": 900})
        self.assertEqual(self.quantity("OAK-MUG-4"), 0)


class TestSearch(ListingCase):
    def find(self, **query):
        return self.get(self.path(), **{"marketplaceIds": DE} | query)

    def skus(self, **query):
        return {item["sku"] for item in self.find(pageSize=20, **query).body["items"]}

    def all_pages(self, **query):
        pages, token = [], {}
        while True:
            body = self.find(**query, **token).body
            pages.append([item["sku"] for item in body["items"]])
            following = body.get("pagination", {}).get("nextToken")
            if not following:
                return pages, body
            token = {"pageToken": following}

    def test_pages(self):
        pages, last = self.all_pages()
        self.assertEqual([len(page) for page in pages], [10, 10, 4])
        self.assertEqual(len({sku for page in pages for sku in page}), 24)
        self.assertEqual(last["numberOfResults"], 24)
        self.assertIn("previousToken", last["pagination"])
        pages, _last = self.all_pages(pageSize=20)
        self.assertEqual([len(page) for page in pages], [20, 4])
        self.assertInvalid(self.find(pageSize=21), "pageSize")

    def test_a_token_belongs_to_its_question(self):
        token = self.find().body["pagination"]["nextToken"]
        self.assertInvalid(self.find(pageToken=token, marketplaceIds=FR), "pageToken")
        self.assertInvalid(self.find(pageToken="x"), "pageToken")

    def test_no_more_than_a_thousand_can_be_paged_through(self):
        self.world.grow_catalogue("eu", 1100)
        pages, last = self.all_pages(pageSize=20, sortBy="sku", sortOrder="ASC")
        self.assertEqual(sum(map(len, pages)), 1000)
        self.assertEqual(last["numberOfResults"], 1124)

    def test_identifiers(self):
        for kind, names in (
            ("SKU", "OAK-MUG-4,OAK-APRON,NONE"),
            ("ASIN", "B0ACRN0101,B0ACRN0111"),
            ("EAN", f"{PRODUCTS[0]['barcode']},{PRODUCTS[10]['barcode']}"),
        ):
            found = self.skus(identifiersType=kind, identifiers=names)
            self.assertEqual(found, {"OAK-MUG-4", "OAK-APRON"})
        self.assertInvalid(self.find(identifiers="OAK-MUG-4"), "identifiersType")
        self.assertInvalid(self.find(identifiersType="SKU"), "identifiers")
        many = ",".join(map(str, range(21)))
        reply = self.find(identifiers=many, identifiersType="SKU")
        self.assertInvalid(reply, "identifiers")

    def test_what_has_changed(self):
        self.pass_time(hours=1)
        self.world.set_listing("eu", "OAK-APRON", quantity=3)
        self.assertEqual(self.skus(lastUpdatedAfter=iso(START)), {"OAK-APRON"})
        self.assertEqual(len(self.skus(lastUpdatedBefore=iso(START))), 20)
        self.assertEqual(self.skus(createdAfter=iso(START)), set())
        [first, *_] = self.find().body["items"]
        self.assertEqual(first["sku"], "OAK-APRON")

    def test_states(self):
        self.world.set_account("eu", suspended=["FR"])
        self.assertEqual(self.skus(withStatus="BUYABLE", marketplaceIds=FR), set())
        self.world.set_listing("eu", "OAK-APRON", quantity=0)
        self.world.set_listing("eu", "OAK-MUG-4", closed=["DE"])
        unsold = self.skus(withoutStatus="BUYABLE")
        self.assertEqual(unsold, {"OAK-APRON", "OAK-MUG-4"})
        self.assertEqual(self.skus(withoutStatus="DISCOVERABLE"), {"OAK-MUG-4"})
        self.assertNotIn("OAK-APRON", self.skus(withStatus="BUYABLE"))
        self.assertEqual(self.skus(withIssueSeverity="ERROR"), set())
