from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.acorn_return import DISPOSITIONS


class AcornReturnCheck(models.TransientModel):
    """Receives returned goods and says what they are fit for."""

    _name = "acorn.return.check"
    _description = "Receive and Check"

    # Not return_id: stock.picking would take its default from the context.
    acorn_return_id = fields.Many2one("acorn.return", required=True, readonly=True)
    product_id = fields.Many2one(related="acorn_return_id.product_id")
    quantity = fields.Integer(
        compute="_compute_quantity", store=True, readonly=False, required=True
    )
    disposition = fields.Selection(DISPOSITIONS, required=True, default="sellable")
    destination = fields.Selection(
        [
            ("stock", "Back to Stock"),
            ("quarantine", "Quarantine"),
            ("scrap", "Scrap"),
        ],
        compute="_compute_destination",
        store=True,
        readonly=False,
        required=True,
        help="What goes back to stock is offered again at once. What is in quarantine "
        "is never offered.",
    )

    @api.depends("acorn_return_id")
    def _compute_quantity(self):
        for wizard in self:
            goods = wizard.acorn_return_id
            waiting = goods.received_quantity - goods.checked_quantity
            wizard.quantity = waiting or goods._units(goods._awaited())

    @api.depends("disposition")
    def _compute_destination(self):
        for wizard in self:
            sellable = wizard.disposition == "sellable"
            wizard.destination = "stock" if sellable else "quarantine"

    def action_confirm(self):
        """Receive what is not received yet, and put it where it belongs."""
        self.ensure_one()
        goods = self.acorn_return_id
        if self.quantity < 1:
            raise UserError(self.env._("Enter how many units you have looked at."))
        waiting = goods.received_quantity - goods.checked_quantity
        if self.quantity > waiting:
            goods._receive(self.quantity - waiting)
        left = goods._judge(self.quantity, self.disposition, self.destination)
        if left:
            return left._get_records_action(name=self.env._("Enter Lots and Serials"))
        return {"type": "ir.actions.act_window_close"}
