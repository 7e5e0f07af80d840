"""The local Amazon: searchOrders and getOrder, parameter by parameter."""

import json
from datetime import timedelta

from ..simulator.accounts import MARKETPLACES
from ..simulator.clock import iso
from ..simulator.validate import models_folder
from .test_simulator import EVERYTHING, ORDERS, START, SimulatorCase

DE, FR, US = (MARKETPLACES[code].id for code in ("DE", "FR", "US"))


def ago(**duration):
    return iso(START - timedelta(**duration))


def ids(reply):
    return [order["orderId"] for order in reply.body["orders"]]


class TestPeriod(SimulatorCase):
    """Which orders, by time."""

    def test_exactly_one_after_and_no_mixed_families(self):
        for query in (
            {},
            {"lastUpdatedBefore": ago(hours=1)},
            {"createdAfter": ago(days=2), "lastUpdatedAfter": ago(days=2)},
            {"createdAfter": ago(days=2), "lastUpdatedBefore": ago(days=1)},
            {"lastUpdatedAfter": ago(days=2), "createdBefore": ago(days=1)},
        ):
            with self.subTest(**query):
                self.assertInvalid(self.get(ORDERS, **query), "Exactly one")

    def test_before_is_not_earlier_than_after_nor_too_close_to_now(self):
        after = ago(days=1)
        for name in ("created", "lastUpdated"):
            query = {f"{name}After": after}
            for before, is_good in (
                (ago(days=2), False),
                (after, True),
                (ago(seconds=121), True),
                (ago(minutes=2), True),
                (ago(seconds=119), False),
            ):
                with self.subTest(name, before=before):
                    reply = self.get(ORDERS, **query, **{f"{name}Before": before})
                    self.assertEqual(reply.status, 200 if is_good else 400)
                    if is_good:
                        self.assertEqual(reply.body[f"{name}Before"], before)

    def test_without_before_the_answer_tells_how_far_it_goes(self):
        settled, fresh = self.place(age=2), self.place(age=1)
        reply = self.search()
        self.assertEqual(reply.body["lastUpdatedBefore"], ago(minutes=2))
        self.assertEqual(ids(reply), [settled["orderId"]])
        self.pass_time(minutes=1)
        self.assertEqual(ids(self.search())[1:], [fresh["orderId"]])

    def test_times_are_read_strictly(self):
        for moment in ("yesterday", "2026-11-01", "2026-11-01T00:00:00"):
            self.assertInvalid(self.get(ORDERS, createdAfter=moment), "createdAfter")
        for moment in ("2026-11-01T00:00:00Z", "2026-11-01T01:00:00+01:00"):
            self.assertEqual(self.get(ORDERS, createdAfter=moment).status, 200)

    def test_both_ends_count(self):
        order = self.place(age=60)
        moment = order["lastUpdatedTime"]
        reply = self.search(lastUpdatedAfter=moment, lastUpdatedBefore=moment)
        self.assertEqual(ids(reply), [order["orderId"]])

    def test_created_and_updated_are_looked_at_apart(self):
        old = self.place(age=60 * 24 * 10)
        self.world.touch_order(old["orderId"])
        self.pass_time(minutes=5)
        self.assertEqual(ids(self.search()), [old["orderId"]])
        self.assertEqual(ids(self.search(createdAfter=ago(days=7))), [])
        [seen] = self.search(createdAfter=ago(days=11)).body["orders"]
        self.assertEqual(seen["lastUpdatedTime"], ago())
        self.assertEqual(seen["createdTime"], old["createdTime"])

    def test_what_changed_last_comes_last(self):
        orders = [self.place(age=age)["orderId"] for age in (30, 50, 40)]
        self.assertEqual(ids(self.search()), [orders[1], orders[2], orders[0]])
        self.world.set_status(orders[1], "SHIPPED")
        self.pass_time(minutes=3)
        self.assertEqual(ids(self.search()), [orders[2], orders[0], orders[1]])


class TestFilters(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.german = self.place("DE")["orderId"]
        self.french = self.place("FR", status="SHIPPED")["orderId"]
        self.by_amazon = self.place("DE", fulfilled_by="AMAZON")["orderId"]
        self.elsewhere = self.place(
            "DE", fulfilled_by="AMAZON", on_amazon=False, status="SHIPPED"
        )["orderId"]
        self.foreign = self.place("US")["orderId"]

    def test_an_account_sees_its_own_orders(self):
        own = {self.german, self.french, self.by_amazon, self.elsewhere}
        self.assertEqual(set(ids(self.search())), own)
        self.assertEqual(ids(self.search(key="na")), [self.foreign])
        self.assertEqual(self.get(f"{ORDERS}/{self.foreign}").status, 404)

    def test_each_filter(self):
        for query, expected in (
            ({"marketplaceIds": DE}, {self.german, self.by_amazon}),
            (
                {"marketplaceIds": f"{DE},{FR}"},
                {self.german, self.french, self.by_amazon},
            ),
            ({"marketplaceIds": US}, set()),
            ({"fulfilledBy": "AMAZON"}, {self.by_amazon, self.elsewhere}),
            ({"fulfillmentStatuses": "SHIPPED"}, {self.french, self.elsewhere}),
            ({"fulfillmentStatuses": "SHIPPED", "marketplaceIds": FR}, {self.french}),
        ):
            with self.subTest(**query):
                self.assertEqual(set(ids(self.search(**query))), expected)

    def test_lists_may_be_repeated_instead_of_separated_by_commas(self):
        query = (
            f"lastUpdatedAfter={ago(days=1)}&marketplaceIds={DE}&marketplaceIds={FR}"
        )
        reply = self.send(
            "GET", f"{ORDERS}?{query}", headers={"x-amz-access-token": self.token()}
        )
        self.assertEqual(len(ids(reply)), 3)

    def test_values_that_are_not_allowed(self):
        for query in (
            {"marketplaceIds": ",".join(f"A{n}" for n in range(51))},
            {"fulfillmentStatuses": "Shipped"},
            {"fulfilledBy": "AFN"},
            {"includedData": "ADDRESS"},
            {"maxResultsPerPage": 0},
            {"maxResultsPerPage": 101},
            {"maxResultsPerPage": "many"},
            {"buyerEmail": "x"},
        ):
            with self.subTest(**query):
                self.assertInvalid(self.search(**query), next(iter(query)))


class TestPages(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.orders = [self.place(age=200 - n)["orderId"] for n in range(7)]

    def pages(self, **query):
        """All pages of a search."""
        replies = [self.search(**query)]
        while token := replies[-1].body.get("pagination", {}).get("nextToken"):
            replies.append(self.search(paginationToken=token, **query))
        return replies

    def test_every_order_comes_once_and_the_last_page_has_no_token(self):
        for size, count in ((1, 7), (3, 3), (7, 1), (100, 1)):
            replies = self.pages(maxResultsPerPage=size)
            self.assertEqual(len(replies), count)
            self.assertEqual([each for r in replies for each in ids(r)], self.orders)
            self.assertNotIn("pagination", replies[-1].body)

    def test_a_hundred_is_the_default_size(self):
        self.world.generate_orders("eu", 120, hours=20)
        self.assertEqual([len(ids(reply)) for reply in self.pages()], [100, 27])

    def test_an_order_that_changes_meanwhile_leaves_the_search_but_is_not_lost(self):
        first = self.search(maxResultsPerPage=3)
        token = first.body["pagination"]["nextToken"]
        self.pass_time(minutes=1)
        self.world.touch_order(self.orders[5])
        self.pass_time(minutes=10)
        second = self.search(paginationToken=token)
        self.assertEqual(ids(second), [self.orders[3], self.orders[4], self.orders[6]])
        end = first.body["lastUpdatedBefore"]
        self.assertEqual(second.body["lastUpdatedBefore"], end)
        self.assertEqual(ids(self.search(lastUpdatedAfter=end)), [self.orders[5]])

    def test_a_token_belongs_to_its_question(self):
        query = {"lastUpdatedAfter": ago(days=7), "marketplaceIds": f"{DE},{FR}"}
        reply = self.search(maxResultsPerPage=2, **query)
        token = reply.body["pagination"]["nextToken"]
        swapped = query | {"marketplaceIds": f"{FR},{DE}", "includedData": "BUYER"}
        self.assertEqual(len(ids(self.search(paginationToken=token, **swapped))), 5)
        for changes in (
            {"lastUpdatedAfter": ago(days=8)},
            {"marketplaceIds": DE},
            {"fulfilledBy": "MERCHANT"},
            {"lastUpdatedBefore": ago(hours=1)},
        ):
            with self.subTest(**changes):
                self.assertInvalid(
                    self.search(paginationToken=token, **query | changes),
                    "paginationToken",
                )
        for wrong in ("nonsense", "W10", token[:-8]):
            reply = self.search(paginationToken=wrong, **query)
            self.assertInvalid(reply, "paginationToken")

    def test_a_token_lives_a_day(self):
        query = {"lastUpdatedAfter": ago(days=7), "maxResultsPerPage": 2}
        token = self.search(**query).body["pagination"]["nextToken"]
        self.pass_time(hours=24)
        self.tokens.clear()
        self.assertEqual(self.search(paginationToken=token, **query).status, 200)
        self.pass_time(seconds=1)
        self.assertInvalid(self.search(paginationToken=token, **query), "expired")


class TestIncludedData(SimulatorCase):
    """Each dataset brings its parts; without it they are not there."""

    PARTS = {
        "BUYER": ({"buyer"}, set()),
        "RECIPIENT": ({"recipient"}, set()),
        "PROCEEDS": ({"proceeds"}, {"proceeds"}),
        "EXPENSE": (set(), {"expense"}),
        "PROMOTION": (set(), {"promotion"}),
        "CANCELLATION": (set(), {"cancellation"}),
        "FULFILLMENT": ({"fulfillment"}, {"fulfillment"}),
        "PACKAGES": ({"packages"}, set()),
        "TAX": ({"tax"}, {"tax"}),
        "PAYMENT": ({"payment"}, set()),
        "FULFILLMENT_ORDERS": ({"fulfillmentOrders"}, set()),
    }
    ALWAYS = {"orderId", "createdTime", "lastUpdatedTime", "programs"}
    ALWAYS |= {"salesChannel", "orderItems"}
    ALWAYS_IN_ITEM = {"orderItemId", "quantityOrdered", "product"}

    def setUp(self):
        super().setUp()
        line = {"sku": "OAK-MUG-4", "quantity": 3, "discount": "2.00", "points": 5}
        order = self.place(
            "DE", line, tax="uoss", business=True, payment="Invoice", status="SHIPPED",
            cancellation_request="Too late",
        )  # fmt: skip
        order |= {
            "packages": [{"packageReferenceId": "1"}],
            "fulfillmentOrders": [{"fulfillmentOrderId": "LdDv2jxM4"}],
        }
        self.world.put_order(order)
        self.order_id = order["orderId"]

    def test_each_dataset(self):
        for dataset, (in_order, in_item) in {"": (set(), set()), **self.PARTS}.items():
            query = {"includedData": dataset} if dataset else {}
            [searched] = self.search(**{"includedData": ""} | query).body["orders"]
            read = self.get(f"{ORDERS}/{self.order_id}", **query).body["order"]
            with self.subTest(dataset):
                self.assertEqual(read, searched)
                self.assertEqual(set(read), self.ALWAYS | in_order)
                [item] = read["orderItems"]
                self.assertEqual(set(item), self.ALWAYS_IN_ITEM | in_item)

    def test_all_datasets_together_are_the_whole_order(self):
        read = self.get(f"{ORDERS}/{self.order_id}", includedData=EVERYTHING)
        self.assertEqual(read.body["order"], self.world.order(self.order_id))


class TestWhatIsTold(SimulatorCase):
    """Amazon hides things: from sellers, from apps without a role, and in time."""

    def seen(self, order_id):
        reply = self.get(f"{ORDERS}/{order_id}", includedData=EVERYTHING)
        return reply.body["order"]

    def test_pending_and_cancelled_orders_lack_amounts_buyer_and_address(self):
        missing = {"buyer", "recipient", "proceeds"}
        order_id = self.place(status="PENDING")["orderId"]
        for status, is_bare in (
            ("PENDING", True),
            ("PENDING_AVAILABILITY", True),
            ("UNSHIPPED", False),
            ("SHIPPED", False),
        ):
            self.world.set_status(order_id, status)
            order = self.seen(order_id)
            self.assertEqual(missing & set(order), set() if is_bare else missing)
            [item] = order["orderItems"]
            self.assertEqual("proceeds" in item, not is_bare)
            self.assertEqual("price" in item["product"], not is_bare)
        other = self.place()["orderId"]
        self.world.cancel_order(other)
        self.assertEqual(missing & set(self.seen(other)), set())

    def test_what_amazon_ships_is_nobodys_in_particular(self):
        order = self.seen(self.place("DE", fulfilled_by="AMAZON")["orderId"])
        self.assertNotIn("buyer", order)
        self.assertNotIn("deliverByWindow", order["fulfillment"])
        address = order["recipient"]["deliveryAddress"]
        self.assertLessEqual(
            set(address), {"city", "stateOrRegion", "postalCode", "countryCode"}
        )
        nobody = self.seen(
            self.place("DE", fulfilled_by="AMAZON", address=False)["orderId"]
        )
        self.assertNotIn("recipient", nobody)

    def test_the_mail_address_is_amazons(self):
        for site, domain in (("DE", "amazon.de"), ("GB", "amazon.co.uk")):
            email = self.seen(self.place(site)["orderId"])["buyer"]["buyerEmail"]
            self.assertRegex(email, rf"^[a-z0-9]+@marketplace\.{domain}$")

    def test_the_phone_number_goes_when_the_parcel_must_have_arrived(self):
        order_id = self.place(status="SHIPPED")["orderId"]

        def has_phone():
            return "phone" in self.seen(order_id)["recipient"]["deliveryAddress"]

        self.assertTrue(has_phone())
        self.pass_time(days=7)
        self.tokens.clear()
        self.assertFalse(has_phone())

    def test_without_the_restricted_role_nobody_has_a_name(self):
        line = {"sku": "OAK-MUG-4", "gift_wrap": "3.50", "gift_message": "Dear Ada"}
        order_id = self.place("DE", line)["orderId"]
        self.assertIn("Dear Ada", str(self.seen(order_id)))
        self.world.set_account("eu", personal_data=False)
        order = self.seen(order_id)
        self.assertNotIn("Dear Ada", str(order))
        self.assertEqual(order["buyer"], {})
        hidden = {"name", "addressLine1", "postalCode", "phone"}
        self.assertFalse(hidden & set(order["recipient"]["deliveryAddress"]))
        self.assertIn("city", order["recipient"]["deliveryAddress"])

    def test_an_order_of_another_channel(self):
        wishes = {"fulfilled_by": "AMAZON", "on_amazon": False, "seller_ref": "WEB-1"}
        order = self.seen(self.place("DE", **wishes)["orderId"])
        self.assertEqual(order["salesChannel"]["channelName"], "NON_AMAZON")
        self.assertEqual(order["salesChannel"]["marketplaceName"], "Non-Amazon DE")
        self.assertEqual(
            order["orderAliases"],
            [{"aliasId": "WEB-1", "aliasType": "SELLER_ORDER_ID"}],
        )
        self.assertNotIn("proceeds", order)

    def test_a_replacement_costs_nothing(self):
        original = self.place()["orderId"]
        order = self.seen(self.place(replaces=original)["orderId"])
        self.assertEqual(
            order["associatedOrders"],
            [{"orderId": original, "associationType": "REPLACEMENT_ORIGINAL_ID"}],
        )
        self.assertEqual(order["proceeds"]["grandTotal"]["amount"], "0.00")
        [item] = order["orderItems"]
        self.assertEqual(item["proceeds"]["proceedsTotal"]["amount"], "0.00")

    def test_a_company_tells_its_tax_number(self):
        order = self.seen(self.place(business=True, purchase_order="PO-1")["orderId"])
        self.assertIn("AMAZON_BUSINESS", order["programs"])
        self.assertEqual(order["buyer"]["buyerPurchaseOrderNumber"], "PO-1")
        [registration] = order["tax"]["taxRegistrations"]
        self.assertEqual(
            (registration["entityType"], registration["taxRegistrationType"]),
            ("BUYER", "VAT"),
        )
        self.assertEqual(
            order["recipient"]["deliveryAddress"]["companyName"],
            order["buyer"]["buyerCompanyName"],
        )

    def test_an_order_that_nobody_knows(self):
        reply = self.get(f"{ORDERS}/111-0000000-0000000")
        self.assertEqual((reply.status, reply.error[0]), (404, "NotFound"))


class TestAmazonsOwnExamples(SimulatorCase):
    """Amazon's examples, put into the world, come back as they are."""

    def examples(self):
        self.skip_without_models()
        path = models_folder() / "orders_2026-01-01.json"
        for methods in json.loads(path.read_text("utf-8"))["paths"].values():
            answer = methods["get"]["responses"]["200"]
            yield answer["examples"]["application/json"]
            for example in answer["x-amzn-api-sandbox"]["static"]:
                yield example["response"]

    def test_they_are_read_back_verbatim(self):
        orders = [
            order
            for example in self.examples()
            for order in example.get("orders") or [example["order"]]
        ]
        self.assertEqual(len(orders), 8)
        for order in orders:
            self.world.put_order(order, account="eu")
            read = self.get(f"{ORDERS}/{order['orderId']}", includedData=EVERYTHING)
            self.assertEqual(read.body["order"], order)
        reply = self.search(createdAfter="2024-01-01T00:00:00Z")
        found = {order["orderId"]: order for order in reply.body["orders"]}
        self.assertEqual(found, {order["orderId"]: order for order in orders})
