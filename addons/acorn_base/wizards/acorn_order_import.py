from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..channel import ChannelError, Refused
from ..documents import digest_of
from ..vault import VaultError

MAX_BYTES = 25 * 1024 * 1024
AT_ONCE = 500  # applied while the person waits; the lanes do the rest
BATCH = 100
SHOWN = 20  # of what cannot be read


class AcornOrderImport(models.TransientModel):
    """Orders from a file that a person downloaded at the channel."""

    _name = "acorn.order.import"
    _description = "Import Orders from a File"

    state = fields.Selection(
        [("choose", "Choose"), ("preview", "Preview"), ("done", "Done")],
        default="choose",
    )
    shop_id = fields.Many2one(
        "acorn.shop",
        required=True,
        domain=[("state", "!=", "draft")],
        default=lambda self: self.env["acorn.shop"].search(
            [("state", "!=", "draft")], limit=1
        ),
    )
    site_id = fields.Many2one(
        "acorn.site",
        domain="[('shop_id', '=', shop_id)]",
        help="Where the orders were sold, for files that do not say so.",
    )
    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    new_count = fields.Integer(string="New Orders", readonly=True)
    changed_count = fields.Integer(string="Changed Orders", readonly=True)
    known_count = fields.Integer(
        string="Known Already",
        readonly=True,
        help="As they are in the file, or newer, or in more detail.",
    )
    unreadable_count = fields.Integer(string="Unreadable", readonly=True)
    problems = fields.Text(readonly=True)
    message_ids = fields.Many2many("acorn.message", readonly=True)

    def action_read(self):
        """Read the file and show what importing it would do; nothing is changed."""
        self.ensure_one()
        documents, problems = self._read()
        Message = self.env["acorn.message"]
        known = Message.search_fetch(
            [
                ("shop_id", "=", self.shop_id.id),
                ("direction", "=", "in"),
                ("kind", "=", "order"),
                ("key", "in", [document.key for document in documents]),
            ],
            ["key", "version", "detailed", "digest"],
        )
        by_key = {message.key: message for message in known}
        changed = [
            document
            for document in documents
            if (message := by_key.get(document.key))
            and message.digest != digest_of(document.body)
            and not message._outranks(document)
        ]
        self.write(
            {
                "state": "preview",
                "new_count": len(documents) - len(by_key),
                "changed_count": len(changed),
                "known_count": len(by_key) - len(changed),
                "unreadable_count": len(problems),
                "problems": self._told(problems),
            }
        )
        return self._reopen()

    def action_import(self):
        """Keep the orders of the file and apply them."""
        self.ensure_one()
        self.shop_id.check_access("write")
        documents, problems = self._read()
        # sudo: documents are kept and applied by the work itself; who may ask is
        # checked above.
        message_sudo = self.env["acorn.message"].sudo()
        messages_sudo = message_sudo._receive(self.shop_id, documents)
        for chunk in split_every(BATCH, messages_sudo[:AT_ONCE].ids):
            message_sudo.browse(chunk)._apply_batch()
        self.shop_id._wake_lanes()
        self.write(
            {
                "state": "done",
                "message_ids": messages_sudo.ids,
                "unreadable_count": len(problems),
                "problems": self._told(problems),
            }
        )
        return self._reopen()

    def action_open_orders(self):
        orders = self.message_ids.order_id
        return orders._get_records_action(name=self.env._("Orders"))

    def action_open_messages(self):
        return self.message_ids._get_records_action(name=self.env._("Messages"))

    def _read(self):
        """Return the orders of the file that can be read, and what cannot be."""
        if not self.file:
            raise UserError(self.env._("Choose the file that you have downloaded."))
        content = b64decode(self.file)
        if len(content) > MAX_BYTES:
            raise UserError(
                self.env._(
                    "The file has more than %s MB. Download a shorter period.",
                    MAX_BYTES // 2**20,
                )
            )
        try:
            channel = self.shop_id._channel_files()
            documents, problems = channel.read_file(
                "order", content, self.site_id.channel_ref or ""
            )
        except (ChannelError, VaultError) as error:
            raise UserError(self.shop_id._explain(error)) from error
        readable, problems = [], list(problems)
        for document in documents:
            try:
                channel.parse(document)
                readable.append(document)
            except Refused as refusal:
                problems.append(f"{document.key}: {refusal}")
        if not readable and not problems:
            raise UserError(self.env._("There is no order in this file."))
        return readable, problems

    @api.model
    def _told(self, problems):
        shown = problems[:SHOWN]
        if len(problems) > SHOWN:
            shown.append(self.env._("… and %s more.", len(problems) - SHOWN))
        return "\n".join(shown) or False

    def _reopen(self):
        return self._get_records_action(
            target="new", name=self.env._("Import Orders from a File")
        )
