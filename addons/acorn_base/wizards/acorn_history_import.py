from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..channel import BULK, DETAIL, UTC

APPLIED_PER_SECOND = 40  # orders one lane works off, carefully


class AcornHistoryImport(models.TransientModel):
    """How far back orders are imported, from where, and what that takes."""

    _name = "acorn.history.import"
    _description = "Import History"

    shop_id = fields.Many2one("acorn.shop", required=True, readonly=True)
    oldest = fields.Datetime(
        string="Kept Since", readonly=True, help="What the channel keeps no longer."
    )
    until = fields.Datetime(readonly=True)
    order_days = fields.Json(
        readonly=True, help="Orders of each day; empty when the channel does not tell."
    )
    notice = fields.Text(
        readonly=True, help="Why the channel does not tell how many orders there are."
    )
    period = fields.Selection(
        [("days", "A Number of Days"), ("all", "Everything the Channel Keeps")],
        string="How Far Back",
        default="days",
        required=True,
    )
    days = fields.Integer(default=365)
    since = fields.Datetime(string="Orders From", compute="_compute_since")
    source = fields.Selection(
        [("cheapest", "The Quickest Way"), (DETAIL, "Every Order in Detail")],
        string="Read",
        default="cheapest",
        required=True,
        help="Reports tell of many orders at once, though less of each: settled orders "
        "lack addresses, and need none.",
    )
    has_choice = fields.Boolean(compute="_compute_estimates")
    cheapest_estimate = fields.Char(string="Estimate", compute="_compute_estimates")
    detail_estimate = fields.Char(string="In Detail", compute="_compute_estimates")

    @api.depends("period", "days", "oldest", "until")
    def _compute_since(self):
        for wizard in self:
            start = wizard.until - timedelta(days=max(wizard.days, 1))
            wizard.since = (
                wizard.oldest if wizard.period == "all" else max(start, wizard.oldest)
            )

    @api.depends("since", "until", "order_days")
    def _compute_estimates(self):
        for wizard in self:
            plans = wizard._plans()
            wizard.has_choice = bool(plans) and plans[0].source == BULK
            wizard.cheapest_estimate = plans and wizard._estimate(plans[0])
            detailed = [plan for plan in plans if plan.source == DETAIL]
            wizard.detail_estimate = detailed and wizard._estimate(detailed[0])

    def _stream(self):
        return self.shop_id.stream_ids.filtered(lambda stream: stream.kind == "order")

    def _plans(self):
        return self.shop_id._channel().plans(
            self._stream().kind,
            self.since.replace(tzinfo=UTC),
            self.until.replace(tzinfo=UTC),
            self.order_days or None,
            self._stream()._every(),
        )

    def _estimate(self, plan):
        """Return in words what a plan takes."""
        shop = self.shop_id
        reports = sum(each.source == BULK for each in plan.slices)
        words = [
            self.env._("An unknown number of orders")
            if plan.expected is None
            else self.env._("About %s orders", shop._number(plan.expected)),
            self.env._("%s reports", reports) if reports else "",
            self.env._("at least %s calls", shop._number(plan.calls))
            if plan.expected is None
            else self.env._("%s calls", shop._number(plan.calls)),
            "" if self._is_open(plan) else self.env._("about %s", self._takes(plan)),
        ]
        return ", ".join(filter(None, words))

    @api.model
    def _is_open(self, plan):
        """Whether nobody can say how long it takes."""
        return any(
            each.expected is None and each.source == DETAIL for each in plan.slices
        )

    def _takes(self, plan):
        applying = timedelta(seconds=(plan.expected or 0) / APPLIED_PER_SECOND)
        return self.shop_id._duration(max(plan.duration, applying))

    def action_import(self):
        """Write the windows down; the lanes fetch them beside the live stream."""
        self.ensure_one()
        shop = self.shop_id
        shop.check_access("write")
        plans = [
            plan for plan in self._plans() if self.source in ("cheapest", plan.source)
        ]
        if not plans:
            raise UserError(self.env._("There is nothing to import in this period."))
        shop._start_history(self._stream(), plans[0])
        shop.message_post(
            body=self.env._(
                "Import of history from %(since)s: %(estimate)s.",
                since=fields.Date.to_string(self.since),
                estimate=self._estimate(plans[0]),
            )
        )
        return shop._notify(
            self.env._(
                "Older orders are being imported in the background, the newest first. "
                "The progress is shown on the shop."
            ),
            "info",
        )
