from odoo import api, models


class AcornStage(models.Model):
    """Who changes a line has made the shop's stage table its own."""

    _inherit = "acorn.stage"

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        stages._acorn_own(stages.shop_id)
        return stages

    def write(self, vals):
        result = super().write(vals)
        self._acorn_own(self.shop_id)
        return result

    def unlink(self):
        shops = self.shop_id
        result = super().unlink()
        self._acorn_own(shops.exists())
        return result

    def _acorn_own(self, shops):
        if self.env.su:
            return  # what Acorn itself writes is nobody's choice
        # sudo: who may write the table has set it.
        setting_sudo = self.env["acorn.setting"].sudo()
        for shop in shops:
            setting_sudo._take({shop: {"stage_ids": None}})
