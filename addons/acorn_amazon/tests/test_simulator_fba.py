"""The local Amazon: what it keeps, and the ledger of what happened to it."""

from ..simulator import World, snapshot
from ..simulator.accounts import MARKETPLACES
from .test_simulator_reports import ReportCase

PATH = "/fba/inventory/v1/summaries"
LEDGER = "GET_LEDGER_DETAIL_VIEW_DATA"
TOWEL = "OAK-TOWEL-2"


class TestInventory(ReportCase):
    def ask(self, site="DE", key="eu", **query):
        number = MARKETPLACES[site].id
        query = {
            "details": "true",
            "granularityType": "Marketplace",
            "granularityId": number,
            "marketplaceIds": number,
        } | query
        return self.get(PATH, key=key, **query)

    def details(self, sku=TOWEL, site="DE", key="eu"):
        summaries = self.ask(site, key).body["payload"]["inventorySummaries"]
        [found] = [each for each in summaries if each["sellerSku"] == sku]
        return found["inventoryDetails"]

    def test_orders_reserve_and_take_what_can_be_ordered(self):
        before = self.details()["fulfillableQuantity"]
        raw = self.world.place_order([{"sku": TOWEL, "quantity": 3}], "FR")
        details = self.details()
        self.assertEqual(details["fulfillableQuantity"], before - 3)
        reserved = details["reservedQuantity"]
        self.assertEqual(reserved["pendingCustomerOrderQuantity"], 3)
        self.assertEqual(reserved["totalReservedQuantity"], 3)
        self.world.set_status(raw["orderId"], "SHIPPED")
        details = self.details()
        self.assertEqual(details["fulfillableQuantity"], before - 3)
        self.assertEqual(details["reservedQuantity"]["totalReservedQuantity"], 0)

    def test_a_cancelled_order_gives_them_back(self):
        before = self.details()
        raw = self.world.place_order([{"sku": TOWEL, "quantity": 3}], "DE")
        self.world.cancel_order(raw["orderId"])
        self.assertEqual(self.details(), before)

    def test_all_sites_of_a_network_see_the_same_and_others_their_own(self):
        self.world.put_fba_stock("eu", "DE", TOWEL, fulfillableQuantity=-7)
        self.assertEqual(self.details(), self.details(site="PL"))
        summaries = self.ask("GB").body["payload"]["inventorySummaries"]
        self.assertNotIn(TOWEL, [each["sellerSku"] for each in summaries])

    def test_what_happens_changes_the_states(self):
        self.world.put_fba_stock("eu", "DE", TOWEL, inboundShippedQuantity=40)
        before = self.details()["fulfillableQuantity"]
        for sku, kind, quantity, disposition in (
            (TOWEL, "Receipts", 30, "SELLABLE"),
            (TOWEL, "Adjustments", -2, "SELLABLE"),
            (TOWEL, "Adjustments", 2, "WAREHOUSE_DAMAGED"),
            (TOWEL, "WhseTransfers", -5, "SELLABLE"),
        ):
            self.world.add_fba_event("eu", sku, kind, quantity, disposition=disposition)
        details = self.details()
        self.assertEqual(details["fulfillableQuantity"], before + 30 - 2 - 5)
        self.assertEqual(details["inboundShippedQuantity"], 10)
        unsellable = details["unfulfillableQuantity"]
        self.assertEqual(unsellable["warehouseDamagedQuantity"], 2)
        self.assertEqual(unsellable["totalUnfulfillableQuantity"], 2)
        reserved = details["reservedQuantity"]
        self.assertEqual(reserved["pendingTransshipmentQuantity"], 5)

    def test_pages_and_a_token_that_lives_thirty_seconds(self):
        for number in range(60):
            sku = f"X-{number:02}"
            self.world.put_fba_stock("eu", "DE", sku, fulfillableQuantity=1)
        first = self.ask().body
        self.assertEqual(len(first["payload"]["inventorySummaries"]), 50)
        token = first["pagination"]["nextToken"]
        second = self.ask(nextToken=token).body
        self.assertNotIn("pagination", second)
        skus = [
            each["sellerSku"]
            for page in (first, second)
            for each in page["payload"]["inventorySummaries"]
        ]
        self.assertEqual(len(skus), len(set(skus)))
        self.assertIn("X-59", skus)
        self.pass_time(seconds=31)
        reply = self.ask(nextToken=token)
        self.assertEqual(reply.status, 400)
        self.assertIn("expired", reply.error[2])
        self.assertEqual(self.ask("FR", nextToken=token).status, 400)

    def test_what_is_asked_wrongly_is_refused(self):
        for query in (
            {"marketplaceIds": f"{MARKETPLACES['DE'].id},{MARKETPLACES['FR'].id}"},
            {"granularityType": "Country"},
            {"marketplaceIds": MARKETPLACES["US"].id},
            {"colour": "red"},
        ):
            with self.subTest(query):
                self.assertEqual(self.ask(**query).status, 400)

    def test_certain_skus_without_details(self):
        body = self.ask(sellerSkus=f"{TOWEL},OAK-MUG-4", details="false").body
        [summary] = body["payload"]["inventorySummaries"]
        self.assertEqual(summary["sellerSku"], TOWEL)
        self.assertNotIn("inventoryDetails", summary)

    def test_the_ledger_tells_sales_and_all_else(self):
        raw = self.world.place_order([{"sku": TOWEL, "quantity": 3}], "DE")
        self.world.set_status(raw["orderId"], "SHIPPED")
        event = {"reason": "M", "reference": "R1"}
        self.world.add_fba_event("eu", TOWEL, "Adjustments", -2, **event)
        self.world.add_fba_event("eu", TOWEL, "Adjustments", -2, **event)
        rows = self.rows(LEDGER, dataStartTime="2026-11-19T00:00:00Z")
        told = [(row["Event Type"], row["Quantity"], row["Reason"]) for row in rows]
        lost = ("Adjustments", "-2", "M")
        self.assertCountEqual(told, [("Shipments", "-3", ""), lost, lost])
        self.assertEqual({row["Date"] for row in rows}, {"11/20/2026"})
        period = {"dataStartTime": "2026-11-10T00:00:00Z"}
        period["dataEndTime"] = "2026-11-11T00:00:00Z"
        earlier = self.make_report(LEDGER, **period)
        self.assertEqual(earlier["processingStatus"], "CANCELLED")

    def test_it_is_kept_over_a_restart(self):
        self.world.add_fba_event("eu", TOWEL, "Adjustments", -2, reason="M")
        data = snapshot.dump(self.world)
        other = World.quiet()
        snapshot.load(other, data)
        self.assertEqual(
            other.show_fba_stock("eu", "DE"), self.world.show_fba_stock("eu", "DE")
        )
        self.assertEqual(len(other.fba.events), 1)
