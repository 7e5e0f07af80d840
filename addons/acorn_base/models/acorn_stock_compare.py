import logging
import time
from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..attempt import CROSSED, attempt
from ..channel import UTC
from ..sellable import CRUMB, EMPTY, Pool, Terms, is_sudden, sellable

_logger = logging.getLogger(__name__)

# What a change takes to be shown at the channel: until then what it shows is old.
SETTLES = timedelta(minutes=15)

# Of each offer that the seller ships its quantity in each group, and what the channel
# knows of it. An offer that the channel ships on one site of a group is left alone.
OFFERS = """
    SELECT offer.id, offer.sku, offer.product_id, template.categ_id, offer.shop_id,
           COALESCE(offer.handling_days, 0),
           offer.stock_stopped IS TRUE OR shop.stock_mode = 'stop',
           offer.active AND product.active IS TRUE,
           site.quantity_group_id,
           array_agg(site.id ORDER BY site.sequence, site.id),
           quantity.id, quantity.sent, quantity.sent_handling, quantity.sent_at,
           quantity.state, quantity.shown, quantity.shown_at, quantity.free_until
      FROM acorn_offer offer
      JOIN acorn_shop shop ON shop.id = offer.shop_id
      LEFT JOIN product_product product ON product.id = offer.product_id
      LEFT JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN acorn_listing listing ON listing.offer_id = offer.id
      JOIN acorn_site site ON site.id = listing.site_id
      JOIN acorn_offer_quantity quantity
        ON quantity.offer_id = offer.id
       AND quantity.group_id = site.quantity_group_id
     WHERE %s
       AND offer.by_channel IS NOT TRUE
       AND site.active AND site.quantity_group_id IS NOT NULL
       AND listing.status IS DISTINCT FROM 'gone'
     GROUP BY offer.id, product.id, template.id, shop.id, quantity.id,
           site.quantity_group_id
    HAVING NOT bool_or(listing.by_channel IS TRUE)
"""


LISTED = """
      FROM acorn_listing listing
      JOIN acorn_offer offer ON offer.id = listing.offer_id
      JOIN acorn_site site ON site.id = listing.site_id
     WHERE site.active AND site.quantity_group_id IS NOT NULL
       AND offer.by_channel IS NOT TRUE AND listing.by_channel IS NOT TRUE
       AND listing.status IS DISTINCT FROM 'gone'
"""
# What the listings show is what the guards judge the first number by.
MISSING = f"""
    INSERT INTO acorn_offer_quantity (offer_id, group_id, shop_id, company_id, state,
           shown, shown_at, create_uid, create_date, write_uid, write_date)
    SELECT DISTINCT ON (offer.id, site.quantity_group_id)
           offer.id, site.quantity_group_id, offer.shop_id, offer.company_id, 'new',
           listing.quantity, listing.seen_at,
           %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC'
      {LISTED} AND offer.shop_id = ANY(%s)
     ORDER BY offer.id, site.quantity_group_id, listing.seen_at DESC NULLS LAST
        ON CONFLICT (offer_id, group_id) DO NOTHING
"""
OVER = f"""
    DELETE FROM acorn_offer_quantity quantity
     WHERE shop_id = ANY(%s) AND NOT EXISTS (
           SELECT FROM (SELECT offer.id, site.quantity_group_id AS group_id {LISTED})
               AS shown
            WHERE shown.id = quantity.offer_id AND shown.group_id = quantity.group_id
     )
    RETURNING message_id
"""


class Row(NamedTuple):
    """An offer in a quantity group."""

    offer_id: int
    sku: str
    product_id: int | None
    category_id: int | None
    shop_id: int
    handling_days: int
    stopped: bool
    is_sold: bool  # neither the offer nor its product is archived or missing
    group_id: int
    site_ids: list
    quantity_id: int
    sent: int | None
    sent_handling: int | None
    sent_at: datetime | None
    state: str
    shown: int | None
    shown_at: datetime | None
    free_until: datetime | None

    @property
    def is_offered(self):
        """Whether buyers can order units that we have told."""
        return bool(self.sent_at and self.sent)

    @property
    def told(self):
        """What the channel knows, as far as we know."""
        return self.sent if self.sent_at else self.shown or 0


class Wanted(NamedTuple):
    """What an offer is to be told, and the site whose rules decide."""

    quantity: int
    handling_days: int | None
    site_id: int
    terms: Terms
    pool: Pool = EMPTY

    @property
    def negative(self):
        """Whether fewer than none are on hand, as Odoo counts."""
        return self.pool.on_hand < -CRUMB


class AcornStockCompare(models.AbstractModel):
    """Which quantities the channels do not know yet: compared, not listened for."""

    _name = "acorn.stock.compare"
    _description = "Comparison of Quantities"

    @api.model
    def _cron_compare(self):
        """Find and write what is to be told, for all shops that send quantities."""
        for shop in self.env["acorn.shop"].search([("state", "=", "live")]):
            try:
                if self._hold_lane(shop):
                    speaking = shop._speaking(self.with_company(shop.company_id))
                    speaking._compare_now(shop)
                self.env["ir.cron"]._commit_progress()
            except CROSSED:
                # Somebody has just moved these goods: ordinary, compared again soon.
                _logger.info("Quantities are compared again", exc_info=True)
                self.env.cr.rollback()

    @api.model
    def _hold_lane(self, shop):
        """Wait a little for a shop's lane; tell whether it is ours.

        What a lane does for the shop meanwhile would be crossed. Each try is a new
        transaction: what the lane's last owner wrote is seen.
        """
        for _try in range(20):
            self.env["ir.cron"]._commit_progress()
            if self.env["acorn.message"]._lock_lane(-shop.id):
                return True
            time.sleep(0.25)
        _logger.info("Quantities of %s are compared later: its lane is busy", shop.name)
        return False

    @api.model
    def _compare_now(self, shop):
        """Compare one shop; what goes wrong in it stops no other."""
        self._make_missing(shop)
        if shop.stock_mode == "off" or "stock" not in shop._get_channel_class().accepts:
            return
        failure = attempt(self.env, lambda: self._compare(shop))
        Alert = self.env["acorn.alert"]
        if failure:
            Alert._raise_alert(
                shop, "stock_failed", shop.name, failure.text, severity="error"
            )
        else:
            Alert._resolve(shop, "stock_failed", [shop.name])

    @api.model
    def _make_missing(self, shops):
        """Give each offer a quantity in each group that shows it; drop what is over."""
        self._flush_offers()
        self.env.cr.execute(OVER, [shops.ids])
        gone = [message for (message,) in self.env.cr.fetchall() if message]
        self.env["acorn.message"].browse(gone)._withdraw()
        self.env.cr.execute(MISSING, [self.env.uid, self.env.uid, shops.ids])
        self.env["acorn.offer.quantity"].invalidate_model()

    @api.model
    def _flush_offers(self):
        for name in ("offer", "shop", "listing", "site", "offer.quantity"):
            self.env[f"acorn.{name}"].flush_model()

    @api.model
    def _compare(self, shops):
        """Write the instructions that shops of one company owe; return their number."""
        rows = self._rows(SQL("offer.shop_id = ANY(%s)", shops.ids))
        wanted_of = self._wanted_finder(rows)
        owed, calm, known = defaultdict(list), [], self._known_until(shops)
        negative = defaultdict(set)
        for row in rows:
            wanted = wanted_of(row)
            if wanted is None:
                continue
            if wanted.negative:
                negative[row.shop_id].add(row.sku)
            if self._is_owed(row, wanted, known[row.shop_id]):
                owed[row.shop_id].append((row, wanted))
            elif row.state == "held":
                calm.append(row.quantity_id)
        Quantity = self.env["acorn.offer.quantity"]
        Quantity.browse(calm)._acorn_calm()
        count = 0
        for shop in shops:
            speaking = shop._speaking(Quantity)
            count += speaking._owe(shop, owed[shop.id])
            speaking._alert_held(shop)
            speaking._alert_negative(shop, sorted(negative[shop.id]))
        if count:
            shops._wake_lanes()
        return count

    @api.model
    def _rows(self, condition):
        self._flush_offers()
        return [Row(*row) for row in self.env.execute_query(SQL(OFFERS, condition))]

    @api.model
    def _wanted_finder(self, rows):
        """Return a function row → ``Wanted``; None for goods that are not counted."""
        groups = self.env["acorn.quantity.group"].browse({r.group_id for r in rows})
        if not rows:
            return lambda row: None
        ids = {row.product_id for row in rows if row.product_id}
        products = self.env["product.product"].browse(ids)
        pool_of = self.env["acorn.pool"]._pools(groups, products)
        terms_of = self.env["acorn.stock.rule"]._terms_finder(groups.company_id)
        # sudo: whoever looks at a quantity need not see the warehouses.
        sourced = set(groups.sudo().filtered("source_ids").ids)

        def wanted_of(row):
            if row.group_id not in sourced:
                return None
            if not row.is_sold:
                return _nothing(row)
            pool = pool_of(row.group_id, row.product_id)
            every = [(terms_of(row, site), site) for site in row.site_ids]
            if pool is None:
                return _uncounted(every) or _nothing(row)
            # A site's rules may only lower what all of them show.
            quantity, terms, site = min(
                ((sellable(pool, terms), terms, site) for terms, site in every),
                key=lambda each: each[0],
            )
            return Wanted(quantity, _longest(every), site, terms, pool)

        return wanted_of

    @api.model
    def _known_until(self, shops):
        """Return up to when the orders of each shop are here, {shop id: UTC}.

        Those that are stored and could not be applied are sold all the same.
        """
        unapplied = dict(
            self.env["acorn.message"]._read_group(
                [
                    ("shop_id", "in", shops.ids),
                    ("direction", "=", "in"),
                    ("kind", "=", "order"),
                    ("state", "in", ("pending", "failed", "parked")),
                    ("order_id", "=", False),
                ],
                ["shop_id"],
                ["version:min"],
            )
        )
        known = {}
        for shop in shops:
            stream = shop.stream_ids.filtered(lambda stream: stream.kind == "order")[:1]
            position = stream._position() if stream.cursor else None
            position = position and position.astimezone(UTC).replace(tzinfo=None)
            known[shop.id] = position and min(position, unapplied.get(shop, position))
        return known

    @api.model
    def _is_owed(self, row, wanted, known_until):
        if row.state == "new":
            return True
        same = (row.sent, row.sent_handling or 0) == (
            wanted.quantity,
            wanted.handling_days or 0,
        )
        if not same:
            return True
        if row.state == "refused" or not row.shown_at or row.shown == wanted.quantity:
            return False
        # Somebody else has changed it there. What buyers have taken and we do not know
        # of yet looks the same: such units are not offered a second time.
        if row.shown_at < row.sent_at + SETTLES:
            return False
        lower = wanted.quantity < row.shown
        return lower or bool(known_until and known_until > row.shown_at)

    # === GUARDS === #

    @api.model
    def _owe(self, shop, owed):
        """Write what a shop is to be told; hold what looks like a mistake."""
        now = fields.Datetime.now()
        judged = [
            (row, wanted)
            for row, wanted in owed
            if not (row.free_until and now < row.free_until)
        ]
        sudden = [
            pair
            for pair in judged
            if is_sudden(pair[0].told, pair[1].quantity, shop.guard_factor)
        ]
        gone = [pair for pair in judged if pair[0].told and not pair[1].quantity]
        stopped = shop.stock_mode == "stop"  # a person wants just that
        held = sudden + ([] if stopped else _many_gone(gone, shop.guard_zero))
        self._acorn_hold(held)
        ids = {row.quantity_id for row, _wanted in held}
        tell = [pair for pair in owed if pair[0].quantity_id not in ids]
        self._acorn_tell(shop, tell)
        return len(tell)


def _many_gone(gone, most):
    """Return those that would go to zero together with too many others.

    While these wait for a person, others may sell out one by one.
    """
    waiting = [pair for pair in gone if pair[0].state == "held"]
    fresh = [pair for pair in gone if pair[0].state != "held"]
    if not most or len(gone) <= most:
        return []
    return waiting + (fresh if len(fresh) > most else [])


def _longest(every):
    days = [t.handling_days for t, _site in every if t.handling_days is not None]
    return max(days, default=None)


def _nothing(row):
    """What was told once is not offered for ever after it is sold here no more."""
    return Wanted(0, None, row.site_ids[0], Terms()) if row.is_offered else None


def _uncounted(every):
    """Return what to tell of goods that Odoo does not count: a maximum, if set."""
    caps = [
        (0 if terms.stopped else int(terms.cap), terms, site)
        for terms, site in every
        if terms.cap is not None or terms.stopped
    ]
    if not caps:
        return None
    quantity, terms, site = min(caps, key=lambda each: each[0])
    return Wanted(quantity, _longest(every), site, terms)
