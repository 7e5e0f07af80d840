import logging
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import Error
from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.tools import SQL

from ..attempt import CROSSED, attempt

_logger = logging.getLogger(__name__)


class AcornFetch(models.AbstractModel):
    """What lanes fetch page by page: never twice at once, and nothing is lost.

    A model that inherits it says of which ``shop_id``, ``kind`` and ``site_id`` the
    documents are, and has a ``state``.
    """

    _name = "acorn.fetch"
    _description = "Fetch"
    _refused_state = ""  # the state of what the channel refuses
    _message_priority = 0

    cursor = fields.Json(help="Where the next fetch starts, as the channel keeps it.")
    next_run = fields.Datetime(default=fields.Datetime.now, index=True)
    last_try = fields.Datetime(readonly=True)
    error = fields.Text(readonly=True)
    failures = fields.Integer(readonly=True, help="Fetches in a row that failed.")

    def _due(self):
        """Return those of these that are to be fetched now, in this order."""
        raise NotImplementedError

    def _make_due(self):
        self.write({"next_run": fields.Datetime.now()})

    def action_run_now(self):
        self.check_access("write")
        self._make_due()
        self.shop_id._wake_lanes()

    def _pull_due(self, deadline, most=10):
        """Fetch what is due until the deadline; return counts.

        :param most: pages of one before it is the next one's turn: a long backlog
            starves nobody
        """
        counts = Counter()
        for fetch in self._due():
            if time.monotonic() >= deadline:
                break
            if not fetch.exists():
                continue  # a person has stopped it while others were fetched
            try:
                speaking = fetch.shop_id._speaking(fetch)
                counts += speaking._pull_pages(deadline, most)
            except CROSSED:
                _logger.info("%s is fetched later", fetch, exc_info=True)
        return counts

    def _pull_pages(self, deadline, most):
        counts = Counter()
        with self._hold() as held:
            for _page in range(most if held else 0):
                # Another lane may have fetched it since, or a person paused it.
                stopped = not self.exists() or self not in self._due()
                if stopped or time.monotonic() >= deadline:
                    break
                counts += Counter(pulled=self._pull_page(), pages=1)
        return counts

    @contextmanager
    def _hold(self):
        """Keep other lanes off it, across commits; yield whether it worked."""
        self.ensure_one()
        with self._session_lock(self._name, self.id) as held:
            yield held

    @contextmanager
    def _session_lock(self, name, number):
        """Take a lock that outlives commits; yield whether it was free.

        A session lock, not a row lock: no transaction is open while the network is
        waited for, so that its snapshot is fresh when the documents are stored.
        PostgreSQL lets go of it when the process dies.
        """
        key = SQL("hashtext(%s), %s", name, number)
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
        """Fetch and store one page; return the number of its documents."""
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
        if not self.exists():
            return 0  # a person has stopped it meanwhile
        if failure:
            self._note_failure(failure)
            self.env["ir.cron"]._commit_progress()
            return 0
        [page] = pages
        self._store(page)
        return len(page.documents)

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
                if not self.exists():
                    return

    def _receive(self, page):
        self.env["acorn.message"]._receive(
            self.shop_id, page.documents, self._message_priority
        )
        self._advance(page)

    def _advance(self, page):
        """Keep where the page ends and when the next one is fetched."""
        wait = timedelta() if page.more else page.again_in or timedelta()
        self.write(
            {
                "cursor": page.cursor,
                "next_run": fields.Datetime.now() + wait,
                "failures": 0,
                "error": False,
            }
        )
        self._after_page(page)
        self.env["acorn.alert"]._resolve(self.shop_id, "stream", [self.display_name])

    def _after_page(self, page):
        """Keep what else a page tells; within the transaction that stores it."""

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
            self._after_delay()
            return
        if failure.account:
            self.shop_id._pause_for(failure.error)
            return
        self.next_run = fields.Datetime.now() + timedelta(hours=1)
        self.state = self._refused_state
        self.env["acorn.alert"]._raise_alert(
            self.shop_id, "stream", self.display_name, self.error, severity="error"
        )

    def _after_delay(self):
        """The channel wants to be asked later."""
