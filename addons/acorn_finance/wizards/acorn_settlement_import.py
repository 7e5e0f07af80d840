from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.acorn_base.channel import ChannelError, Refused
from odoo.addons.acorn_base.vault import VaultError

MAX_BYTES = 64 * 1024 * 1024  # of one file; a hundred thousand lines have about 20 MB


class AcornSettlementImport(models.TransientModel):
    """Settlements from files that a person downloaded at the channel."""

    _name = "acorn.settlement.import"
    _description = "Import Settlements"

    shop_id = fields.Many2one(
        "acorn.shop",
        required=True,
        default=lambda self: self.env["acorn.shop"].search([], limit=1),
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    state = fields.Selection(
        [("choose", "Choose"), ("done", "Done")], default="choose", readonly=True
    )
    settlement_ids = fields.Many2many("acorn.settlement", readonly=True)
    known_count = fields.Integer(string="Known Already", readonly=True)
    problems = fields.Text(readonly=True)

    def action_import(self):
        """Keep the files and apply them; what cannot be read is told, file by file."""
        self.ensure_one()
        self.env["acorn.settlement"].check_access("write")
        self.shop_id.check_access("read")
        if not self.attachment_ids:
            raise UserError(self.env._("Choose the files that you have downloaded."))
        documents, problems = self._read()
        # sudo: documents are kept and applied by the work itself; who may ask is
        # checked above.
        message_sudo = self.env["acorn.message"].sudo()
        fresh_sudo = message_sudo._receive(self.shop_id.sudo(), documents)
        for fresh in fresh_sudo:
            fresh._apply_batch()
        problems += [
            self.env._(
                "%(file)s was kept, but could not be applied: %(error)s",
                file=fresh.key,
                error=fresh.error or fresh.state,
            )
            for fresh in fresh_sudo
            if fresh.state != "done"
        ]
        refs = {document.key for document in documents}
        self.write(
            {
                "state": "done",
                "settlement_ids": [Command.set(self._settlements(refs).ids)],
                "known_count": len(refs) - len(fresh_sudo),
                "problems": "\n".join(problems),
            }
        )
        self._uploaded().unlink()  # messages keep them, encrypted
        return self._reopen()

    def _uploaded(self):
        """Return the files that were uploaded for this; others' stay what they are."""
        return self.attachment_ids.filtered(
            lambda file: (
                file.create_uid == self.env.user
                and file.res_model in (False, self._name)
            )
        )

    def action_open(self):
        self.ensure_one()
        return self.settlement_ids._get_records_action(name=self.env._("Settlements"))

    def _settlements(self, refs):
        return self.env["acorn.settlement"].search(
            [("shop_id", "=", self.shop_id.id), ("ref", "in", list(refs))]
        )

    def _read(self):
        """Return the documents of all files, and a sentence about what is wrong."""
        try:
            channel = self.shop_id._channel_files()
        except (ChannelError, VaultError) as error:
            raise UserError(self.shop_id._explain(error)) from error
        documents, problems = [], []
        for attachment in self.attachment_ids:
            try:
                found, wrong = self._read_file(channel, attachment)
            except Refused as refusal:
                found, wrong = [], [self.shop_id._explain(refusal)]
            documents += found
            problems += [f"{attachment.name}: {each}" for each in wrong]
        return documents, problems

    @api.model
    def _read_file(self, channel, attachment):
        if attachment.file_size > MAX_BYTES:
            return [], [
                self.env._(
                    "It has more than %s MB: that is no settlement.",
                    MAX_BYTES // 2**20,
                )
            ]
        documents, problems = channel.read_file("settlement", attachment.raw or b"")
        for document in documents:
            channel.parse(document)
        if not documents and not problems:
            problems = [self.env._("There is no settlement in this file.")]
        return documents, problems

    def _reopen(self):
        return self._get_records_action(
            target="new", name=self.env._("Import Settlements")
        )
