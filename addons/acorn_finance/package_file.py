"""Pages of figures as an XLSX workbook and CSV files, and all of them in a ZIP file."""

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run such a cell


@dataclass(frozen=True)
class Page:
    name: str  # of the file, in ASCII
    title: str
    columns: tuple[str, ...]
    rows: list  # of lists of text, Decimal, int, date, datetime (UTC) or None


def workbook(pages):
    """Return an XLSX file; amounts are numbers, and no text is a formula."""
    file = io.BytesIO()
    options = {"in_memory": True, "constant_memory": True, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(file, options | {"strings_to_urls": False})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
    }
    taken = set()
    for page in pages:
        sheet = book.add_worksheet(_sheet_name(page.title, taken))
        sheet.freeze_panes(1, 0)
        for place, title in enumerate(page.columns):
            sheet.set_column(place, place, max(len(title) + 2, 14))
            sheet.write_string(0, place, title, formats["head"])
        for number, row in enumerate(page.rows, 1):
            for place, cell in enumerate(row):
                _write_cell(sheet, number, place, cell, formats)
    book.close()
    return file.getvalue()


def _write_cell(sheet, row, column, cell, formats):
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime | date):
        kind = "time" if isinstance(cell, datetime) else "day"
        sheet.write_datetime(row, column, cell, formats[kind])
    elif isinstance(cell, Decimal):
        sheet.write_number(row, column, float(cell), formats["money"])
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, cell)


def _sheet_name(title, taken):
    """Return a name that a spreadsheet takes for a sheet, each one once."""
    clean = re.sub(r"[\[\]:*?/\\']", " ", title).strip() or "-"
    name, number = clean[:31], 1
    while name.casefold() in taken:
        number += 1
        name = f"{clean[:27]} {number}"
    taken.add(name.casefold())
    return name


def csv_file(page):
    """Return a page as CSV in UTF-8, which runs nothing in a spreadsheet."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(page.columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in page.rows)
    return file.getvalue().encode("utf-8-sig")


def _csv_cell(cell):
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date | Decimal | int):
        return str(cell)
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def zip_file(files):
    """Return a ZIP file.

    :param files: dict path → bytes
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return file.getvalue()


def safe_name(text):
    """Return a text as part of a file's name, in ASCII."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")
