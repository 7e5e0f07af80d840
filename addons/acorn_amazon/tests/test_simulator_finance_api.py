"""The local Amazon: its APIs about money, over HTTP."""

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from ..simulator import World
from ..simulator.clock import Clock, iso
from .common_pure import DE, US
from .test_simulator import START, SimulatorCase

TRANSACTIONS = "/finances/2024-06-19/transactions"
PAYOUTS = "/finances/transfers/2024-06-01/payouts"
QUERIES = "/dataKiosk/2023-11-15/queries"
MUG = {"sku": "OAK-MUG-4", "quantity": 2, "price": "20.00"}
QUERY = """query { analytics_economics_2024_03_15 { economics(
  startDate: "%s" endDate: "%s" marketplaceIds: ["%s"]
  aggregateBy: { date: DAY, productId: MSKU }
) { startDate msku sales { orderedProductSales { amount currencyCode } unitsOrdered
unitsRefunded } ads { adTypeName charge { totalAmount { amount currencyCode } } } } } }
"""


def exact(amount):
    return Decimal(repr(amount["currencyAmount"]))


class MoneyCase(SimulatorCase):
    options = {"deferred": [], "reserve_share": 0}

    def sell(self, site="DE", **wishes):
        wishes = {"status": "SHIPPED", "fulfilled_by": "AMAZON", **wishes}
        return self.world.place_order([MUG], site, **wishes)["orderId"]

    def later(self, **duration):
        self.world.set_clock(advance=timedelta(**duration).total_seconds())
        self.tokens.clear()  # they live an hour

    def ago(self, **duration):
        return iso(self.world.clock.now() - timedelta(**duration))

    def transactions(self, key="eu", **query):
        query = query or {"postedAfter": self.ago(days=100)}
        found, token = [], {}
        while True:
            reply = self.get(TRANSACTIONS, key=key, **query, **token)
            self.assertEqual(reply.status, 200, reply.data)
            payload = reply.body["payload"]
            found += payload["transactions"]
            if "nextToken" not in payload:
                return found
            token = {"nextToken": payload["nextToken"]}


class TestTransactions(MoneyCase):
    def test_a_sale_in_both_trees(self):
        order = self.sell()
        self.later(hours=1)
        [told] = self.transactions()
        self.assertEqual(told["transactionType"], "Shipment")
        self.assertEqual(told["marketplaceDetails"]["marketplaceId"], DE)
        [item] = told["items"]
        self.assertEqual(item["totalAmount"], told["totalAmount"])
        for tree in (item["breakdowns"], told["breakdowns"]):
            total = sum(exact(each["breakdownAmount"]) for each in tree)
            self.assertEqual(total, exact(told["totalAmount"]))
        self.assertIn(
            {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": order},
            told["relatedIdentifiers"],
        )

    def test_by_order_group_and_status(self):
        first = self.sell()
        self.later(days=1)
        self.sell()
        self.later(days=40)
        name = {"relatedIdentifierName": "ORDER_ID"}
        [told] = self.transactions(**name, relatedIdentifierValue=first)
        numbers = {
            each["relatedIdentifierName"]: each["relatedIdentifierValue"]
            for each in told["relatedIdentifiers"]
        }
        self.assertIn("SETTLEMENT_ID", numbers)
        group = numbers["FINANCIAL_EVENT_GROUP_ID"]
        name = {"relatedIdentifierName": "FINANCIAL_EVENT_GROUP_ID"}
        self.assertIn(told, self.transactions(**name, relatedIdentifierValue=group))
        after = {"postedAfter": self.ago(days=90)}
        self.assertEqual(self.transactions(**after, transactionStatus="DEFERRED"), [])
        released = self.transactions(**after, transactionStatus="RELEASED")
        kinds = Counter(each["transactionType"] for each in released)
        self.assertEqual(kinds["Shipment"], 2)
        self.assertGreaterEqual(kinds["Transfer"], 1)

    def test_what_cannot_be_asked(self):
        self.assertEqual(self.get(TRANSACTIONS, key="eu").status, 400)
        for query in (
            {"postedAfter": self.ago(minutes=1)},
            {"postedAfter": self.ago(days=1), "postedBefore": self.ago(days=2)},
            {"postedAfter": self.ago(days=1), "postedBefore": self.ago(minutes=1)},
            {"postedAfter": self.ago(days=1), "transactionStatus": "LOST"},
            {"postedAfter": self.ago(days=1), "nextToken": "x"},
            {"relatedIdentifierName": "REFUND_ID", "relatedIdentifierValue": "1"},
        ):
            self.assertEqual(self.get(TRANSACTIONS, key="eu", **query).status, 400)

    def test_more_than_180_days_are_answered_with_nothing(self):
        self.sell()
        self.later(hours=1)
        self.assertEqual(self.transactions(postedAfter=self.ago(days=181)), [])
        self.assertEqual(len(self.transactions(postedAfter=self.ago(days=179))), 1)

    def test_pages_some_of_them_empty(self):
        for _time in range(5):
            self.sell()
        self.later(hours=1)
        whole = self.transactions()
        self.world.set_options(transaction_page=2, empty_pages=True)
        self.world.forget_calls()
        self.assertEqual(self.transactions(), whole)
        self.assertEqual(len(self.world.show_calls("listTransactions")), 6)

    def test_a_token_goes_with_the_arguments_it_came_with(self):
        self.sell()
        self.sell()
        self.later(hours=1)
        self.world.set_options(transaction_page=1)
        asked = {"postedAfter": self.ago(days=2)}
        token = self.get(TRANSACTIONS, key="eu", **asked).body["payload"]["nextToken"]
        other = {"postedAfter": self.ago(days=3), "nextToken": token}
        self.assertEqual(self.get(TRANSACTIONS, key="eu", **other).status, 400)

    def test_orders_may_be_told_two_days_late(self):
        self.world.set_options(transactions_late=48)
        self.sell()
        self.later(hours=47)
        self.assertEqual(self.transactions(), [])
        self.later(hours=2)
        self.assertEqual(len(self.transactions()), 1)

    def test_what_sellers_ship_in_the_united_states_is_of_no_marketplace(self):
        self.sell("US", fulfilled_by="MERCHANT")
        self.sell("US")
        self.later(hours=1)
        after = {"postedAfter": self.ago(days=2)}
        self.assertEqual(len(self.transactions("na", **after)), 2)
        self.assertEqual(len(self.transactions("na", **after, marketplaceId=US)), 1)

    def test_deferred_money_is_told_twice_and_settled_once(self):
        self.world.set_options(deferred=["DD7"])
        self.sell()
        self.later(days=1)
        [held] = self.transactions()
        self.assertEqual(held["transactionStatus"], "DEFERRED")
        [context] = held["contexts"]
        self.assertEqual(context["deferralReason"], "DD7")
        self.later(days=40)
        told = self.transactions()
        by_status = {
            each["transactionStatus"]: each
            for each in told
            if each["transactionType"] == "Shipment"
        }
        paid, release = by_status["DEFERRED_RELEASED"], by_status["RELEASED"]
        self.assertEqual(paid["transactionId"], held["transactionId"])
        back = [
            each["relatedIdentifierValue"]
            for each in release["relatedIdentifiers"]
            if each["relatedIdentifierName"] == "DEFERRED_TRANSACTION_ID"
        ]
        self.assertEqual(back, [held["transactionId"]])
        [settlement] = self.world.settlements("eu")
        self.assertEqual(settlement.total, exact(release["totalAmount"]))


class TestLivingMoney(MoneyCase):
    """What several weeks bring: every answer fits Amazon's model, and sums agree."""

    def make_world(self):
        clock = Clock(START, 0.0)
        world = World(history=60, history_days=40, clock=clock, deferred=["DD7"])
        world.set_options(rate_scale=1000, throttled=False)
        return world

    def test_transactions_payouts_and_settlements_are_the_same_money(self):
        for key in self.world.accounts:
            told = self.transactions(key)
            self.assertGreater(len(told), 50)
            sums = Counter()
            for each in told:
                numbers = {
                    number["relatedIdentifierName"]: number["relatedIdentifierValue"]
                    for number in each["relatedIdentifiers"]
                }
                if each["transactionType"] != "Transfer" and "SETTLEMENT_ID" in numbers:
                    sums[numbers["SETTLEMENT_ID"]] += exact(each["totalAmount"])
            payouts = {
                each["relatedIdentifiers"][0]["relatedIdentifierValue"]: each
                for each in self.get(PAYOUTS, key=key).body["payouts"]
            }
            settlements = self.world.settlements(key)
            self.assertEqual(set(payouts), {each.ref for each in settlements})
            for each in settlements:
                reserves = each.previous_reserve + each.current_reserve
                self.assertEqual(sums[each.ref] + reserves, each.total)
                payout = payouts[each.ref]
                if each.total:
                    self.assertEqual(exact(payout["amount"]), each.total)
                    self.assertEqual(payout["traceId"], each.trace)
                else:
                    self.assertEqual(payout["currentStatus"], "NO_PAYOUT")


class TestPayouts(MoneyCase):
    def payouts(self, **query):
        reply = self.get(PAYOUTS, key="eu", **query)
        self.assertEqual(reply.status, 200, reply.data)
        return reply.body["payouts"]

    def test_a_payout_on_its_way(self):
        self.sell()
        start = self.world.clock.now()
        self.later(days=15)
        [settlement] = self.world.settlements("eu")
        self.world.set_clock(freeze=iso(settlement.until + timedelta(hours=1)))
        self.tokens.clear()
        seen = []
        for _look in range(3):
            [payout] = self.payouts()
            seen.append(payout["currentStatus"])
            self.later(days=1)
        self.assertEqual(seen, ["STARTED", "IN_TRANSIT", "PAID"])
        self.assertEqual(self.payouts(createdAfter=iso(start + timedelta(60))), [])
        self.assertEqual(self.payouts(createdBefore=iso(start)), [])
        self.assertEqual(self.payouts(payoutId=payout["id"])[0]["id"], payout["id"])
        self.assertEqual(self.payouts(marketplaceIds=US), [])


class TestDataKiosk(MoneyCase):
    def ask(self, since, until, site=DE):
        body = {"query": QUERY % (since, until, site)}
        reply = self.call("POST", QUERIES, body)
        self.assertEqual(reply.status, 202, reply.data)
        query = reply.body["queryId"]
        self.later(minutes=5)
        return self.get(f"{QUERIES}/{query}", key="eu").body

    def rows(self, *asked):
        done = self.ask(*asked)
        path = f"/dataKiosk/2023-11-15/documents/{done['dataDocumentId']}"
        url = self.get(path, key="eu").body["documentUrl"]
        _host, _slash, path = url.partition("://")[2].partition("/")
        text = self.send("GET", f"/{path}").data.decode()
        return [json.loads(line) for line in text.splitlines()]

    def test_sales_refunds_and_advertising_of_each_day(self):
        self.world.set_options(running_costs=True)
        order = self.sell()
        self.later(days=1)
        self.world.return_to_amazon(order)
        self.later(days=2)
        rows = self.rows("2026-11-19", "2026-11-22")
        mugs = {r["startDate"]: r["sales"] for r in rows if r["msku"] == "OAK-MUG-4"}
        self.assertEqual(mugs["2026-11-20"]["unitsOrdered"], 2)
        sales = {"amount": 40.0, "currencyCode": "EUR"}
        self.assertEqual(mugs["2026-11-20"]["orderedProductSales"], sales)
        self.assertEqual(mugs["2026-11-21"]["unitsRefunded"], 1)
        spent = [each for row in rows for each in row["ads"]]
        self.assertGreater(len(spent), 5)

    def test_what_ads_cost_is_what_is_charged_for_the_week(self):
        self.world.set_options(running_costs=True)
        self.later(days=14)
        [*_first, charged] = [
            event
            for event in self.world.money_events("eu")
            if event.type == "ProductAdsPayment" and event.site == "DE"
        ]
        monday = charged.posted.date()
        week = [monday - timedelta(days=back) for back in (7, 1)]
        spent = sum(
            Decimal(repr(each["charge"]["totalAmount"]["amount"]))
            for row in self.rows(*week)
            for each in row["ads"]
        )
        self.assertEqual(spent, -charged.total)

    def test_nothing_to_tell(self):
        done = self.ask("2026-11-01", "2026-11-02")
        self.assertEqual(done["processingStatus"], "DONE")
        self.assertNotIn("dataDocumentId", done)

    def test_queries_that_amazon_would_refuse(self):
        good = QUERY % ("2026-11-01", "2026-11-02", DE)
        for bad in (
            good.replace("msku", "mysku"),
            good.replace("totalAmount {", "aggregatedDetail { totalAmount {"),
            good.replace("MSKU", "COLOUR"),
            good.replace("2024_03_15", "2020_01_01"),
            good.replace(DE, US),
            good.replace("2026-11-01", "2026-11-03"),
            "{}",
        ):
            reply = self.call("POST", QUERIES, {"query": bad})
            self.assertEqual(reply.status, 400, bad)
