from odoo import api, fields, models

from .. import entries


class AcornSettlementProof(models.AbstractModel):
    """Four totals that are one, before and after posting: part of
    ``acorn.settlement``."""

    _name = "acorn.settlement.proof"
    _description = "Proof of Settlements"

    proof = fields.Html(
        string="Proof Sheet", compute="_compute_proof", sanitize=False, readonly=True
    )
    proven = fields.Boolean(compute="_compute_proof")

    @api.depends("state", "total", "line_ids", "clearing_line_id")
    def _compute_proof(self):
        for settlement in self:
            rows = settlement._proof()
            settlement.proven = all(row["ok"] for row in rows)
            settlement.proof = self.env["ir.qweb"]._render(
                "acorn_finance.settlement_proof",
                {"settlement": settlement, "rows": rows},
            )

    def _proof(self):
        """Return the rows of the proof sheet, in the settlement's currency.

        :return: list of dicts: code, name, amount, ok (it equals the first row's)
        """
        self.ensure_one()
        rows = [
            ("file", self.env._("The file says"), self.total),
            ("lines", self.env._("Sum of the lines"), self._sum_of_lines()),
            *self._sums_of_entries(),
        ]
        return [
            {
                "code": code,
                "name": name,
                "amount": amount,
                "ok": self.currency_id.compare_amounts(amount, self.total) == 0,
            }
            for code, name, amount in rows
        ]

    def _sum_of_lines(self):
        [(amount,)] = self.env["acorn.settlement.line"]._read_group(
            [("settlement_id", "=", self.id)], aggregates=["amount:sum"]
        )
        return amount

    def _sums_of_entries(self):
        if self.state == "posted":
            items = -sum(self._settled_items().mapped("amount_currency"))
            paid = self.clearing_line_id.amount_currency
            items_name = self.env._("Sum of the journal items")
        else:
            made, _problems = self._build_entries()
            all_items = [item for entry in made for item in entry.items]
            items = -sum(i.amount for i in all_items if i.role == entries.AMOUNT)
            paid = sum(i.amount for i in all_items if i.role == entries.CLEARING)
            items_name = self.env._("Sum of the journal items to come")
        return [
            ("items", items_name, self.currency_id.round(float(items))),
            (
                "transfer",
                self.env._("Paid out, on its way to the bank"),
                self.currency_id.round(float(paid)),
            ),
        ]

    def _settled_items(self):
        """Return the journal items that stand for amounts of the settlement."""
        return self._current_moves().line_ids.filtered("acorn_nature")
