"""What the watchdog found and what to do next, for the codes of ``findings``."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

SENTENCES = {
    "error": "%(error)s",
    "no_pull": _lt(
        "Nothing was fetched for %(minutes)s minutes: %(stream)s. No error was met: "
        "see on the shop whether the lanes run, then press Sync Now."
    ),
    "no_pull_error": _lt(
        "Nothing was fetched for %(minutes)s minutes: %(stream)s. The last error: "
        "%(error)s"
    ),
    "failing": _lt(
        "%(failures)s fetches in a row failed: %(stream)s. Acorn goes on trying. The "
        "last error: %(error)s"
    ),
    "paused": _lt(
        "%(shop)s was paused by a person: nothing is fetched or sent. Press Resume to "
        "go on."
    ),
    "no_orders": _lt(
        "Fetching works, but nobody ordered from %(shop)s for %(hours)s hours. See "
        "whether its offers are on sale."
    ),
    "pile_up": _lt(
        "%(count)s documents of %(shop)s are not worked off, the oldest for "
        "%(minutes)s minutes. See whether the lanes run; more lanes work off more."
    ),
    "failed": _lt(
        "%(count)s messages of %(shop)s need attention, the newest: %(references)s. "
        "Open Failed Messages, read what each says, then press Retry or Skip."
    ),
    "ship_by": _lt(
        "%(count)s orders of %(shop)s have to be shipped soon, the first: %(orders)s. "
        "Open them, the most urgent first, and validate their deliveries."
    ),
    "late": _lt(
        "The ship-by time of %(late)s orders of %(shop)s has passed, and %(count)s in "
        "all have to be shipped now, the first: %(orders)s. Ship them, or cancel "
        "those that cannot be shipped."
    ),
    "shipment": _lt(
        "The channel does not know of %(count)s deliveries of %(shop)s as it should, "
        "the first: %(deliveries)s. Open Not Confirmed, put right what each says, "
        "then press Retry."
    ),
    "no_receipt": _lt(
        "The channel has not said for %(hours)s hours what became of something that "
        "%(shop)s sent it. Look at the messages that wait, and there for the parcel."
    ),
    "cover": _lt(
        "%(count)s products that %(shop)s sells run short, %(late)s of them before "
        "goods that are ordered now could arrive. Open Stock / Days of Cover and "
        "order. The worst:\n%(lines)s"
    ),
    "cover_line": _lt(
        "- %(product)s, %(place)s: %(days)s days of cover, needed by %(date)s"
    ),
    "cover_line_idle": _lt("- %(product)s, %(place)s: fewer than the limit"),
    "credential_ends": _lt("%(subject)s ends in %(days)s days, on %(date)s. %(text)s"),
    "credential_ended": _lt("%(subject)s has ended on %(date)s. %(text)s"),
    "blind": _lt(
        "The watchdog cannot judge %(shop)s: %(error)s. Correct the shop's settings; "
        "if this stays, send the server's log to who looks after Acorn."
    ),
    "crons_off": _lt(
        "The scheduled action %(cron)s is switched off: nothing is fetched or sent. An "
        "administrator of Odoo activates it under Settings / Technical."
    ),
    "crons_silent": _lt(
        "The scheduled action %(cron)s has been due for %(minutes)s minutes and does "
        "not run. See whether the server has cron threads (max_cron_threads) and "
        "what its log says."
    ),
}
