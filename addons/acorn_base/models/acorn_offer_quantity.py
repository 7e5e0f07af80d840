from odoo import api, fields, models


class AcornOfferQuantity(models.Model):
    """How much of an offer one quantity group may sell, and what the channel knows."""

    _name = "acorn.offer.quantity"
    _description = "Quantity"
    _order = "group_id, offer_id, id"

    offer_id = fields.Many2one(
        "acorn.offer", required=True, index=True, readonly=True, ondelete="cascade"
    )
    group_id = fields.Many2one(
        "acorn.quantity.group",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    shop_id = fields.Many2one(related="offer_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="offer_id.company_id", store=True, index=True)
    sku = fields.Char(related="offer_id.sku")
    product_id = fields.Many2one(related="offer_id.product_id")
    sent = fields.Integer(string="Sent", readonly=True)
    sent_handling = fields.Integer(string="Handling Time Sent", readonly=True)
    sent_at = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("new", "Not Sent"),
            ("sending", "To Be Sent"),
            ("waiting", "Sent"),
            ("done", "Shown"),
            ("refused", "Refused"),
            ("held", "Waits for Release"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    error = fields.Text(readonly=True)
    shown = fields.Integer(
        string="Shown", readonly=True, help="What the channel showed last."
    )
    shown_at = fields.Datetime(readonly=True)

    _offer_group_unique = models.Constraint(
        "UNIQUE (offer_id, group_id)", "An offer has one quantity in each group."
    )

    @api.depends("offer_id.sku", "group_id.name")
    def _compute_display_name(self):
        for quantity in self:
            quantity.display_name = f"{quantity.sku} ({quantity.group_id.name})"

    @api.model
    def _note_shown(self, site, quantities, seen_at):
        """Keep what the channel shows on a site.

        :param quantities: {SKU: units}, without those the channel ships itself
        :param seen_at: aware UTC
        """
        moment = seen_at.replace(tzinfo=None, microsecond=0)
        rows = self.search(
            [
                ("group_id", "=", site.quantity_group_id.id),
                ("sku", "in", list(quantities)),
            ]
        )
        for row in rows.filtered(
            lambda row: not row.shown_at or row.shown_at <= moment
        ):
            row.write({"shown": quantities[row.sku], "shown_at": moment})
