from collections import defaultdict

from odoo import Command, models

from odoo.addons.acorn_base import natures
from odoo.addons.acorn_base.quiet import QUIET


class AcornSettlementClearing(models.AbstractModel):
    """How settlements pay invoices, and credit what was given back: part of
    ``acorn.settlement``."""

    _name = "acorn.settlement.clearing"
    _description = "Invoices Paid by Settlements"

    def _after_posting(self, moves):
        result = super()._after_posting(moves)
        account = self._receivable_account()
        paid = moves.line_ids.filtered(
            lambda line: line.account_id == account and line.acorn_nature
        )
        amounts = self._amounts_by_order(paid)
        for item in paid.filtered(lambda line: line.acorn_nature == "sale"):
            orders = self.env["sale.order"].browse(amounts[item])
            item._acorn_pay(self._receivables_of(orders), amounts[item])
        given_back = paid.filtered(lambda line: line.acorn_nature == "refund")
        self._credit(given_back, amounts)
        return result

    def _amounts_by_order(self, items):
        """Return {journal item: {id of an order: what the settlement says of it}}."""
        self.env["acorn.settlement.line"].flush_model(["move_line_id"])
        rows = self.env["acorn.settlement.line"]._read_group(
            [
                ("settlement_id", "in", items.move_id.acorn_settlement_id.ids),
                ("move_line_id", "in", items.ids),
            ],
            ["move_line_id", "order_id"],
            ["amount:sum"],
        )
        amounts = defaultdict(dict)
        for item, order, amount in rows:
            amounts[item][order.id] = self.currency_id.round(amount)
        return amounts

    def _receivables_of(self, orders):
        """Return {id of an order: what is owed by its posted invoices}."""
        # sudo: whoever posts settlements need not see every order's lines.
        orders_sudo = orders.sudo()
        owed = {}
        for order in orders_sudo:
            invoices = order.invoice_ids.filtered(
                lambda m: m.state == "posted" and m.move_type == "out_invoice"
            )
            lines = invoices.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            if lines:
                owed[order.id] = lines.sudo(self.env.su)
        return owed

    # === REFUNDS === #

    def _credit(self, items, amounts):
        """Make a credit note for each order of which something was given back."""
        values, pairs = [], []
        for item in items:
            for order_id, amount in amounts[item].items():
                if not self.currency_id.is_zero(amount):
                    order = self.env["sale.order"].browse(order_id)
                    values.append(self._credit_values(item, order, -amount))
                    pairs.append((item, order_id))
        if not values:
            return
        notes = self.env["account.move"].with_context(**QUIET).create(values)
        notes._post(soft=False)
        by_item = defaultdict(dict)
        for (item, order_id), note in zip(pairs, notes, strict=True):
            by_item[item][order_id] = note.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
        for item, owed in by_item.items():
            item._acorn_pay(
                owed, {key: abs(paid) for key, paid in amounts[item].items()}
            )

    def _credit_values(self, item, order, amount):
        """Return the values of a credit note; of an invoice where a refund came back.

        :param amount: given back to the buyer, tax included
        """
        invoice = self._receivables_of(order)[order.id].move_id[:1]
        sign = 1 if amount > 0 else -1
        return {
            "move_type": "out_refund" if sign > 0 else "out_invoice",
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "partner_id": invoice.partner_id.id,
            "partner_shipping_id": invoice.partner_shipping_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "invoice_date": item.date,
            "invoice_date_due": item.date,
            "invoice_payment_term_id": False,
            "invoice_origin": order.name,
            "ref": self.env._(
                "%(order)s, settlement %(ref)s", order=order.name, ref=self.ref
            ),
            "reversed_entry_id": invoice.id if sign > 0 else False,
            "acorn_shop_id": self.shop_id.id,
            "acorn_site_id": order.acorn_site_id.id,
            "acorn_settlement_id": self.id,
            "invoice_line_ids": [
                Command.create(line)
                for line in self._credit_lines(item, order, invoice, sign * amount)
            ],
        }

    def _credit_lines(self, item, order, invoice, amount):
        """Return a line for each SKU of which something was given back.

        The tax in it is what the settlement tells, or the share that the invoice has:
        none where this has none. It may be all that was given back.
        """
        rows = self.env["acorn.settlement.line"]._read_group(
            [("move_line_id", "=", item.id), ("order_id", "=", order.id)],
            ["nature", "product_id"],
            ["amount:sum"],
        )
        told = sum(total for nature, _p, total in rows if nature == "tax_collected")
        tax = abs(told)
        if not tax and invoice.amount_total:
            tax = amount * invoice.amount_tax / invoice.amount_total
        taxed = bool(invoice.invoice_line_ids.tax_ids)
        tax = self.currency_id.round(tax) if taxed else 0.0
        gross = defaultdict(float)
        for nature, product, total in rows:
            if nature != "tax_collected" and not self.currency_id.is_zero(total):
                gross[product] += abs(total)
        gross = gross or {self.env["product.product"]: amount}
        return self._shared_lines(order, invoice, gross, amount, tax)

    def _shared_lines(self, order, invoice, gross, amount, tax):
        currency, rest, rest_tax = self.currency_id, amount, tax
        whole = sum(gross.values())
        lines = []
        for number, (product, part) in enumerate(gross.items(), 1):
            last = number == len(gross)
            share = rest if last else currency.round(amount * part / whole)
            share_tax = rest_tax if last else currency.round(tax * part / whole)
            rest, rest_tax = rest - share, rest_tax - share_tax
            lines.append(
                self._credit_line(order, invoice, product, share - share_tax, share_tax)
            )
        return lines

    def _credit_line(self, order, invoice, product, net, tax):
        net = self.currency_id.round(net)
        taxes = invoice.invoice_line_ids.tax_ids[: 1 if tax else 0]
        site = order.acorn_site_id
        account = self._book_account("refund")
        line = {
            "name": self.env._("Given back: %s", product.display_name or order.name),
            "product_id": product.id,
            "quantity": 1,
            "price_unit": net,
            "tax_ids": [Command.set(taxes.ids)],
            "acorn_profit_line": natures.REFUNDS,
            "analytic_distribution": site._with_analytic(
                self.shop_id._analytic_distribution()
            ),
        }
        if account:
            line["account_id"] = account.id
        if taxes:
            line["extra_tax_data"] = {
                "currency_id": self.currency_id.id,
                "price_unit": net,
                "discount": 0.0,
                "quantity": 1,
                "manual_total_excluded_currency": net,
                "manual_tax_amounts": {
                    str(taxes.id): {
                        "tax_amount_currency": self.currency_id.round(tax),
                        "base_amount_currency": net,
                    }
                },
            }
        return line
