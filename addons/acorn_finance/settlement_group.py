"""A settlement in few rows, as its journal entries need it; pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SettlementGroup:
    """Lines that become one journal item, summed up in the settlement's currency."""

    site_id: int | None  # None: the file and the order leave it open
    rule_id: int | None  # None: nothing in the fee map fits
    nature: str | None
    month: date  # its first day, by the date where the site is
    # False where the tax depends on the order's destination, which is not known.
    order_known: bool
    country_id: int | None  # the destination's, where the site's tax mode needs it
    amount: Decimal
    count: int

    @property
    def key(self):
        return (
            *(self.site_id, self.rule_id, self.nature, self.month),
            *(self.order_known, self.country_id),
        )
