"""JSON as it came, with every digit of its numbers."""

import json
from decimal import Decimal


def body_of(document):
    """Return plain JSON with ``Decimal`` numbers in bytes, its names in their order."""
    return _text(document).encode("utf-8", "surrogatepass")


def _text(value):
    # json writes a Decimal as a text, or as a float that has lost digits.
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name)}:{_text(each)}" for name, each in value.items())
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_text, value))}]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
