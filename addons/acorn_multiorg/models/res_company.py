from odoo import api, models

from ..settings import SETTINGS

OWN = {setting.on_unit for setting in SETTINGS.values()} - {""}


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["acorn.setting"]._adopt(companies)
        return companies

    def write(self, vals):
        Setting = self.env["acorn.setting"]
        # What Acorn itself writes is nobody's choice.
        set_here = not self.env.su and OWN & vals.keys()
        before = Setting._own_values(self) if set_here else {}
        result = super().write(vals)
        # sudo: who may write the company's field has set it.
        Setting.sudo()._take(before)
        if "acorn_superior_id" in vals:
            self.env["acorn.scope"]._sync()
            Setting._flow(*Setting._below(self, self.env["acorn.shop"]))
        return result

    def action_acorn_settings(self):
        """Open what is set for the unit, and where it comes from."""
        self.ensure_one()
        return self.env["acorn.setting.line"]._open(self)
