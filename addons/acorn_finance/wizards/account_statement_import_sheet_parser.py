from datetime import date, datetime, time

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.acorn_base import sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AccountStatementImportSheetParser(models.TransientModel):
    """Reads XLSX files, too, with the same mappings."""

    _inherit = "account.statement.import.sheet.parser"

    def _get_mimetype_sheet_type_map(self):
        return {**super()._get_mimetype_sheet_type_map(), XLSX: "xlsx"}

    @api.model
    def _parse_lines_xlsx(self, mapping, data_file, currency_code):
        try:
            cells = sheet.read_cells(data_file)
        except sheet.SheetError as error:
            raise UserError(
                self.env._(
                    "This file is no XLSX file, a damaged one or a very large one. "
                    "Download it again, or export it as CSV."
                )
            ) from error
        rows = iter(cells)
        header = self.parse_header_csv(
            ([_text(value) for value in row] for row in rows), mapping
        )
        columns = {
            name: self._get_column_indexes(header, name, mapping)
            for name in self._get_column_names()
        }
        numbers = {
            index
            for name, indexes in columns.items()
            if "amount" in name or name == "balance_column"
            for index in indexes
        }
        body = [
            [
                _cell(value, number in numbers)
                for number, value in enumerate(row[mapping.offset_column :])
            ]
            for row in rows
        ]
        last = len(body) - mapping.footer_lines_skip_count
        return self._parse_rows(mapping, currency_code, (body, 0, last), columns)


def _cell(value, is_amount):
    """Return a cell as the parser wants it: dates and amounts as they are."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if is_amount and isinstance(value, (int, float)):
        return float(value)
    return _text(value)


def _text(value):
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
