import csv
import io
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged

from odoo.addons.acorn_base.channel import UTC

from .. import datev

FULL = datev.Tax("3", Decimal("19"))
REDUCED = datev.Tax("2", Decimal("7"))
TAX_ACCOUNTS = {FULL: "1776", REDUCED: "1771"}
AUTOMATIC = {"8400": FULL, "8300": REDUCED}
BATCH = datev.Batch(
    consultant=29098,
    client=55003,
    year_start=date(2026, 1, 1),
    account_length=4,
    since=date(2026, 3, 1),
    until=date(2026, 3, 31),
    label="Händler “März” 2026-03, and what else the label says",
    created_at=datetime(2026, 4, 1, 2, 3, 4, 567000, tzinfo=UTC),
    chart="03",
)

amounts = st.decimals(-99999, 99999, places=2)
bases = st.builds(
    lambda account, balance, tax: datev.Item(
        account,
        balance,
        tax=tax,
        automatic=account in AUTOMATIC,
        automatic_tax=AUTOMATIC.get(account),
    ),
    st.sampled_from(["8400", "8300", "8200", "4980"]),
    amounts,
    st.sampled_from([None, FULL, REDUCED]),
)
plain = st.builds(datev.Item, st.sampled_from(["1360", "1590", "4760"]), amounts)


def read_back(content):
    """Return (header, postings as dicts) of a file, as its receiver reads it."""
    text = content.decode("cp1252")
    assert text.endswith("\r\n")
    header, names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert len(header) == 31
    assert len(names) == 125
    assert all(len(row) == 125 for row in rows)
    return header, [dict(zip(names, row, strict=True)) for row in rows]


def sums(rows, taxes, tax_accounts, automatic):
    """Return {account: balance} after DATEV has computed the taxes of keys.

    :param taxes: {key: Tax}
    """
    result = defaultdict(Decimal)
    for row in rows:
        amount = Decimal(row["Umsatz (ohne Soll/Haben-Kz)"].replace(",", "."))
        assert amount > 0
        if row["Soll/Haben-Kennzeichen"] == "H":
            amount = -amount
        account, contra = row["Konto"], row["Gegenkonto (ohne BU-Schlüssel)"]
        key = row["BU-Schlüssel"].lstrip("0")
        tax = taxes[key] if key and key != "40" else None
        if not key:
            tax = automatic.get(contra)
        result[account] += amount
        result[contra] -= amount
        if tax:
            inside = tax.inside(amount)
            result[contra] += inside
            result[tax_accounts[tax]] -= inside
    return {account: balance for account, balance in result.items() if balance}


@tagged("post_install", "-at_install")
class TestDatev(TransactionCase):
    """A booking batch, read back as DATEV reads it, is the journal."""

    def entry(self, *items):
        return datev.Entry("CLR/2026/03/0001", date(2026, 3, 5), items)

    def assertJournal(self, entries):
        journal = defaultdict(Decimal)
        for entry in entries:
            for item in entry.items:
                journal[item.account] += item.balance
        found = defaultdict(Decimal)
        for content in datev.write(BATCH, entries):
            keys = {tax.key: tax for tax in TAX_ACCOUNTS}
            rows = read_back(content)[1]
            for account, sum_ in sums(rows, keys, TAX_ACCOUNTS, AUTOMATIC).items():
                found[account] += sum_
        self.assertEqual(
            {account: sum_ for account, sum_ in found.items() if sum_},
            {account: sum_ for account, sum_ in journal.items() if sum_},
        )

    @given(
        st.lists(bases, max_size=5),
        st.lists(plain, min_size=1, max_size=3),
        st.sampled_from([Decimal(cents) / 100 for cents in range(-3, 4)]),
    )
    def test_whatever_the_entry_every_account_keeps_its_sum(self, based, others, off):
        items = [*based, *others]
        for tax, account in TAX_ACCOUNTS.items():
            on = sum((i.balance for i in based if i.tax == tax), Decimal(0))
            amount = tax.on(on) + off  # the channel's cents need not be DATEV's
            items.append(datev.Item(account, amount, tax_of=tax))
        rest = -sum(item.balance for item in items)
        self.assertJournal([self.entry(*items, datev.Item("1360", rest))])

    def test_a_tax_that_datev_computes_alike_is_inside_the_posting(self):
        [posting] = datev.postings(
            self.entry(
                datev.Item("1360", Decimal("119.00")),
                datev.Item("8200", Decimal("-100.00"), tax=FULL),
                datev.Item("1776", Decimal("-19.00"), tax_of=FULL),
            )
        )
        self.assertEqual(
            (posting.amount, posting.debit, posting.account, posting.contra),
            (Decimal("119.00"), True, "1360", "8200"),
        )
        self.assertEqual(posting.key, "3")

    def test_a_tax_that_differs_by_a_cent_is_a_posting_of_its_own(self):
        postings = datev.postings(
            self.entry(
                datev.Item("1360", Decimal("119.01")),
                datev.Item(
                    "8400",
                    Decimal("-100.00"),
                    tax=FULL,
                    automatic=True,
                    automatic_tax=FULL,
                ),
                datev.Item("1776", Decimal("-19.01"), tax_of=FULL),
            )
        )
        self.assertEqual(
            {(p.contra, p.amount, p.key) for p in postings},
            {("8400", Decimal("100.00"), "40"), ("1776", Decimal("19.01"), "")},
        )

    def test_the_header_is_the_one_that_datev_describes(self):
        [content] = datev.write(
            BATCH,
            [
                self.entry(
                    datev.Item("1360", Decimal(5), text='Größe "L"; 中'),
                    datev.Item("1590", Decimal(-5)),
                )
            ],
        )
        line = content.split(b"\r\n")[0].decode("cp1252")
        self.assertEqual(
            line,
            '"EXTF";700;21;"Buchungsstapel";13;20260401020304567;;"AC";"";"";29098;'
            '55003;20260101;4;20260301;20260331;"Händler “März” 2026-03, and wh";"";'
            '1;0;0;"EUR";;"";;;"03";;;"";""',
        )
        [row] = read_back(content)[1]
        self.assertEqual(row["Belegdatum"], "0503")
        self.assertEqual(row["Umsatz (ohne Soll/Haben-Kz)"], "5,00")
        self.assertEqual(row["Belegfeld 1"], "CLR/2026/03/0001")
        self.assertEqual(row["Festschreibung"], "0")

    def test_more_postings_than_a_batch_may_hold_are_several_files(self):
        entry = self.entry(
            datev.Item("1360", Decimal(5)), datev.Item("1590", Decimal(-5))
        )
        self.patch(datev, "MOST_POSTINGS", 3)
        files = datev.write(BATCH, [entry] * 7)
        self.assertEqual([len(read_back(file)[1]) for file in files], [3, 3, 1])
