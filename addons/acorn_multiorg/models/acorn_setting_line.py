from odoo import api, fields, models
from odoo.tools import SQL

from ..settings import SETTINGS

MOST = 100  # settings: keeps the numbers of lines apart


class AcornSettingLine(models.Model):
    """Each setting of each shop and unit: what counts there, and whose it is."""

    _name = "acorn.setting.line"
    _description = "Setting"
    _auto = False
    _order = "sequence, id"
    _rec_name = "name"

    name = fields.Selection(
        selection=lambda self: self.env["acorn.setting"]._get_names(),
        string="Setting",
        readonly=True,
    )
    sequence = fields.Integer(readonly=True)
    shop_id = fields.Many2one("acorn.shop", readonly=True)
    unit_id = fields.Many2one("res.company", readonly=True)
    text = fields.Char(string="Value", compute="_compute_counting")
    origin = fields.Char(string="Comes From", compute="_compute_counting")
    is_own = fields.Boolean(string="Set Here", compute="_compute_counting")
    may_change = fields.Boolean(compute="_compute_may_change")
    help = fields.Char(string="Meaning", compute="_compute_help")

    @property
    def _table_query(self):
        names = SQL(", ").join(
            SQL("(%s, %s, %s)", number, name, SETTINGS[name].on_shop)
            for number, name in enumerate(SETTINGS)
        )
        return SQL(
            """
            SELECT (node.number * %(most)s + setting.number)::int AS id,
                   setting.name, setting.number AS sequence,
                   node.shop_id, node.unit_id
              FROM (SELECT id * 2 AS number, id AS shop_id, NULL::int AS unit_id
                      FROM acorn_shop
                     UNION ALL
                    SELECT id * 2 + 1, NULL, id FROM res_company) AS node
              JOIN (VALUES %(names)s) AS setting (number, name, on_shop)
                ON setting.on_shop OR node.shop_id IS NULL
            """,
            most=MOST,
            names=names,
        )

    @api.depends("name", "shop_id", "unit_id")
    @api.depends_context("lang")
    def _compute_counting(self):
        counting = self.env["acorn.setting"]._counting()
        for line in self:
            # sudo: people see from where their shops inherit.
            node_sudo = (line.shop_id or line.unit_id).sudo()
            value, origin = counting(node_sudo, line.name)
            setting = SETTINGS[line.name]
            if not origin and setting.kept_in(node_sudo):
                # Some defaults are of the person who made it, not of who looks.
                value = setting.value(node_sudo)
            line.text = setting.describe(self.env, value)
            line.is_own = origin == node_sudo
            if line.is_own:
                line.origin = self.env._("Set here")
            else:
                line.origin = origin.display_name if origin else self.env._("Default")

    @api.depends("shop_id", "unit_id")
    @api.depends_context("uid")
    def _compute_may_change(self):
        Setting = self.env["acorn.setting"]
        for line in self:
            line.may_change = Setting._may_set(line.shop_id or line.unit_id)

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_help(self):
        for line in self:
            line.help = SETTINGS[line.name].help(self.env)

    @api.model
    def _open(self, node):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_multiorg.acorn_setting_line_action"
        )
        column = self.env["acorn.setting"]._column(node)
        return action | {
            "domain": [(column, "=", node.id)],
            "display_name": self.env._("Settings of %s", node.display_name),
        }

    def action_edit(self):
        """Open the dialog that sets the value here."""
        self.ensure_one()
        wizard = self.env["acorn.setting.edit"]._of(
            self.shop_id or self.unit_id, self.name
        )
        return {
            "type": "ir.actions.act_window",
            "name": SETTINGS[self.name].label(self.env),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_reset(self):
        """Take back what is inherited."""
        for line in self:
            self.env["acorn.setting"]._reset(line.shop_id or line.unit_id, line.name)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
