from odoo import api, fields, models

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
    # As they are compared: of a status its code.
    here = fields.Char()
    there = fields.Char()
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
    now = fields.Char()
    here_words = fields.Char(string="Was Here", compute="_compute_words")
    there_words = fields.Char(string="At the Channel", compute="_compute_words")
    now_words = fields.Char(string="Is Now", compute="_compute_words")
    reason = fields.Text()
    fetched_at = fields.Datetime()

    @api.depends("here", "there", "now")
    @api.depends_context("lang")
    def _compute_words(self):
        words = self._words()
        for line in self:
            line.here_words = words.get(line.here, line.here)
            line.there_words = words.get(line.there, line.there)
            line.now_words = words.get(line.now, line.now)

    @api.model
    def _words(self):
        """Return what people call each status: code → words."""
        fields_of_status = (
            self.env["acorn.stage"]._fields["status"],
            self.env["sale.order"]._fields["state"],
        )
        return {
            code: words
            for field in fields_of_status
            for code, words in field._description_selection(self.env)
        }

    def _decide(self, record, order, held):
        """Compare again with what the channel itself says of the order."""
        self.ensure_one()
        self.order_id = order
        self.now = self._value_of(held) if held else False
        if found := differences(record, held):
            words = self._words()
            here, there = found[0].here or "-", found[0].there or "-"
            self._leave(
                self.env._(
                    "It was fetched and applied again and still differs: %(here)s "
                    "here, %(there)s at the channel. Compare the two.",
                    here=words.get(here, here),
                    there=words.get(there, there),
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
        becomes = self.now_words if self.state == "repaired" else self.there_words
        change = " → ".join(filter(None, (self.here_words, becomes)))
        parts = [f"{self.ref}: {labels[self.difference]}", change, self.reason]
        return ". ".join(filter(None, parts))
