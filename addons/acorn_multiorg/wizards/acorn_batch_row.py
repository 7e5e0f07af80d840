import json

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.acorn_base import vault


class AcornBatchRow(models.TransientModel):
    """A row of a sheet of shops: what it says, and what became of it."""

    _name = "acorn.batch.row"
    _description = "Shop to Connect"
    _order = "number, id"

    batch_id = fields.Many2one(
        "acorn.batch", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(string="Row", readonly=True)
    name = fields.Char(string="Shop", readonly=True)
    unit = fields.Char(readonly=True)
    template = fields.Char(readonly=True)
    details = fields.Char(readonly=True, help="What the channel needs to know.")
    texts = fields.Json(readonly=True, help="All that the row says but secrets.")
    secrets_sealed = fields.Text(
        groups=fields.NO_ACCESS, help="Until the row has been tried."
    )
    state = fields.Selection(
        [
            ("ready", "Ready"),
            ("wrong", "To Correct"),
            ("failed", "Not Connected"),
            ("done", "Connected"),
        ],
        default="ready",
        readonly=True,
    )
    result = fields.Text(readonly=True)
    shop_id = fields.Many2one("acorn.shop", string="Made", readonly=True)

    def _seal(self, secrets):
        """Return what is stored of a row's secrets: {key: text} → encrypted."""
        if not secrets:
            return False
        try:
            return vault.encrypt(json.dumps(secrets).encode())
        except vault.VaultError as error:
            raise UserError(self.env._("Nothing was stored. %s", error)) from None

    def _secrets(self):
        """Return the row's secrets in plain text: {key: text}."""
        self.ensure_one()
        # sudo: the column is closed to everyone; only the check and the shop get it.
        sealed = self.sudo().secrets_sealed
        return json.loads(vault.decrypt(sealed)) if sealed else {}

    def _forget_secrets(self):
        # sudo: see _secrets.
        self.sudo().secrets_sealed = False

    def _says(self):
        """Return all that the row says, secrets in plain text: {key: text}."""
        return {**self.texts, **self._secrets()}
