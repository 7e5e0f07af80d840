"""Reading queries, strictly: what an operation does not know is refused."""

from ..answers import invalid
from ..clock import parse

# What python-amazon-sp-api adds to every query; that Amazon minds is not known.
TOLERATED = {"MarketplaceId", "MarketplaceIds", "marketplace_ids", "marketplaceIds"}


def refuse_unknown(call, *known):
    unknown = set(call.query) - set(known) - TOLERATED
    if unknown:
        names = ", ".join(sorted(unknown))
        raise invalid("Invalid Input", f"Unknown parameters: {names}")


def texts(call, name, allowed=(), most=None):
    """A list; its parts come comma-separated or as repeated parameters."""
    parts = [
        part.strip()
        for value in call.query.getlist(name)
        for part in value.split(",")
        if part.strip()
    ]
    wrong = [part for part in parts if allowed and part not in allowed]
    if wrong:
        raise invalid("Invalid Input", f"{name}: {wrong[0]} is not allowed")
    if most and len(parts) > most:
        raise invalid("Invalid Input", f"{name}: no more than {most} are allowed")
    return parts


def text(call, name, allowed=(), default=""):
    value = call.query.get(name, default)
    if allowed and value not in (*allowed, default):
        raise invalid("Invalid Input", f"{name}: {value} is not allowed")
    return value


def moment(call, name):
    value = call.query.get(name)
    if value is None:
        return None
    try:
        # A plus sign that was not escaped arrives as a space.
        return parse(value.replace(" ", "+"))
    except ValueError as error:
        raise invalid("Invalid Input", f"{name}: {error}") from error


def number(call, name, default, lowest, highest):
    value = call.query.get(name, str(default))
    if not value.isdecimal() or not lowest <= int(value) <= highest:
        raise invalid(
            "Invalid Input", f"{name} must be a number from {lowest} to {highest}"
        )
    return int(value)
