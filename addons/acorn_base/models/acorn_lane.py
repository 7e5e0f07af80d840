import logging
from collections import Counter
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ..attempt import CROSSED

_logger = logging.getLogger(__name__)

RETRIES = [5, 60, 300, 900, 3600]  # seconds between tries nobody has to act on
MOST_TRIES = 12  # of applying a document: then a person looks at it


class AcornLane(models.AbstractModel):
    """How lanes share out messages: none is worked on twice, none is waited for."""

    _name = "acorn.lane"
    _description = "Lane"

    @api.model
    def _count_ready(self, shops):
        return self.search_count(self._ready_domain(shops, "in"))

    @api.model
    def _ready_domain(self, shops, direction):
        now = fields.Datetime.now()
        return [
            ("shop_id", "in", shops.ids),
            ("direction", "=", direction),
            (
                "state",
                "in",
                ("pending",) if direction == "in" else ("pending", "waiting"),
            ),
            "|",
            ("next_try", "=", False),
            ("next_try", "<=", now),
        ]

    @api.model
    def _ready_lanes(self, shops, direction):
        groups = self._read_group(
            self._ready_domain(shops, direction),
            ["lane_key"],
            ["priority:min"],
            order="priority:min, lane_key",
        )
        return [lane_key for lane_key, _priority in groups]

    @api.model
    def _take(self, shops, direction, lane_key, limit):
        """Lock up to ``limit`` messages of a lane that nobody else works in."""
        # The lock ends with the transaction, so each batch takes it anew, in a new
        # transaction: what the lane's last owner wrote is seen.
        self.env["ir.cron"]._commit_progress()
        try:
            if not self._lock_lane(lane_key):
                self.env["ir.cron"]._commit_progress()
                return self.browse()
            ready = self.search(
                [*self._ready_domain(shops, direction), ("lane_key", "=", lane_key)],
                order="priority, id",
                limit=limit,
            )
            batch = ready.try_lock_for_update(allow_referencing=True)
            if self._lock_all(batch._further_lanes()):
                return batch
            self.env["ir.cron"]._commit_progress()
            return self.browse()
        except OperationalError:
            self.env.cr.rollback()
            return self.browse()

    @api.model
    def _lock_lane(self, lane_key):
        """Take a lane until the transaction ends; tell whether it was free."""
        [[free]] = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext('acorn.lane'), %s)",
                lane_key,
            )
        )
        return free

    @api.model
    def _lock_all(self, lane_keys):
        """Take further lanes, too, if all of them are free; tell whether they were.

        Nobody waits for one while holding another, so that no two ever wait for each
        other. Whoever does not get all of them gives back what it has, and comes again.
        """
        if not lane_keys:
            return True
        [[free]] = self.env.execute_query(
            SQL(
                "SELECT bool_and("
                "pg_try_advisory_xact_lock(hashtext('acorn.lane'), lane)"
                ") FROM unnest(%s) AS lane",
                sorted(lane_keys),
            )
        )
        return free

    def _further_lanes(self):
        """Return what else a batch moves besides what its lane is named after."""
        return set()

    @api.model
    def _lock_lanes(self, lane_keys):
        """Wait for the lanes of documents that turned out to move another warehouse."""
        for lane_key in sorted(key for key in lane_keys if key):
            self.env.execute_query(
                SQL(
                    "SELECT pg_advisory_xact_lock(hashtext('acorn.lane'), %s)", lane_key
                )
            )

    def _run(self, work):
        """Do a batch and commit it; leave it for later when PostgreSQL says so."""
        try:
            counts = work()
            self.env.flush_all()
            self.env["ir.cron"]._commit_progress(len(self))
        except CROSSED:
            # Another lane wrote the same rows: ordinary, the next round takes it up.
            _logger.info("A batch of %s messages is tried again", len(self))
            self.env.cr.rollback()
            return Counter()
        return counts

    def _finish(self, problem="", **values):
        self.write(
            {
                "state": "failed" if problem else "done",
                "error": problem or False,
                "trace": False,
                "next_try": False,
                "done_at": fields.Datetime.now(),
                **values,
            }
        )

    def _note_failure(self, failure):
        """Keep why it failed, by who must act: nobody, or a person."""
        self.ensure_one()
        text = self.shop_id._explain(failure.error)
        values = {
            "tries": self.tries + 1,
            "error": text,
            "trace": failure.trace or False,
        }
        hopeless = self.direction == "in" and self.tries >= MOST_TRIES
        wait = RETRIES[min(self.tries, len(RETRIES) - 1)]
        if failure.retry and not hopeless:
            wait = max(wait, failure.retry.seconds)
        elif not failure.account:
            values["state"] = "failed"
        values["next_try"] = fields.Datetime.now() + timedelta(seconds=wait)
        self.write(values)
        if failure.account:
            self.shop_id._pause_for(failure.error)
