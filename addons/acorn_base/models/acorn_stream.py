from datetime import datetime, timedelta

from odoo import api, fields, models

from ..channel import UTC, instant


class AcornStream(models.Model):
    """How far one kind of document has been fetched, and when it is fetched next."""

    _name = "acorn.stream"
    _description = "Stream"
    _inherit = ["acorn.fetch"]
    _order = "shop_id, kind desc, site_id, id"
    _rec_name = "kind"
    _refused_state = "closed"

    shop_id = fields.Many2one(
        "acorn.shop", required=True, index=True, ondelete="cascade"
    )
    site_id = fields.Many2one("acorn.site", index="btree_not_null", ondelete="cascade")
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    kind = fields.Selection("_get_kinds", required=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("running", "Running"), ("closed", "Closed to Us")],
        default="running",
        required=True,
        help="Closed: the channel refuses this kind of document; it is probed hourly.",
    )
    last_success = fields.Datetime(readonly=True)
    last_page = fields.Datetime(
        readonly=True, help="The last page that came, the end of a backlog or not."
    )
    lag = fields.Float(
        string="Lag (Hours)",
        compute="_compute_lag",
        help="Time since everything up to then was fetched.",
    )
    backlog = fields.Integer(compute="_compute_backlog")

    _kind_unique = models.UniqueIndex(
        "(shop_id, COALESCE(site_id, 0), kind)", "A stream exists once."
    )

    @api.model
    def _get_kinds(self):
        return [
            ("order", self.env._("Orders")),
            ("listing", self.env._("Listings")),
            ("listing_change", self.env._("Changed Listings")),
            ("audit", self.env._("Reconciliation")),
            ("fba_stock", self.env._("Channel's Stock")),
            ("ledger", self.env._("Stock Events")),
            ("return", self.env._("Returns")),
            ("fba_return", self.env._("Returns to the Channel")),
        ]

    @api.depends("kind", "site_id.name", "shop_id.name")
    def _compute_display_name(self):
        kinds = dict(self._get_kinds())
        for stream in self:
            place = stream.site_id.name or stream.shop_id.name
            stream.display_name = f"{kinds.get(stream.kind, stream.kind)} ({place})"

    @api.depends("cursor", "last_success")
    def _compute_lag(self):
        now = datetime.now(UTC)
        for stream in self:
            if stream.kind == "order":
                until = stream._position() if stream.cursor else None
            else:  # read as a whole: before the first time nothing is behind
                last = stream.last_success
                until = last and last.replace(tzinfo=UTC)
            stream.lag = (now - until).total_seconds() / 3600 if until else 0.0

    def _compute_backlog(self):
        counts = {
            (shop, kind, site): count
            for shop, kind, site, count in self.env["acorn.message"]._read_group(
                [
                    ("shop_id", "in", self.shop_id.ids),
                    ("direction", "=", "in"),
                    ("state", "=", "pending"),
                ],
                ["shop_id", "kind", "site_id"],
                ["__count"],
            )
        }
        for stream in self:
            stream.backlog = sum(
                count
                for (shop, kind, site), count in counts.items()
                if shop == stream.shop_id
                and kind == stream.kind
                and (not stream.site_id or site == stream.site_id)
            )

    def _position(self):
        """Everything the channel changed before it is stored here; aware UTC."""
        until = (self.cursor or {}).get("until")
        return instant(until) if until else None

    # === SCHEDULE === #

    @api.model
    def _sync_with_channel(self, shop, archive=True):
        """Give the shop a stream for each kind its channel publishes, and each site.

        :param archive: whether streams go that nothing has a use for any longer
        """
        streams = self.with_context(active_test=False).search(
            [("shop_id", "=", shop.id)]
        )
        known = {(stream.kind, stream.site_id): stream for stream in streams}
        # A channel may publish what no installed addon has a use for.
        kinds = dict(self._get_kinds())
        wanted = {
            (spec.kind, site)
            for spec in shop._get_channel_class().streams
            if spec.kind in kinds
            for site in (shop.site_ids if spec.per_site else [self.env["acorn.site"]])
        }
        for kind, site in sorted(wanted - known.keys(), key=lambda w: (w[0], w[1].id)):
            self.create(
                {
                    "shop_id": shop.id,
                    "kind": kind,
                    "site_id": site.id,
                    "cursor": {"until": self._first_position(shop, kind)},
                }
            )
        for key, stream in known.items():
            if archive or key in wanted:
                stream.active = key in wanted
        streams.filtered(lambda stream: stream.state == "closed").write(
            {"state": "running", "error": False, "next_run": fields.Datetime.now()}
        )

    @api.model
    def _sync_all(self, channel=None):
        """Give connected shops the streams that their channel has learned since, or
        that an addon has a use for now."""
        channels = [channel] if channel else self._known_channels()
        shops = self.env["acorn.shop"].search(
            [("channel", "in", channels), ("state", "!=", "draft")]
        )
        for shop in shops:
            # While an addon is updated, not all that have a use for streams are there.
            self._sync_with_channel(shop, archive=False)

    @api.model
    def _known_channels(self):
        return self.env["acorn.shop"]._fields["channel"].get_values(self.env)

    @api.model
    def _first_position(self, shop, kind):
        streams = shop._get_channel_class().streams
        spec = next((spec for spec in streams if spec.kind == kind), None)
        # What happened to goods before they were counted moves none here.
        since = shop.stock_since if kind == "ledger" else shop.orders_since
        start = since or fields.Datetime.now()
        if spec and spec.history and kind != "order":
            # Money: what the channel keeps of it, whenever the first order was.
            start = fields.Datetime.now() - spec.history
        return start.replace(tzinfo=UTC).isoformat()

    def _spec(self):
        """Return the channel's own declaration of this stream."""
        self.ensure_one()
        return next(
            spec
            for spec in self.shop_id._get_channel_class().streams
            if spec.kind == self.kind
        )

    def _every(self):
        """Return how often to fetch: the shop's wish, within the channel's budget."""
        spec = self._spec()
        if self.kind != "order":
            return spec.every
        return max(timedelta(minutes=self.shop_id.interval), spec.at_least)

    def _reschedule(self):
        for stream in self.filtered("last_success"):
            stream.next_run = stream.last_success + stream._every()

    # === PULL === #

    def _due(self):
        return self.search(
            [("id", "in", self.ids), ("next_run", "<=", fields.Datetime.now())],
            order="next_run",
        )

    def _after_page(self, page):
        self.state = "running"
        if page.again_in is None:
            self.last_page = fields.Datetime.now()
        if not page.more and page.again_in is None:
            now = fields.Datetime.now()
            self.write({"last_success": now, "next_run": now + self._every()})
