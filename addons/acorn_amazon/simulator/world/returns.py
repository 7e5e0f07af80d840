"""What buyers send back: to the seller, or to Amazon's own warehouses.

A return is a plain dict, as it is kept on disk; times in it are texts.
"""

from ..clock import iso
from .money import read, text

LABELS = {"Seller": "AmazonPrePaidLabel", "Customer": "AmazonUnPaidLabel"}
STATUSES = ("Pending", "Approved", "Completed", "Closed", "Rejected", "Cancelled")
TO_AMAZON = "Unit returned to inventory"
CENTRES = {"na": "PHX7", "eu": "LEJ1", "fe": "NRT1"}


class Returns:
    """All returns in the order in which they were asked for."""

    def __init__(self):
        self._returns = {}
        self.revision = 0

    def __iter__(self):
        return iter(self._returns.values())

    def get(self, number):
        found = self._returns.get(number)
        if found is None:
            raise ValueError(f"There is no return {number!r}")
        return found

    def add(self, entry, item, quantity, moment, **details):
        """Keep units of an order's item that come back.

        :param details: cells of the report, in words of this world
        """
        if not 1 <= quantity <= item["quantityOrdered"]:
            raise ValueError(f"{quantity} of {item['quantityOrdered']} units")
        made = {
            "number": f"D{entry.id.replace('-', '')[-9:]}{len(self._returns)}RRMA",
            "account": entry.account,
            "order": entry.id,
            "item": item["orderItemId"],
            "quantity": quantity,
            "requested": iso(moment),
            **details,
        }
        self._returns[made["number"]] = made
        self.revision += 1
        return made

    def dump(self):
        return list(self)

    def load(self, data):
        self._returns = {each["number"]: each for each in data}


def to_seller(entry, reason, payer):
    """The details of a return that the seller takes back."""
    return {
        "reason": reason,
        "status": "Pending",
        "resolution": "StandardRefund",
        "payer": payer,
        "label": LABELS.get(payer, "AmazonUnPaidLabel"),
        "currency": _currency(entry),
    }


def to_amazon(region, reason, disposition, comment, labelled):
    """The details of a return that came to one of Amazon's warehouses."""
    return {
        "by_amazon": True,
        "reason": reason,
        "status": TO_AMAZON,
        "disposition": disposition,
        "comment": comment,
        "labelled": labelled,
        "centre": CENTRES[region],
    }


def _currency(entry):
    proceeds = entry.raw.get("proceeds", {}).get("grandTotal")
    return read(proceeds)[1] if proceeds else ""


def refund_of(entry, found):
    """What the buyer gets for the units, as a text."""
    item = entry.item(found["item"])
    paid = item.get("proceeds", {}).get("proceedsTotal")
    if not paid:
        return ""  # sold elsewhere
    amount, currency = read(paid)
    return text(amount * found["quantity"] // item["quantityOrdered"], currency)
