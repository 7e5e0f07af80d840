from odoo import api, fields, models


class AcornOrderHold(models.AbstractModel):
    """How an order waits until a person has looked at it."""

    _name = "acorn.order.hold"
    _description = "Held Order"

    acorn_hold_ids = fields.One2many("acorn.hold", "order_id", string="Holds")
    acorn_held = fields.Boolean(
        string="Held",
        compute="_compute_acorn_held",
        store=True,
        help="Waits for a person: it does not ship, and its goods stay reserved.",
    )
    acorn_hold_reason = fields.Text(
        string="Held Because", compute="_compute_acorn_hold_reason", compute_sudo=True
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
            holds = order._acorn_open_holds().with_user(self.env.user)
            order.acorn_may_release = any(holds.mapped("may_release"))

    def _acorn_open_holds(self):
        # sudo: whoever may see an order may know whether it is held.
        holds_sudo = self.sudo().acorn_hold_ids
        return holds_sudo.filtered(lambda hold: hold.state == "held")

    @api.model
    def _acorn_hold(self, shop, pairs):
        """Hold what a rule of the shop speaks against; end what needs no hold now.

        Only what the seller has still to ship is held.

        :param pairs: (sale order, ``records.Order``)
        """
        todo = [(o, r) for o, r in pairs if o.acorn_to_ship and not o.acorn_history]
        waiting = self.browse().union(*(order for order, _record in todo))
        others = self.browse().union(*(order for order, _record in pairs)) - waiting
        others.filtered("acorn_held").acorn_hold_ids._end()
        rules = self.env["acorn.hold.rule"]._of(shop) if todo else ()
        if rules:
            self.env["acorn.hold"]._hold(shop, rules._judge(shop, todo))

    def _acorn_held_words(self):
        """Return that the order is held and by what kind of rule; no amount, nothing
        of the buyer: people who pack read it. '' when it is not held."""
        holds = self._acorn_open_holds()
        if not holds:
            return ""
        kinds = dict(holds._fields["kind"]._description_selection(self.env))
        return self.env._(
            "%(order)s is held (%(why)s). Its goods stay reserved. It ships when it is "
            "released under Acorn / Orders / Held Orders.",
            order=self.name,
            why=", ".join(dict.fromkeys(kinds[hold.kind] for hold in holds)),
        )

    def action_acorn_release(self):
        """Ask why, then let the order ship."""
        return self._acorn_open_holds().sudo(False)._ask_to_release()
