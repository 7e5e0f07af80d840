from odoo import api, fields, models
from odoo.tools import SQL

from ..settings import SETTINGS

MOST = 100  # settings: keeps the numbers of lines apart


class AcornDrift(models.Model):
    """Which shops are not as their template says, where, and since when."""

    _name = "acorn.drift"
    _description = "Difference from a Template"
    _auto = False
    _order = "since desc, id"
    _rec_name = "shop_id"

    shop_id = fields.Many2one("acorn.shop", readonly=True)
    template_id = fields.Many2one("acorn.shop.template", readonly=True)
    company_id = fields.Many2one("res.company", string="Unit", readonly=True)
    name = fields.Selection(
        selection=lambda self: self.env["acorn.shop.template.line"]._get_names(),
        string="Setting",
        readonly=True,
    )
    since = fields.Datetime(readonly=True)
    shop_text = fields.Char(string="Shop", compute="_compute_texts")
    template_text = fields.Char(string="Template Says", compute="_compute_texts")

    @property
    def _table_query(self):
        self.env["acorn.shop"].flush_model()
        names = SQL(", ").join(
            SQL("(%s, %s)", number, name) for number, name in enumerate(SETTINGS)
        )
        return SQL(
            """
            SELECT (shop.id * %(most)s + setting.number)::int AS id,
                   shop.id AS shop_id, shop.acorn_template_id AS template_id,
                   shop.company_id, setting.name, different.value::timestamp AS since
              FROM acorn_shop shop
             CROSS JOIN LATERAL jsonb_each_text(shop.acorn_drift) AS different
              JOIN (VALUES %(names)s) AS setting (number, name)
                ON setting.name = different.key
             WHERE shop.active AND shop.acorn_drift IS NOT NULL
            """,
            most=MOST,
            names=names,
        )

    @api.depends_context("lang")
    def _compute_texts(self):
        for line in self:
            setting = SETTINGS[line.name]
            # sudo: who sees the line reads what it is about.
            shop_sudo, template_sudo = line.shop_id.sudo(), line.template_id.sudo()
            wanted = template_sudo._values().get(line.name)
            line.shop_text = setting.describe(self.env, setting.value(shop_sudo))
            line.template_text = setting.describe(self.env, wanted)

    def action_apply(self):
        """Give the shops again what their templates say."""
        for (template, shop), lines in self.grouped(
            lambda line: (line.template_id, line.shop_id)
        ).items():
            template._apply(shop, set(lines.mapped("name")))
        return {"type": "ir.actions.client", "tag": "soft_reload"}
