from odoo import fields, models

PLACES = {
    "settlement_gap": "acorn.settlement",
    "settlement_late": "acorn.transaction",
    "settlement_held": "acorn.settlement",
    "payout_late": "acorn.settlement",
}


class AcornAlert(models.Model):
    _inherit = "acorn.alert"

    reason = fields.Selection(
        selection_add=[
            ("settlement_gap", "Settlements do not join"),
            ("settlement_late", "No settlement"),
            ("settlement_held", "Settlement held"),
            ("payout_late", "Payout not at the bank"),
        ],
        ondelete=dict.fromkeys(PLACES, "cascade"),
    )

    def action_open_place(self):
        self.ensure_one()
        place = PLACES.get(self.reason)
        if not place or not self.env[place].has_access("read"):
            return super().action_open_place()
        domain = [("shop_id", "=", self.shop_id.id)]
        if self.reason == "settlement_held":
            domain.append(("state", "=", "held"))
        elif self.reason == "payout_late":
            domain.append(("bank_state", "=", "waiting"))
        elif self.reason == "settlement_late":
            domain.append(("counted", "=", True))
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": place,
            "view_mode": "list,form",
            "domain": domain,
        }
