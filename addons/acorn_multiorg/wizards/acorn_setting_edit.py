from odoo import Command, api, fields, models

from ..settings import SETTINGS


class AcornSettingEdit(models.TransientModel):
    """Asks for the value that a shop or a unit has as its own."""

    _name = "acorn.setting.edit"
    _description = "Set a Setting"

    shop_id = fields.Many2one("acorn.shop", readonly=True, ondelete="cascade")
    unit_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    line_id = fields.Many2one(
        "acorn.shop.template.line", readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    name = fields.Char(required=True, readonly=True)
    kind = fields.Char(compute="_compute_kind")
    help = fields.Char(compute="_compute_kind")
    number = fields.Integer(string="Value")
    auto_ship = fields.Selection(
        selection=lambda self: (
            self.env["acorn.shop"]._fields["auto_ship"]._description_selection(self.env)
        )
    )
    warehouse_id = fields.Many2one("stock.warehouse")
    carrier_id = fields.Many2one("delivery.carrier", string="Delivery Method")
    team_id = fields.Many2one("crm.team", string="Sales Team")
    user_id = fields.Many2one("res.users", string="Responsible")
    stage_ids = fields.One2many("acorn.setting.stage", "edit_id")

    @api.depends("shop_id", "unit_id", "line_id")
    def _compute_company_id(self):
        for edit in self:
            edit.company_id = (
                edit.unit_id
                or edit.shop_id.company_id
                or edit.line_id.template_id.unit_id
            )

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_kind(self):
        for edit in self:
            edit.kind = SETTINGS[edit.name].field(self.env).type
            edit.help = SETTINGS[edit.name].help(self.env)

    @api.model
    def _of(self, node, name):
        """Return a new dialog that shows what counts now."""
        Setting = self.env["acorn.setting"]
        value, _origin = Setting._counting({name})(node, name)
        edit = self.create({Setting._column(node): node.id, "name": name})
        edit._show(value)
        return edit

    @api.model
    def _of_line(self, line):
        """Return a new dialog that shows what a template says."""
        edit = self.create({"line_id": line.id, "name": line.name})
        edit._show(line.content["value"])
        return edit

    def _show(self, value):
        if self.kind == "one2many":
            self.stage_ids = [
                Command.create(
                    {
                        "sequence": sequence,
                        "status": line["status"],
                        "name": line["names"].get(self.env.lang)
                        or line["names"].get("en_US"),
                        "names": line["names"],
                        "color": line["color"],
                    }
                )
                for sequence, line in enumerate(value)
            ]
        else:
            self[self._field_name()] = value

    def _field_name(self):
        return "number" if self.kind == "integer" else self.name

    def _value(self):
        if self.kind == "one2many":
            lines = self.stage_ids.sorted(lambda line: (line.sequence, line.id))
            return [line._value() for line in lines]
        value = self[self._field_name()]
        return value.id if self.kind == "many2one" else value

    def action_set(self):
        self.ensure_one()
        if self.line_id:
            self.line_id.content = {"value": self._value()}
            return {"type": "ir.actions.act_window_close"}
        node = self.shop_id or self.unit_id
        self.env["acorn.setting"]._set(node, self.name, self._value())
        return {"type": "ir.actions.act_window_close"}
