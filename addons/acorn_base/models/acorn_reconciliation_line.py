from odoo import fields, models

from ..reconcile import (
    AMOUNT,
    DELIVERY,
    MISSING,
    QUANTITY,
    STATUS,
    UNKNOWN_THERE,
    differences,
    listed,
)

DIFFERENCES = [
    (MISSING, "Missing here"),
    (STATUS, "Status"),
    (QUANTITY, "Quantity"),
    (AMOUNT, "Amount"),
    (DELIVERY, "Not delivered here"),
    (UNKNOWN_THERE, "Not in the channel's books"),
]


class AcornReconciliationLine(models.Model):
    """One order that differed, and what became of it."""

    _name = "acorn.reconciliation.line"
    _description = "Difference"
    _order = "id"
    _rec_name = "ref"

    reconciliation_id = fields.Many2one(
        "acorn.reconciliation", required=True, index=True, ondelete="cascade"
    )
    shop_id = fields.Many2one(
        related="reconciliation_id.shop_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="reconciliation_id.company_id", store=True, index=True
    )
    ref = fields.Char(string="Channel Order", required=True, index=True)
    order_id = fields.Many2one(
        "sale.order", index="btree_not_null", ondelete="set null"
    )
    difference = fields.Selection(DIFFERENCES, required=True)
    here = fields.Char(string="Was Here")
    there = fields.Char(string="At the Channel")
    state = fields.Selection(
        [
            ("pending", "To Fetch"),
            ("fetched", "Fetched"),
            ("repaired", "Repaired"),
            ("confirmed", "Confirmed by the Channel"),
            ("left", "Left Over"),
        ],
        default="pending",
        required=True,
        help="Confirmed: the channel's own words about this order are what is here, "
        "though its books differ.",
    )
    now = fields.Char(string="Is Now")
    reason = fields.Text()
    fetched_at = fields.Datetime()

    def _decide(self, record, order, held):
        """Compare again with what the channel itself says of the order."""
        self.ensure_one()
        self.order_id = order
        self.now = self._value_of(held) if held else False
        if found := differences(record, held):
            self._leave(
                self.env._(
                    "It was fetched and applied again and still differs: %(here)s "
                    "here, %(there)s at the channel. Compare the two.",
                    here=found[0].here or "-",
                    there=found[0].there or "-",
                ),
                order,
            )
        elif self.difference == MISSING or self.now != self.here:
            self.state = "repaired"
        else:
            self.write(
                {
                    "state": "confirmed",
                    "reason": self.env._(
                        "The channel itself says of this order what is here already."
                    ),
                }
            )

    def _leave(self, reason, order):
        """Leave an order to people, with the reason."""
        reason = reason or self.env._("It was fetched and is not applied yet.")
        self.write({"state": "left", "reason": reason, "order_id": order.id})

    def _value_of(self, held):
        """Return what is here of that which differed, in the words of ``here``."""
        self.ensure_one()
        if self.difference == QUANTITY:
            return listed(held.quantities)
        if self.difference == AMOUNT:
            return f"{held.amount} {held.currency}"
        if self.difference == DELIVERY:
            return listed(held.left)
        if self.here in ("draft", "sent", "sale", "cancel"):
            return held.state
        return held.status

    def _sentence(self, labels):
        """Return what was, what is, and what is to be done, on one line."""
        becomes = self.now if self.state == "repaired" else self.there
        words = dict(
            self.env["acorn.stage"]._fields["status"]._description_selection(self.env)
        )
        values = (words.get(value, value) for value in (self.here, becomes) if value)
        change = " → ".join(values)
        parts = [f"{self.ref}: {labels[self.difference]}", change, self.reason]
        return ". ".join(filter(None, parts))
