from base64 import b64decode, b64encode
from datetime import datetime

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.acorn_base.channel import UTC, Refused
from odoo.addons.acorn_base.records import Shipment, ShipmentItem

from ..build.shipping_file import COLUMNS, shipping_file
from .common import AmazonCase
from .common_pure import DE, FR, PureCase, ScriptCase
from .test_parse_order_report import ROW, text


class TestShippingFile(PureCase):
    def rows(self, *shipments):
        lines = shipping_file(shipments).decode().split("\r\n")
        self.assertEqual(lines[0].split("\t"), list(COLUMNS))
        return [line.split("\t") for line in lines[1:-1]]

    def shipment(self, *items, **values):
        values = {
            "order_ref": "303-1",
            "site": DE,
            "package_ref": "",
            "shipped_at": datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
            "carrier_code": "DHL",
            "carrier_name": "DHL Paket",
            "service": "Standard",
            "tracking": "T1",
            "items": tuple(ShipmentItem(*item) for item in items),
        } | values
        return Shipment(**values)

    def test_a_line_for_each_item_of_a_parcel(self):
        tail = ["2026-11-20", "DHL", "", "T1", "Standard"]
        self.assertEqual(
            self.rows(self.shipment(("A1", 2), ("A2", 1))),
            [["303-1", "A1", "2", *tail], ["303-1", "A2", "1", *tail]],
        )

    def test_a_carrier_amazon_does_not_list_is_named(self):
        [row] = self.rows(self.shipment(("A1", 1), carrier_code="Other"))
        self.assertEqual(row[4:6], ["Other", "DHL Paket"])

    def test_without_item_numbers_the_line_stands_for_the_order(self):
        [row] = self.rows(self.shipment(("", 2), ("", 1)))
        self.assertEqual(row[:3], ["303-1", "", ""])

    def test_no_cell_breaks_the_table_or_is_run(self):
        [row] = self.rows(self.shipment(("A1", 1), tracking="=T\t1\n", service="@x"))
        self.assertEqual(row[6:], ["T 1 ", "x"])


class TestReadFile(ScriptCase):
    def orders_in(self, content, region="eu", **account):
        values = vars(self.account) | {"region": region} | account
        channel = self.channel(self.account.__class__(**values))
        found, problems = channel.read_file("order", content)
        self.assertFalse(self.amazon.requests, "no call is made")
        return [channel.parse(document) for document in found], problems

    def test_in_any_charset_it_may_come_in(self):
        for words, charset, region in (
            ("Töpfe für Gärten", "cp1252", "eu"),
            ("Töpfe für Gärten", "utf-8", "eu"),
            ("Töpfe für Gärten", "utf-16", "eu"),
            ("茶碗と急須", "shift_jis", "fe"),
            ("茶碗と急須", "utf-8-sig", "fe"),
        ):
            with self.subTest(charset):
                content = text(ROW | {"product-name": words}).encode(charset)
                [order], problems = self.orders_in(content, region)
                self.assertEqual((order.lines[0].title, problems), (words, []))

    def test_orders_of_closed_sites_are_left_out(self):
        content = text(ROW | {"sales-channel": "Amazon.fr"}).encode()
        self.assertEqual(self.orders_in(content, closed_sites=(FR,)), ([], []))

    def test_other_files_are_refused(self):
        for content in (b"", b"PK\x03\x04\x81\x8d", b"sku\tprice\nMUG\t1"):
            with self.subTest(content), self.assertRaises(Refused):
                self.orders_in(content)


@tagged("post_install", "-at_install")
class TestAmazonIsDown(AmazonCase):
    """A day without the API: files go out, a report comes in, and all ends right."""

    def test_a_day_without_amazon(self):
        manager = new_test_user(self.env, "m", groups="acorn_base.group_manager")
        mug = self.product("MUG", 20, self.site("DE").warehouse_id)
        before = self.place(tax="usual")
        self.drain()
        # The API is down; a person downloads the report in Seller Central.
        self.world.add_fault(operation="searchOrders", status=503, times=99)
        after = self.world.place_order(
            [{"sku": "MUG", "quantity": 3, "price": "10.00", "discount": "1.00"}],
            "DE",
            status="UNSHIPPED",
            fulfilled_by="MERCHANT",
            tax="usual",
        )["orderId"]
        self.drain()
        self.assertFalse(self.sale(after))
        rows = [self.row(before), self.row(after)]
        wizard = (
            self.env["acorn.order.import"]
            .with_user(manager)
            .create(
                {
                    "shop_id": self.shop.id,
                    "file": b64encode(text(*rows).encode("cp1252")),
                }
            )
        )
        wizard.action_read()
        self.assertEqual((wizard.new_count, wizard.known_count), (1, 1))
        wizard.action_import()
        orders = self.sale(before) | self.sale(after)
        self.assertEqual(
            orders.mapped("acorn_provisional"),
            [order.acorn_ref == after for order in orders],
        )
        self.assertEqual(self.free(mug, self.site("DE").warehouse_id), 15)
        # What was shipped meanwhile is written as Amazon wants it.
        carrier = self.env["delivery.carrier"].create(
            {"name": "DHL", "acorn_code": "DHL", "product_id": mug.id}
        )
        self.sale(before).picking_ids.write(
            {"carrier_id": carrier.id, "carrier_tracking_ref": "T1"}
        )
        self.sale(before).picking_ids.button_validate()
        self.shop.with_user(manager).action_export()
        files = self.env["acorn.export"].search([("shop_id", "=", self.shop.id)])
        by_kind = {file.kind: b64decode(file.file).decode() for file in files}
        self.assertIn(after, by_kind["order"])
        self.assertNotIn(before, by_kind["order"])
        [item] = self.world.order(before)["orderItems"]
        self.assertIn(f"{before}\t{item['orderItemId']}\t2\t", by_kind["shipment"])
        # Amazon is back.
        self.world.clear_faults()
        self.world.clock.advance(minutes=10)
        self.drain()
        for order in orders:
            self.assertFalse(order.acorn_provisional)
            self.assertEqual(len(order.picking_ids), 1)
            total = self.world.order(order.acorn_ref)["proceeds"]["grandTotal"]
            self.assertEqual(
                f"{order.amount_total + order.acorn_channel_tax:.2f}", total["amount"]
            )
        self.assertEqual(self.free(mug, self.site("DE").warehouse_id), 15)
        self.assertEqual(len(self.world.received_shipments()), 1)

    def row(self, ref):
        """Return the line of Amazon's report about an order with one item."""
        raw = self.world.order(ref)
        [item] = raw["orderItems"]
        parts = {
            part["type"]: part["subtotal"]["amount"]
            for part in item["proceeds"]["breakdowns"]
        }
        return ROW | {
            "amazon-order-id": ref,
            "merchant-order-id": ref,
            "purchase-date": raw["createdTime"],
            "last-updated-date": f"{raw['lastUpdatedTime'][:19]}Z",
            "order-status": "Unshipped",
            "item-status": "Unshipped",
            "sku": item["product"]["sellerSku"],
            "quantity": str(item["quantityOrdered"]),
            "item-price": parts["ITEM"],
            "item-tax": "",
        }

    def test_a_wrong_file_says_what_to_download(self):
        wizard = self.env["acorn.order.import"].create(
            {"shop_id": self.shop.id, "file": b64encode(b"sku\tprice\nMUG\t1")}
        )
        with self.assertRaisesRegex(UserError, "All Orders"):
            wizard.action_read()
