from odoo import api, fields, models

# What people do with a settlement are notes, activities and followers; the rest is what
# the channel told, and what was done with it.
OF_PEOPLE = ("message_", "activity_")


class AcornSettlement(models.Model):
    """What a channel paid out, or claimed, for a period of one shop in one currency."""

    _name = "acorn.settlement"
    _description = "Settlement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "acorn.settlement.intake",
        "acorn.settlement.revenue",  # may override what follows
        "acorn.settlement.posting",
        "acorn.settlement.bank",
    ]
    _order = "date_to desc, id desc"
    _rec_name = "ref"
    _check_company_auto = True

    ref = fields.Char(string="Reference", required=True, readonly=True)
    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    message_id = fields.Many2one(
        "acorn.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date_from = fields.Datetime(required=True, readonly=True)
    date_to = fields.Datetime(required=True, readonly=True)
    deposited_at = fields.Datetime(readonly=True)
    total = fields.Monetary(readonly=True, help="As the file says.")
    lines_total = fields.Monetary(readonly=True, help="The sum of the lines.")
    line_count = fields.Integer(readonly=True)
    line_ids = fields.One2many("acorn.settlement.line", "settlement_id")
    state = fields.Selection(
        [
            ("draft", "To Post"),
            ("held", "Held"),
            ("posted", "Posted"),
            ("reversed", "Reversed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    hold_reason = fields.Text(readonly=True)
    move_ids = fields.One2many("account.move", "acorn_settlement_id")

    _ref_unique = models.UniqueIndex("(shop_id, ref)", "A settlement is kept once.")

    @api.model
    def _has_field_access(self, field, operation):
        """Nobody edits what a channel has told, or what was posted of it."""
        if operation == "write" and not self.env.su:
            by_people = field.name != "message_id" and field.name.startswith(OF_PEOPLE)
            if not by_people:
                return False
        return super()._has_field_access(field, operation)

    def _note(self, values):
        """Write what actions did; who may act, each of them has checked."""
        # sudo: see _has_field_access.
        self.sudo().write(values)
