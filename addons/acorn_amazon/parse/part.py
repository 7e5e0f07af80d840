"""A part of a JSON document that knows where it stands in it."""

import json
import re
from decimal import Decimal

from odoo.addons.acorn_base.channel import Refused, instant
from odoo.addons.acorn_base.records import Money

_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?", re.ASCII)


class Part:
    """Reading one either gives what the model promises or ``Refused`` with the path."""

    def __init__(self, value, path=""):
        self.value = value
        self.path = path

    @classmethod
    def of(cls, body):
        """Return the whole of a document in bytes."""
        try:
            value = json.loads(body, parse_float=Decimal)
        except ValueError as error:
            raise Refused(f"This is not JSON: {error}", code="bad_document") from error
        return cls(value)

    def __getitem__(self, name):
        """Return a part that must be there."""
        part = self.get(name)
        if not part:
            raise Refused(f"The document has no {part.path}.", code="missing_field")
        return part

    def get(self, *names):
        """Return a part, an empty one where the document has none."""
        part = self
        for name in names:
            path = f"{part.path}.{name}" if part.path else name
            part = Part(part._is(dict, {}).get(name), path)
        return part

    def __iter__(self):
        for index, value in enumerate(self._is(list, [])):
            yield Part(value, f"{self.path}[{index}]")

    def __bool__(self):
        return self.value is not None

    def text(self):
        """Return a text PostgreSQL can keep, '' where there is none."""
        text = self._is(str, "").replace("\0", "")
        return text.encode("utf-8", "ignore").decode()

    def integer(self):
        """Return a whole number, None where there is none."""
        if isinstance(self.value, bool):
            raise self.unreadable()
        return self._is(int, None)

    def time(self):
        """Return a time as aware UTC, None where there is none."""
        if not self.text():
            return None
        try:
            return instant(self.value)
        except (AttributeError, ValueError):
            raise self.unreadable() from None

    def money(self):
        """Return an amount with its currency, None where there is none."""
        if not self:
            return None
        amount = self["amount"].text()
        if not _NUMBER.fullmatch(amount):
            raise self["amount"].unreadable()
        return Money(Decimal(amount), self["currencyCode"].text())

    def amount(self):
        """Return the ``Decimal`` of an amount, None where there is none."""
        money = self.money()
        return money and money.amount

    def word(self, table):
        """Return what a word of Amazon's means."""
        word = self.text()
        if word not in table:
            raise Refused(
                f"{self.path} has the new word {word!r}.", code="unknown_word"
            )
        return table[word]

    def unreadable(self):
        """Return the error that this part is not what the model promises."""
        # Its value is not told: it may be someone's address.
        found = type(self.value).__name__
        return Refused(f"{self.path} cannot be read ({found}).", code="bad_field")

    def _is(self, kind, default):
        if self.value is None:
            return default
        if not isinstance(self.value, kind):
            raise self.unreadable()
        return self.value
