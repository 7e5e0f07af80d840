from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..settings import SETTINGS


class AcornSetting(models.Model):
    """A setting that a unit or a shop has as its own; all below inherit it.

    What counts for a shop is its own value, or that of the nearest unit above, or
    Acorn's default: it stands in the shop's ordinary field, which all code reads.
    """

    _name = "acorn.setting"
    _description = "Own Setting"
    _inherit = ["acorn.audited"]
    _order = "name, unit_id, shop_id, id"
    _rec_name = "name"

    name = fields.Selection(
        selection=lambda self: self._get_names(), string="Setting", required=True
    )
    unit_id = fields.Many2one("res.company", index="btree_not_null", ondelete="cascade")
    shop_id = fields.Many2one("acorn.shop", index="btree_not_null", ondelete="cascade")
    content = fields.Json(required=True, help='{"value": ...}: 0 is a value, too.')
    text = fields.Char(string="Value", compute="_compute_text")

    _one_node = models.Constraint(
        "CHECK (num_nonnulls(unit_id, shop_id) = 1)",
        "A setting is one unit's or one shop's.",
    )
    _unit_once = models.UniqueIndex(
        "(unit_id, name) WHERE unit_id IS NOT NULL",
        "The unit has it already.",
    )
    _shop_once = models.UniqueIndex(
        "(shop_id, name) WHERE shop_id IS NOT NULL",
        "The shop has it already.",
    )

    @api.model
    def _get_names(self):
        return [(name, setting.label(self.env)) for name, setting in SETTINGS.items()]

    @api.model
    def _acorn_audited(self):
        return [*super()._acorn_audited(), "name", "unit_id", "content"]

    def _acorn_audit_filter(self):
        """Of a shop's own the shop's ordinary field tells."""
        return super()._acorn_audit_filter().filtered("unit_id")

    def _acorn_audit_text(self, name, value):
        if name == "content":
            return (
                SETTINGS[self.name].describe(self.env, value["value"]) if value else ""
            )
        return super()._acorn_audit_text(name, value)

    @api.depends("name", "unit_id", "shop_id")
    def _compute_display_name(self):
        names = dict(self._get_names())
        for own in self:
            place = own.unit_id or own.shop_id
            own.display_name = f"{place.display_name}: {names.get(own.name, own.name)}"

    @api.depends("content")
    def _compute_text(self):
        for own in self:
            setting = SETTINGS[own.name]
            own.text = setting.describe(self.env, own.content["value"])

    @api.constrains("name", "content", "shop_id")
    def _check_content(self):
        for own in self:
            setting = SETTINGS[own.name]
            valid = "value" in own.content
            valid = valid and setting.is_valid(self.env, own.content["value"])
            if not valid or (own.shop_id and not setting.on_shop):
                raise ValidationError(
                    self.env._(
                        "%(place)s cannot have this as %(setting)s. Choose another.",
                        setting=setting.label(self.env),
                        place=(own.unit_id or own.shop_id).display_name,
                    )
                )
            if own.shop_id and not setting.fits(own.shop_id, own.content["value"]):
                raise ValidationError(
                    self.env._(
                        "%(value)s belongs to another company than the shop %(shop)s. "
                        "Choose one of that company, or one for all companies.",
                        value=own.text,
                        shop=own.shop_id.name,
                    )
                )

    # === CRUD: WHAT CHANGES HERE IS SEEN BELOW === #

    @api.model_create_multi
    def create(self, vals_list):
        settings = super().create(vals_list)
        settings._flow_below()
        return settings

    def write(self, vals):
        if {"name", "unit_id", "shop_id"} & vals.keys():
            raise ValidationError(
                self.env._("Reset the setting here, and set it where it belongs.")
            )
        result = super().write(vals)
        self._flow_below()
        return result

    def unlink(self):
        places = [(own.name, own.unit_id, own.shop_id) for own in self]
        result = super().unlink()
        for name, units, shops in places:
            self._flow(*self._below(units, shops), {name})
        return result

    @api.model
    def _set(self, nodes, name, value):
        """Make a value the own one of shops, or of units.

        :param nodes: ``acorn.shop`` or ``res.company``
        """
        column = self._column(nodes)
        known = self.search([(column, "in", nodes.ids), ("name", "=", name)])
        content = {"value": value}
        known.write({"content": content})
        self.create(
            [
                {"name": name, column: node.id, "content": content}
                for node in nodes - known[column]
            ]
        )

    @api.model
    def _reset(self, nodes, name):
        """Let shops, or units, have again what is inherited."""
        self.search(
            [(self._column(nodes), "in", nodes.ids), ("name", "=", name)]
        ).unlink()

    @api.model
    def _column(self, nodes):
        return "unit_id" if nodes._name == "res.company" else "shop_id"

    @api.model
    def _may_set(self, node):
        """Return whether the user may set what a shop or a unit has as its own."""
        if not self.has_access("create"):
            return False
        if node._name == "acorn.shop":
            return node.has_access("write")
        steers = ("acorn_multiorg.group_group_manager", "acorn_base.group_admin")
        units = self.env.user._acorn_unit_ids()
        return any(map(self.env.user.has_group, steers)) and (
            units is None or node.id in units
        )

    # === WHAT COUNTS WHERE === #

    def _flow_below(self):
        for name, settings in self.grouped("name").items():
            self._flow(*self._below(settings.unit_id, settings.shop_id), {name})

    @api.model
    def _below(self, units, shops):
        """Return the units and shops that inherit from some, these included."""
        # sudo: whoever sets something for a unit sets it for all below.
        units_sudo = units.sudo()._acorn_below() if units else units.sudo()
        Shop_sudo = self.env["acorn.shop"].sudo().with_context(active_test=False)
        return units_sudo, shops.sudo() | Shop_sudo.search(
            [("company_id", "in", units_sudo.ids)]
        )

    @api.model
    def _flow(self, units, shops, names=SETTINGS):
        """Write into units and shops what counts there."""
        # sudo: what is inherited is written whoever set it above.
        units_sudo, shops_sudo = units.sudo(), shops.sudo()
        counting = self._counting(names)
        for name in names:
            setting = SETTINGS[name]
            for nodes_sudo in (units_sudo, shops_sudo):
                if not setting.kept_in(nodes_sudo):
                    continue
                wanted = []
                for node_sudo in nodes_sudo:
                    value, _origin = counting(node_sudo, name)
                    if setting.value(node_sudo) == value:
                        continue
                    same = next((each for each in wanted if each[0] == value), None)
                    if same:
                        same[1] |= node_sudo
                    else:
                        wanted.append([value, node_sudo])
                for value, nodes in wanted:
                    setting.keep(nodes, value)

    @api.model
    def _counting(self, names=SETTINGS):
        """Return a function (shop or unit, name) → value that counts, whose it is.

        Whose: the shop or the unit, or None for Acorn's default.
        """
        # sudo: people see what their shops inherit, and from where.
        own_sudo = self.sudo().search([("name", "in", list(names))])
        known = {
            (own.name, own.unit_id or own.shop_id): own.content["value"]
            for own in own_sudo
        }
        env = own_sudo.env
        defaults = {name: SETTINGS[name].default(env) for name in names}
        suits = {}  # asked once for each company, however many shops it has

        def counting(node, name):
            company = node if node._name == "res.company" else node.company_id
            units = env["res.company"].browse(company._acorn_path_ids()[::-1])
            above = units if node == company else [node.with_env(env), *units]
            for place in above:
                if (name, place) not in known:
                    continue
                value, key = known[name, place], (name, place, company)
                if key not in suits:
                    suits[key] = SETTINGS[name].suits(env, company, value)
                if suits[key]:
                    return value, place
            return defaults[name], None

        return counting

    # === PEOPLE WRITE ORDINARY FIELDS === #

    @api.model
    def _own_values(self, nodes):
        """Return what counts now: {node: {name: value}}."""
        return {
            node: {
                name: setting.value(node)
                for name, setting in SETTINGS.items()
                if setting.kept_in(nodes)
            }
            for node in nodes
        }

    @api.model
    def _take(self, before):
        """Make own what people have changed in fields of shops or units.

        :param before: what ``_own_values`` said before
        """
        for node, values in before.items():
            for name, old in values.items():
                value = SETTINGS[name].value(node)
                if value != old:
                    self._set(node, name, value)

    @api.model
    def _adopt(self, nodes, chosen=None):
        """Make own what differs from the default, unless another value is above.

        For new shops and units, and for those older than the settings.

        :param chosen: {node: names of what its maker chose}: own in any case
        """
        # sudo: who made the shop or the unit has set it up.
        counting, own_sudo = self._counting(), self.sudo()
        for node, values in self._own_values(nodes.sudo()).items():
            for name, value in values.items():
                inherited, origin = counting(node, name)
                kept = origin is None or name in (chosen or {}).get(node, ())
                if kept and value != inherited:
                    own_sudo._set(node, name, value)
        if self._column(nodes) == "unit_id":
            self._flow(*self._below(nodes, self.env["acorn.shop"]))
        else:
            self._flow(self.env["res.company"], nodes)

    @api.model
    def _adopt_all(self):
        """Let what was set before there were settings stay as it is."""
        every = {"active_test": False}
        units = self.env["res.company"].with_context(**every).search([])
        shops = self.env["acorn.shop"].with_context(**every).search([])
        # From the top: what a unit above has set is inherited by those of equal value.
        units = units.sorted(lambda unit: unit.acorn_path.count("/"))
        counting = self._counting()
        kept = {**self._own_values(units), **self._own_values(shops)}
        for node, values in kept.items():
            for name, value in values.items():
                if counting(node, name)[0] != value:
                    self._set(node, name, value)
                    counting = self._counting()
