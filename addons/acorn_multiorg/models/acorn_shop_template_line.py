from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..settings import SETTINGS


class AcornShopTemplateLine(models.Model):
    """What a template says of one setting."""

    _name = "acorn.shop.template.line"
    _description = "Setting of a Template"
    _inherit = ["acorn.audited"]
    _order = "sequence, id"

    template_id = fields.Many2one(
        "acorn.shop.template", required=True, index=True, ondelete="cascade"
    )
    name = fields.Selection(
        selection=lambda self: self._get_names(), string="Setting", required=True
    )
    sequence = fields.Integer(compute="_compute_sequence", store=True)
    content = fields.Json(required=True, help='{"value": ...}: 0 is a value, too.')
    text = fields.Char(string="Value", compute="_compute_text")

    _once = models.UniqueIndex(
        "(template_id, name)", "The template has this setting already."
    )

    @api.model
    def _get_names(self):
        return [
            (name, setting.label(self.env))
            for name, setting in SETTINGS.items()
            if setting.on_shop
        ]

    @api.model
    def _acorn_audited(self):
        return [*super()._acorn_audited(), "template_id", "name", "content"]

    def _acorn_audit_text(self, name, value):
        if name == "content":
            return SETTINGS[self.name].describe(self.env, value["value"])
        return super()._acorn_audit_text(name, value)

    @api.depends("name")
    def _compute_sequence(self):
        places = {name: place for place, name in enumerate(SETTINGS)}
        for line in self:
            line.sequence = places.get(line.name, 0)

    @api.depends("content", "name")
    @api.depends_context("lang")
    def _compute_text(self):
        for line in self:
            setting = SETTINGS.get(line.name)
            line.text = setting and setting.describe(self.env, line.content["value"])

    @api.constrains("name", "content")
    def _check_content(self):
        for line in self:
            setting = SETTINGS[line.name]
            if not setting.is_valid(self.env, line.content.get("value")):
                raise ValidationError(
                    self.env._(
                        "This cannot be %s of a shop. Choose another value.",
                        setting.label(self.env),
                    )
                )

    def action_edit(self):
        """Open the dialog that changes the value."""
        self.ensure_one()
        wizard = self.env["acorn.setting.edit"]._of_line(self)
        return {
            "type": "ir.actions.act_window",
            "name": SETTINGS[self.name].label(self.env),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    # === WHO CHANGES IT, AND WHO IS TOLD === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.template_id._check_may_change()
        return lines

    def write(self, vals):
        self.template_id._check_may_change()
        before = {line: line.text for line in self}
        result = super().write(vals)
        for line in self.filtered(lambda line: line.text != before[line]):
            line.template_id._message_log(
                body=self.env._(
                    "%(setting)s: %(old)s → %(new)s",
                    setting=SETTINGS[line.name].label(self.env),
                    old=before[line] or "-",
                    new=line.text or "-",
                )
            )
        return result

    def unlink(self):
        self.template_id._check_may_change()
        return super().unlink()
