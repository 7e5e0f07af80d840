"""What is wrong with settlements and payouts, and what to do next."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

SENTENCES = {
    "settlement_gap": _lt(
        "Nothing is settled in %(currency)s for %(shop)s between %(from)s and %(to)s: "
        "settlement %(before)s ends, and %(after)s begins later. Look for a settlement "
        "between them in the channel's back office, download its file and import it."
    ),
    "settlement_overlap": _lt(
        "Settlements %(before)s and %(after)s of %(shop)s in %(currency)s overlap from "
        "%(from)s to %(to)s. See whether the same money is in both before you post."
    ),
    "settlement_late": _lt(
        "%(shop)s has been selling, and no settlement has come for %(days)s days. See "
        "in the channel's back office whether the account is in order, and on the shop "
        "whether settlements are fetched."
    ),
    "settlement_held": _lt(
        "%(count)s settlements of %(shop)s are held and in no books yet: %(refs)s. "
        "Open them, put right what each says, and press Post."
    ),
    "payout_late": _lt(
        "%(count)s settlements of %(shop)s are not at the bank %(days)s days after "
        "they were paid out: %(refs)s. Import the bank's statements, look at Money / "
        "Payouts on the Bank, and ask the bank or the channel for what is not there."
    ),
    "payout_failed": _lt(
        "Payout %(ref)s of %(shop)s did not reach the bank. See in the channel's back "
        "office whether the bank account is right, and ask for the money again."
    ),
}
