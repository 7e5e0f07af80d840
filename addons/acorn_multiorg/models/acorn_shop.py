from odoo import api, models


class AcornShop(models.Model):
    _inherit = "acorn.shop"

    @api.model_create_multi
    def create(self, vals_list):
        shops = super().create(vals_list)
        self.env["acorn.scope"]._sync()
        return shops

    def write(self, vals):
        result = super().write(vals)
        if self._acorn_moving() & vals.keys():
            self.env["acorn.scope"]._sync()
        return result

    def _acorn_moving(self):
        """Return the fields that say who works here."""
        return {"company_id"}
