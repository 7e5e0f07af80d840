from odoo import fields, models


class AcornPreviewLine(models.TransientModel):
    """What a person sees of one model."""

    _name = "acorn.preview.line"
    _description = "Documents in an Access Preview"

    preview_id = fields.Many2one("acorn.preview", required=True, ondelete="cascade")
    name = fields.Char(string="Documents")
    model = fields.Char(string="Technical Name")
    reads = fields.Boolean(string="Read")
    writes = fields.Boolean(string="Write")
    creates = fields.Boolean(string="Create")
    deletes = fields.Boolean(string="Delete")
    count_shown = fields.Char(string="Seen")
    sample = fields.Char(help="The newest ones. Only names that you may read, too.")
    groups_shown = fields.Text(string="Rights Come From")
    rule_ids = fields.One2many(
        "acorn.preview.rule",
        "line_id",
        string="Record Rules",
        help="Those for everybody all have to agree; of those for groups one will do.",
    )
