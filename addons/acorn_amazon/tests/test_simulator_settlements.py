"""The local Amazon's settlement reports, as the channel finds and reads them."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from ..fees import FEES
from ..simulator.world import charges, running_costs
from ..simulator.world.money_events import CURRENT_RESERVE, PREVIOUS_RESERVE
from ..simulator.world.settlement_report import TYPE
from .test_channel_simulator import SimulatorCase
from .test_fees import TestFees
from .test_simulator_reports import REPORTS, ReportCase

SITES = {"eu": ("DE", "FR", "GB"), "na": ("US", "CA"), "jp": ("JP",)}
REGIONS = {"eu": "eu", "na": "na", "jp": "fe"}


class TestSettlementReports(SimulatorCase):
    def seller(self, key):
        """Return the channel of another account."""
        seller = self.world.accounts[key]
        return self.channel(
            client_id=seller.client_id,
            client_secret=seller.client_secret,
            refresh_token=seller.refresh_token,
            region=REGIONS[key],
            seller_id=seller.seller_id,
            sites=tuple(each.id for each in seller.marketplaces),
        )

    def later(self, **duration):
        self.world.set_clock(advance=timedelta(**duration).total_seconds())

    def trade(self, key):
        """Sell on every site for a month, give back, pay, and let the time pass."""
        for _turn in range(4):
            for site in SITES[key]:
                order = self.sell(key, site)
            self.later(days=8)
        site = SITES[key][0]
        self.world.return_to_amazon(order)
        self.world.charge(key, site, "storage", "-12")
        self.later(days=15)

    def sell(self, key, site):
        yen = site == "JP"
        line = {
            "sku": "OAK-MUG-4",
            "quantity": 2,
            "price": "2000" if yen else "19.99",
            "shipping": "500" if yen else "4.90",
        }
        return self.world.place_order(
            [line],
            site,
            account=key,
            status="SHIPPED",
            fulfilled_by="AMAZON",
            tax="usual",
        )["orderId"]

    def settlements(self, channel):
        documents, cursor, _pages = self.pull_all(channel, "settlement")
        return {each.key: channel.parse(each) for each in documents}, cursor

    def pull_all(self, channel, kind="order", site=""):
        cursor = {"until": (self.world.clock.now() - timedelta(days=90)).isoformat()}
        documents = []
        while True:
            page = channel.pull(kind, cursor, site=site)
            documents += page.documents
            cursor = page.cursor
            if not page.more:
                return documents, cursor, 1

    def test_every_settlement_of_every_account_is_found_and_adds_up(self):
        for key in SITES:
            with self.subTest(key):
                self.world.reset()
                self.trade(key)
                found, _cursor = self.settlements(self.seller(key))
                now = self.world.clock.now()
                told = {
                    each.ref: each
                    for each in self.world.settlements(key)
                    if each.until <= now - timedelta(hours=3)
                }
                self.assertEqual(found.keys(), told.keys())
                self.assertGreaterEqual(len(found), 2 * len(SITES[key]) - 1)
                for ref, settlement in found.items():
                    self.assertSame(settlement, told[ref])

    def assertSame(self, settlement, told):
        """What was read is what the world knows."""
        self.assertEqual(settlement.currency, told.currency)
        self.assertEqual((settlement.since, settlement.until), (told.since, told.until))
        self.assertEqual(settlement.total, told.total)
        total = sum((line.amount for line in settlement.lines), Decimal(0))
        self.assertEqual(total, settlement.total)
        self.assertEqual(Counter(map(words, settlement.lines)), Counter(entries(told)))
        self.assertEqual(bool(settlement.deposited_at), bool(told.total))

    def test_each_is_fetched_once_and_the_next_one_when_it_is_there(self):
        self.trade("eu")
        channel = self.seller("eu")
        found, cursor = self.settlements(channel)
        self.later(hours=6)
        page = channel.pull("settlement", cursor)
        self.assertFalse(page.more)
        self.later(days=14)
        page = channel.pull("settlement", page.cursor)
        while page.more:
            page = channel.pull("settlement", page.cursor)
            for document in page.documents:
                self.assertNotIn(document.key, found)
                found[document.key] = channel.parse(document)
        self.assertEqual(
            {settlement.currency for settlement in found.values()}, {"EUR", "GBP"}
        )

    def test_a_marketplace_that_is_not_named_hides_its_settlements(self):
        self.trade("eu")
        germany = self.world.accounts["eu"].marketplaces[0].id
        found, _cursor = self.settlements(self.channel(sites=(germany,)))
        self.assertEqual({each.currency for each in found.values()}, {"EUR"})

    def test_every_word_of_the_local_amazon_has_a_nature(self):
        TestFees.setUpClass()
        nature = TestFees().nature
        for settled_as, told_as in charges.WORDS.values():
            for kind in ("Order", "Refund"):
                self.assertTrue(nature(kind, *settled_as), settled_as)
            for kind in ("Shipment", "Refund"):
                self.assertTrue(nature(kind, *told_as[-2:]), told_as)
        for kind in running_costs.KINDS.values():
            self.assertTrue(nature(*kind.settled_as), kind)
            self.assertTrue(nature(kind.type, *kind.told_as[-2:]), kind)
        for reserve in (CURRENT_RESERVE, PREVIOUS_RESERVE):
            self.assertEqual(nature(*reserve), "reserve")
        self.assertTrue(FEES)


def words(line):
    return (
        *(line.transaction_type, line.amount_type, line.description, line.amount),
        *(line.order_ref, line.sku, line.posted_at),
    )


def entries(told):
    """Yield what the lines of a settlement of the world's should say."""
    for event in told.events:
        for item in event.items:
            for each in item.amounts:
                yield (
                    *(event.settled_as, *each.settled_as, each.amount),
                    *(event.order, item.sku, event.posted.replace(microsecond=0)),
                )
    for reserve, amount, moment in (
        (PREVIOUS_RESERVE, told.previous_reserve, told.since),
        (CURRENT_RESERVE, told.current_reserve, told.until),
    ):
        if amount:
            yield (*reserve, amount, "", "", moment)


class TestSettlementReportAnswers(ReportCase):
    def test_they_cannot_be_ordered(self):
        self.assertInvalid(self.order_report(TYPE), "cannot be requested")

    def test_as_their_countries_write_them(self):
        for key, site, price in (
            ("eu", "DE", "1234.50"),
            ("eu", "GB", "1234.50"),
            ("na", "US", "1234.50"),
            ("na", "CA", "1234.50"),
            ("jp", "JP", "123450"),
        ):
            line = {"sku": "OAK-MUG-4", "quantity": 1, "price": price}
            self.world.place_order([line], site, account=key, status="SHIPPED")
        self.pass_time(days=40)
        self.tokens.clear()
        found = {}
        for key in ("eu", "na", "jp"):
            listed = self.call(
                "GET", f"{REPORTS}/reports", key=key, reportTypes=TYPE, pageSize=100
            )
            for report in reversed(listed.body["reports"]):  # the oldest first
                _described, reply = self.fetch(report["reportDocumentId"], key)
                charset = reply.headers["Content-Type"].partition("charset=")[2]
                head, first = reply.data.decode(charset).splitlines()[:2]
                cells = first.split("\t")
                text = reply.data.decode(charset)
                if cells[5] not in found:
                    found[cells[5]] = charset, len(head.split("\t")), cells[1], text
        self.assertEqual(found.keys(), {"EUR", "GBP", "USD", "CAD", "JPY"})
        charset, columns, day, text = found["EUR"]
        self.assertEqual((charset, columns), ("Cp1252", 23))
        self.assertRegex(day, r"\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d UTC")
        self.assertIn("\t1234,50\t", text)
        charset, columns, day, text = found["JPY"]
        self.assertEqual((charset, columns), ("Shift_JIS", 24))
        self.assertRegex(day, r"\d{4}/\d\d/\d\d ")
        self.assertIn("\t123450\t", text)
        self.assertRegex(found["GBP"][2], r"T\d\d:\d\d:\d\d\+00:00")
        self.assertRegex(found["CAD"][2], r"\d\d/\d\d/\d{4} ")
        self.assertIn("\t1234.50\t", found["USD"][3])
