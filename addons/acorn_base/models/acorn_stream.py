import logging
import time
from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timedelta

from psycopg2 import Error
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from ..attempt import CROSSED, attempt
from ..channel import UTC, instant

_logger = logging.getLogger(__name__)


class AcornStream(models.Model):
    """How far one kind of document has been fetched, and when it is fetched next."""

    _name = "acorn.stream"
    _description = "Stream"
    _order = "shop_id, kind desc, site_id, id"
    _rec_name = "kind"

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
    cursor = fields.Json(help="Where the next fetch starts, as the channel keeps it.")
    next_run = fields.Datetime(default=fields.Datetime.now, index=True)
    last_try = fields.Datetime(readonly=True)
    last_success = fields.Datetime(readonly=True)
    error = fields.Text(readonly=True)
    failures = fields.Integer(readonly=True, help="Fetches in a row that failed.")
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
        return [("order", self.env._("Orders")), ("listing", self.env._("Listings"))]

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
            until = stream._position() if stream.cursor else None
            if stream.site_id and stream.last_success:
                until = stream.last_success.replace(tzinfo=UTC)
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
    def _sync_with_channel(self, shop):
        """Give the shop a stream for each kind its channel publishes, and each site."""
        streams = self.with_context(active_test=False).search(
            [("shop_id", "=", shop.id)]
        )
        known = {(stream.kind, stream.site_id): stream for stream in streams}
        wanted = {
            (spec.kind, site)
            for spec in shop._get_channel_class().streams
            for site in (shop.site_ids if spec.per_site else [self.env["acorn.site"]])
        }
        for kind, site in sorted(wanted - known.keys(), key=lambda w: (w[0], w[1].id)):
            self.create(
                {
                    "shop_id": shop.id,
                    "kind": kind,
                    "site_id": site.id,
                    "cursor": {"until": self._first_position(shop)},
                }
            )
        for key, stream in known.items():
            stream.active = key in wanted
        streams.filtered(lambda stream: stream.state == "closed").write(
            {"state": "running", "error": False, "next_run": fields.Datetime.now()}
        )

    @api.model
    def _first_position(self, shop):
        start = shop.orders_since or fields.Datetime.now()
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

    def _make_due(self):
        self.write({"next_run": fields.Datetime.now()})

    def action_run_now(self):
        self.check_access("write")
        self._make_due()
        self.shop_id._wake_lanes()

    # === PULL === #

    def _pull_due(self, deadline):
        """Fetch the streams that are due until the deadline; return counts.

        A few pages of one stream, then the next one: a long backlog starves nobody.
        """
        counts = Counter()
        due = self.search(
            [("id", "in", self.ids), ("next_run", "<=", fields.Datetime.now())],
            order="next_run",
        )
        for stream in due:
            if time.monotonic() >= deadline:
                break
            try:
                speaking = stream.shop_id._speaking(stream)
                counts += speaking._pull_pages(deadline)
            except CROSSED:
                _logger.info("%s is fetched later", stream.id, exc_info=True)
        return counts

    def _pull_pages(self, deadline, most=10):
        counts = Counter()
        with self._hold() as held:
            # Another lane may have fetched it since it was found due.
            if not held or self.next_run > fields.Datetime.now():
                return counts
            for _page in range(most):
                count, more = self._pull_page()
                counts += Counter(pulled=count, pages=1)
                if not more or time.monotonic() >= deadline:
                    break
        return counts

    @contextmanager
    def _hold(self):
        """Keep other lanes off this stream, across commits; yield whether it worked.

        A session lock, not a row lock: no transaction is open while the network is
        waited for, so that its snapshot is fresh when the documents are stored.
        PostgreSQL lets go of it when the process dies.
        """
        self.ensure_one()
        key = SQL("hashtext('acorn.stream'), %s", self.id)
        [[held]] = self.env.execute_query(SQL("SELECT pg_try_advisory_lock(%s)", key))
        try:
            self.invalidate_recordset()
            yield held
        except Error:
            # Or the lock could not be let go of, and would stay with a connection that
            # Odoo keeps for others.
            self.env.cr.rollback()
            raise
        finally:
            if held:
                self.env.execute_query(SQL("SELECT pg_advisory_unlock(%s)", key))

    def _pull_page(self):
        """Fetch and store one page.

        :return: number of documents, and whether to ask again at once
        """
        # Postponed before the call: should it kill the server, others have their turn.
        self.write(
            {
                "last_try": fields.Datetime.now(),
                "next_run": fields.Datetime.now() + timedelta(minutes=5),
            }
        )
        cursor, site = dict(self.cursor or {}), self.site_id.channel_ref or ""
        self.env["ir.cron"]._commit_progress()
        pages = []
        failure = attempt(
            self.env,
            lambda: pages.append(
                self.shop_id._channel().pull(self.kind, cursor, site=site)
            ),
        )
        if failure:
            self._note_failure(failure)
            self.env["ir.cron"]._commit_progress()
            return 0, False
        [page] = pages
        self._store(page)
        return len(page.documents), page.more

    def _store(self, page):
        """Store a page and move the cursor in one transaction.

        A lane may be applying an older version of one of its documents: PostgreSQL
        then asks for the transaction again, which costs no call of the channel.
        """
        for last in (False, False, True):
            try:
                failure = attempt(self.env, lambda: self._receive(page))
                if failure:
                    self._note_failure(failure)
                self.env["ir.cron"]._commit_progress(len(page.documents))
                return
            except SerializationFailure:
                self.env.cr.rollback()
                if last:
                    raise

    def _receive(self, page):
        self.env["acorn.message"]._receive(self.shop_id, page.documents)
        self._advance(page)

    def _advance(self, page):
        now = fields.Datetime.now()
        next_run = now + self._every()
        if page.more:
            next_run = now
        elif page.again_in is not None:
            next_run = now + page.again_in
        values = {
            "cursor": page.cursor,
            "next_run": next_run,
            "failures": 0,
            "error": False,
            "state": "running",
        }
        if not page.more and page.again_in is None:
            values["last_success"] = now
        self.write(values)
        self.env["acorn.alert"]._resolve(self.shop_id, "stream", [self.display_name])

    def _note_failure(self, failure):
        """Keep why a fetch failed and when to try again, by who must act."""
        self.write(
            {
                "failures": self.failures + 1,
                "error": self.shop_id._explain(failure.error),
            }
        )
        if failure.retry:
            self.next_run = fields.Datetime.now() + timedelta(
                seconds=max(failure.retry.seconds, 1)
            )
            return
        if failure.account:
            self.shop_id._pause_for(failure.error)
            return
        self.next_run = fields.Datetime.now() + timedelta(hours=1)
        self.state = "closed"
        self.env["acorn.alert"]._raise_alert(
            self.shop_id, "stream", self.display_name, self.error, severity="error"
        )
