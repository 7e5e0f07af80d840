"""Why an order is held, for the codes of ``holds``."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

SENTENCES = {
    "high_value": _lt(
        "The buyer pays %(total)s %(currency)s, more than %(amount)s %(limit)s."
    ),
    "po_box": _lt(
        "The address is a PO box: parcel services cannot deliver there. Ask the buyer "
        "for another address, or send it by post."
    ),
    "address_changed": _lt("The address was changed %(count)s times at the channel."),
    "buyer_orders": _lt(
        "The buyer placed %(count)s orders within %(days)s days: %(orders)s."
    ),
    "banned": _lt("Buyer or address have what is banned: %(found)s."),
    "quantity": _lt("%(goods)s: more than %(limit)s units."),
    "quantity_usual": _lt("%(goods)s. The usual is %(usual)s."),
    "ship_by_missing": _lt(
        "Less than %(hours)s hours before it must ship, not all goods are ready. Find "
        "them, ship late, or cancel."
    ),
    "ship_by_over": _lt(
        "The time to ship is over. Ship late and tell the buyer, or cancel."
    ),
    "destination": _lt("Nothing is shipped to %(place)s."),
}
