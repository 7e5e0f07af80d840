from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.acorn_base.channel import UTC, Document, Refused
from odoo.addons.acorn_base.records import (
    CHANGED,
    CORRECTED,
    DISPOSED,
    FOUND,
    LOST,
    RECEIVED,
    REMOVED,
    RETURNED,
    TRANSFERRED,
    UNKNOWN,
)

from ..parse.ledger import parse_ledger
from .common_pure import NOW, PureCase

ROW = {
    "Date": "11/09/2026",
    "FNSKU": "X0001",
    "ASIN": "B0001",
    "MSKU": "MUG",
    "Title": "Becher, größer",
    "Event Type": "Adjustments",
    "Reference ID": "7",
    "Quantity": "-1",
    "Fulfillment Center": "LEJ1",
    "Disposition": "SELLABLE",
    "Reason": "M",
    "Country": "DE",
    "Reconciled Quantity": "0",
    "Unreconciled Quantity": "1",
}


def row(**cells):
    return ROW | {name.replace("_", " "): value for name, value in cells.items()}


def text(*rows, names=None):
    names = names or list(rows[0] if rows else ROW)
    lines = [names, *([each.get(name, "") for name in names] for each in rows)]
    return "\r\n".join("\t".join(line) for line in lines) + "\r\n"


def parse(content):
    body = content if isinstance(content, bytes) else content.encode()
    return parse_ledger(Document("ledger", "2026-11-01", NOW, body))


def event(**cells):
    [found] = parse(text(row(**cells))).events
    return found


class TestParseLedger(PureCase):
    def test_a_row_is_an_event(self):
        found = event()
        self.assertEqual(found.happened_at, datetime(2026, 11, 9, 12, tzinfo=UTC))
        self.assertEqual(
            (found.sku, found.event, found.quantity, found.sellable, found.network),
            ("MUG", LOST, -1, True, "EU"),
        )
        self.assertEqual(
            (found.word, found.reason, found.ref, found.place, found.country),
            ("Adjustments", "M", "7", "LEJ1", "DE"),
        )
        self.assertEqual((found.title, found.listing_ref), ("Becher, größer", "B0001"))

    def test_what_events_and_reasons_mean(self):
        for word, reason, meaning in (
            ("Receipts", "", RECEIVED),
            ("CustomerReturns", "", RETURNED),
            ("Customer Returns", "", RETURNED),
            ("VendorReturns", "", REMOVED),
            ("WhseTransfers", "", TRANSFERRED),
            ("Adjustments", "M", LOST),
            ("Adjustments", "5", LOST),
            ("Adjustments", "f", FOUND),
            ("Adjustments", "D", DISPOSED),
            ("Adjustments", "E", CHANGED),
            ("Adjustments", "P", CHANGED),
            ("Adjustments", "Q", CHANGED),
            ("Adjustments", "N", CORRECTED),
            ("Adjustments", "", CORRECTED),
            ("Adjustments", "Something new", CORRECTED),
            ("Beamed", "M", UNKNOWN),
        ):
            with self.subTest(word, reason=reason):
                found = event(Event_Type=word, Reason=reason)
                self.assertEqual(found.event, meaning)
                self.assertEqual((found.word, found.reason), (word, reason))

    def test_sales_are_told_by_orders(self):
        sale, lost = row(Event_Type="Shipments"), row()
        self.assertEqual(len(parse(text(sale, sale, lost)).events), 1)

    def test_only_sellable_is_sellable(self):
        for word, sellable in (
            ("SELLABLE", True),
            ("Sellable", True),
            ("WAREHOUSE_DAMAGED", False),
            ("UNSELLABLE", False),
            ("NEW_WORD", False),
        ):
            self.assertEqual(event(Disposition=word).sellable, sellable, word)
        self.assertEqual(event(Disposition="").event, UNKNOWN)

    def test_the_network_follows_from_the_country_of_the_warehouse(self):
        for country, network in (
            ("PL", "EU"),
            ("CZ", "EU"),
            ("GB", "UK"),
            ("UK", "UK"),
            ("US", "US"),
            ("CA", "CA"),
            ("JP", "JP"),
            ("XX", ""),
            ("", ""),
        ):
            self.assertEqual(event(Country=country).network, network, country)

    def test_names_count_not_the_order_of_columns_nor_how_many_there_are(self):
        names = [*reversed(ROW), "Date and Time", "Store"]
        told = row(Date_and_Time="2026-11-09T01:00:00+0100", Store="?")
        [found] = parse(text(told, names=names)).events
        self.assertEqual(found, event())

    def test_names_as_amazons_documents_write_them(self):
        names = {name: name.replace(" ", "") for name in ROW}
        told = {names[name]: value for name, value in ROW.items()}
        self.assertEqual(parse(text(told)).events, (event(),))

    def test_quoted_cells_are_what_is_between_the_quotes(self):
        quoted = {f'"{name}"': f'"{value}"' for name, value in ROW.items()}
        quoted['"Title"'] = '"Becher ""groß"""'
        [found] = parse(text(quoted)).events
        self.assertEqual(found.title, 'Becher "groß"')
        self.assertEqual(found.key, event().key)

    def test_a_byte_order_mark_is_no_name(self):
        self.assertEqual(parse(b"\xef\xbb\xbf" + text(ROW).encode()).events, (event(),))

    def test_a_missing_column_is_named_and_what_was_found(self):
        with self.assertRaises(Refused) as caught:
            parse("Datum\tMSKU\tEreignis\tQuantity\n")
        self.assertEqual(caught.exception.code, "missing_column")
        for words in ("date, eventtype, disposition, country.", "datum, msku"):
            self.assertIn(words, str(caught.exception))

    def test_nothing_at_all_is_no_ledger(self):
        for nothing in ("", "\n", "<html>", '{"errors": []}'):
            with self.subTest(nothing), self.assertRaises(Refused):
                parse(nothing)

    def test_a_row_that_cannot_be_read_stops_no_other(self):
        ledger = parse(
            text(
                row(Quantity="many"),
                row(),
                row(Date="31/12/2026"),
                row(Date="yesterday"),
                row(Reference_ID="8"),
            )
        )
        self.assertEqual([each.ref for each in ledger.events], ["7", "8"])
        self.assertEqual(len(ledger.unreadable), 3)
        self.assertIn("Line 2 ", ledger.unreadable[0])
        self.assertIn("31/12/2026", ledger.unreadable[1])

    def test_days_in_both_formats(self):
        for day in ("11/09/2026", "2026-11-09", "2026-11-09T00:00:00-0800"):
            self.assertEqual(event(Date=day).key, event().key, day)


class TestKeys(PureCase):
    """What the channel tells again must be recognised, and nothing else."""

    def keys(self, *rows):
        return [each.key for each in parse(text(*rows)).events]

    def test_equal_rows_are_events_of_their_own(self):
        first, second, third = self.keys(row(), row(Reference_ID="8"), row())
        self.assertEqual(len({first, second, third}), 3)
        self.assertEqual(self.keys(row(), row()), [first, third])
        self.assertEqual(self.keys(row()), [first])

    def test_what_may_change_is_no_part_of_it(self):
        changes = {
            "Reconciled_Quantity": "1",
            "Unreconciled_Quantity": "0",
            "Title": "Another title",
            "ASIN": "B0002",
            "FNSKU": "X0002",
        }
        self.assertEqual(self.keys(row(**changes)), self.keys(row()))

    def test_what_tells_events_apart_is(self):
        cells = {
            "Date": "11/10/2026",
            "MSKU": "LAMP",
            "Event Type": "Receipts",
            "Reference ID": "8",
            "Quantity": "-2",
            "Fulfillment Center": "LEJ2",
            "Disposition": "DEFECTIVE",
            "Reason": "F",
            "Country": "FR",
        }
        keys = {self.keys(ROW | {name: value})[0] for name, value in cells.items()}
        self.assertEqual(len(keys | set(self.keys(row()))), len(cells) + 1)

    @given(
        st.lists(
            st.tuples(st.sampled_from(["MUG", "LAMP"]), st.sampled_from("12")),
            max_size=8,
        ),
        st.randoms(use_true_random=False),
    )
    def test_the_order_of_rows_is_no_matter(self, told, rng):
        rows = [row(MSKU=sku, Quantity=quantity) for sku, quantity in told]
        mixed = rng.sample(rows, len(rows))
        if rows:
            self.assertEqual(sorted(self.keys(*rows)), sorted(self.keys(*mixed)))
            self.assertEqual(len(set(self.keys(*rows))), len(rows))
