from datetime import timedelta

from .test_simulator import SimulatorCase

METRICS = "/sales/v1/orderMetrics"
DE, FR = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"


class TestSales(SimulatorCase):
    """The Sales API of the local Amazon."""

    def ask(self, since=3, until=0, site=DE, **query):
        midnight = self.world.clock.now().replace(hour=0, minute=0, second=0)
        start, end = (
            f"{midnight - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
            for days in (since, until)
        )
        query = {
            "granularity": "Day",
            "granularityTimeZone": "UTC",
            "marketplaceIds": site,
            "interval": f"{start}--{end}",
        } | query
        return self.get(METRICS, **query)

    def place_at(self, days, site="DE"):
        moment = self.world.clock.now() - timedelta(days=days)
        lines = [{"sku": "OAK-MUG-4", "quantity": 2, "price": "10.00"}]
        wishes = {"created": moment, "updated": moment, "status": "SHIPPED"}
        self.world.place_order(lines, site, **wishes)

    def test_orders_are_counted_day_by_day(self):
        for days in (1, 1, 2):
            self.place_at(days)
        self.place_at(1, "FR")
        payload = self.ask().body["payload"]
        self.assertEqual([each["orderCount"] for each in payload], [0, 1, 2])
        self.assertEqual([each["unitCount"] for each in payload], [0, 2, 4])
        self.assertEqual(payload[2]["totalSales"]["currencyCode"], "EUR")
        self.assertEqual(self.world.show_violations(), [])

    def test_other_granularities(self):
        self.place_at(1)
        self.place_at(40)
        for granularity, most in (
            ("Total", 1),
            ("Month", 4),
            ("Week", 10),
            ("Year", 2),
        ):
            payload = self.ask(since=60, granularity=granularity).body["payload"]
            self.assertLessEqual(len(payload), most)
            self.assertEqual(sum(each["orderCount"] for each in payload), 2)
        hours = self.ask(since=1, granularity="Hour").body["payload"]
        self.assertEqual(len(hours), 24)

    def test_what_amazon_refuses(self):
        for wrong in (
            {"since": 800},
            {"since": 0, "until": 1},
            {"granularity": "Decade"},
            {"granularityTimeZone": ""},
            {"granularityTimeZone": "Moon/Base"},
            {"site": f"{DE},{FR}"},
            {"interval": "yesterday"},
            {"since": 40, "granularity": "Hour"},
        ):
            with self.subTest(wrong):
                self.assertEqual(self.ask(**wrong).status, 400)
