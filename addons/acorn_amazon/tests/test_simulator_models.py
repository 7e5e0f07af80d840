"""The local Amazon against Amazon's own models: operations, plans and every answer."""

import json
import re

from odoo.tests import BaseCase

from ..simulator import World
from ..simulator.accounts import demo_accounts
from ..simulator.api import OPERATIONS
from ..simulator.throttle import PLANS
from ..simulator.validate import UNPUBLISHED, make_validator, models_folder
from .test_simulator import EVERYTHING, LOGGER, SimulatorCase


class ModelCase(BaseCase):
    def setUp(self):
        super().setUp()
        self.validator = make_validator()
        if self.validator is None:
            self.skipTest("Amazon's models are not here: set ACORN_SPAPI_MODELS")

    def operations(self):
        """(ours, Amazon's path, method and description of the same)"""
        for ours in OPERATIONS:
            if not ours.model or ours.model in UNPUBLISHED:
                continue
            document = json.loads((models_folder() / f"{ours.model}.json").read_text())
            for path, methods in document["paths"].items():
                for method in ("get", "post", "put", "patch", "delete"):
                    theirs = methods.get(method, {})
                    if theirs.get("operationId") == ours.name:
                        yield ours, path, method, theirs


class TestModels(ModelCase):
    def test_operations_are_where_amazon_has_them(self):
        names = set()
        for ours, path, method, _theirs in self.operations():
            our_path = re.sub(r"<(path:)?(\w+)>", r"{\2}", ours.path)
            self.assertEqual((our_path, ours.method), (path, method.upper()))
            names.add(ours.name)
        unpublished = {each.name for each in OPERATIONS if each.model in UNPUBLISHED}
        self.assertEqual(names | unpublished, set(PLANS))

    def test_plans_are_those_that_amazon_publishes(self):
        for ours, _path, _method, theirs in self.operations():
            plan = re.search(r"\| ([\d.]+) \| (\d+) \|", theirs["description"])
            rate, burst = PLANS[ours.name]
            self.assertEqual((rate, burst), (float(plan[1]), int(plan[2])), ours.name)

    def errors(self, body, operation="getOrder", status=200):
        return self.validator.errors("orders_2026-01-01", operation, status, body)

    def order(self, **changes):
        order = World.quiet().place_order([{"sku": "OAK-MUG-4"}], "DE")
        return {"order": order | changes}

    def test_what_is_right(self):
        self.assertEqual(self.errors(self.order()), [])

    def test_fields_that_amazon_does_not_have(self):
        self.assertEqual(len(self.errors(self.order(colour="red"))), 1)
        body = self.order()
        body["order"]["orderItems"][0]["price"] = 1
        self.assertIn("orderItems.0", self.errors(body)[0])
        self.assertTrue(self.errors(self.order() | {"payload": {}}))

    def test_money_is_decimal_text(self):
        for amount in (9.99, 10, "10,00", "1e3", ""):
            total = {"grandTotal": {"amount": amount, "currencyCode": "EUR"}}
            self.assertTrue(self.errors(self.order(proceeds=total)), amount)

    def test_times_are_utc(self):
        for moment in ("2026-11-20 12:00:00", "2026-11-20T12:00:00+01:00", "today"):
            self.assertTrue(self.errors(self.order(createdTime=moment)), moment)

    def test_words_are_amazons(self):
        for status in ("Shipped", "CANCELED", ""):
            changes = {"fulfillment": {"fulfillmentStatus": status}}
            self.assertTrue(self.errors(self.order(**changes)), status)

    def test_what_is_missing(self):
        body = self.order()
        del body["order"]["orderItems"]
        self.assertIn("orderItems", self.errors(body)[0])
        self.assertTrue(self.errors({}))

    def test_trees_are_looked_at_down_to_their_leaves(self):
        leaf = {"breakdownType": "Base", "breakdownAmount": {"currencyAmount": -1.5}}
        branch = {"breakdownType": "Commission", "breakdowns": [leaf]}
        context = {"contextType": "ProductContext", "sku": "A", "quantityShipped": 1}
        item = {"breakdowns": [branch], "contexts": [context]}

        def found():
            body = {"payload": {"transactions": [{"items": [item]}]}}
            args = "finances_2024-06-19", "listTransactions", 200, body
            return self.validator.errors(*args)

        self.assertEqual(found(), [])
        leaf["breakdownAmount"]["currencyAmount"] = "-1.50"
        context["colour"] = "red"
        self.assertEqual(len(found()), 2)

    def test_statuses_that_amazon_does_not_answer_with(self):
        self.assertIn("no answer 401", self.errors({"errors": []}, status=401)[0])
        self.assertEqual(self.errors({"errors": []}, status=404), [])
        self.assertTrue(self.errors({"error": []}, status=404))

    def test_lists_are_looked_at_element_by_element_every_time(self):
        good, bad = self.order()["order"], self.order(colour="red")["order"]
        for _time in range(2):
            found = self.errors({"orders": [good, good, bad]}, "searchOrders")
            self.assertEqual(len(found), 1)
            self.assertIn("orders[2]", found[0])
            self.assertEqual(self.errors({"orders": [good]}, "searchOrders"), [])


class TestEveryAnswer(SimulatorCase):
    """Whatever the world makes up, Amazon could have said."""

    def make_world(self):
        world = super().make_world()
        for key in world.accounts:
            world.generate_orders(key, 250)
            world.generate_orders(key, 100, shipped=True)
        return world

    def test_every_order_fits_amazons_model(self):
        self.skip_without_models()
        for key in self.world.accounts:
            query, count = {}, 0
            while True:
                body = self.search(key=key, **query).body
                self.assertIn("orders", body, self.world.violations)
                count += len(body["orders"])
                if "pagination" not in body:
                    break
                query = {"paginationToken": body["pagination"]["nextToken"]}
            self.assertGreater(count, 330)

    def test_a_violation_is_told_and_remembered(self):
        self.skip_without_models()
        order = self.place("DE", age=60)
        self.world.put_order(order | {"colour": "red"})
        path = f"/orders/2026-01-01/orders/{order['orderId']}"
        with self.assertLogs(LOGGER, "ERROR"):
            reply = self.get(path, includedData=EVERYTHING)
        self.assertEqual((reply.status, reply.error[0]), (500, "InternalFailure"))
        self.assertIn("colour", reply.error[2])
        [violation] = self.world.violations
        self.assertEqual(violation["operation"], "getOrder")
        self.world.violations.clear()


class TestConstants(BaseCase):
    def test_the_demo_accounts(self):
        for account in demo_accounts():
            self.assertRegex(account.seller_id, r"^A[A-Z0-9]{13}$")
            self.assertRegex(
                account.client_id, r"^amzn1\.application-oa2-client\.[0-9a-f]{32}$"
            )
            self.assertTrue(account.client_secret.startswith("amzn1.oa2-cs.v1."))
            self.assertTrue(account.refresh_token.startswith("Atzr|"))
