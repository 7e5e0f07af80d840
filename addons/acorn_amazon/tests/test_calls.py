"""What the call log keeps of the calls of a shop on Amazon, and what it does not."""

import csv
import io
import zipfile
from contextlib import suppress
from operator import attrgetter

from odoo.tests import TransactionCase, tagged

from odoo.addons.acorn_base.channel import Call, ChannelError

from ..spapi import documents, orders, reports
from .common import AmazonCase
from .common_pure import Reply, ScriptCase
from .test_spapi_gateway import DENIED, QUERY, STALE

CONTENT = "item-name\tseller-sku\nMug\tMUG\n"


class TestRecording(ScriptCase):
    """Every try of every call is told once, however it ends."""

    def setUp(self):
        super().setUp()
        self.calls = []
        self.gateway = self.channel(record=self.calls.append)._gateway

    def told(self, *names):
        return [attrgetter(*names)(call) for call in self.calls]

    def search(self):
        with suppress(ChannelError):
            orders.search(self.gateway, QUERY)

    def test_login_and_call_are_told_with_status_and_request_id(self):
        self.amazon.say(Reply({"orders": []}, headers={"x-amzn-RequestId": "req-5"}))
        self.search()
        self.assertEqual(
            self.told("operation", "status", "code", "attempt", "retry"),
            [("login", 200, "", 1, False), ("searchOrders", 200, "", 1, False)],
        )
        self.assertEqual(self.calls[-1].reference, "req-5")
        self.assertGreater(self.calls[-1].seconds, 0)

    def test_failures_are_told_with_their_code_and_whether_it_is_tried_again(self):
        for reply, status, code, retry in (
            (Reply({"errors": []}, 429), 429, "throttled", True),
            (Reply(b"", 503), 503, "amazon_down", True),
            (Reply(b"<html>", 200), 200, "bad_answer", True),
            (Reply(DENIED, 403), 403, "missing_role", False),
            (Reply({"errors": []}, 400), 400, "refused", False),
            (Reply(reset=True), 0, "network", True),
        ):
            with self.subTest(code):
                self.amazon.say(reply)
                self.search()
                self.assertEqual(
                    self.told("status", "code", "retry")[-1], (status, code, retry)
                )

    def test_call_that_was_made_again_with_a_new_token_is_two_tries(self):
        self.amazon.say(Reply(STALE, 403), Reply({"orders": []}))
        self.search()
        self.assertEqual(
            self.told("operation", "status", "code", "attempt", "retry"),
            [
                ("login", 200, "", 1, False),
                ("searchOrders", 403, "token_refused", 1, True),
                ("login", 200, "", 1, False),
                ("searchOrders", 200, "", 2, False),
            ],
        )

    def test_refused_login_is_told(self):
        self.amazon.say_at_login(Reply({"error": "invalid_grant"}, 400))
        self.search()
        self.assertEqual(
            self.told("operation", "status", "code"),
            [("login", 400, "token_revoked")],
        )

    def test_download_is_told_without_its_address(self):
        self.amazon.say(
            Reply({"url": f"{self.amazon.url}/file?X-Amz-Signature=secret"}),
            Reply(CONTENT.encode()),
        )
        self.assertEqual(reports.text(self.gateway, "doc", "cp1252"), CONTENT)
        self.assertEqual(
            self.told("operation", "status")[1:],
            [("getReportDocument", 200), ("download", 200)],
        )
        self.amazon.say(Reply(b"<Error/>", 403))
        with self.assertRaises(documents.RetryLater):
            documents.download(
                self.amazon.url, "utf-8", encrypted=False, record=self.calls.append
            )
        self.assertEqual(
            self.told("status", "code")[-1], (403, "bad_answer"), self.calls[-1]
        )
        self.assertNotIn("secret", str(self.calls))


@tagged("post_install", "-at_install")
class TestRecorder(TransactionCase):
    """Works with real transactions, and leaves nothing behind."""

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            values = {"name": "Recorded", "channel": "amazon"}
            self.shop = self.env(cr=cr)["acorn.shop"].create(values)
        self.addCleanup(self.forget)

    def forget(self):
        with self.registry.cursor() as cr:
            self.shop.with_env(self.env(cr=cr)).unlink()

    def test_call_stays_logged_when_the_caller_s_work_is_rolled_back(self):
        with self.registry.cursor() as cr:
            shop = self.shop.with_env(self.env(cr=cr))
            shop.name = "Written in the same work"
            shop.flush_recordset()
            shop.env["acorn.call"]._recorder_of(shop)(Call("getOrder", 503))
            cr.rollback()
        with self.registry.cursor() as cr:
            found = self.env(cr=cr)["acorn.call"].search(
                [("shop_id", "=", self.shop.id)]
            )
            self.assertEqual((found.operation, found.status), ("getOrder", 503))


@tagged("post_install", "-at_install")
class TestCallsOfShop(AmazonCase):
    """Through a shop: stored, counted against the budget, and nothing secret."""

    def logged(self):
        return self.env["acorn.call"].search([("shop_id", "=", self.shop.id)])

    def test_work_of_a_shop_is_in_the_log(self):
        self.place()
        self.drain()
        operations = set(self.logged().mapped("operation"))
        self.assertLessEqual(
            {"login", "getMarketplaceParticipations", "searchOrders"}, operations
        )
        self.assertFalse(self.logged().filtered("code"))

    def test_budget_is_what_amazon_still_takes(self):
        self.drain()
        [row] = [
            row
            for row in self.env["acorn.health"].page()["shops"]
            if row["id"] == self.shop.id
        ]
        budget = {use["operation"]: use for use in row["budget"]}["searchOrders"]
        self.assertEqual((budget["burst"], budget["left"]), (20, 20 - budget["used"]))
        self.assertEqual(budget["per_hour"], 20.2)
        self.assertEqual(
            row["calls"], len(self.logged()), "login and downloads are calls, too"
        )

    def test_neither_log_nor_support_file_holds_a_secret_or_a_buyer(self):
        ref = self.place()
        self.place({"sku": "NOBODY-KNOWS", "quantity": 1, "price": "1.00"})
        self.world.add_fault(operation="searchOrders", status=503)
        self.drain()
        self.drain()
        order = self.sale(ref)
        shop = self.shop
        forbidden = {
            self.seller.client_id,
            self.seller.client_secret,
            self.seller.refresh_token,
            self.seller.seller_id,
            *filter(None, order.partner_id.mapped("name")),
            *filter(None, order.partner_id.mapped("acorn_email")),
            *filter(None, order.partner_shipping_id.mapped("street")),
        }
        self.assertGreater(len(forbidden), 5)
        log = csv_of(self.logged())
        with zipfile.ZipFile(io.BytesIO(self.env["acorn.support"]._zip(shop))) as file:
            support = "".join(file.read(name).decode() for name in file.namelist())
        self.assertIn("searchOrders", support)
        for text in (log, support):
            for word in forbidden:
                self.assertNotIn(word, text)
            for sign in ("Atza|", "Atzr|", "http://", "?", "@"):
                self.assertNotIn(sign, text.replace("***@***", ""))


def csv_of(records):
    names = [name for name in records._fields if name != "display_name"]
    text = io.StringIO()
    csv.writer(text).writerows([rec[name] for name in names] for rec in records)
    return text.getvalue()
