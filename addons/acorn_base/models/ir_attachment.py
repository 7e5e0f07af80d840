from odoo import fields, models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    acorn_printed_at = fields.Datetime(
        string="Printed At",
        readonly=True,
        copy=False,
        help="When this label was last printed together with others.",
    )
    acorn_printed_uid = fields.Many2one(
        "res.users", string="Printed By", readonly=True, copy=False
    )
