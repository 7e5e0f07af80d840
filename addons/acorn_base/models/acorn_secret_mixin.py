from odoo import api, models
from odoo.exceptions import UserError

from .. import vault

DOTS = "••••"
SHOWN = 4  # last characters that tell one secret from another
LONG_ENOUGH = 16  # of a shorter secret they would tell too much


class AcornSecretMixin(models.AbstractModel):
    """Secrets that people can enter, replace and clear, and nobody can read.

    For each name that ``_get_secrets`` returns a model declares three fields: the one
    people see under that name (computed and inversed here), ``<name>_sealed`` with what
    is stored, encrypted, and ``<name>_mask`` with what is shown in its place.
    """

    _name = "acorn.secret.mixin"
    _description = "Secrets that can be written and not read"

    @api.model
    def _get_secrets(self):
        """Return the names of the secrets; an addon that adds one appends it."""
        return []

    @api.depends(lambda self: [f"{name}_mask" for name in self._get_secrets()])
    def _compute_secrets(self):
        for record in self:
            for name in self._get_secrets():
                record[name] = record[f"{name}_mask"]

    def _inverse_secrets(self):
        for record in self:
            # Of several secrets one may be written: the others are not emptied by it.
            for name in filter(record._cache.__contains__, self._get_secrets()):
                record._enter_secret(name, (record[name] or "").strip())
        # What was typed must not be read from the cache by what follows.
        self.invalidate_recordset(self._get_secrets())

    def _enter_secret(self, name, typed):
        """Seal what was typed; the mask written back unchanged changes nothing."""
        self.ensure_one()
        # sudo: the columns are closed to everyone, whoever may enter the secret.
        record_sudo = self.sudo()
        if typed == (record_sudo[f"{name}_mask"] or ""):
            return
        if typed.startswith(DOTS):
            raise UserError(
                self.env._(
                    "Empty the field %s first, then paste the whole new value.",
                    self._fields[name]._description_string(self.env),
                )
            )
        record_sudo.write(self._sealed_values(name, typed))

    def _sealed_values(self, name, plain):
        """Return what is stored for a secret, or for none when ``plain`` is empty."""
        if not plain:
            return {f"{name}_sealed": False, f"{name}_mask": False}
        try:
            sealed = vault.encrypt(plain.encode())
        except vault.VaultError as error:
            raise UserError(self.env._("Nothing was stored. %s", error)) from None
        shown = plain[-SHOWN:] if len(plain) >= LONG_ENOUGH else ""
        return {f"{name}_sealed": sealed, f"{name}_mask": DOTS + shown}

    def _open_secret(self, name):
        """Return a secret in plain text, '' when there is none.

        :raise VaultError: when the server lacks the key that it was encrypted with
        """
        self.ensure_one()
        # sudo: see _enter_secret; only the channel gets the plain text.
        sealed = self.sudo()[f"{name}_sealed"]
        return vault.decrypt(sealed).decode() if sealed else ""
