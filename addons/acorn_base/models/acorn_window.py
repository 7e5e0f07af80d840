from collections import Counter

from odoo import api, fields, models

from ..channel import BULK, DETAIL, UTC
from .acorn_history import UNFINISHED


class AcornWindow(models.Model):
    """A period of history that is fetched once, beside the live stream.

    It holds the documents that the channel created in ``[since, until)``. All there is
    to know of an import is in its rows: whatever is killed, the next lane goes on.
    """

    _name = "acorn.window"
    _description = "Window of History"
    _inherit = ["acorn.fetch"]
    _order = "until desc, id"
    _refused_state = "failed"
    _message_priority = 1

    stream_id = fields.Many2one(
        "acorn.stream", required=True, readonly=True, index=True, ondelete="cascade"
    )
    shop_id = fields.Many2one(related="stream_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="stream_id.company_id", store=True, index=True)
    site_id = fields.Many2one(related="stream_id.site_id")
    kind = fields.Selection(related="stream_id.kind")
    since = fields.Datetime(string="From", required=True, readonly=True)
    until = fields.Datetime(string="To", required=True, readonly=True)
    source = fields.Selection(
        [(DETAIL, "In Detail"), (BULK, "From a Report")],
        required=True,
        readonly=True,
        help="A report tells of many orders for a few calls, but less of each.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("failed", "Needs Attention"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        help="What the channel refuses is tried again hourly.",
    )
    is_counted = fields.Boolean(
        readonly=True, help="The channel has told how many documents to expect."
    )
    expected = fields.Integer(readonly=True)
    stored = fields.Integer(string="Fetched", readonly=True)

    _period_unique = models.UniqueIndex(
        "(stream_id, since, until) WHERE state != 'done'",
        "This period is being imported already.",
    )
    _period_check = models.Constraint(
        "CHECK (since < until)", "A period ends after it begins."
    )

    @api.depends("stream_id", "since", "until")
    def _compute_display_name(self):
        for window in self:
            since, until = (
                fields.Date.to_string(moment) for moment in (window.since, window.until)
            )
            window.display_name = f"{window.stream_id.display_name} {since} – {until}"

    @api.model
    def _create_from_plan(self, stream, plan):
        """Write down what is to be fetched."""
        return self.create(
            [
                {
                    "stream_id": stream.id,
                    "since": each.since.astimezone(UTC).replace(tzinfo=None),
                    "until": each.until.astimezone(UTC).replace(tzinfo=None),
                    "source": each.source,
                    "cursor": each.cursor,
                    "is_counted": each.expected is not None,
                    "expected": each.expected or 0,
                }
                for each in plan.slices
            ]
        )

    # === FETCH === #

    def _pull_due(self, deadline, most=10):
        """Fetch in one lane at a time: the others stay free for what is asked for now,
        however long a report takes to come."""
        if not self._due():
            return Counter()
        with self._session_lock("acorn.history", 0) as free:
            return super()._pull_due(deadline, most) if free else Counter()

    def _due(self):
        """Reports are made side by side; pages in detail are read window by window.

        A channel keeps the place in a list of pages for a day or so: many lists that
        are read in turn would never end.
        """
        now = fields.Datetime.now()
        live = self.filtered(lambda window: window.shop_id.state == "live")
        paged = live.filtered(
            lambda window: (
                window.source == DETAIL and window.state in ("running", "waiting")
            )
        )
        due = live.filtered(lambda window: window.state in UNFINISHED) - paged
        for windows in paged.grouped("stream_id").values():
            due |= windows.sorted(lambda window: window.state != "running")[:1]
        return due.filtered(
            lambda window: window.state != "paused" and window.next_run <= now
        ).sorted()

    def _after_page(self, page):
        self.stored += len(page.documents)
        if not page.more and page.again_in is None:
            self.state = "done"
        elif self.state != "paused":
            self.state = "running"

    def _after_delay(self):
        """Let the others of the same source wait, too: they would hear the same."""
        self.search(
            [
                ("stream_id", "=", self.stream_id.id),
                ("source", "=", self.source),
                ("state", "in", ("running", "waiting")),
                ("next_run", "<", self.next_run),
            ]
        ).write({"next_run": self.next_run})

    # === ACTIONS === #

    def action_pause(self):
        self.check_access("write")
        self.filtered(lambda window: window.state in UNFINISHED).state = "paused"

    def action_resume(self):
        self.check_access("write")
        self.filtered(lambda window: window.state in ("paused", "failed")).write(
            {"state": "waiting", "next_run": fields.Datetime.now()}
        )
        self.shop_id._wake_lanes()
