from odoo import api, fields, models

from ..records import PARTIALLY_SHIPPED, UNSHIPPED


class AcornOrderHold(models.AbstractModel):
    """How an order waits until a person has looked at it."""

    _name = "acorn.order.hold"
    _description = "Held Order"

    acorn_hold_ids = fields.One2many(
        "acorn.hold", "order_id", string="Holds", groups="acorn_base.group_user"
    )
    acorn_held = fields.Boolean(
        string="Held",
        compute="_compute_acorn_held",
        store=True,
        help="Waits for a person: it does not ship, and its goods stay reserved.",
    )
    acorn_hold_reason = fields.Text(
        string="Held Because",
        compute="_compute_acorn_hold_reason",
        compute_sudo=True,
        groups="sales_team.group_sale_salesman",  # it may tell amounts and of the buyer
    )
    acorn_may_release = fields.Boolean(compute="_compute_acorn_may_release")

    @api.depends("acorn_hold_ids.state")
    def _compute_acorn_held(self):
        for order in self:
            order.acorn_held = bool(order._acorn_open_holds())

    @api.depends("acorn_hold_ids.state", "acorn_hold_ids.reason")
    def _compute_acorn_hold_reason(self):
        for order in self:
            reasons = order._acorn_open_holds().mapped("reason")
            order.acorn_hold_reason = "\n".join(filter(None, reasons))

    @api.depends("acorn_hold_ids.state")
    @api.depends_context("uid")
    def _compute_acorn_may_release(self):
        for order in self:
            holds = order._acorn_open_holds()
            order.acorn_may_release = bool(holds._releasable_by(self.env.user))

    def _acorn_open_holds(self):
        # sudo: whoever may see an order may know whether it is held.
        holds_sudo = self.sudo().acorn_hold_ids
        return holds_sudo.filtered(lambda hold: hold.state == "held")

    @api.model
    def _acorn_hold(self, shop, pairs):
        """Hold what a rule of the shop speaks against; end what needs no hold now.

        :param pairs: (sale order, ``records.Order``)
        """
        todo = [(order, record) for order, record in pairs if order._acorn_may_hold()]
        waiting = self.browse().union(*(order for order, _record in todo))
        others = self.browse().union(*(order for order, _record in pairs)) - waiting
        others.filtered("acorn_held")._acorn_open_holds()._end()
        rules = self.env["acorn.hold.rule"]._of(shop) if todo else ()
        if rules:
            self.env["acorn.hold"]._hold(shop, rules._judge(shop, todo))

    def _acorn_may_hold(self):
        """Whether the seller has still to ship it. It may be that the channel is asked
        to cancel it: as long as that is open, so is the hold."""
        return (
            self.state == "sale"
            and not self.acorn_by_channel
            and not self.acorn_history
            and self.acorn_status in (UNSHIPPED, PARTIALLY_SHIPPED)
            and self.delivery_status != "full"
        )

    def _acorn_held_words(self):
        """Return that the order is held and by what kind of rule; no amount, nothing
        of the buyer: people who pack read it. '' when it is not held."""
        holds = self._acorn_open_holds()
        if not holds:
            return ""
        return self.env._(
            "%(order)s is held (%(why)s). Its goods stay reserved. It ships when it is "
            "released under Acorn / Orders / Held Orders.",
            order=self.name,
            why=holds._kind_words(),
        )

    def action_acorn_release(self):
        """Ask why, then end those holds that the user may release."""
        holds = self._acorn_open_holds()._releasable_by(self.env.user)
        return holds.sudo(False)._ask_to_release()
