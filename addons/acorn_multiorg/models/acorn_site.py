from odoo import api, models

from .acorn_shop import NAMED

SITE_NAMED = NAMED | {"shop_id", "code"}


class AcornSite(models.Model):
    _inherit = "acorn.site"

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        self.env["acorn.scope"]._sync()
        return sites

    @api.model
    def _has_field_access(self, field, operation):
        """As for shops."""
        if (
            field.name not in SITE_NAMED
            and not self.env.su
            and self.env.user._acorn_knows_names_only()
        ):
            return False
        return super()._has_field_access(field, operation)

    def write(self, vals):
        result = super().write(vals)
        if self._acorn_moving() & vals.keys():
            self.env["acorn.scope"]._sync()
        return result

    def _acorn_moving(self):
        """Return the fields that say who works here."""
        return {"shop_id", "region_ids"}
