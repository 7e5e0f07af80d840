from odoo import api, models


class AcornSite(models.Model):
    _inherit = "acorn.site"

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        self.env["acorn.scope"]._sync()
        return sites

    def write(self, vals):
        result = super().write(vals)
        if self._acorn_moving() & vals.keys():
            self.env["acorn.scope"]._sync()
        return result

    def _acorn_moving(self):
        """Return the fields that say who works here."""
        return {"shop_id", "region_ids"}
