import gzip
from unittest.mock import patch

import requests

from odoo.addons.acorn_base.channel import Refused, RetryLater

from ..spapi import documents
from .common_pure import PureCase, Reply, Script

TEXT = "seller-sku\titem-name\nTÖPFE\tTöpfe für 5 €\n"
JAPANESE = "seller-sku\titem-name\nA\t茶碗①\n"


class TestDocuments(PureCase):
    def setUp(self):
        super().setUp()
        self.files = Script()
        self.addCleanup(self.files.close)

    def download(self, reply, charset="cp1252", **options):
        self.files.say(reply)
        options.setdefault("encrypted", False)
        return documents.download(f"{self.files.url}/file?sig=1", charset, **options)

    def test_charsets_as_named_misnamed_and_not_named(self):
        for text, encoded, header, fallback in (
            (TEXT, "utf-8", "text/plain; charset=UTF-8", "cp1252"),
            (TEXT, "utf-8-sig", "text/plain", "cp1252"),
            (TEXT, "utf-8", "text/plain; charset=ISO-8859-1", "cp1252"),
            (TEXT, "utf-8", "text/plain; charset=no-such-thing", "cp1252"),
            (TEXT, "cp1252", "text/plain; charset=ISO-8859-1", "shift_jis"),
            (TEXT, "cp1252", "text/plain; charset=Cp1252", "shift_jis"),
            (TEXT, "cp1252", "text/plain; charset=UTF-8", "windows-1252"),
            (TEXT, "cp1252", "", "windows-1252"),
            (JAPANESE, "cp932", "text/plain; charset=Shift_JIS", "cp1252"),
            (JAPANESE, "cp932", "text/plain;charset=Windows-31J", "cp1252"),
            (JAPANESE, "cp932", "binary/octet-stream", "shift_jis"),
        ):
            with self.subTest(encoded, header=header):
                reply = Reply(text.encode(encoded), headers={"Content-Type": header})
                self.assertEqual(self.download(reply, fallback), text)

    def test_bytes_that_are_no_text_are_refused(self):
        with self.assertRaises(Refused) as caught:
            self.download(Reply(b"\x81\xff\x81"), "cp1252")
        self.assertEqual(caught.exception.code, "bad_document")

    def test_zipped_announced_or_not(self):
        packed = gzip.compress(TEXT.encode())
        self.assertEqual(self.download(Reply(packed)), TEXT)
        header = {"Content-Encoding": "gzip"}
        self.assertEqual(self.download(Reply(packed, headers=header)), TEXT)
        half = packed[: len(packed) // 2]
        for broken in (half, packed[:-4] + b"size", b"\x1f\x8bnonsense"):
            with self.subTest(broken), self.assertRaises(RetryLater) as caught:
                self.download(Reply(broken))
            self.assertEqual(caught.exception.code, "bad_answer")

    def test_no_file_is_larger_than_the_limit_packed_or_not(self):
        large = b"a" * 5000
        for body in (large, gzip.compress(large)):
            with self.subTest(len(body)), self.assertRaises(Refused):
                self.download(Reply(body), limit=4999)
            self.assertEqual(self.download(Reply(body), limit=5000), large.decode())

    def test_the_status_is_looked_at_and_nothing_is_followed(self):
        for status in (204, 302, 403, 404, 500):
            headers = {"Location": f"{self.files.url}/elsewhere"}
            with self.subTest(status), self.assertRaises(RetryLater):
                self.download(Reply(b"<Error/>", status, headers))
        self.assertEqual({r.path for r in self.files.requests}, {"/file"})

    def test_no_token_is_shown_to_the_file_server(self):
        self.download(Reply(TEXT.encode()))
        [request] = self.files.requests
        self.assertFalse({"authorization", "x-amz-access-token"} & set(request.headers))

    def test_a_file_cut_short_is_no_file(self):
        for reply in (Reply(TEXT.encode(), cut=7), Reply(reset=True)):
            with self.assertRaises(RetryLater) as caught:
                self.download(reply)
            self.assertEqual(caught.exception.code, "network")

    def test_every_wait_has_an_end(self):
        with patch.object(requests.Session, "get", autospec=True) as get:
            get.side_effect = requests.Timeout("slow")
            with self.assertRaises(RetryLater):
                self.download(Reply(b""))
        self.assertTrue(get.call_args.kwargs["timeout"])
        with patch.object(documents, "PATIENCE", -1), self.assertRaises(RetryLater):
            self.download(Reply(TEXT.encode()))

    def test_an_address_in_the_clear_is_refused(self):
        with self.assertRaises(Refused):
            self.download(Reply(TEXT.encode()), encrypted=True)
        self.assertFalse(self.files.requests)


class TestUpload(PureCase):
    def setUp(self):
        super().setUp()
        self.files = Script()
        self.addCleanup(self.files.close)

    def upload(self, reply, **options):
        self.files.say(reply)
        options.setdefault("encrypted", False)
        kind = "application/json; charset=UTF-8"
        documents.upload(f"{self.files.url}/put?sig=1", b"{}", kind, **options)

    def test_the_bytes_go_as_they_are_without_a_token(self):
        self.upload(Reply(b""))
        [request] = self.files.requests
        self.assertEqual((request.method, request.body), ("PUT", b"{}"))
        kind = request.headers["content-type"]
        self.assertEqual(kind, "application/json; charset=UTF-8")
        self.assertNotIn("x-amz-access-token", request.headers)

    def test_what_is_not_taken_is_tried_again_with_a_new_address(self):
        for reply in (
            Reply(b"<Error/>", 403),
            Reply(b"", 500),
            Reply(b"", 302, {"Location": "/elsewhere"}),
            Reply(reset=True),
        ):
            with self.assertRaises(RetryLater) as caught:
                self.upload(reply)
            self.assertFalse(caught.exception.unknown_outcome)

    def test_an_upload_that_others_could_read_is_refused(self):
        with self.assertRaises(Refused):
            self.upload(Reply(b""), encrypted=True)
        self.assertFalse(self.files.requests)
