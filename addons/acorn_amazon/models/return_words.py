"""What buyers mean by the reasons for which they send goods back, in plain words.

By Amazon's word without its prefix: see ``parse.return_rows.reason``.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

REASONS = {
    "UNWANTED_ITEM": _lt("No longer needed"),
    "DEFECTIVE": _lt("Defective"),
    "DAMAGED_BY_CARRIER": _lt("Damaged on the way"),
    "DAMAGED_BY_FC": _lt("Damaged before it left"),
    "QUALITY_UNACCEPTABLE": _lt("Quality not good enough"),
    "NOT_AS_DESCRIBED": _lt("Not as described"),
    "AMZ-PG-BAD-DESC": _lt("Not as described"),
    "NOT_COMPATIBLE": _lt("Does not fit other things"),
    "MISSING_PARTS": _lt("Parts are missing"),
    "SWITCHEROO": _lt("Another item was in the parcel"),
    "ORDERED_WRONG_ITEM": _lt("Ordered the wrong item"),
    "AMZ-PG-MISORDERED": _lt("Ordered the wrong item"),
    "FOUND_BETTER_PRICE": _lt("Found a better price"),
    "EXTRA_ITEM": _lt("More came than was ordered"),
    "MISSED_ESTIMATED_DELIVERY": _lt("Arrived too late"),
    "AMZ-PG-APP-TOO-LATE": _lt("Arrived too late"),
    "AMZ-PG-APP-TOO-LARGE": _lt("Too large"),
    "AMZ-PG-APP-TOO-SMALL": _lt("Too small"),
    "APPAREL_TOO_LARGE": _lt("Too large"),
    "APPAREL_TOO_SMALL": _lt("Too small"),
    "APPAREL_STYLE": _lt("Style not liked"),
    "POOR_FIT": _lt("Poor fit"),
    "UNAUTHORIZED_PURCHASE": _lt("Bought without permission"),
    "NO_REASON_GIVEN": _lt("No reason given"),
    "NEVER_ARRIVED": _lt("Never arrived"),
    "UNDELIVERABLE_UNKNOWN": _lt("Could not be delivered"),
    "UNDELIVERABLE_REFUSED": _lt("Refused at the door"),
    "UNDELIVERABLE_INSUFFICIENT_ADDRESS": _lt("Address incomplete"),
    "UNDELIVERABLE_FAILED_DELIVERY_ATTEMPTS": _lt("Nobody was there"),
    "UNDELIVERABLE_UNCLAIMED": _lt("Not fetched"),
    "UNDELIVERABLE_CARRIER_MISS_SORTED": _lt("Lost its way at the carrier"),
}
