from datetime import timedelta

from odoo import api, models

NEAR = timedelta(days=5)  # between the deposit that a settlement names and its payout


class AcornPayoutIntake(models.AbstractModel):
    """How payouts are stored, and which settlements they pay: part of
    ``acorn.payout``."""

    _name = "acorn.payout.intake"
    _description = "Intake of Payouts"

    @api.model
    def _acorn_apply(self, shop, records):
        """Store payouts; one that is known is brought up to date.

        :param records: list of finance_records.Payout
        """
        wanted = {record.ref: self._acorn_values(shop, record) for record in records}
        known = self.search([("shop_id", "=", shop.id), ("ref", "in", list(wanted))])
        for payout in known:
            changed = payout._differing(wanted.pop(payout.ref))
            if changed:
                payout.write(changed)
        fresh = self.create(list(wanted.values()))
        (known | fresh)._link_settlements()

    @api.model
    def _acorn_values(self, shop, record):
        return {
            "ref": record.ref,
            "shop_id": shop.id,
            "status": record.status,
            "currency_id": self.env["res.currency"]
            ._acorn_get(record.amount.currency)
            .id,
            "amount": float(record.amount.amount),
            "created_at": record.created_at.replace(tzinfo=None),
            "account_tail": record.account_tail or False,
            "trace_ref": record.trace_ref or False,
            "settlement_ref": " ".join(sorted(record.settlement_refs)) or False,
        }

    def _differing(self, values):
        self.ensure_one()
        return {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }

    def _link_settlements(self):
        """Link each payout to what it pays: to what it names, or to the only settlement
        with its amount at its time. What has failed pays nothing."""
        Settlement = self.env["acorn.settlement"]
        for payout in self:
            if payout.status == "failed":
                payout.settlement_ids.payout_id = False
            elif payout.settlement_ref:
                named = Settlement.search(
                    [
                        ("shop_id", "=", payout.shop_id.id),
                        ("ref", "in", payout.settlement_ref.split()),
                    ]
                )
                (named - payout.settlement_ids).payout_id = payout
            elif not payout.settlement_ids and payout.status != "none":
                payout._link_alike()

    def _link_alike(self):
        fits = self.env["acorn.settlement"].search(
            [
                ("shop_id", "=", self.shop_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("payout_id", "=", False),
                ("total", "=", self.amount),
                ("deposited_at", ">=", self.created_at - NEAR),
                ("deposited_at", "<=", self.created_at + NEAR),
            ]
        )
        rivals = self.search_count(
            [
                ("id", "!=", self.id),
                ("shop_id", "=", self.shop_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("amount", "=", self.amount),
                ("status", "not in", ("failed", "none")),
                ("settlement_ids", "=", False),
                ("created_at", ">=", self.created_at - 2 * NEAR),
                ("created_at", "<=", self.created_at + 2 * NEAR),
            ]
        )
        if len(fits) == 1 and not rivals:
            fits.payout_id = self
