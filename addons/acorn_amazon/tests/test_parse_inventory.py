import json

from odoo.addons.acorn_base.channel import Document, Refused
from odoo.addons.acorn_base.records import ChannelStock

from ..parse.inventory import parse_inventory
from .common_pure import DE, NOW, PureCase

DETAILS = {
    "fulfillableQuantity": 5,
    "inboundWorkingQuantity": 1,
    "inboundShippedQuantity": 2,
    "inboundReceivingQuantity": 3,
    "reservedQuantity": {
        "totalReservedQuantity": 9,
        "pendingCustomerOrderQuantity": 4,
        "pendingTransshipmentQuantity": 3,
        "fcProcessingQuantity": 2,
    },
    "researchingQuantity": {"totalResearchingQuantity": 7},
    "unfulfillableQuantity": {
        "totalUnfulfillableQuantity": 8,
        "warehouseDamagedQuantity": 6,
        "expiredQuantity": 0,
        "defectiveQuantity": 2,
    },
}


def parse(*rows, **values):
    body = {
        "network": "EU",
        "since": NOW.isoformat(),
        "taken_at": NOW.isoformat(),
        "last": True,
        "inventorySummaries": rows,
    } | values
    body = json.dumps(body).encode()
    return parse_inventory(Document("fba_stock", "EU/1", NOW, body, DE))


class TestParseInventory(PureCase):
    def test_a_row_is_the_stock_of_a_sku(self):
        snapshot = parse(
            {
                "sellerSku": "MUG",
                "asin": "B0001",
                "productName": "Becher größer",
                "inventoryDetails": DETAILS,
            }
        )
        self.assertEqual((snapshot.network, snapshot.taken_at), ("EU", NOW))
        self.assertTrue(snapshot.last)
        self.assertEqual(
            snapshot.stocks,
            (
                ChannelStock(
                    sku="MUG",
                    title="Becher größer",
                    listing_ref="B0001",
                    fulfillable=5,
                    reserved=9,
                    reserved_orders=4,
                    researching=7,
                    unsellable=8,
                    unsellable_kinds=(("defective", 2), ("warehouseDamaged", 6)),
                    inbound_planned=1,
                    inbound_shipped=2,
                    inbound_receiving=3,
                ),
            ),
        )

    def test_what_is_not_told_is_nothing(self):
        [stock] = parse({"sellerSku": "MUG", "inventoryDetails": {}}).stocks
        self.assertEqual(stock, ChannelStock("MUG"))

    def test_a_row_without_details_is_no_answer_to_what_was_asked(self):
        for row in ({"sellerSku": "MUG"}, {"inventoryDetails": DETAILS}):
            with self.assertRaises(Refused) as caught:
                parse(row)
            self.assertEqual(caught.exception.code, "missing_field")

    def test_a_quantity_is_a_whole_number(self):
        with self.assertRaises(Refused) as caught:
            parse(
                {"sellerSku": "MUG", "inventoryDetails": {"fulfillableQuantity": "5"}}
            )
        self.assertIn("fulfillableQuantity", str(caught.exception))

    def test_a_sku_told_twice_is_there_once(self):
        fuller = {"sellerSku": "MUG", "inventoryDetails": DETAILS}
        empty = {"sellerSku": "MUG", "inventoryDetails": {}}
        for rows in ((fuller, empty), (empty, fuller)):
            [stock] = parse(*rows).stocks
            self.assertEqual(stock.fulfillable, 5)

    def test_nothing_at_all_is_an_empty_snapshot(self):
        self.assertEqual(parse().stocks, ())
