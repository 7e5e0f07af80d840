from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..settings import SETTINGS

# What those may know of a shop who do not set it up.
NAMED = {
    "id",
    "display_name",
    "name",
    "channel",
    "color",
    "active",
    "sequence",
    "company_id",
}


class AcornShop(models.Model):
    _name = "acorn.shop"
    _inherit = ["acorn.shop", "acorn.shop.templated"]

    acorn_people_count = fields.Integer(compute="_compute_acorn_people_count")

    @api.depends("user_ids")
    def _compute_acorn_people_count(self):
        for shop in self:
            shop.acorn_people_count = len(shop.user_ids)

    @api.model
    def _acorn_audited(self):
        return [*super()._acorn_audited(), "acorn_template_id"]

    @api.model_create_multi
    def create(self, vals_list):
        shops = super().create(vals_list)
        self.env["acorn.scope"]._sync(shops=shops)
        shops._acorn_check_in_scope()
        chosen = map(self._acorn_chosen, vals_list)
        chosen = dict(zip(shops, chosen, strict=True))
        self.env["acorn.setting"]._adopt(shops, chosen)
        return shops

    @api.model
    def _has_field_access(self, field, operation):
        """Shops have a name for all who work with their orders, settings for few.

        Who works here is said by scopes.
        """
        if not self.env.su and (
            (operation == "write" and field.name == "user_ids")
            or (field.name not in NAMED and self.env.user._acorn_knows_names_only())
        ):
            return False
        return super()._has_field_access(field, operation)

    def _acorn_check_in_scope(self):
        """A shop is made where its maker works: this makes no scope wider."""
        ids = None if self.env.su else self.env.user._acorn_shop_ids()
        if ids is not None and set(self.ids) - set(ids):
            raise AccessError(
                self.env._(
                    "A new shop belongs to a unit in your scope: choose such a "
                    "company, or ask a group manager for the scope of the unit."
                )
            )

    def _acorn_check_unit(self, company_id):
        """A shop moves only within the units that are all the person's."""
        ids = None if self.env.su else self.env.user._acorn_unit_ids()
        moves = self.filtered(lambda shop: shop.company_id.id != company_id)
        if moves and ids is not None and company_id not in ids:
            raise AccessError(
                self.env._(
                    "A shop moves to a unit in your scope only. Ask a group manager "
                    "of both units."
                )
            )

    def write(self, vals):
        Setting = self.env["acorn.setting"]
        # What Acorn itself writes is nobody's choice.
        set_here = not self.env.su and SETTINGS.keys() & vals.keys()
        before = Setting._own_values(self) if set_here else {}
        if "company_id" in vals:
            self._acorn_check_unit(vals["company_id"])
            self._acorn_leave(self.env["res.company"].browse(vals["company_id"]), vals)
        result = super().write(vals)
        if self._acorn_moving() & vals.keys():
            self.env["acorn.scope"]._sync(shops=self)
        # sudo: who may write the shop's field has set it.
        Setting.sudo()._take(before)
        if "company_id" in vals:
            Setting._flow(self.company_id.browse(), self)
        return result

    def unlink(self):
        result = super().unlink()
        self.env["acorn.scope"]._sync_companies()
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

    def action_acorn_open_people(self):
        """Open the scopes of those who work here."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_multiorg.acorn_scope_action"
        )
        return action | {
            "domain": [("user_id", "in", self.user_ids.ids)],
            "context": {"default_shop_id": self.id},
        }
