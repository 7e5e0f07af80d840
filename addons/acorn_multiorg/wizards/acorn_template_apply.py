from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..settings import SETTINGS


class AcornTemplateApply(models.TransientModel):
    """Shows what a template changes in shops, and changes what is chosen."""

    _name = "acorn.template.apply"
    _description = "Apply a Template"

    template_id = fields.Many2one("acorn.shop.template", required=True)
    candidate_ids = fields.Many2many("acorn.shop", compute="_compute_candidate_ids")
    shop_ids = fields.Many2many("acorn.shop", string="Shops")
    line_ids = fields.One2many(
        "acorn.template.apply.line",
        "apply_id",
        string="What Changes",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    chosen_count = fields.Integer(compute="_compute_chosen_count")

    @api.model
    def _of(self, template, shops):
        if not template:
            raise UserError(self.env._("Choose the template of the shop first."))
        return self.create(
            {"template_id": template.id, "shop_ids": [Command.set(shops.ids)]}
        )

    @api.depends("template_id")
    def _compute_candidate_ids(self):
        shops = self.env["acorn.shop"].search([])
        for wizard in self:
            wizard.candidate_ids = shops.filtered(
                lambda shop, wizard=wizard: wizard.template_id._is_for(shop.company_id)
            )

    @api.depends("template_id", "shop_ids")
    def _compute_line_ids(self):
        for wizard in self:
            changes = map(Command.create, wizard._changes())
            wizard.line_ids = [Command.clear(), *changes]

    @api.depends("line_ids.chosen")
    def _compute_chosen_count(self):
        for wizard in self:
            wizard.chosen_count = len(wizard.line_ids.filtered("chosen"))

    def _changes(self):
        """Yield the values of a line for each value that is another in a shop."""
        for shop in self.shop_ids._origin:
            for sequence, (name, value) in enumerate(
                self.template_id._values().items()
            ):
                setting = SETTINGS[name]
                old = setting.value(shop)
                if old == value:
                    continue
                fits = setting.fits(shop, value)
                other = self.env._("Belongs to another company: stays as it is.")
                yield {
                    "shop_id": shop.id,
                    "sequence": sequence,
                    "name": name,
                    "old": setting.describe(self.env, old),
                    "new": setting.describe(self.env, value),
                    "chosen": fits,
                    "problem": not fits and other,
                }

    def action_apply(self):
        """Change what is chosen; the shops have the template from now on."""
        self.ensure_one()
        wrong = self.shop_ids - self.candidate_ids
        if wrong:
            raise UserError(
                self.env._(
                    "The template is not for: %s. Take these shops out.",
                    ", ".join(wrong.mapped("name")),
                )
            )
        chosen = self.line_ids.filtered(lambda line: line.chosen and not line.problem)
        for shop in self.shop_ids:
            names = chosen.filtered(lambda line, shop=shop: line.shop_id == shop)
            self.template_id._apply(shop, set(names.mapped("name")))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apply a Template"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
