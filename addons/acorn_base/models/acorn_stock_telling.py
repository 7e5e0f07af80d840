import json
from datetime import timedelta

from odoo import api, fields, models

from ..channel import UTC
from ..records import StockLevel, StockLevels

OLD = timedelta(minutes=10)  # what was to be told longer ago is worked out anew
PATIENCE = timedelta(minutes=6)  # so long a patch is asked for
LATER = 5  # priority of quantities among what is sent: parcels go first

TELL = """
    UPDATE acorn_offer_quantity quantity
       SET sent = given.sent, sent_handling = given.handling, sent_at = given.moment,
           message_id = given.message, wanted = given.sent, state = 'sending',
           error = NULL, write_date = given.moment
      FROM (VALUES %s) AS given(id, sent, handling, moment, message)
     WHERE quantity.id = given.id
"""
HOLD = """
    UPDATE acorn_offer_quantity quantity
       SET wanted = given.wanted, state = 'held'
      FROM (VALUES %s) AS given(id, wanted)
     WHERE quantity.id = given.id
"""
SHOWN = """
    UPDATE acorn_offer_quantity quantity
       SET shown = given.shown, shown_at = given.moment,
           state = CASE WHEN quantity.state IN ('waiting', 'accepted')
                         AND quantity.sent = given.shown
                        THEN 'done' ELSE quantity.state END
      FROM (VALUES %s) AS given(shop, grp, sku, shown, moment), acorn_offer offer
     WHERE offer.shop_id = given.shop AND offer.sku = given.sku
       AND quantity.offer_id = offer.id AND quantity.group_id = given.grp
       AND (quantity.shown_at IS NULL OR quantity.shown_at <= given.moment)
"""


class AcornStockTelling(models.AbstractModel):
    """How a channel is told quantities, and what it says of them."""

    _name = "acorn.stock.telling"
    _description = "Telling Quantities"
    _inherit = ["acorn.stock.compare"]

    # === TELL === #

    @api.model
    def _acorn_tell(self, shop, pairs):
        """Write the instructions for what differs, few one by one, many at once.

        :param pairs: list of (``Row``, ``Wanted``)
        """
        channel, Message = shop._get_channel_class(), self.env["acorn.message"]
        refs = {site.id: site.channel_ref for site in shop.site_ids}
        feed = "stock_feed" in channel.accepts and len(pairs) > channel.few_levels
        told = []
        if feed:
            self._withdraw_patches(shop, [_key(row) for row, _wanted in pairs])
            for part in _feeds(pairs, channel.most_levels):
                levels = [_level(row, wanted, refs) for row, wanted in part]
                key = f"{part[0][0].group_id}/{fields.Datetime.now().isoformat()}"
                key += f"/{part[0][0].sku}"
                message = Message._instruct(
                    shop, "stock_feed", key, {"levels": levels}, priority=LATER
                )
                told += [(row, wanted, message.id) for row, wanted in part]
        elif pairs:
            messages = Message._instruct_all(
                shop,
                "stock",
                {_key(row): _level(row, wanted, refs) for row, wanted in pairs},
                again=True,  # the same as last time, because it was changed there
                priority=LATER,
            )
            told = [(row, wanted, messages[_key(row)].id) for row, wanted in pairs]
        now = fields.Datetime.now()
        self._update(
            TELL,
            [
                (row.quantity_id, wanted.quantity, wanted.handling_days or 0, now, id_)
                for row, wanted, id_ in told
            ],
        )

    @api.model
    def _withdraw_patches(self, shop, keys):
        """What is told in a feed is told one by one no more: it would come later."""
        self.env["acorn.message"].search(
            [
                ("shop_id", "=", shop.id),
                ("direction", "=", "out"),
                ("kind", "=", "stock"),
                ("key", "in", keys),
            ]
        )._withdraw()

    @api.model
    def _acorn_hold(self, pairs):
        self._update(HOLD, [(row.quantity_id, w.quantity) for row, w in pairs])

    def _acorn_calm(self):
        """What would be told is what was told: nothing waits for a person any more."""
        for quantity in self:
            shown = quantity.sent_at and quantity.shown == quantity.sent
            quantity.state = "done" if shown else "accepted"

    @api.model
    def _update(self, statement, rows):
        if rows:
            self.flush_model()
            self.env.cr.execute_values(statement, rows)
            self.invalidate_model()

    # === THE CHANNEL'S WORD (see acorn.outbox._authors) === #

    @api.model
    def _acorn_collect(self, shop):
        """Compare before old numbers go out: after a pause, or a long time-out.

        Otherwise what is owed is compared for all shops at once, by its own cron.
        """
        waiting = self.env["acorn.message"].search(
            [
                ("shop_id", "=", shop.id),
                ("direction", "=", "out"),
                ("kind", "in", ("stock", "stock_feed")),
                ("state", "=", "pending"),
            ]
        )
        if shop.stock_mode == "off":
            waiting._withdraw()  # since then a person wants nothing to be told
            return
        stale = waiting.filtered(lambda message: message._waits_since(OLD))
        if not stale:
            return
        feeds = stale.filtered(lambda message: message.kind == "stock_feed")
        self.search([("message_id", "in", feeds.ids)]).state = "new"
        feeds._withdraw()
        self.with_company(shop.company_id)._compare(shop)

    @api.model
    def _acorn_record(self, kind, instruction):
        if kind == "stock":
            return _record(instruction)
        return StockLevels(tuple(map(_record, instruction["levels"])))

    @api.model
    def _acorn_settle(self, message, receipt):
        """Keep what the channel says of what was told."""
        quantities = self.search([("message_id", "=", message.id)])
        # Others are held, or are to be told anew.
        on_way = quantities.filtered(lambda q: q.state in ("sending", "waiting"))
        if message.state == "waiting":
            on_way.state = "waiting"
            if message.kind == "stock" and message._waits_since(PATIENCE):
                # Buyers may have taken some meanwhile. What the channel shows is told
                # by its lists of listings, and compared again.
                message._finish()
                on_way.state = "accepted"
        elif message.state in ("failed", "skipped"):
            reason = message.error or message.skip_reason
            on_way.write({"state": "refused", "error": reason})
        elif message.state == "done":
            on_way.write({"state": "accepted", "error": False})
            if message.kind == "stock_feed":
                self._tell_again(message, quantities)
        by_sku = quantities.grouped("sku")
        for verdict in receipt.verdicts if receipt else ():
            by_sku.get(verdict.sku, self.browse())._keep_verdict(verdict)
        self._alert_refused(message.shop_id)

    def _keep_verdict(self, verdict):
        if verdict.state == "refused":
            self.write({"state": "refused", "error": verdict.message})
        if verdict.shown is not None:
            self.write({"shown": verdict.shown, "shown_at": fields.Datetime.now()})
            self.filtered(
                lambda q: q.state in ("waiting", "accepted") and q.sent == q.shown
            ).state = "done"

    def _tell_again(self, message, quantities):
        """What was told one by one while a feed was on its way may have been overtaken
        by it: it is told once more."""
        levels = json.loads(message._plain())["levels"]
        given = {
            level["sku"]: (level["quantity"], level["handling_days"] or 0)
            for level in levels
        }
        later = self.search(
            [
                ("shop_id", "=", message.shop_id.id),
                ("sku", "in", list(given)),
                ("group_id", "=", int(message.key.split("/")[0])),
                ("id", "not in", quantities.ids),
                ("sent_at", ">=", message.received_at),
                ("state", "not in", ("held", "refused")),
            ]
        )
        later.filtered(
            lambda q: given[q.sku] != (q.sent, q.sent_handling)
        ).state = "new"

    @api.model
    def _note_shown(self, site, quantities, seen_at):
        """Keep what the channel shows on a site.

        :param quantities: {SKU: units}, without those the channel ships itself
        :param seen_at: aware UTC
        """
        group = site.quantity_group_id
        moment = seen_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        if not group or not quantities:
            return
        self._update(
            SHOWN,
            [
                (site.shop_id.id, group.id, sku, shown, moment)
                for sku, shown in quantities.items()
            ],
        )


def _feeds(pairs, most):
    """Share out changes over feeds: one group and the same sites each, and no more
    than fit in one."""
    alike = {}
    for row, wanted in pairs:
        sites = tuple(sorted(row.site_ids))
        alike.setdefault((row.group_id, sites), []).append((row, wanted))
    for mine in alike.values():
        for start in range(0, len(mine), most):
            yield mine[start : start + most]


def _key(row):
    return f"{row.sku}@{row.group_id}"


def _level(row, wanted, refs):
    return {
        "sku": row.sku,
        "sites": [refs[site] for site in sorted(row.site_ids) if site in refs],
        "quantity": wanted.quantity,
        "handling_days": wanted.handling_days,
    }


def _record(level):
    return StockLevel(**{**level, "sites": tuple(level["sites"])})
