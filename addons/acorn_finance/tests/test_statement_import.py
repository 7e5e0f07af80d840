import base64
from datetime import date, datetime
from io import BytesIO

from openpyxl import Workbook

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_bank import BankCase

PAYONEER = """\
Transaction Date,Transaction Time,Time Zone,Transaction ID,Description,Credit Amount,\
Debit Amount,Currency,Status,Running Balance,Additional Description,Store Name
05/10/2026,10:15:00,UTC,801,Payment from Shop,"1,250.40",,USD,Completed,"1,250.40",\
TRACE-0001,My Store
05/11/2026,08:00:00,UTC,802,Withdrawal,,250.40,USD,Completed,"1,000.00",,
05/11/2026,09:00:00,UTC,803,Payment,99.00,,EUR,Completed,99.00,,
"""
PINGPONG = """\
Transaction ID,Transaction Time,Transaction Type,Income,Outlay,Currency,Remark
PP1,2026-05-10 10:15:00,Receipt,1250.40,,USD,TRACE-0001
PP2,2026-05-11 08:00:00,Withdrawal,,250.40,USD,
PP3,2026-05-11 09:00:00,Receipt,99.00,,EUR,
"""
LIANLIAN = """\
交易流水号,交易时间,交易类型,币种,收入,支出,备注
LL1,2026-05-10 10:15:00,入账,USD,1250.40,,TRACE-0001
LL2,2026-05-11 08:00:00,提现,USD,,250.40,
LL3,2026-05-11 09:00:00,入账,EUR,99.00,,
"""
GENERIC = """\
Date,Description,Reference,Amount
2026-05-10,Payment TRACE-0001,R1,"1,250.40"
2026-05-11,Withdrawal,R2,-250.40
"""
CAMT = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-05-12T06:00:00</CreDtTm></GrpHdr>
  <Stmt>
   <Id>S1</Id><CreDtTm>2026-05-12T06:00:00</CreDtTm>
   <Acct><Id><Othr><Id>4000123456</Id></Othr></Id><Ccy>USD</Ccy></Acct>
   <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">0.00</Amt>
    <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-05-10</Dt></Dt></Bal>
   <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">1000.00</Amt>
    <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-05-11</Dt></Dt></Bal>
   <Ntry><Amt Ccy="USD">1250.40</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><Dt>2026-05-10</Dt></BookgDt>
    <NtryDtls><TxDtls><Refs><EndToEndId>TRACE-0001</EndToEndId></Refs>
     <RmtInf><Ustrd>Marketplace payment</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
   <Ntry><Amt Ccy="USD">250.40</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><Dt>2026-05-11</Dt></BookgDt>
    <AddtlNtryInf>Withdrawal</AddtlNtryInf></Ntry>
  </Stmt>
 </BkToCstmrStmt>
</Document>
"""


@tagged("post_install", "-at_install")
class TestStatementImport(BankCase):
    """Statements come in as files, and payouts on them are reconciled at once."""

    def setUp(self):
        super().setUp()
        # Twice what is on the bank: only the trace reference says which one it is.
        self.paid = self.posted(("sale", "1250.40"))
        self.other = self.posted(("sale", "1250.40"), "2")
        self.pay("1250.40", refs=("1001",))

    def load(self, name, content, mapping=None):
        """Import a file as an accountant does; return the lines of the statement."""
        if isinstance(content, str):
            content = content.encode()
        mapping = mapping and self.env.ref(f"acorn_finance.statement_mapping_{mapping}")
        wizard = self.env["account.statement.import"].with_context(
            journal_id=self.journal.id
        )
        action = wizard.create(
            {
                "statement_file": base64.b64encode(content),
                "statement_filename": name,
                "sheet_mapping_id": mapping and mapping.id,
            }
        ).import_file_button()
        statements = self.env["account.bank.statement"].search(action["domain"])
        return statements.line_ids.sorted("date")

    def assertRead(self, lines):
        """Two lines in the account's currency, the first reconciled by its trace."""
        self.assertEqual(lines.mapped("amount"), [1250.4, -250.4])
        self.assertEqual(lines.mapped("date"), [date(2026, 5, 10), date(2026, 5, 11)])
        self.assertEqual(lines.mapped("is_reconciled"), [True, False])
        self.assertEqual(self.paid.bank_state, "banked")
        self.assertEqual(self.other.bank_state, "waiting")

    def test_payoneer(self):
        lines = self.load("payoneer.csv", PAYONEER, "payoneer")
        self.assertRead(lines)
        self.assertEqual(lines.statement_id.balance_end_real, 1000)

    def test_pingpong(self):
        self.assertRead(self.load("pingpong.csv", PINGPONG, "pingpong"))

    def test_lianlian(self):
        self.assertRead(self.load("lianlian.csv", LIANLIAN, "lianlian"))

    def test_any_bank_as_csv(self):
        self.assertRead(self.load("bank.csv", GENERIC, "generic"))

    def test_camt_053(self):
        self.journal.bank_account_id = self.env["res.partner.bank"].create(
            {"acc_number": "4000123456", "partner_id": self.company.partner_id.id}
        )
        self.assertRead(self.load("statement.xml", CAMT))

    def test_any_bank_as_xlsx(self):
        rows = [
            ("Date", "Description", "Reference", "Amount"),
            (datetime(2026, 5, 10), "Payment TRACE-0001", 17, 1250.4),  # noqa: DTZ001
            (date(2026, 5, 11), "Withdrawal", "R2", "-250.40"),
            (None, None, None, None),
        ]
        lines = self.load("bank.xlsx", self.xlsx(rows), "generic")
        self.assertRead(lines)
        self.assertEqual(lines.mapped("ref"), ["17", "R2"])

    def test_lianlian_as_xlsx(self):
        rows = [line.split(",") for line in LIANLIAN.splitlines()]
        self.assertRead(self.load("lianlian.xlsx", self.xlsx(rows), "lianlian"))

    def xlsx(self, rows):
        book, content = Workbook(), BytesIO()
        for row in rows:
            book.active.append(row)
        book.save(content)
        return content.getvalue()

    def test_the_same_file_again_is_refused(self):
        self.load("payoneer.csv", PAYONEER, "payoneer")
        with self.assertRaisesRegex(UserError, "already imported"):
            self.load("payoneer.csv", PAYONEER, "payoneer")

    def test_columns_that_are_missing_are_told(self):
        with self.assertRaisesRegex(UserError, "Bad file/mapping"):
            self.load("bank.csv", GENERIC, "payoneer")
