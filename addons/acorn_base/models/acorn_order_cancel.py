from odoo import api, fields, models
from odoo.exceptions import UserError

from ..attempt import attempt
from ..records import (
    ADDRESS,
    BUYER,
    CARRIER,
    EXCHANGE,
    GENERAL,
    NO_STOCK,
    PARTIALLY_SHIPPED,
    PENDING,
    PENDING_AVAILABILITY,
    RISK,
    UNSHIPPED,
    Cancellation,
)

CANCEL_REASONS = [
    (NO_STOCK, "Out of stock"),
    (BUYER, "The buyer asked for it"),
    (ADDRESS, "Nothing can be delivered to the address"),
    (CARRIER, "No carrier delivers there"),
    (EXCHANGE, "Exchanged for another order"),
    (RISK, "Information about the buyer is not valid"),
    (GENERAL, "Another reason"),
]
OPEN = (PENDING_AVAILABILITY, PENDING, UNSHIPPED, PARTIALLY_SHIPPED)


class AcornOrderCancel(models.AbstractModel):
    """How a cancellation decided here is told to the channel.

    The order stays as it is, its deliveries stopped and its goods reserved, until the
    channel itself says that it is cancelled: should the channel refuse, the goods are
    still there to be shipped. Freed before, they could have been sold once more.
    """

    _name = "acorn.order.cancel"
    _description = "Cancellation of Orders"
    _inherit = ["acorn.order.flow"]

    acorn_cancelling = fields.Selection(
        [("waiting", "Told, waits for the channel"), ("refused", "Refused")],
        string="Cancellation",
        readonly=True,
        copy=False,
    )
    acorn_cancel_word = fields.Selection(
        CANCEL_REASONS, string="Cancelled Because", readonly=True, copy=False
    )
    acorn_cancel_error = fields.Text(
        string="Why It Is Not Cancelled", readonly=True, copy=False
    )

    # === DECIDE === #

    def _acorn_is_open_there(self):
        """Whether the channel still counts on this order being shipped."""
        return (
            bool(self.acorn_ref)
            and self.state in ("draft", "sent", "sale")
            and self.acorn_status in OPEN
        )

    def _acorn_cancel_wizard(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_cancel_order_action"
        )
        return action | {"context": {"default_order_ids": self.ids}}

    def _acorn_cannot_tell(self):
        """Return why the channel cannot be told to cancel this order, or ''."""
        if not self._acorn_is_open_there():
            return self.env._("%s is not open at the channel.", self.name)
        # sudo: who may cancel an order need not be able to read shops.
        if not self.sudo().acorn_shop_id._tells("cancellation"):
            return self.env._("Its channel takes no cancellations: cancel it there.")
        if self.acorn_by_channel:
            return self.env._("The channel ships %s: cancel it there.", self.name)
        if self.acorn_status in (PENDING_AVAILABILITY, PENDING):
            return self.env._(
                "%s is still pending: the channel takes a cancellation when it has "
                "released the order.",
                self.name,
            )
        left = self.picking_ids.filtered(
            lambda picking: (
                picking.state == "done" and picking.location_dest_id.usage == "customer"
            )
        )
        if left or self.acorn_status == PARTIALLY_SHIPPED or self.acorn_provisional:
            return self.env._(
                "A part of %s has left, or is not known exactly: whole orders alone "
                "can be cancelled from here. Cancel the rest at the channel.",
                self.name,
            )
        return ""

    def _acorn_tell_cancellation(self, reason):
        """Stop the orders' deliveries, and let the channel be told.

        :param reason: one of ``CANCEL_REASONS``
        """
        for order in self:
            if problem := order._acorn_cannot_tell():
                raise UserError(problem)
        if reason not in dict(CANCEL_REASONS):
            raise UserError(self.env._("Choose a reason."))
        self.write(
            {
                "acorn_cancelling": "waiting",
                "acorn_cancel_word": reason,
                "acorn_cancel_error": False,
            }
        )
        labels = dict(
            self._fields["acorn_cancel_word"]._description_selection(self.env)
        )
        for order in self:
            order.message_post(
                body=self.env._(
                    "Cancelled: %s. The channel is told; until it agrees nothing of "
                    "it can be shipped, and its goods stay reserved.",
                    labels[reason],
                )
            )
        # sudo: who cancels need not be able to read shops and their messages.
        messages_sudo = self.env["acorn.message"].sudo()._cancellations_of(self)
        messages_sudo._reopen(messages_sudo.filtered(lambda m: m.state == "failed"))
        self.sudo().acorn_shop_id._wake_lanes()

    def _acorn_cancel_waits(self):
        """Whether the channel was told, and has not said yet what becomes of it."""
        return self.acorn_cancelling == "waiting" and self.acorn_status == UNSHIPPED

    def _acorn_check_decides(self):
        """Warehouse users may write on orders, but do not decide what ships."""
        self.check_access("write")
        self._check_field_access(self._fields["acorn_cancel_declined"], "write")

    def action_acorn_keep_order(self):
        """Go on with an order whose cancellation the channel has refused."""
        self._acorn_check_decides()
        refused = self.filtered(lambda order: order.acorn_cancelling == "refused")
        refused._acorn_forget_cancellation()

    # === TELL === #

    @api.model
    def _acorn_collect(self, shop):
        """Write the cancellations that are owed: see ``acorn.outbox._authors``."""
        for order in self.search(
            [("acorn_shop_id", "=", shop.id), ("acorn_cancelling", "=", "waiting")]
        ):
            attempt(self.env, order._acorn_instruct_cancellation)

    def _acorn_instruct_cancellation(self):
        if not self._acorn_cancel_waits():
            return
        refs = self.order_line.filtered("acorn_line_ref").mapped("acorn_line_ref")
        instruction = {
            "order_ref": self.acorn_ref,
            "site": self.acorn_site_id.channel_ref,
            "reason": self.acorn_cancel_word,
            "lines": sorted(set(refs)),
        }
        self.env["acorn.message"]._instruct(
            self.acorn_shop_id,
            "cancellation",
            self.acorn_ref,
            instruction,
            site_id=self.acorn_site_id.id,
            order_id=self.id,
        )

    @api.model
    def _acorn_record(self, kind, instruction):
        return Cancellation(**{**instruction, "lines": tuple(instruction["lines"])})

    @api.model
    def _acorn_settle(self, message, receipt):
        """Keep what became of a cancellation; that it is done the order itself says."""
        order = message.order_id
        if message.state == "skipped":
            order._acorn_forget_cancellation()
        elif message.state == "failed" and order.acorn_cancelling:
            message.receipt = False  # once more is another instruction
            order.write(
                {"acorn_cancelling": "refused", "acorn_cancel_error": message.error}
            )
            order._acorn_alert(
                "cancellation",
                self.env._(
                    "The channel did not cancel this order: %s Cancel it once more, "
                    "or keep it and ship it.",
                    message.error,
                ),
            )

    def _acorn_forget_cancellation(self):
        self.write({"acorn_cancelling": False, "acorn_cancel_error": False})
        for order in self:
            self.env["acorn.alert"]._resolve(
                order.acorn_shop_id, "cancellation", [order.acorn_ref]
            )

    # === FOLLOW === #

    @api.model
    def _acorn_follow(self, shop, pairs):
        """What the channel says now ends the waiting."""
        result = super()._acorn_follow(shop, pairs)
        for order, record in pairs:
            if order.acorn_cancelling and record.status != UNSHIPPED:
                order._acorn_forget_cancellation()
        return result

    def _acorn_block_reason(self):
        if self._acorn_cancel_waits():
            return self.env._(
                "%s was cancelled here: the channel was told and has not answered yet. "
                "Do not ship it.",
                self.name,
            )
        return super()._acorn_block_reason()
