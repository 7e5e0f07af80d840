import json
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .. import vault
from ..channel import UTC, Document
from ..documents import LARGE, unseal
from .acorn_inbox import BATCH

_logger = logging.getLogger(__name__)


class AcornMessage(models.Model):
    """One document as it came, or one instruction as it went out.

    It is the queue, the audit trail and the replay button.
    """

    _name = "acorn.message"
    _description = "Message"
    _inherit = ["acorn.inbox", "acorn.outbox"]
    _order = "id desc"
    _rec_name = "key"

    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    site_id = fields.Many2one("acorn.site", readonly=True, index="btree_not_null")
    direction = fields.Selection(
        [("in", "Received"), ("out", "Sent")], required=True, readonly=True
    )
    kind = fields.Selection("_get_kinds", required=True, readonly=True)
    key = fields.Char(string="Reference", required=True, readonly=True)
    version = fields.Datetime(string="Channel's Time", readonly=True)
    detailed = fields.Boolean(
        default=True,
        readonly=True,
        help="Otherwise it comes from a report or a file, which tells less than the "
        "channel knows: what was told in detail is not replaced by it.",
    )
    digest = fields.Char(readonly=True)
    body = fields.Text(readonly=True, groups=fields.NO_ACCESS, copy=False)
    size = fields.Integer(readonly=True, help="Bytes before compression.")
    content = fields.Text(
        compute="_compute_content",
        groups="acorn_base.group_manager",
        help="The document as it came. It may hold personal data.",
    )
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("waiting", "Waiting for the Channel"),
            ("done", "Done"),
            ("failed", "Needs Attention"),
            ("skipped", "Skipped"),
            ("parked", "Site Switched Off"),
        ],
        default="pending",
        required=True,
        index=True,
        readonly=True,
    )
    error = fields.Text(readonly=True)
    trace = fields.Text(readonly=True, groups="base.group_system")
    skip_reason = fields.Char(readonly=True)
    tries = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    priority = fields.Integer(
        default=0,
        readonly=True,
        help="What is asked for now is worked on before what comes of history (1).",
    )
    lane_key = fields.Integer(
        readonly=True,
        help="Work with one key never runs twice at once: the warehouse for what moves "
        "stock, the shop (negative) for the rest.",
    )
    received_at = fields.Datetime(readonly=True)
    done_at = fields.Datetime(readonly=True)
    receipt = fields.Char(string="Channel's Receipt", readonly=True)
    purged_at = fields.Datetime(
        string="Content Removed At",
        readonly=True,
        help="The document held personal data whose time is over.",
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", ondelete="set null"
    )
    picking_id = fields.Many2one(
        "stock.picking", readonly=True, index="btree_not_null", ondelete="set null"
    )
    version_ids = fields.One2many("acorn.message.version", "message_id")

    _key_unique = models.Constraint(
        "UNIQUE (shop_id, direction, kind, key)", "A document is kept once."
    )
    _unpurged_index = models.Index("(shop_id, received_at) WHERE purged_at IS NULL")
    _ready_index = models.Index(
        "(lane_key, priority, id) WHERE state IN ('pending', 'waiting')"
    )
    _history_index = models.Index("(shop_id, done_at) WHERE priority > 0")

    _done_index = models.Index("(done_at) WHERE done_at IS NOT NULL")

    number = fields.Char(
        compute="_compute_number",
        search="_search_number",
        help="Tells this message from all others: in alerts, e-mails, and to support.",
    )

    def _compute_number(self):
        for message in self:
            message.number = message.id and self._number_of(message.id)

    @api.model
    def _number_of(self, message_id):
        return f"MSG-{message_id:06}"

    @api.model
    def _search_number(self, operator, value):
        if operator not in ("=", "ilike", "in"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        digits = [str(text or "").upper().removeprefix("MSG-") for text in texts]
        return [("id", "in", [int(d) for d in digits if d.isdecimal()])]

    @api.model
    def _get_kinds(self):
        return self.env["acorn.stream"]._get_kinds() + [
            ("shipment", self.env._("Shipment")),
            ("cancellation", self.env._("Cancellation")),
            ("stock", self.env._("Quantity")),
            ("stock_feed", self.env._("Quantities")),
        ]

    @api.model
    def _cancellations_of(self, orders):
        return self.search(
            [
                ("order_id", "in", orders.ids),
                ("direction", "=", "out"),
                ("kind", "=", "cancellation"),
            ]
        )

    # === CONTENT === #

    @api.depends("digest", "purged_at")
    def _compute_content(self):
        for message in self:
            if message.purged_at:
                message.content = message._purged_words()
                continue
            try:
                text = message._plain().decode("utf-8", "replace")
            except vault.VaultError as error:
                text = str(error)
            try:
                text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
            except ValueError:
                text = text[:LARGE]  # a file: what it says, not how it is formatted
            message.content = text

    def _plain(self):
        """Return the document's bytes as they came."""
        self.ensure_one()
        if self.purged_at:
            raise UserError(self._purged_words())
        # sudo: the column is closed to everyone; what to show is decided by callers.
        token = self.sudo().body or self._attachment_sudo().raw.decode()
        return unseal(token)

    def _attachment_sudo(self):
        # sudo: the file is no ordinary attachment that users could open.
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "body"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )

    def _document(self):
        self.ensure_one()
        return Document(
            kind=self.kind,
            key=self.key,
            version=self.version.replace(tzinfo=UTC),
            body=self._plain(),
            site=self.site_id.channel_ref or "",
            detailed=self.detailed,
        )

    def _purged_words(self):
        self.ensure_one()
        return self.env._(
            "The sealed content of %(key)s was removed on %(date)s, because it held "
            "personal data whose time is over: it cannot be applied again.",
            key=self.key,
            date=format_date(self.env, self.purged_at),
        )

    def _check_not_purged(self):
        for message in self.filtered("purged_at"):
            raise UserError(message._purged_words())

    # === ACTIONS === #

    def _check_may_act(self):
        """Operators act on messages by what the actions offer; nobody edits them."""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("acorn_base.group_operator")):
            raise AccessError(
                self.env._("Operators of Acorn retry, replay and skip messages.")
            )

    def action_retry(self):
        """Work on the messages again, at once."""
        self._check_may_act()
        self._check_not_purged()
        self._reopen(
            self.filtered(lambda message: message.state in ("failed", "pending"))
        )
        return self._work_now()

    def action_replay(self):
        """Apply again what is done; applying twice changes nothing."""
        self._check_may_act()
        self._check_not_purged()
        self._reopen(self.filtered(lambda message: message.direction == "in"))
        return self._work_now()

    @api.model
    def _reopen(self, messages):
        # sudo: people may ask for it to be done again, not edit what was received.
        reopened_sudo = messages.sudo().filtered(lambda message: not message.purged_at)
        again = {"next_try": False, "tries": 0}
        sent_sudo = reopened_sudo.filtered(lambda message: message.direction == "out")
        # It may have been carried out all the same: asked first, then sent.
        sent_sudo.write({**again, "state": "waiting"})
        (reopened_sudo - sent_sudo).write({**again, "state": "pending"})

    @api.model
    def _unpark(self, sites):
        """Work on what came while these sites were switched off."""
        # sudo: see _reopen.
        self.sudo().search(
            [
                ("site_id", "in", sites.ids),
                ("state", "=", "parked"),
                ("purged_at", "=", False),
            ]
        ).write({"state": "pending"})

    def _work_now(self):
        if len(self) > BATCH:
            self.shop_id._wake_lanes()
            return self.shop_id[:1]._notify(
                self.env._("%s messages are worked on in the background.", len(self)),
                "info",
            )
        inbound = self.filtered(
            lambda message: message.direction == "in" and message.state == "pending"
        )
        # sudo: applying documents is the system's work; who may ask is checked above.
        inbound.sudo()._apply_batch()
        self.shop_id._wake_lanes()
        failed = self.filtered(lambda message: message.state == "failed")
        if failed:
            return self.shop_id[:1]._notify(failed[0].error, "warning")
        return True

    def action_open_result(self):
        self.ensure_one()
        return (self.picking_id or self.order_id)._get_records_action()

    def _skip(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why these messages are skipped."))
        self._check_may_act()
        # sudo: see _reopen.
        skipped_sudo = self.sudo()
        skipped_sudo.write({"state": "skipped", "skip_reason": reason})
        for message_sudo in skipped_sudo.filtered(lambda m: m.direction == "out"):
            message_sudo._author()._acorn_settle(message_sudo, None)
