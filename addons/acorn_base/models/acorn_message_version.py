from odoo import fields, models


class AcornMessageVersion(models.Model):
    """What an earlier version of a message was: no content, only that it existed."""

    _name = "acorn.message.version"
    _description = "Earlier Version of a Message"
    _order = "id desc"

    message_id = fields.Many2one(
        "acorn.message", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="message_id.company_id", store=True, index=True
    )
    version = fields.Datetime(string="Channel's Time", readonly=True)
    digest = fields.Char(readonly=True)
    replaced_at = fields.Datetime(readonly=True)
    address_changed = fields.Boolean(
        readonly=True, help="The next version had another delivery address."
    )
    changed = fields.Char(
        string="Changed Fields", readonly=True, help="What the next version changed."
    )
