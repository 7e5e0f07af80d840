"""Amounts that Amazon writes as JSON numbers, read without losing a digit."""

import re
from decimal import Decimal

from odoo.addons.acorn_base.channel import Refused

_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?", re.ASCII)


def number(part):
    """Return the ``Decimal`` of a number, also of one written as text; None where there
    is none."""
    value = part.value
    if value is None:
        return None
    is_number = isinstance(value, int | Decimal | str) and not isinstance(value, bool)
    if not is_number or not _NUMBER.fullmatch(str(value)):
        raise part.unreadable()
    return Decimal(value)


def amount(part, currency, name="currencyAmount"):
    """Return the amount of an object that names its currency; None without one.

    :param currency: the one that everything in the document has to be in
    :param name: of the number in the object
    """
    found = number(part.get(name))
    code = part.get("currencyCode").text()
    if found is not None and code != currency:
        said = f"{part.path} is in {code}, not in {currency}."
        raise Refused(said, code="mixed_currencies")
    return found
