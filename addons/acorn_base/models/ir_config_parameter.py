from odoo import api, models

from .acorn_secret_mixin import DOTS

SECRETS = ("token", "secret", "password", "key")  # in a parameter's name


class IrConfigParameter(models.Model):
    _name = "ir.config_parameter"
    _inherit = ["ir.config_parameter", "acorn.audited"]
    _acorn_audience = "admin"

    @api.model
    def _acorn_audited(self):
        return [*super()._acorn_audited(), "key", "value"]

    def _acorn_audit_filter(self):
        """Only Acorn's own parameters count."""
        counted = super()._acorn_audit_filter()
        return counted.filtered(lambda each: (each.key or "").startswith("acorn"))

    def _acorn_audit_text(self, name, value):
        if name == "value" and any(word in self.key for word in SECRETS):
            return value and DOTS
        return super()._acorn_audit_text(name, value)
