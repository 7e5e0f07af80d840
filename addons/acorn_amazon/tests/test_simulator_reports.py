"""The local Amazon: reports that are made, feeds that are read, and their documents."""

import csv
import gzip
import json
from datetime import timedelta
from urllib.parse import urlsplit

from jsonschema import Draft7Validator

from ..simulator.accounts import MARKETPLACES
from ..simulator.clock import iso
from ..simulator.validate import models_folder
from .test_simulator import START, SimulatorCase

DE, FR, US, JP = (MARKETPLACES[code].id for code in ("DE", "FR", "US", "JP"))
REPORTS, FEEDS = "/reports/2021-06-30", "/feeds/2021-06-30"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"


class ReportCase(SimulatorCase):
    def order_report(self, kind=LISTINGS, *marketplaces, key="eu", **details):
        body = {"reportType": kind, "marketplaceIds": list(marketplaces) or [DE]}
        return self.call("POST", f"{REPORTS}/reports", body | details, key=key)

    def make_report(self, *arguments, key="eu", **details):
        reply = self.order_report(*arguments, key=key, **details)
        self.pass_time(minutes=1)
        path = f"{REPORTS}/reports/{reply.body['reportId']}"
        return self.call("GET", path, key=key).body

    def fetch(self, document_id, key="eu", api=REPORTS):
        """The document's description, and what its address brings."""
        described = self.call("GET", f"{api}/documents/{document_id}", key=key).body
        return described, self.follow(described["url"])

    def follow(self, url, method="GET", body=None):
        parts = urlsplit(url)
        return self.send(method, f"{parts.path}?{parts.query}", body)

    def rows(self, *arguments, key="eu", charset="UTF-8", **details):
        report = self.make_report(*arguments, key=key, **details)
        _described, reply = self.fetch(report["reportDocumentId"], key)
        text = reply.data.decode(charset)
        return list(csv.DictReader(text.splitlines(), delimiter="\t"))


class TestLife(ReportCase):
    def test_a_report_waits_is_worked_on_and_is_done(self):
        reply = self.order_report()
        self.assertEqual(reply.status, 202)
        path = f"{REPORTS}/reports/{reply.body['reportId']}"
        for seconds, status in ((0, "IN_QUEUE"), (20, "IN_PROGRESS"), (40, "DONE")):
            self.pass_time(seconds=seconds)
            report = self.get(path).body
            self.assertEqual(report["processingStatus"], status)
            self.assertEqual("reportDocumentId" in report, status == "DONE")
        self.assertEqual(report["createdTime"], iso(START))
        self.assertEqual(report["processingEndTime"], iso(START + timedelta(minutes=1)))

    def test_reports_that_fail(self):
        for fate in ("FATAL", "CANCELLED"):
            self.world.set_options(job_fate=fate)
            report = self.make_report()
            self.assertEqual(report["processingStatus"], fate)
            self.assertNotIn("reportDocumentId", report)

    def test_a_report_that_waits_can_be_cancelled(self):
        path = f"{REPORTS}/reports/{self.order_report().body['reportId']}"
        self.assertEqual(self.call("DELETE", path).status, 200)
        self.pass_time(minutes=2)
        self.assertEqual(self.get(path).body["processingStatus"], "CANCELLED")
        self.assertInvalid(self.call("DELETE", path), "CANCELLED")

    def test_requests_that_are_wrong(self):
        for arguments, details in (
            (("GET_NONSENSE", DE), {}),
            ((SETTLEMENT, DE), {}),
            ((LISTINGS, US), {}),
            ((LISTINGS, "X"), {}),
            ((LISTINGS, *[DE] * 26), {}),
            ((LISTINGS, DE), {"dataStartTime": "yesterday"}),
            ((LISTINGS, DE), {"dataEndTime": iso(START + timedelta(days=1))}),
            ((LISTINGS, DE), {"marketplaceIds": []}),
        ):
            with self.subTest(arguments, **details):
                self.assertInvalid(self.order_report(*arguments, **details))
        self.assertInvalid(self.call("POST", f"{REPORTS}/reports", "{"))
        self.assertEqual(self.get(f"{REPORTS}/reports/1").status, 404)
        self.assertEqual(self.get(f"{REPORTS}/documents/1").status, 404)

    def test_reports_belong_to_their_account(self):
        report = self.make_report()
        path = f"{REPORTS}/reports/{report['reportId']}"
        self.assertEqual(self.call("GET", path, key="na").status, 404)
        path = f"{REPORTS}/documents/{report['reportDocumentId']}"
        self.assertEqual(self.call("GET", path, key="na").status, 404)


class TestDocuments(ReportCase):
    def test_an_address_works_for_five_minutes(self):
        report = self.make_report()
        described, reply = self.fetch(report["reportDocumentId"])
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.headers["Content-Type"], "text/plain;charset=UTF-8")
        self.pass_time(minutes=5)
        self.assertEqual(self.follow(described["url"]).status, 200)
        self.pass_time(seconds=1)
        late = self.follow(described["url"])
        self.assertEqual(
            (late.status, late.headers["Content-Type"]), (403, "application/xml")
        )
        self.assertIn(b"<Code>AccessDenied</Code>", late.data)
        _again, reply = self.fetch(report["reportDocumentId"])
        self.assertEqual(reply.status, 200)

    def test_an_address_cannot_be_made_up(self):
        url = self.fetch(self.make_report()["reportDocumentId"])[0]["url"]
        for wrong in (url.replace("Signature=", "Signature=0"), url.split("?")[0]):
            self.assertEqual(self.follow(wrong).status, 403)
        self.assertEqual(self.follow(url, "PUT", "x").status, 403)

    def test_compressed(self):
        self.world.set_options(compressed_reports=True)
        described, reply = self.fetch(self.make_report()["reportDocumentId"])
        self.assertEqual(described["compressionAlgorithm"], "GZIP")
        self.assertIn(b"seller-sku", gzip.decompress(reply.data))

    def test_character_sets_by_region(self):
        self.world.set_options(report_charsets={"eu": "Cp1252", "fe": "Shift_JIS"})
        for key, marketplace, charset, title in (
            ("eu", FR, "Cp1252", "grès"),
            ("eu", MARKETPLACES["PL"].id, "Cp1252", "drewna?"),
            ("jp", JP, "Shift_JIS", "マグカップ"),
            ("na", US, "UTF-8", "Mugs"),
        ):
            report = self.make_report(LISTINGS, marketplace, key=key)
            _described, reply = self.fetch(report["reportDocumentId"], key)
            kind = f"text/plain;charset={charset}"
            self.assertEqual(reply.headers["Content-Type"], kind)
            if title == "drewna?":  # what Cp1252 lacks has become a question mark
                self.assertIn(b"?ciereczki", reply.data)
            else:
                self.assertIn(title, reply.data.decode(charset))


class TestListOfReports(ReportCase):
    def reports(self, **query):
        return self.get(f"{REPORTS}/reports", **query)

    def ids(self, **query):
        reply = self.reports(reportTypes=LISTINGS, **query)
        return [report["reportId"] for report in reply.body["reports"]]

    def test_filters(self):
        first = self.make_report()["reportId"]
        second = self.order_report(LISTINGS, FR).body["reportId"]
        self.assertEqual(self.ids(), [second, first])
        self.assertEqual(self.ids(marketplaceIds=FR), [second])
        self.assertEqual(self.ids(processingStatuses="DONE,FATAL"), [first])
        later = iso(START + timedelta(minutes=1))
        self.assertEqual(self.ids(createdSince=later), [second])
        self.assertEqual(self.ids(createdUntil=iso(START)), [first])
        self.pass_time(days=91)
        self.tokens.clear()
        self.assertEqual(self.ids(), [])

    def test_pages(self):
        made = [self.order_report().body["reportId"] for _n in range(5)]
        reply = self.reports(reportTypes=LISTINGS, pageSize=2)
        found = [report["reportId"] for report in reply.body["reports"]]
        while token := reply.body.get("nextToken"):
            reply = self.reports(nextToken=token)
            found += [report["reportId"] for report in reply.body["reports"]]
        self.assertEqual(found, made[::-1])

    def test_requests_that_are_wrong(self):
        self.assertInvalid(self.reports(), "reportTypes")
        self.assertInvalid(self.reports(nextToken="x"), "nextToken")
        self.assertInvalid(self.reports(nextToken="x", pageSize=1), "only")
        for query in ({"pageSize": 101}, {"processingStatuses": "LOST"}):
            self.assertInvalid(self.reports(reportTypes=LISTINGS, **query))

    def test_a_report_that_amazon_makes_by_itself(self):
        text = "settlement-id\ttotal-amount\n1\t95,00\n"
        self.world.add_report(
            "eu", SETTLEMENT, ["DE"], text, charset="Cp1252", dataStartTime=iso(START)
        )
        [report] = self.reports(reportTypes=SETTLEMENT).body["reports"]
        self.assertEqual(report["processingStatus"], "DONE")
        self.assertEqual(report["dataStartTime"], iso(START))
        _described, reply = self.fetch(report["reportDocumentId"])
        self.assertEqual(reply.data.decode(), text)


class TestTables(ReportCase):
    def test_listings_of_a_marketplace(self):
        self.world.set_listing("eu", "OAK-APRON", quantity=0)
        rows = {row["seller-sku"]: row for row in self.rows(LISTINGS, DE)}
        self.assertEqual(len(rows), 24)
        mug, board, apron = (rows[f"OAK-{n}"] for n in ("MUG-4", "BOARD-L", "APRON"))
        self.assertEqual(mug["price"], "24.99")
        self.assertEqual(mug["fulfillment-channel"], "DEFAULT")
        self.assertTrue(mug["quantity"].isdecimal())
        self.assertEqual(mug["status"], "Active")
        self.assertEqual((mug["product-id-type"], len(mug["product-id"])), ("4", 13))
        self.assertEqual(board["fulfillment-channel"], "AMAZON_EU")
        self.assertEqual(board["quantity"], "")
        self.assertEqual((apron["quantity"], apron["status"]), ("0", "Inactive"))
        japan = self.rows(LISTINGS, JP, key="jp")
        self.assertEqual(japan[0]["price"], "3480")
        self.assertIn("マグカップ", japan[0]["item-name"])

    def test_a_product_without_a_barcode_has_its_asin(self):
        self.world.grow_catalogue("eu", 1)
        row = self.rows(LISTINGS, DE)[-1]
        self.assertEqual(
            (row["product-id-type"], row["product-id"]), ("1", row["asin1"])
        )

    def test_orders_that_changed(self):
        line = {"sku": "OAK-MUG-4", "price": "9.99", "quantity": 3, "shipping": "4.00"}
        placed = self.place("DE", line | {"discount": "1.00"}, {"sku": "OAK-APRON"})
        self.place("DE", age=60 * 48)
        self.place("FR")
        since = iso(START - timedelta(days=1))
        rows = self.rows(ORDERS, DE, dataStartTime=since)
        self.assertEqual(
            [row["amazon-order-id"] for row in rows], [placed["orderId"]] * 2
        )
        mug = rows[0]
        self.assertEqual((mug["sku"], mug["quantity"]), ("OAK-MUG-4", "3"))
        self.assertEqual((mug["item-price"], mug["item-tax"]), ("29.97", "4.79"))
        self.assertEqual(mug["shipping-price"], "4.00")
        self.assertEqual(mug["item-promotion-discount"], "0.84")
        self.assertEqual((mug["currency"], mug["order-status"]), ("EUR", "Unshipped"))
        self.assertEqual(mug["fulfillment-channel"], "Merchant")
        self.assertEqual(mug["sales-channel"], "Amazon.de")
        self.assertEqual(mug["ship-country"], "DE")

    def test_without_orders_there_is_no_report(self):
        report = self.make_report(ORDERS, DE)
        self.assertEqual(report["processingStatus"], "CANCELLED")


JSON = "application/json; charset=UTF-8"


class TestFeeds(ReportCase):
    def upload(self, url, data, kind=JSON):
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}"
        return self.send("PUT", path, data, {"Content-Type": kind})

    def feed(self, *messages, **header):
        seller = self.world.accounts["eu"].seller_id
        header = {"sellerId": seller, "version": "2.0"} | header
        return {"header": header, "messages": list(messages)}

    def submit(self, content, kind="JSON_LISTINGS_FEED", marketplace=DE):
        document = self.call("POST", f"{FEEDS}/documents", {"contentType": JSON})
        self.assertEqual(document.status, 201)
        data = content if isinstance(content, str) else json.dumps(content)
        self.assertEqual(self.upload(document.body["url"], data).status, 200)
        number = document.body["feedDocumentId"]
        body = {"feedType": kind, "inputFeedDocumentId": number}
        return self.call(
            "POST", f"{FEEDS}/feeds", body | {"marketplaceIds": [marketplace]}
        )

    def result(self, *arguments):
        reply = self.submit(*arguments)
        self.assertEqual(reply.status, 202)
        self.pass_time(minutes=1)
        feed = self.get(f"{FEEDS}/feeds/{reply.body['feedId']}").body
        if "resultFeedDocumentId" not in feed:
            return feed, None
        _described, result = self.fetch(feed["resultFeedDocumentId"], api=FEEDS)
        return feed, result.body

    def message(self, number, sku, quantity, **values):
        value = [{"fulfillment_channel_code": "DEFAULT", "quantity": quantity}]
        path = "/attributes/fulfillment_availability"
        patch = {"op": "replace", "path": path, "value": value}
        return {
            "messageId": number,
            "sku": sku,
            "operationType": "PATCH",
            "productType": "PRODUCT",
            "patches": [patch],
        } | values

    def test_quantities_by_feed(self):
        attributes = {
            "fulfillment_availability": [
                {"fulfillment_channel_code": "DEFAULT", "quantity": 9}
            ]
        }
        messages = [
            self.message(1, "OAK-MUG-4", 5),
            self.message(
                2, "OAK-APRON", 0, operationType="PARTIAL_UPDATE", attributes=attributes
            ),
            self.message(3, "OAK-BOARD-L", 5),
            self.message(4, "NONE", 5),
            self.message(5, "OAK-MUG-4", 5, patches=[]),
        ]
        feed, result = self.result(self.feed(*messages))
        self.assertEqual(feed["processingStatus"], "DONE")
        self.assertEqual([issue["messageId"] for issue in result["issues"]], [3, 4, 5])
        self.assertEqual(result["summary"]["messagesAccepted"], 2)
        self.assertNotEqual(self.shown("OAK-MUG-4"), 5)  # accepted is not done yet
        self.pass_time(seconds=5)
        self.assertEqual(self.shown("OAK-MUG-4"), 5)
        self.assertEqual(self.shown("OAK-APRON"), 9)
        self.assertValidResult(result)

    def shown(self, sku):
        [listing] = [e for e in self.world.show_listings("eu") if e["sku"] == sku]
        return listing["quantities"]["eu"]

    def test_a_feed_is_fatal_when_amazon_cannot_use_it_as_a_whole(self):
        message = self.message(1, "OAK-MUG-4", 5)
        for feed in (
            self.feed(message, version="1.0"),
            self.feed(message, sellerId="A1OTHER"),
            self.feed(),
            self.feed(*[message] * 25_001),
        ):
            self.pass_time(minutes=5)
            shown, result = self.result(feed)
            self.assertEqual(shown["processingStatus"], "FATAL")
            self.assertTrue(result["issues"][0]["message"])
            self.assertValidResult(result)

    def test_messages_with_one_number_and_products_of_another_type_are_refused(self):
        kind = "CUTTING_BOARD"
        _feed, result = self.result(
            self.feed(
                self.message(1, "OAK-MUG-4", 5),
                self.message(1, "OAK-APRON", 5),
                self.message(2, "OAK-TRAY", 5, productType=kind),
            )
        )
        self.assertEqual([each["messageId"] for each in result["issues"]], [1, 1, 2])
        self.assertEqual(result["summary"]["messagesInvalid"], 2)

    def test_five_feeds_of_listings_may_be_submitted_in_five_minutes(self):
        feed = self.feed(self.message(1, "OAK-MUG-4", 5))
        statuses = [self.submit(feed).status for _time in range(6)]
        self.assertEqual(statuses, [202] * 5 + [429])
        self.pass_time(minutes=5)
        self.assertEqual(self.submit(feed).status, 202)

    def test_an_upload_is_what_it_was_announced_to_be_and_in_time(self):
        document = self.call("POST", f"{FEEDS}/documents", {"contentType": JSON})
        url = document.body["url"]
        self.assertEqual(self.upload(url, "{}", "text/plain").status, 403)
        self.pass_time(minutes=5, seconds=1)
        self.assertEqual(self.upload(url, "{}").status, 403)
        number = document.body["feedDocumentId"]
        body = {"feedType": "JSON_LISTINGS_FEED", "inputFeedDocumentId": number}
        reply = self.call("POST", f"{FEEDS}/feeds", body | {"marketplaceIds": [DE]})
        self.assertInvalid(reply, "nothing is there")

    def assertValidResult(self, result):
        """As Amazon's schema of the processing report wants it."""
        name = "listings-feed-processing-report-schema-v2.json"
        path = models_folder().parent / "schemas" / name
        if path.exists():
            Draft7Validator(json.loads(path.read_text("utf-8"))).validate(result)

    def test_messages_that_are_wrong_in_themselves(self):
        path = "/attributes/fulfillment_availability"
        for patch in ("x", {}, {"op": "replace", "path": path, "value": ["x"]}):
            message = self.message(1, "OAK-MUG-4", 1, patches=[patch])
            feed, result = self.result(self.feed(message))
            self.assertEqual(feed["processingStatus"], "DONE")
            self.assertEqual(result["summary"]["messagesInvalid"], 1)

    def test_what_cannot_be_read_is_fatal(self):
        for content, kind in (
            ({"messages": ["x"]}, "JSON_LISTINGS_FEED"),
            ("<xml/>", "JSON_LISTINGS_FEED"),
            ({}, "POST_PRODUCT_DATA"),
        ):
            feed, _result = self.result(content, kind)
            self.assertEqual(feed["processingStatus"], "FATAL")

    def test_feeds_are_listed_and_cancelled(self):
        feed_id = self.submit({"messages": []}).body["feedId"]
        path = f"{FEEDS}/feeds/{feed_id}"
        self.assertEqual(self.call("DELETE", path).status, 200)
        reply = self.get(f"{FEEDS}/feeds", feedTypes="JSON_LISTINGS_FEED")
        [feed] = reply.body["feeds"]
        self.assertEqual(
            (feed["feedId"], feed["processingStatus"]), (feed_id, "CANCELLED")
        )

    def test_requests_that_are_wrong(self):
        self.assertInvalid(self.call("POST", f"{FEEDS}/documents", {}), "contentType")
        for body in (
            {"marketplaceIds": [DE]},
            {"marketplaceIds": [DE], "feedType": "JSON_LISTINGS_FEED"},
            {"feedType": "JSON_LISTINGS_FEED"},
        ):
            self.assertInvalid(self.call("POST", f"{FEEDS}/feeds", body))
