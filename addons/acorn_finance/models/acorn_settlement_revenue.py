from decimal import Decimal

from odoo import models

from .. import entries

SOLD = "sale"
GIVEN_BACK = "refund"


class AcornSettlementRevenue(models.AbstractModel):
    """How settlements meet invoices and cost: part of ``acorn.settlement``.

    Revenue of an order is counted once: with the settlement, or with its invoice. Then
    the settlement pays the invoice.
    """

    _name = "acorn.settlement.revenue"
    _description = "Revenue of Settlements"
    _inherit = ["acorn.settlement.clearing", "acorn.settlement.cost"]

    def _post_or_hold(self):
        self._bill_orders()
        return super()._post_or_hold()

    def _bill_orders(self):
        """Invoice orders that the background work has not come to yet."""
        Order = self.env["sale.order"]
        orders = self._settled_orders(invoiced=False)
        Order.search([("id", "in", orders.ids), *Order._acorn_billable()])._acorn_bill()

    def _settled_orders(self, invoiced):
        """Return orders of the settlement with invoices of their own, posted or not."""
        rows = self.env["acorn.settlement.line"]._read_group(
            [
                ("settlement_id", "=", self.id),
                ("order_id.acorn_revenue_mode", "=", "per_order"),
                ("nature", "in", list(entries.TAXED_NATURES)),
            ],
            ["order_id"],
        )
        orders = self.env["sale.order"].union(*(order for (order,) in rows))
        billed = self._receivables_of(orders).keys()
        return orders.filtered(lambda order: (order.id in billed) == invoiced)

    # === ENTRIES === #

    def _items_of(self, group):
        if group.tax_of_order != entries.INVOICED:
            return super()._items_of(group)
        nature = GIVEN_BACK if group.refund else SOLD
        return [
            entries.Item(
                account=self._receivable_account().id,
                amount=-group.amount,
                name=self._name_of_paid(nature),
                site=group.site,
                nature=nature,
                groups=(group.key,),
            )
        ]

    def _name_of_paid(self, nature):
        if nature == GIVEN_BACK:
            return self.env._("Given back to buyers: their credit notes")
        return self.env._("Paid by buyers: their invoices")

    def _receivable_account(self):
        """Return the account on which buyers of this company owe."""
        company = self.company_id
        return company.partner_id.with_company(company).property_account_receivable_id

    # === REASONS TO HOLD === #

    def _build_entries(self):
        made, problems = super()._build_entries()
        return made, [
            *problems,
            *self._unknown_orders(),
            *self._unbilled_orders(),
            *self._missing_valuation(made),
        ]

    def _unknown_orders(self):
        """Without an order nobody knows whether an invoice has counted an amount."""
        if self._shop_sudo().revenue_mode != "per_order":
            return
        [(count, amount)] = self.env["acorn.settlement.line"]._read_group(
            [
                ("settlement_id", "=", self.id),
                ("order_id", "=", False),
                ("nature", "in", list(entries.TAXED_NATURES)),
            ],
            aggregates=["__count", "amount:sum"],
        )
        if count:
            yield self.env._(
                "%(count)s lines of sales and refunds, %(amount)s, belong to no order "
                "that is known, so nobody can say which invoice they pay. Fetch these "
                "orders, then post again:\n%(list)s",
                count=count,
                amount=self._money(amount),
                list=self._listed(self._orderless_refs()),
            )

    def _unbilled_orders(self):
        orders = self._settled_orders(invoiced=False)
        if orders:
            words = [
                ": ".join(filter(None, (order.name, order.acorn_billing_problem)))
                for order in orders
            ]
            yield self.env._(
                "%(count)s orders have no posted invoice yet that the settlement could "
                "pay. They are invoiced by themselves once they are shipped; then post "
                "again:\n%(list)s",
                count=len(orders),
                list=self._listed(sorted(words)),
            )
        account = self._receivable_account()
        elsewhere = self.env["sale.order"].browse(
            order_id
            for order_id, lines in self._receivables_of(
                self._settled_orders(invoiced=True)
            ).items()
            if lines.account_id != account
        )
        if elsewhere:
            yield self.env._(
                "These orders are owed on another account than %(account)s, on which "
                "the settlement pays. Set the receivable account of their buyers, and "
                "invoice them anew:\n%(list)s",
                account=account.display_name,
                list=self._listed(sorted(elsewhere.mapped("name"))),
            )

    def _decimal(self, amount):
        return Decimal(repr(self.currency_id.round(amount)))
