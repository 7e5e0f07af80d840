from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..settings import SETTINGS


class AcornShopTemplate(models.Model):
    """Settings that shops get together, and are compared with ever after."""

    _name = "acorn.shop.template"
    _description = "Shop Template"
    _inherit = ["mail.thread", "acorn.audited"]
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    unit_id = fields.Many2one(
        "res.company",
        string="For",
        index=True,
        tracking=True,
        help="The unit whose shops, and those below it, may have the template. Empty: "
        "everywhere.",
    )
    note = fields.Text(string="What It Is For")
    line_ids = fields.One2many(
        "acorn.shop.template.line", "template_id", string="Settings", copy=True
    )
    shop_ids = fields.One2many("acorn.shop", "acorn_template_id", string="Shops")
    shop_count = fields.Integer(compute="_compute_shop_counts")
    drift_count = fields.Integer(
        string="Shops That Differ", compute="_compute_shop_counts"
    )

    _name_unique = models.UniqueIndex(
        "(lower(name), COALESCE(unit_id, 0)) WHERE active",
        "There is a template of this name for this unit already.",
    )

    @api.model
    def _acorn_audited(self):
        return [*super()._acorn_audited(), "name", "active", "unit_id"]

    @api.depends("shop_ids.acorn_drift")
    def _compute_shop_counts(self):
        for template in self:
            template.shop_count = len(template.shop_ids)
            template.drift_count = len(template.shop_ids.filtered("acorn_drift"))

    # === WHERE IT IS FOR, AND WHO CHANGES IT === #

    def _is_for(self, unit):
        """Return whether shops of a unit may have the template."""
        # sudo: the tree above a unit is no secret of those who work there.
        own_sudo, unit_sudo = self.unit_id.sudo(), unit.sudo()
        return not own_sudo or (unit_sudo.acorn_path or "").startswith(
            own_sudo.acorn_path
        )

    def _check_may_change(self):
        """A group manager keeps the templates of the own units.

        Those for everywhere are kept at headquarters.
        """
        user = self.env.user
        if self.env.su or user._acorn_everywhere():
            return
        allowed = self.env["acorn.new.unit"]._allowed()
        top = "headquarters" in allowed.mapped("acorn_level")
        if all(t.unit_id in allowed if t.unit_id else top for t in self):
            return
        raise AccessError(
            self.env._(
                "This template is for units outside of your scope. Make one for your "
                "own unit, or ask a group manager of headquarters."
            )
        )

    @api.constrains("unit_id")
    def _check_shops(self):
        # sudo: shops that the person does not see have the template, too.
        for template_sudo in self.sudo():
            outside = template_sudo.shop_ids.filtered(
                lambda shop, template=template_sudo: (
                    not template._is_for(shop.company_id)
                )
            )
            if outside:
                raise UserError(
                    self.env._(
                        "Shops outside of this unit have the template: %s. Give them "
                        "another one first.",
                        ", ".join(outside.mapped("name")),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates._check_may_change()
        return templates

    def write(self, vals):
        self._check_may_change()
        result = super().write(vals)
        if "unit_id" in vals:
            self._check_may_change()
        return result

    def unlink(self):
        self._check_may_change()
        return super().unlink()

    # === VALUES === #

    def _values(self):
        """Return what the template says: {name of setting: value}."""
        return {line.name: line.content["value"] for line in self.line_ids}

    def _differences(self, shop):
        """Return where a shop is not as the template says: {name of setting}.

        What cannot be the shop's, as another company's warehouse, is no difference.
        """
        # sudo: whoever changes a setting, the shop is compared as a whole.
        template_sudo, shop_sudo = self.sudo(), shop.sudo()
        return {
            name
            for name, value in template_sudo._values().items()
            if SETTINGS[name].value(shop_sudo) != value
            and SETTINGS[name].fits(shop_sudo, value)
        }

    def _apply(self, shops, names=None):
        """Give shops the template and its values as their own.

        :param names: of the settings; without it all of them
        """
        if not self:
            return
        self.ensure_one()
        shops.check_access("write")
        shops.acorn_template_id = self
        for name, value in self._values().items():
            setting = SETTINGS[name]
            fitting = shops.filtered(lambda s, v=value, x=setting: x.fits(s, v))
            if fitting and (names is None or name in names):
                setting.apply(fitting, value)

    # === SHOPS FROM IT, AND IT FROM A SHOP === #

    def _make_shop(self, name, unit, channel):
        """Return a new shop with the template's values, in a unit that is checked."""
        values = {"name": name, "channel": channel, "company_id": unit.id}
        maker = self.env["acorn.unit.maker"].with_company(unit)
        shop = maker._make_shop(values, own_warehouse=False).sudo(False)
        self._apply(shop)
        return shop

    @api.model
    def _values_of(self, shop):
        return [
            {"name": name, "content": {"value": setting.value(shop)}}
            for name, setting in SETTINGS.items()
            if setting.on_shop
        ]

    def _take_from(self, shop):
        """Say what a shop has: all settings of shops."""
        commands = map(Command.create, self._values_of(shop))
        self.line_ids = [Command.clear(), *commands]

    # === ACTIONS === #

    def action_new_shop(self):
        self.ensure_one()
        action = self.env["acorn.template.shop"]._action_open()
        context = {**action["context"], "default_template_id": self.id}
        return action | {"context": context}

    def action_apply(self):
        self.ensure_one()
        wizard = self.env["acorn.template.apply"]._of(self, self.shop_ids)
        return wizard._reopen()

    def action_open_shops(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_shop_action"
        )
        return action | {"domain": [("acorn_template_id", "in", self.ids)]}

    def action_open_drift(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_multiorg.acorn_drift_action"
        )
        return action | {"domain": [("template_id", "in", self.ids)]}
