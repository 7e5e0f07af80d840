"""What is wrong and what to do next, for the codes of errors that the base raises."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

SENTENCES = {
    "order_mismatch": _lt(
        "The parts of this order add up to %(ours)s %(currency)s, but the channel says "
        "%(theirs)s %(currency)s. It is held until someone has looked at it there."
    ),
    "item_mismatch": _lt(
        "The parts of item %(item)s add up to %(ours)s %(currency)s, but the channel "
        "says %(theirs)s %(currency)s. The order is held until someone has looked at "
        "it there."
    ),
    "amount_decimals": _lt(
        "The amount %(amount)s %(currency)s has more decimals than the currency has. "
        "The order is held; set the currency's rounding right, then press Retry."
    ),
    "currency": _lt(
        "The currency %(currency)s does not exist in Odoo. Create it, then press Retry."
    ),
    "no_files": _lt(
        "This shop's channel has no such files. Wait until the channel can be reached "
        "again: the orders come by themselves."
    ),
    "key_missing": _lt(
        "The server has no key to encrypt secrets with. Set %(variable)s or "
        "%(file_variable)s in its environment and start it again."
    ),
    "key_file": _lt(
        "The key file that %(file_variable)s names cannot be read. Create it, or give "
        "the server the right to read it."
    ),
    "key_malformed": _lt(
        "What %(variable)s or %(file_variable)s gives is no Fernet key. Correct it and "
        "start the server again."
    ),
    "key_other": _lt(
        "A stored value was encrypted with another key. Put the earlier key back "
        "behind the present one in %(variable)s, separated by a comma, or enter the "
        "secret again."
    ),
}
