"""Texts, amounts and times as they are written where a file comes from.

Amazon writes some reports for people of a country: with its character set, its decimal
mark and its order of day and month, and tells none of them.
"""

import re
from datetime import datetime, timedelta
from decimal import Decimal

from odoo.addons.acorn_base.channel import UTC, Refused

UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # as spreadsheets save text
_HEAD = 8192  # bytes of a file in which its currency stands
_YEN = re.compile(rb"\bJPY\b")
# Kana in Shift_JIS: what reads as that in Windows-1252 is no text.
_KANA = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x7e\x80-\x96]")

_AMOUNT = re.compile(r"([+-]?)(\d+(?:[.,]\d+)*)", re.ASCII)

MONTH_FIRST = ("USD", "CAD")  # where 06/09/2026 is a day in June
_MOMENT = re.compile(
    r"(?:(?P<year>20\d\d)(?P<a>[-/.])(?P<month>\d{1,2})(?P=a)(?P<day>\d{1,2})"
    r"|(?P<first>\d{1,2})(?P<b>[-/.])(?P<second>\d{1,2})(?P=b)(?P<last>20\d\d))"
    r"(?:[T ,]\s*(?P<time>\d{1,2}:\d\d(?::\d\d)?)(?:[.,]\d+)?"
    r"(?:\s*(?P<half>[AaPp][Mm]))?"
    r"\s*(?P<zone>[A-Za-z]{1,4})?(?P<offset>[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
# What reports call the time, in hours from UTC.
ZONES = {
    **dict.fromkeys(("", "z", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("bst", "cet", "met"), 1),
    **dict.fromkeys(("cest", "mest", "eet"), 2),
    **dict.fromkeys(("eest", "trt"), 3),
    "jst": 9,
    "pst": -8,
    "pdt": -7,
    "brt": -3,
}


def charset(content):
    """Return the character set of a file that tells its currency; ``Refused`` if none.

    UTF-8 never fits by chance. Japan's is tried where the file speaks of yen or has
    kana in it, whichever account it was fetched for.
    """
    is_japanese = _YEN.search(content[:_HEAD]) or _KANA.search(content)
    names = ("cp932", "cp1252") if is_japanese else ("cp1252", "cp932")
    first = "utf-16" if content.startswith(UTF_16) else "utf-8-sig"
    for name in (first, *names):
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    raise Refused("It is no text in any known character set.", code="no_settlement")


class Amounts:
    """Reads the amounts of one file: 1.234,56 and 1,234.56, 95,00, -12.5, 1,234.

    Three digits after a single mark are thousands, unless an amount before has told
    that the mark is the one of decimals.
    """

    def __init__(self):
        self._mark = ""
        self._known = {}

    def parse(self, text):
        """Return the ``Decimal``; ValueError when it is no amount."""
        amount = self._known.get(text)
        if amount is None:
            amount = self._known[text] = self._read(text)
        return amount

    def _read(self, text):
        plain = re.sub(r"\s", "", text).replace("\N{MINUS SIGN}", "-")
        found = _AMOUNT.fullmatch(plain)
        if not found:
            raise ValueError(f"{text!r} is no amount")
        sign, digits = found.groups()
        whole, decimals = self._split(digits)
        return Decimal(f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}")

    def _split(self, digits):
        """Return what stands before the decimal mark, and after it."""
        groups, marks = re.split("[.,]", digits), re.findall("[.,]", digits)
        if not marks:
            return digits, ""
        if self._has_decimals(groups, marks):
            *groups, decimals = groups
            mark = marks.pop()
            if len(decimals) != 3:
                self._mark = self._mark or mark
        else:
            decimals = ""
        if marks and not _are_thousands(groups, marks):
            raise ValueError(f"{digits!r} is no amount")
        return "".join(groups), decimals

    def _has_decimals(self, groups, marks):
        if len(marks) > 1:
            return marks[-1] != marks[0]
        whole, last = groups
        is_thousands = len(last) == 3 and len(whole) <= 3 and int(whole) > 0
        return not is_thousands or marks[0] == self._mark


def _are_thousands(groups, marks):
    """Whether digits are grouped as people do it; in India by two but for the last."""
    first, *middle, last = groups
    return (
        len(set(marks)) == 1
        and len(first) <= 3
        and all(len(group) in (2, 3) for group in middle)
        and len(last) == 3
    )


class Moments:
    """Reads the times of one file; what names no zone is UTC.

    :param month_first: 06/09/2026 is a day in June
    """

    def __init__(self, month_first):
        self._month_first = month_first
        self._known = {}

    @classmethod
    def of(cls, currency, *texts):
        """Return the reader in whose order these times can be, one after the other.

        Where both orders fit, the currency's home says which.
        """
        usual = currency in MONTH_FIRST
        for month_first in (usual, not usual):
            reader = cls(month_first)
            try:
                moments = [reader.parse(text)[0] for text in texts if text]
            except ValueError:
                continue
            if moments == sorted(moments):
                return reader
        return cls(usual)

    def parse(self, text):
        """Return (aware UTC, the date if the text tells no time); ValueError."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._read(text)
        return found

    def _read(self, text):
        match = _MOMENT.fullmatch(text)
        zone = ZONES.get((match["zone"] or "").lower()) if match else None
        if zone is None:
            raise ValueError(f"{text!r} is no time")
        year, month, day = self._date(match)
        hour, minute, second = _clock(match["time"], match["half"])
        offset = _offset(match["offset"]) if match["offset"] else timedelta(hours=zone)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return moment - offset, None if match["time"] else moment.date()

    def _date(self, match):
        if match["year"]:
            return int(match["year"]), int(match["month"]), int(match["day"])
        first, second = int(match["first"]), int(match["second"])
        if self._month_first and match["b"] != ".":
            first, second = second, first
        return int(match["last"]), second, first


def _clock(time, half):
    if not time:
        return 0, 0, 0
    hour, minute, *second = map(int, time.split(":"))
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"{time} {half} is no time")
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    return hour, minute, *(second or (0,))


def _offset(text):
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return -size if text[0] == "-" else size
