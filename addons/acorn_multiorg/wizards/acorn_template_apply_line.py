from odoo import fields, models


class AcornTemplateApplyLine(models.TransientModel):
    """What changes in a shop when a template is applied."""

    _name = "acorn.template.apply.line"
    _description = "Change by a Template"
    _order = "shop_id, sequence, id"

    apply_id = fields.Many2one(
        "acorn.template.apply", required=True, index=True, ondelete="cascade"
    )
    chosen = fields.Boolean(string="Change", default=True)
    sequence = fields.Integer()
    shop_id = fields.Many2one("acorn.shop", readonly=True, ondelete="cascade")
    name = fields.Selection(
        selection=lambda self: self.env["acorn.shop.template.line"]._get_names(),
        string="Setting",
        readonly=True,
    )
    old = fields.Char(string="Now", readonly=True)
    new = fields.Char(string="Becomes", readonly=True)
    problem = fields.Char(readonly=True)
