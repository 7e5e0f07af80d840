from datetime import timedelta

from odoo import api, fields, models

EVERY = timedelta(minutes=5)
LONGEST = timedelta(hours=1)  # what is counted into one sample after a standstill


class AcornSample(models.Model):
    """How far a stream was at one moment: what the Health page draws."""

    _name = "acorn.sample"
    _description = "Sample"
    _log_access = False
    _order = "id desc"
    _rec_name = "stream_id"

    stream_id = fields.Many2one(
        "acorn.stream", required=True, readonly=True, ondelete="cascade"
    )
    shop_id = fields.Many2one(
        related="stream_id.shop_id", store=True, readonly=True, index=True
    )
    company_id = fields.Many2one(
        related="stream_id.company_id", store=True, readonly=True
    )
    at = fields.Datetime(string="Time", required=True, readonly=True, index=True)
    lag = fields.Integer(
        string="Lag (Seconds)",
        readonly=True,
        aggregator="max",
        help="Time since everything up to then was fetched.",
    )
    backlog = fields.Integer(readonly=True, aggregator="max")
    failures = fields.Integer(
        string="Failures in a Row", readonly=True, aggregator="max"
    )
    failed = fields.Integer(
        string="Failed Fetches", readonly=True, help="Since the sample before."
    )
    applied = fields.Integer(
        string="Worked Off",
        readonly=True,
        help="Documents that were worked off since the sample before.",
    )
    seconds = fields.Integer(
        readonly=True, aggregator="sum", help="Since the sample before."
    )

    _drawn_index = models.Index("(stream_id, at)")

    @api.model
    def _cron_sample(self):
        """Write down how far each stream of the shops that run is."""
        shops = self.env["acorn.shop"].search([("state", "!=", "draft")])
        self._take(shops.stream_ids)
        self.env["ir.cron"]._commit_progress()

    @api.model
    def _take(self, streams):
        now = fields.Datetime.now()
        before = self._newest(streams)
        newest = max((sample.at for sample in before.values()), default=now - EVERY)
        since = max(newest, now - LONGEST)
        applied = self._worked_off(streams, since, now)
        return self.create(
            [
                {
                    "stream_id": stream.id,
                    "at": now,
                    "lag": round(stream.lag * 3600),
                    "backlog": stream.backlog,
                    "failures": stream.failures,
                    "failed": _increase(before.get(stream.id), stream.failures),
                    "applied": applied[stream.id],
                    "seconds": round((now - since).total_seconds()),
                }
                for stream in streams
            ]
        )

    @api.model
    def _newest(self, streams):
        """Return the newest sample of each stream that has one, by its id."""
        recent = fields.Datetime.now() - timedelta(days=1)
        groups = self._read_group(
            [("stream_id", "in", streams.ids), ("at", ">=", recent)],
            ["stream_id"],
            ["id:max"],
        )
        return {
            stream.id: self.browse(newest).with_prefetch([n for _s, n in groups])
            for stream, newest in groups
        }

    @api.model
    def _worked_off(self, streams, since, until=None):
        """Count the received documents that were worked off, by id of the stream.

        From ``since`` up to ``until``, which is not in it: each is counted once.
        """
        counts = self.env["acorn.message"]._read_group(
            [
                ("shop_id", "in", streams.shop_id.ids),
                ("direction", "=", "in"),
                ("state", "=", "done"),
                ("done_at", ">=", since),
                *([("done_at", "<", until)] if until else []),
            ],
            ["shop_id", "kind", "site_id"],
            ["__count"],
        )
        return {
            stream.id: sum(
                count
                for shop, kind, site, count in counts
                if shop == stream.shop_id
                and kind == stream.kind
                and stream.site_id in (site, site.browse())
            )
            for stream in streams
        }

    @api.autovacuum
    def _gc_old(self):
        return self.env["acorn.call"]._delete_old(self)


def _increase(before, failures):
    """Return how many fetches failed since a sample: the count begins anew at times."""
    if before and before.failures <= failures:
        return failures - before.failures
    return failures
