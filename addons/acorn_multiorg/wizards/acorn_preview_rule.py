from odoo import fields, models


class AcornPreviewRule(models.TransientModel):
    """A record rule as it is evaluated for a person."""

    _name = "acorn.preview.rule"
    _description = "Record Rule in an Access Preview"

    line_id = fields.Many2one("acorn.preview.line", required=True, ondelete="cascade")
    rule_id = fields.Many2one("ir.rule", ondelete="cascade")
    name = fields.Char(string="Rule")
    groups_shown = fields.Char(string="For")
    domain_shown = fields.Text(string="Lets Through")
    reads = fields.Boolean(string="Read")
    writes = fields.Boolean(string="Write")
    creates = fields.Boolean(string="Create")
    deletes = fields.Boolean(string="Delete")
