from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import split_every

from ..channel import UTC
from ..reconcile import UNKNOWN_THERE, Difference, differences

SETTLED = timedelta(minutes=15)  # before the books were made: fresher is no difference
MOST = 1000  # repaired in one run: each costs a call of the channel
CHUNK = 2000  # orders compared at once
KEPT_DAYS = 180


class AcornReconciliation(models.Model):
    """One comparison of a shop's orders with the channel's own books.

    What is missing or differs is fetched from the channel, order by order, and applied
    like any other document; then it is compared again.
    """

    _name = "acorn.reconciliation"
    _description = "Reconciliation"
    _inherit = ["acorn.reconciliation.repair"]
    _order = "id desc"

    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    since = fields.Datetime(string="From", readonly=True)
    until = fields.Datetime(
        string="To", readonly=True, help="What changed later is not compared."
    )
    state = fields.Selection(
        [("running", "Repairing"), ("done", "Done")],
        default="running",
        required=True,
        readonly=True,
        index=True,
    )
    next_try = fields.Datetime(readonly=True)
    finished_at = fields.Datetime(readonly=True)
    count_ids = fields.One2many(
        "acorn.reconciliation.count", "reconciliation_id", string="Orders by Status"
    )
    line_ids = fields.One2many("acorn.reconciliation.line", "reconciliation_id")
    there_count = fields.Integer(string="Orders There", readonly=True)
    here_count = fields.Integer(string="Orders Here", readonly=True)
    difference_count = fields.Integer(
        string="Differences", compute="_compute_line_counts"
    )
    repaired_count = fields.Integer(string="Repaired", compute="_compute_line_counts")
    left_count = fields.Integer(string="Left Over", compute="_compute_line_counts")
    unreadable = fields.Text(
        readonly=True, help="Parts of the channel's books that Acorn cannot read."
    )
    summary = fields.Text(readonly=True)

    @api.depends("shop_id.name", "until")
    def _compute_display_name(self):
        for run in self:
            day = fields.Date.to_string(run.until) if run.until else ""
            run.display_name = f"{run.shop_id.name} {day}"

    @api.depends("line_ids.state")
    def _compute_line_counts(self):
        counts = {
            (run, state): count
            for run, state, count in self.env["acorn.reconciliation.line"]._read_group(
                [("reconciliation_id", "in", self.ids)],
                ["reconciliation_id", "state"],
                ["__count"],
            )
        }
        for run in self:
            mine = {state: n for (owner, state), n in counts.items() if owner == run}
            run.difference_count = sum(mine.values())
            run.repaired_count = mine.get("repaired", 0)
            run.left_count = mine.get("left", 0)

    # === COMPARE === #

    @api.model
    def _start(self, shop, audit):
        """Compare a shop with the channel's books and begin to repair it.

        :param audit: ``records.OrderAudit``
        """
        running = self.search([("shop_id", "=", shop.id), ("state", "=", "running")])
        running._finish()  # the new one compares anew what it has not repaired
        settled = self._settled(shop, audit)
        run = self.create(
            {
                "shop_id": shop.id,
                "since": _naive(audit.since),
                "until": _naive(settled),
                "unreadable": "\n".join(audit.unreadable) or False,
            }
        )
        orders = [order for order in audit.orders if order.updated_at <= settled]
        run._compare(orders)
        run._find_unknown_there({order.ref for order in audit.orders})
        run._count(orders)
        run._finish_if_nothing_is_left()
        shop._wake_lanes()
        return run

    @api.model
    def _settled(self, shop, audit):
        """Return up to when both sides must know everything: aware UTC."""
        stream = shop.stream_ids.filtered(lambda stream: stream.kind == "order")
        position = stream[:1]._position() or audit.until
        return min(position, audit.until) - SETTLED

    def _compare(self, records):
        """Write a line for each order that differs, and what is to be done."""
        first = self._first_expected()
        lines, room = [], MOST
        for chunk in split_every(CHUNK, records):
            known = self._known([record.ref for record in chunk])
            messages = self._messages([record.ref for record in chunk])
            for record in chunk:
                order, held = known.get(record.ref, (None, None))
                if held is None and record.updated_at < first:
                    continue  # from before the first order that was to be fetched
                found = differences(record, held)
                message = messages.get(record.ref)
                if not found or (message and message.state == "pending"):
                    continue
                values = self._line_values(record.ref, order, found[0], message)
                if values["state"] == "pending" and not room:
                    values |= self._too_many()
                room -= values["state"] == "pending"
                lines.append(values)
        self.env["acorn.reconciliation.line"].create(lines)

    def _first_expected(self):
        since = self.shop_id.orders_since or self.since
        return max(since, self.since).replace(tzinfo=UTC)

    def _line_values(self, ref, order, difference, message=None):
        """Return the values of a line: what differs, and whether to fetch the order."""
        values = {
            "reconciliation_id": self.id,
            "ref": ref,
            "order_id": order.id if order else False,
            "difference": difference.kind,
            "here": difference.here,
            "there": difference.there,
            "state": "pending",
        }
        if message and message.state in ("failed", "skipped"):
            reason = message.error if message.state == "failed" else message.skip_reason
            return values | {"state": "left", "reason": reason}
        return values | self._confirmed_before(values)

    def _confirmed_before(self, values):
        """Return what the channel itself has said of this very difference already.

        Books differ from details for ever at times; nobody is told every day.
        """
        earlier = self.env["acorn.reconciliation.line"].search(
            [
                ("shop_id", "=", self.shop_id.id),
                ("ref", "=", values["ref"]),
                ("difference", "=", values["difference"]),
                ("here", "=", values["here"]),
                ("there", "=", values["there"]),
                ("state", "=", "confirmed"),
            ],
            limit=1,
        )
        if not earlier:
            return {}
        return {"state": "confirmed", "reason": earlier.reason}

    def _too_many(self):
        return {
            "state": "left",
            "reason": self.env._(
                "More than %s orders differ: the next reconciliation goes on with "
                "them. If whole days are missing, import them again.",
                MOST,
            ),
        }

    def _find_unknown_there(self, refs):
        """Say which orders here the channel's books do not have."""
        orders = self.env["sale.order"].search_fetch(
            [
                ("acorn_shop_id", "=", self.shop_id.id),
                ("acorn_on_channel", "=", True),
                ("acorn_updated_at", ">=", self.since),
                ("acorn_updated_at", "<=", self.until),
            ],
            ["acorn_ref", "acorn_status"],
        )
        reason = self.env._(
            "The channel's books of this period do not have it. Nothing was changed; "
            "look the order up at the channel."
        )
        self.env["acorn.reconciliation.line"].create(
            [
                self._line_values(
                    order.acorn_ref,
                    order,
                    Difference(UNKNOWN_THERE, order.acorn_status),
                )
                | {"state": "left", "reason": reason}
                for order in orders
                if order.acorn_ref not in refs
            ]
        )

    # === COUNT === #

    def _count(self, records):
        """Keep how many orders of each status there are on both sides."""
        there = {}
        for record in records:
            there[record.status] = there.get(record.status, 0) + 1
        here = {}
        for chunk in split_every(CHUNK, [record.ref for record in records]):
            for status, count in self.env["sale.order"]._read_group(
                [("acorn_shop_id", "=", self.shop_id.id), ("acorn_ref", "in", chunk)],
                ["acorn_status"],
                ["__count"],
            ):
                here[status] = here.get(status, 0) + count
        self.write(
            {"there_count": sum(there.values()), "here_count": sum(here.values())}
        )
        self.env["acorn.reconciliation.count"].create(
            [
                {
                    "reconciliation_id": self.id,
                    "status": status,
                    "there": there.get(status, 0),
                    "here": here.get(status, 0),
                }
                for status in sorted(there.keys() | here.keys())
            ]
        )

    # === FINISH === #

    def _finish_if_nothing_is_left(self):
        if not self.line_ids.filtered(
            lambda line: line.state in ("pending", "fetched")
        ):
            self._finish()

    def _finish(self):
        """Say what was repaired and what a person must do."""
        Alert = self.env["acorn.alert"]
        for run in self:
            shop = run.shop_id
            run.line_ids.filtered(
                lambda line: line.state in ("pending", "fetched")
            ).write({"state": "left", "reason": self.env._("Not repaired in time.")})
            run.invalidate_recordset(["repaired_count", "left_count"])
            run.write(
                {
                    "state": "done",
                    "finished_at": fields.Datetime.now(),
                    "summary": run._summary(),
                }
            )
            if not (run.repaired_count or run.left_count or run.unreadable):
                Alert._resolve(shop, "reconciliation")
                continue
            # sudo: who works a lane need not be able to write on the shop.
            shop_sudo = shop.sudo()
            shop_sudo.message_post(body=run.summary)
            severity = "warning" if run._needs_a_person() else "info"
            Alert._raise_alert(
                shop, "reconciliation", shop.name, run.summary, severity=severity
            )

    def _needs_a_person(self):
        left = self.line_ids.filtered(lambda line: line.state == "left")
        return bool(self.unreadable) or any(
            line.difference != UNKNOWN_THERE for line in left
        )

    def _summary(self):
        """Return what differed, what was repaired, and what is left, in words."""
        lines = self.line_ids.sorted("id")
        labels = dict(lines._fields["difference"]._description_selection(self.env))
        parts = [
            self.env._(
                "%(there)s orders at the channel, %(here)s of them here before.",
                there=self.there_count,
                here=self.here_count,
            )
        ]
        if repaired := lines.filtered(lambda line: line.state == "repaired"):
            parts.append(self.env._("Repaired:"))
            parts += [line._sentence(labels) for line in repaired[:20]]
        if left := lines.filtered(lambda line: line.state == "left"):
            parts.append(self.env._("Not repaired, please look at them:"))
            parts += [line._sentence(labels) for line in left[:20]]
        shown = min(len(repaired), 20) + min(len(left), 20)
        if more := len(repaired) + len(left) - shown:
            parts.append(self.env._("And %s more: open the reconciliation.", more))
        if self.unreadable:
            parts.append(self.env._("The channel's books can be read in part only:"))
            parts.append(self.unreadable[:500])
        return "\n".join(parts)

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("create_date", "<", limit)], limit=1000).unlink()


def _naive(moment):
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
