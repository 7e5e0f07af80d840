from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..settings import SETTINGS


class AcornShopTemplated(models.AbstractModel):
    """The template of a shop, and where the shop differs from it."""

    _name = "acorn.shop.templated"
    _description = "Shop with a Template"

    acorn_template_id = fields.Many2one(
        "acorn.shop.template",
        string="Template",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        tracking=True,
        help="What the shop is compared with. Choosing one changes no setting: apply "
        "the template for that.",
    )
    acorn_drift = fields.Json(
        compute="_compute_acorn_drift",
        store=True,
        copy=False,
        help="Where the shop is not as its template says, and since when: "
        '{setting: "2026-11-30 12:00:00"}.',
    )

    @api.depends(lambda self: self._acorn_compared())
    def _compute_acorn_drift(self):
        now = fields.Datetime.to_string(fields.Datetime.now())
        for shop in self:
            if shop != shop._origin:  # in a form, not yet saved
                shop.acorn_drift = shop._origin.acorn_drift
                continue
            known = shop.acorn_drift or {}
            names = shop.acorn_template_id._differences(shop)
            drift = {name: known.get(name, now) for name in sorted(names)}
            shop.acorn_drift = drift or False

    @api.model
    def _acorn_compared(self):
        """Return what a difference may come from: the template, or the shop."""
        names = [name for name, setting in SETTINGS.items() if setting.on_shop]
        stages = ["stage_ids.status", "stage_ids.name", "stage_ids.color"]
        stages.append("stage_ids.sequence")
        template = ["acorn_template_id.line_ids.name"]
        template.append("acorn_template_id.line_ids.content")
        return [*names, *stages, *template, "company_id"]

    @api.constrains("acorn_template_id", "company_id")
    def _check_acorn_template(self):
        for shop in self:
            # sudo: a template of other units may be unreadable here.
            template_sudo = shop.acorn_template_id.sudo()
            if template_sudo and not template_sudo._is_for(shop.company_id):
                raise ValidationError(
                    self.env._(
                        "The template %(template)s is for %(unit)s and the units below "
                        "it. Choose another one for the shop %(shop)s.",
                        template=template_sudo.name,
                        unit=template_sudo.unit_id.name,
                        shop=shop.name,
                    )
                )

    def action_acorn_make_template(self):
        """Make a template that says what this shop has, and open it."""
        self.ensure_one()
        Template = self.env["acorn.shop.template"]
        template = Template.create({"name": self.name, "unit_id": self.company_id.id})
        template._take_from(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": Template._name,
            "res_id": template.id,
            "view_mode": "form",
        }

    def action_acorn_apply_template(self):
        """Show what the shop's template changes in it."""
        self.ensure_one()
        wizard = self.env["acorn.template.apply"]._of(self.acorn_template_id, self)
        return wizard._reopen()

    def action_acorn_open_drift(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_multiorg.acorn_drift_action"
        )
        return action | {"domain": [("shop_id", "in", self.ids)]}
