"""Tables as XLSX files. Text stays text (leading zeros too), formulas are never run."""

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024  # an XLSX file is a ZIP: what it swells to
MAX_ROWS = 50_000
TEXT = "@"

# What openpyxl raises on files that are damaged or something else.
DAMAGED = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    SyntaxError,  # XML that is none
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


class SheetError(Exception):
    """Base of what is wrong with a file as a whole."""


class NotASheet(SheetError):
    """The file is no XLSX file, or a damaged one."""


class TooLarge(SheetError):
    """The file is larger than what is read at once."""


class ColumnsMissing(SheetError):
    """The first row lacks columns; ``args`` are their keys."""


@dataclass(frozen=True)
class Row:
    """A row below the header, as people see it."""

    number: int
    values: dict[str, str]
    formulas: tuple[str, ...] = ()  # keys of the columns with a formula in this row


def write(columns, rows, hints=()):
    """Return an XLSX file with a frozen header; every cell is text.

    :param columns: list of (title, width in characters)
    :param rows: iterable of lists of text
    :param hints: list of (title, text) for a second page, which ``read`` leaves out
    """
    book = Workbook(write_only=True)
    _write_page(book, columns, rows)
    if hints:
        _write_page(book, [("", 24), ("", 100)], hints)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write_page(book, columns, rows):
    page = book.create_sheet()
    page.freeze_panes = "A2"
    for number, (_title, width) in enumerate(columns, start=1):
        column = page.column_dimensions[get_column_letter(number)]
        column.width, column.number_format = width, TEXT
    page.append([_cell(page, title, bold=True) for title, _width in columns])
    for row in rows:
        page.append([_cell(page, text) for text in row])


def read(data, columns):
    """Return the rows of the first sheet of an XLSX file.

    :param data: the file's bytes
    :param columns: dict key → the titles that the column may have
    :return: list of ``Row`` with a text, possibly empty, for each key
    """
    return _first_page(data, lambda page: _rows(page.iter_rows(), columns))


def read_cells(data):
    """Return the values of the first sheet, row by row, with their types: numbers,
    dates, texts, None. A formula is what the file says it gave."""

    def cells(page):
        return [list(row) for row in page.iter_rows(max_row=MAX_ROWS, values_only=True)]

    return _first_page(data, cells, data_only=True)


def _first_page(data, work, **options):
    if len(data) > MAX_BYTES:
        raise TooLarge
    try:
        _check_unpacked(data)
        book = load_workbook(BytesIO(data), read_only=True, keep_links=False, **options)
        page = book.worksheets[0]
        page.reset_dimensions()  # files lie about them
        return work(page)
    except DAMAGED as error:
        raise NotASheet from error


def _check_unpacked(data):
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
            raise TooLarge


def _rows(lines, columns):
    header = [_text(cell).casefold() for cell in next(lines, ())]
    places = {}
    for key, titles in columns.items():
        wanted = {title.casefold() for title in titles}
        places[key] = next(
            (i for i, title in enumerate(header) if title in wanted), None
        )
    if missing := [key for key, place in places.items() if place is None]:
        raise ColumnsMissing(*missing)
    rows = []
    for number, cells in enumerate(lines, start=2):
        if number > MAX_ROWS + 1:
            raise TooLarge
        found = {
            key: cells[place] for key, place in places.items() if place < len(cells)
        }
        values = {key: "" for key in columns} | {k: _text(c) for k, c in found.items()}
        if any(values.values()):
            formulas = tuple(k for k, cell in found.items() if cell.data_type == "f")
            rows.append(Row(number, values, formulas))
    return rows


def _text(cell):
    """Return what a person reads in a cell: a number without its '.0'."""
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _cell(page, text, bold=False):
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", text or ""))
    cell.data_type = "s"  # what begins with '=' is no formula
    cell.number_format = TEXT
    if bold:
        cell.font = Font(bold=True)
    return cell
