import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ..short_cursor import run_apart

_logger = logging.getLogger(__name__)

DAYS_PARAMETER, DAYS = "acorn_base.log_days", 14
GC_BATCH = 10_000


class AcornCall(models.Model):
    """One try of one call of a channel: what its support desk asks for, no more.

    No address, no query, no body: nothing secret and nobody's name.
    """

    _name = "acorn.call"
    _description = "Call"
    _log_access = False
    _order = "id desc"
    _rec_name = "operation"

    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="shop_id.company_id", store=True, readonly=True
    )
    at = fields.Datetime(string="Time", required=True, readonly=True, index=True)
    operation = fields.Char(required=True, readonly=True)
    status = fields.Integer(
        readonly=True, aggregator=None, help="Of HTTP; 0 when no answer came."
    )
    duration = fields.Integer(string="Duration (ms)", readonly=True, aggregator="avg")
    reference = fields.Char(
        string="Request ID",
        readonly=True,
        index="btree_not_null",
        help="The channel's own number of the call: its support desk asks for it.",
    )
    code = fields.Char(string="Error", readonly=True)
    attempt = fields.Integer(
        readonly=True,
        aggregator=None,
        help="2: made again at once, with a new access token.",
    )
    retry = fields.Boolean(
        string="Tried Again",
        readonly=True,
        help="It failed, and is tried again by itself.",
    )

    _used_index = models.Index("(shop_id, at, operation)")

    @api.model
    def _recorder_of(self, shop):
        """Return what takes the ``channel.Call``\\ s of a shop."""
        return Recorder(self.env.registry, shop.id)

    @api.model
    def _count_by_operation(self, shops, since):
        """Return how many calls were made and how many failed since then.

        :return: {(shop id, operation): (calls, failed)}
        """
        # sudo: how much of the budget is used, whoever sees the shop may know; what
        # each call was, managers only.
        calls_sudo = self.sudo()
        domain = [("shop_id", "in", shops.ids), ("at", ">=", since)]
        counts = {}
        for shop, operation, failed, count in calls_sudo._read_group(
            domain, ["shop_id", "operation", "code"], ["__count"]
        ):
            made, bad = counts.get((shop.id, operation), (0, 0))
            counts[shop.id, operation] = (made + count, bad + count * bool(failed))
        return counts

    @api.autovacuum
    def _gc_old(self):
        return self._delete_old(self)

    @api.model
    def _delete_old(self, model):
        """Delete rows of a log that are older than logs are kept.

        :return: how many were deleted and how many are left, as Odoo asks for
        """
        before = fields.Datetime.now() - timedelta(days=self._kept_days())
        old = model.search([("at", "<", before)], order="id", limit=GC_BATCH + 1)
        old[:GC_BATCH].unlink()
        return min(len(old), GC_BATCH), max(0, len(old) - GC_BATCH)

    @api.model
    def _kept_days(self):
        # sudo: a setting of the server, which vacuum and settings read.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return max(1, int(parameters_sudo.get_param(DAYS_PARAMETER) or DAYS))


class Recorder:
    """Writes each call of a shop at once, in a transaction of its own.

    What was called stays written when the caller's work is rolled back, and no row is
    locked while the network is waited for. A call is never lost for its log: it may
    have changed something at the channel.
    """

    def __init__(self, registry, shop_id):
        self._registry = registry
        self._shop_id = shop_id

    def __call__(self, call):
        try:
            run_apart(self._registry, self._insert(call))
        except psycopg2.Error as error:
            _logger.warning("%s was called and is not in the log: %s", call, error)

    def _insert(self, call):
        # From the shop's own row: of one that is being made or deleted nothing is kept.
        return SQL(
            """
            INSERT INTO acorn_call (shop_id, company_id, at, operation, status,
                                    duration, reference, code, attempt, retry)
            SELECT id, company_id, clock_timestamp() AT TIME ZONE 'UTC', %s, %s,
                   %s, %s, %s, %s, %s
              FROM acorn_shop WHERE id = %s
            """,
            call.operation,
            call.status,
            round(call.seconds * 1000),
            call.reference or None,
            call.code or None,
            call.attempt,
            call.retry,
            self._shop_id,
        )
