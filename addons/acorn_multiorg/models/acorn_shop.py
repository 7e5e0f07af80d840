from odoo import api, fields, models


class AcornShop(models.Model):
    _inherit = "acorn.shop"

    acorn_people_count = fields.Integer(compute="_compute_acorn_people_count")

    @api.depends("user_ids")
    def _compute_acorn_people_count(self):
        for shop in self:
            shop.acorn_people_count = len(shop.user_ids)

    @api.model_create_multi
    def create(self, vals_list):
        shops = super().create(vals_list)
        self.env["acorn.scope"]._sync(shops=shops)
        return shops

    def write(self, vals):
        result = super().write(vals)
        if self._acorn_moving() & vals.keys():
            self.env["acorn.scope"]._sync(shops=self)
        return result

    def unlink(self):
        result = super().unlink()
        self.env["acorn.scope"]._sync_companies()
        return result

    def _acorn_moving(self):
        """Return the fields that say who works here."""
        return {"company_id"}

    def _has_field_access(self, field, operation):
        """Who works here is said by scopes."""
        if operation == "write" and field.name == "user_ids" and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

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
