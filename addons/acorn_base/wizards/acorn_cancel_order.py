from odoo import api, fields, models

from ..models.acorn_order_cancel import CANCEL_REASONS
from ..records import BUYER


class AcornCancelOrder(models.TransientModel):
    """Asks why orders of a channel are cancelled, and tells the channel."""

    _name = "acorn.cancel.order"
    _description = "Cancel Orders of a Channel"

    order_ids = fields.Many2many("sale.order", string="Orders", required=True)
    reason = fields.Selection(
        CANCEL_REASONS,
        compute="_compute_reason",
        store=True,
        readonly=False,
        help="The channel is told this reason; it may count in how it rates sellers.",
    )
    problem = fields.Text(compute="_compute_problem")

    @api.depends("order_ids")
    def _compute_reason(self):
        for wizard in self:
            asked = wizard.order_ids and all(
                wizard.order_ids.mapped("acorn_cancel_requested")
            )
            wizard.reason = BUYER if asked else wizard.reason

    @api.depends("order_ids")
    def _compute_problem(self):
        for wizard in self:
            problems = [order._acorn_cannot_tell() for order in wizard.order_ids]
            wizard.problem = "\n".join(filter(None, dict.fromkeys(problems)))

    def action_tell(self):
        """Stop the deliveries and let the channel be told."""
        self.order_ids.check_access("write")
        self.order_ids._acorn_tell_cancellation(self.reason)
        return {"type": "ir.actions.act_window_close"}

    def action_cancel_here(self):
        """Cancel in Odoo alone what is cancelled at the channel by other ways."""
        self.order_ids.check_access("write")
        for order in self.order_ids:
            order.message_post(
                body=self.env._("Cancelled here only: the channel was not told of it.")
            )
        # sudo: Odoo looks for purchases made for the deliveries, which who sells need
        # not see.
        orders_sudo = self.order_ids.sudo()
        orders_sudo._action_cancel()
        return {"type": "ir.actions.act_window_close"}
