from odoo import api, fields, models

from ..settings import SETTINGS

OWN = {setting.on_unit for setting in SETTINGS.values()} - {""}


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "acorn.unit.rules"]

    acorn_scope_ids = fields.One2many("acorn.scope", "unit_id", string="Scopes")
    acorn_scope_count = fields.Integer(compute="_compute_acorn_scope_count")

    acorn_stock_limit_units = fields.Integer(
        string="Stock Changes Wait Above (Units)",
        default=100,
        help="Counts and scraps of more units of one product by one person in a day "
        "wait for a shop manager. 0: never.",
    )
    acorn_stock_limit_percent = fields.Integer(
        string="Stock Changes Wait Above (Percent)",
        help="The same, of what is on hand. 0: never.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["acorn.scope"]._sync_companies()
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

    def action_acorn_settings(self):
        """Open what is set for the unit, and where it comes from."""
        self.ensure_one()
        return self.env["acorn.setting.line"]._open(self)
