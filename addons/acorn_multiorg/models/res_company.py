from odoo import api, fields, models


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "acorn.unit.rules"]

    acorn_scope_ids = fields.One2many("acorn.scope", "unit_id", string="Scopes")
    acorn_scope_count = fields.Integer(compute="_compute_acorn_scope_count")

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["acorn.scope"]._sync_companies()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "acorn_superior_id" in vals:
            self.env["acorn.scope"]._sync()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["acorn.scope"]._sync_companies()
        return result

    @api.depends("acorn_scope_ids")
    def _compute_acorn_scope_count(self):
        for company in self:
            company.acorn_scope_count = len(company.acorn_scope_ids.user_id)

    def action_acorn_open_people(self):
        """Open the scopes at this unit; those above reach it, too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_multiorg.acorn_scope_action"
        )
        return action | {
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }

    def _acorn_tops(self):
        """Return those of the units that are not below another one of them."""
        return self.filtered(
            lambda unit: (
                not any(
                    unit != other and unit.acorn_path.startswith(other.acorn_path)
                    for other in self
                )
            )
        )
