import csv
from base64 import b64decode
from io import BytesIO, StringIO
from itertools import islice

from openpyxl import load_workbook

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.acorn_base.sheet import DAMAGED, MAX_BYTES, MAX_ROWS

from ..rates_file import BadRates, based_on, read_rates

XLSX = b"PK\x03\x04"


class AcornRateImport(models.TransientModel):
    """Exchange rates from a file, where no provider can be asked."""

    _name = "acorn.rate.import"
    _description = "Import Exchange Rates"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    base_id = fields.Many2one(
        "res.currency",
        string="Rates Are for One",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="The currency of which the file says what one unit is worth: the euro in "
        "files of the European Central Bank.",
    )
    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()

    def action_import(self):
        """Store the file's rates of active currencies; known days are brought up to
        date."""
        self.ensure_one()
        self.company_id.check_access("read")
        try:
            rates = read_rates(self._rows())
        except BadRates as problem:
            raise UserError(self._sentence(*problem.args)) from problem
        own = self.company_id.currency_id.name
        found, without = based_on(rates, self.base_id.name, own)
        if not found:
            raise UserError(
                self.env._(
                    "The file has no rates that can be used: none of its days has a "
                    "rate of %s. Choose the currency that its rates are for.",
                    own,
                )
            )
        count = self._store(found)
        return self._told(count, len(without))

    def _rows(self):
        if len(self.file or b"") * 3 // 4 > MAX_BYTES:
            raise UserError(self.env._("The file is too large: 10 MB at most."))
        content = b64decode(self.file or b"")
        if content.startswith(XLSX):
            try:
                page = load_workbook(BytesIO(content), read_only=True).worksheets[0]
                return [
                    ["" if cell is None else str(cell) for cell in row]
                    for row in islice(page.iter_rows(values_only=True), MAX_ROWS + 1)
                ]
            except DAMAGED as error:
                raise UserError(
                    self.env._("The file is damaged. Save it as XLSX or CSV again.")
                ) from error
        text = content.decode("utf-8-sig", errors="replace")
        first = text.partition("\n")[0]
        delimiter = max(";\t,", key=first.count)
        return list(csv.reader(StringIO(text), delimiter=delimiter))

    def _sentence(self, code, number, text):
        values = {"line": number, "text": text}
        return {
            "no_date": self.env._(
                "The file has no column Date. It has: %(text)s", **values
            ),
            "no_rates": self.env._(
                "The file has neither the columns Currency and Rate nor a column for "
                "each currency. It has: %(text)s",
                **values,
            ),
            "bad_date": self.env._(
                "Line %(line)s: %(text)s is no date. Write it like 2026-01-31.",
                **values,
            ),
            "bad_rate": self.env._(
                "Line %(line)s: %(text)s is no rate: a number above nil.", **values
            ),
        }[code]

    def _store(self, rates):
        currencies = self.env["res.currency"].search([])  # active ones
        currency_of = {each.name: each for each in currencies}
        wanted = {
            (day, currency_of[code]): rate
            for (day, code), rate in rates.items()
            if code in currency_of
        }
        Rate = self.env["res.currency.rate"]
        days = [day for day, _currency in wanted]
        known = Rate.search(
            [
                ("company_id", "=", self.company_id.id),
                ("name", "in", days),
                ("currency_id", "in", currencies.ids),
            ]
        )
        # sudo: who imports rates need not be the one who sets up currencies.
        Rate_sudo = Rate.sudo()
        for rate in known:
            value = wanted.pop((rate.name, rate.currency_id), None)
            if value is not None:
                rate.sudo().company_rate = float(value)  # sudo: as above
        Rate_sudo.create(
            [
                {
                    "name": day,
                    "currency_id": currency.id,
                    "company_id": self.company_id.id,
                    "company_rate": float(value),
                }
                for (day, currency), value in wanted.items()
            ]
        )
        return len(days)

    def _told(self, count, without):
        message = self.env._("%s rates are stored.", count)
        if without:
            message += " " + self.env._(
                "%(days)s days were left out: they have no rate of %(currency)s.",
                days=without,
                currency=self.company_id.currency_id.name,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
