from odoo import api, models

from ..settings import SETTINGS


class AcornShop(models.Model):
    _inherit = "acorn.shop"

    @api.model_create_multi
    def create(self, vals_list):
        shops = super().create(vals_list)
        self.env["acorn.scope"]._sync()
        chosen = map(self._acorn_chosen, vals_list)
        chosen = dict(zip(shops, chosen, strict=True))
        self.env["acorn.setting"]._adopt(shops, chosen)
        return shops

    def write(self, vals):
        Setting = self.env["acorn.setting"]
        # What Acorn itself writes is nobody's choice.
        set_here = not self.env.su and SETTINGS.keys() & vals.keys()
        before = Setting._own_values(self) if set_here else {}
        if "company_id" in vals:
            self._acorn_leave(self.env["res.company"].browse(vals["company_id"]), vals)
        result = super().write(vals)
        if self._acorn_moving() & vals.keys():
            self.env["acorn.scope"]._sync()
        # sudo: who may write the shop's field has set it.
        Setting.sudo()._take(before)
        if "company_id" in vals:
            Setting._flow(self.company_id.browse(), self)
        return result

    @api.model
    def _acorn_chosen(self, vals):
        """Return the names of settings that differ from what anybody would get."""
        usual = self.default_get(list(SETTINGS))
        return {
            name
            for name, setting in SETTINGS.items()
            if vals.get(name) not in (None, [], usual.get(name))
            and vals[name] != setting.default(self.env)
        }

    def _acorn_leave(self, company, vals):
        """Drop what was inherited and belongs to another company than the next one."""
        for shop in self:
            gone = {
                name: False
                for name, setting in SETTINGS.items()
                if setting.kept_in(shop) and name not in vals
                if not setting.suits(self.env, company, setting.value(shop))
            }
            if gone:
                # sudo: it is Acorn's own work, not a choice of the person.
                shop_sudo = shop.sudo()
                shop_sudo.write(gone)

    def action_acorn_settings(self):
        """Open what is set for the shop, and where it comes from."""
        self.ensure_one()
        return self.env["acorn.setting.line"]._open(self)

    def _acorn_moving(self):
        """Return the fields that say who works here."""
        return {"company_id"}
