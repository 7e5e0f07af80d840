import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..channel import UTC
from ..records import StockLevel, StockLevels
from ..sellable import EMPTY, Terms

RELEASED_FOR = timedelta(hours=1)  # so long the guards let a released change pass
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


class AcornOfferQuantity(models.Model):
    """How much of an offer one quantity group may sell, and what the channel knows."""

    _name = "acorn.offer.quantity"
    _description = "Quantity"
    _inherit = ["acorn.stock.compare"]
    _order = "shop_id, group_id, offer_id, id"

    offer_id = fields.Many2one(
        "acorn.offer", required=True, index=True, readonly=True, ondelete="cascade"
    )
    group_id = fields.Many2one(
        "acorn.quantity.group",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    shop_id = fields.Many2one(related="offer_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="offer_id.company_id", store=True, index=True)
    sku = fields.Char(related="offer_id.sku")
    product_id = fields.Many2one(related="offer_id.product_id")
    sent = fields.Integer(string="Told", readonly=True)
    sent_handling = fields.Integer(string="Handling Time Told", readonly=True)
    sent_at = fields.Datetime(string="Told At", readonly=True)
    state = fields.Selection(
        [
            ("new", "Not Told"),
            ("sending", "Being Told"),
            ("waiting", "Told"),
            ("accepted", "Accepted"),
            ("done", "Shown"),
            ("refused", "Refused"),
            ("held", "Waits for Release"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    error = fields.Text(readonly=True)
    message_id = fields.Many2one(
        "acorn.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    wanted = fields.Integer(
        readonly=True, help="What would be told, were it not held or sent already."
    )
    free_until = fields.Datetime(
        readonly=True, help="Until then the guards let it pass: a person released it."
    )
    shown = fields.Integer(readonly=True, help="What the channel showed last.")
    shown_at = fields.Datetime(readonly=True)

    _offer_group_unique = models.Constraint(
        "UNIQUE (offer_id, group_id)", "An offer has one quantity in each group."
    )

    # Why this number? Worked out from the stock of this moment.
    on_hand = fields.Float(compute="_compute_why", digits="Product Unit")
    reserved = fields.Float(compute="_compute_why", digits="Product Unit")
    owed = fields.Float(
        string="Orders Waiting for Goods",
        compute="_compute_why",
        digits="Product Unit",
    )
    pending = fields.Float(
        string="Pending Orders",
        compute="_compute_why",
        digits="Product Unit",
        help="Sold at a channel and not confirmed there yet.",
    )
    quarantine = fields.Float(
        string="Not for Sale",
        compute="_compute_why",
        digits="Product Unit",
        help="In quarantine, quality control or returns to check. It is not part of "
        "what is on hand here.",
    )
    free = fields.Float(
        compute="_compute_why",
        digits="Product Unit",
        help="On hand less what is reserved, waited for and pending.",
    )
    kept = fields.Float(
        string="Kept for Other Shops", compute="_compute_why", digits="Product Unit"
    )
    share = fields.Float(string="Share (%)", compute="_compute_why", digits=(5, 2))
    buffer = fields.Float(compute="_compute_why", digits="Product Unit")
    percent = fields.Float(string="Shown (%)", compute="_compute_why", digits=(5, 2))
    cap = fields.Char(string="Maximum", compute="_compute_why")
    hide_below = fields.Float(compute="_compute_why", digits="Product Unit")
    sellable = fields.Integer(
        string="May Be Sold Now", compute="_compute_why", help="What is told next."
    )
    handling_days = fields.Integer(
        string="Handling Time (Days)", compute="_compute_why"
    )
    site_id = fields.Many2one(
        "acorn.site",
        string="Decided By",
        compute="_compute_why",
        help="Of the sites that share the quantity the one with the lowest.",
    )
    note = fields.Char(compute="_compute_why", help="Why nothing is told.")

    @api.depends("offer_id.sku", "group_id.name")
    def _compute_display_name(self):
        for quantity in self:
            quantity.display_name = f"{quantity.sku} ({quantity.group_id.name})"

    # === WHY THIS NUMBER === #

    @api.depends("offer_id.product_id", "offer_id.handling_days")
    def _compute_why(self):
        for quantities in self.grouped("company_id").values():
            quantities._explain_quantities()

    def _explain_quantities(self):
        rows = self._rows(SQL("quantity.id = ANY(%s)", self.ids))
        wanted_of = self._wanted_finder(rows)
        by_id = {row.quantity_id: (row, wanted_of(row)) for row in rows}
        pool_of = self._pool_finder(rows)
        for quantity in self:
            row, wanted = by_id.get(quantity.id, (None, None))
            quantity._show_why(pool_of(row) if row else None, wanted)

    def _show_why(self, pool, wanted):
        terms = wanted.terms if wanted else Terms()
        self.note = self._why_nothing(pool, wanted)
        pool = pool or EMPTY
        for name in ("on_hand", "reserved", "owed", "pending", "quarantine", "free"):
            self[name] = getattr(pool, name)
        for name in ("kept", "share", "buffer", "percent", "hide_below"):
            self[name] = getattr(terms, name)
        self.cap = "" if terms.cap is None else f"{terms.cap:g}"
        self.sellable = wanted.quantity if wanted else 0
        self.handling_days = wanted.handling_days if wanted else 0
        self.site_id = wanted.site_id if wanted else False

    def _why_nothing(self, pool, wanted):
        if self.offer_id.by_channel:
            return self.env._("The channel ships it: its quantity is the channel's.")
        if not self.product_id:
            return self.env._("Set the product of this SKU first.")
        # sudo: whoever looks need not see the warehouses.
        if not self.group_id.sudo().source_ids:
            return self.env._("Its quantity group has no stock source.")
        if not (self.offer_id.active and self.product_id.active):
            return self.env._("It is archived: 0 is told.")
        if not wanted and pool is None and self.product_id.is_storable:
            return self.env._("It is not listed on a site of this group.")
        if not wanted:
            return self.env._("The product's stock is not counted: set a maximum.")
        if wanted.terms.stopped:
            return self.env._("Selling is stopped: 0 is told.")
        if self.shop_id.stock_mode == "off":
            return self.env._("The shop does not send quantities.")
        return False

    @api.model
    def _pool_finder(self, rows):
        if not rows:
            return lambda row: None
        groups = self.env["acorn.quantity.group"].browse({r.group_id for r in rows})
        ids = {row.product_id for row in rows if row.product_id}
        products = self.env["product.product"].browse(ids)
        pool_of = self.env["acorn.pool"]._pools(groups, products)
        return lambda row: row.product_id and pool_of(row.group_id, row.product_id)

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
        old = [
            ("shop_id", "=", shop.id),
            ("direction", "=", "out"),
            ("kind", "in", ("stock", "stock_feed")),
            ("state", "=", "pending"),
            ("received_at", "<", fields.Datetime.now() - OLD),
        ]
        stale = self.env["acorn.message"].search(old)
        if not stale or shop.stock_mode == "off":
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

    # === ALERTS === #

    @api.model
    def _alert_refused(self, shop):
        self._alert_count(
            shop,
            "stock_refused",
            "refused",
            self.env._(
                "The channel refuses the quantity of %(count)s offers (%(skus)s). Read "
                "why under Stock / Quantities, put it right there or on the offer, "
                "then press Tell Again."
            ),
        )

    @api.model
    def _alert_held(self, shop):
        self._alert_count(
            shop,
            "stock_guard",
            "held",
            self.env._(
                "The quantities of %(count)s offers (%(skus)s) would change so much "
                "that they wait for a person. Look at them under Stock / Quantities, "
                "then press Release, or correct the stock."
            ),
        )

    @api.model
    def _alert_negative(self, shop, skus):
        Alert = self.env["acorn.alert"]
        if not skus:
            Alert._resolve(shop, "stock_negative", [shop.name])
            return
        text = self.env._(
            "Odoo counts fewer than none of %(skus)s, so 0 is told. Count these goods "
            "and correct the stock.",
            skus=", ".join(skus[:10]) + (", …" if len(skus) > 10 else ""),
        )
        Alert._raise_alert(shop, "stock_negative", shop.name, text)

    @api.model
    def _alert_count(self, shop, reason, state, text):
        """Raise one alert for all offers of a shop in one state, or close it."""
        Alert = self.env["acorn.alert"]
        domain = [("shop_id", "=", shop.id), ("state", "=", state)]
        count = self.search_count(domain)
        if not count:
            Alert._resolve(shop, reason, [shop.name])
            return
        first = self.search(domain, limit=5).mapped("sku")
        skus = ", ".join(first) + (", …" if count > len(first) else "")
        text = text % {"count": count, "skus": skus}
        Alert._raise_alert(shop, reason, shop.name, text, severity="error")

    # === ACTIONS === #

    def action_release(self):
        """Let changes pass that the guards hold; who did it is kept on the offers."""
        self._check_manager()
        # sudo: quantities are written by the work itself, people only release them.
        held_sudo = self.sudo().filtered(lambda quantity: quantity.state == "held")
        until = fields.Datetime.now() + RELEASED_FOR
        held_sudo.write({"free_until": until, "state": "new"})
        held_sudo.offer_id._message_log_batch(
            {
                quantity.offer_id.id: self.env._(
                    "Released for %(group)s: %(wanted)s instead of %(told)s.",
                    group=quantity.group_id.name,
                    wanted=quantity.wanted,
                    told=quantity.sent if quantity.sent_at else quantity.shown,
                )
                for quantity in held_sudo
            }
        )
        for shop in held_sudo.shop_id:
            self._alert_held(shop)
        self._wake()

    def action_tell_again(self):
        """Tell the channel anew, whatever it was told before."""
        self._check_manager()
        # sudo: see action_release.
        self.sudo().filtered(lambda q: q.state != "held").state = "new"
        for shop in self.shop_id:
            self._alert_refused(shop)
        self._wake()

    def _check_manager(self):
        self.offer_id.check_access("write")

    @api.model
    def _wake(self):
        """Let the comparison run at once."""
        # sudo: whoever moves stock has no rights on crons.
        self.env.ref("acorn_base.ir_cron_stock").sudo()._trigger()


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
