"""Invoices that are made with all their items are those that Odoo would make."""

from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.acorn_base.records import ITEM, SHIPPING, Buyer, Charge

from .test_revenue import RevenueCase

SAME = (
    *("display_type", "account_id", "partner_id", "product_id", "product_uom_id"),
    *("quantity", "price_unit", "discount", "price_subtotal", "price_total"),
    *("currency_id", "amount_currency", "balance", "debit", "credit"),
    *("amount_residual", "amount_residual_currency", "date", "date_maturity"),
    *("tax_ids", "tax_line_id", "tax_repartition_line_id", "tax_tag_ids"),
    *("tax_base_amount", "group_tax_id", "analytic_distribution", "sequence"),
    *("acorn_profit_line", "acorn_shop_id", "acorn_site_id", "extra_tax_data"),
)
SAME_OF_ALL = (
    *("move_type", "state", "journal_id", "partner_id", "partner_shipping_id"),
    *("currency_id", "invoice_currency_rate", "fiscal_position_id"),
    *("invoice_date", "date", "invoice_date_due", "payment_state"),
    *("amount_untaxed", "amount_tax", "amount_total", "amount_residual"),
    *("amount_total_signed", "amount_total_in_currency_signed", "tax_totals"),
    *("team_id", "invoice_user_id", "acorn_shop_id", "acorn_site_id"),
)


@tagged("post_install", "-at_install")
class TestOrderInvoice(RevenueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.revenue_mode = "per_order"

    def assertLikeOdoos(self, sell):
        """Two orders are alike; one is invoiced in the background, one by Odoo."""
        ours, theirs = sell(), sell()
        self.assertEqual(ours.partner_invoice_id, theirs.partner_invoice_id)
        ours._acorn_bill()
        self.assertFalse(ours.acorn_billing_problem)
        draft = theirs._create_invoices()
        draft.invoice_date = draft.invoice_date_due = "2026-04-25"
        draft.action_post()
        self.assertEqual(self.facts(ours), self.facts(theirs))
        return ours.invoice_ids

    def sold(self, *lines, **values):
        return self.shipped(*lines, buyer=Buyer("Ada", "ada@example.com"), **values)

    def facts(self, order):
        [invoice] = order.invoice_ids
        facts = self.values(invoice, SAME_OF_ALL)
        facts["items"] = [self.values(item, SAME) for item in self.items(invoice)]
        facts["names"] = [
            item.name
            for item in self.items(invoice)
            if item.display_type != "payment_term"  # the number of the invoice
        ]
        facts["sold"] = [
            len(item.sale_line_ids & order.order_line) for item in self.items(invoice)
        ]
        facts["order"] = self.values(order, ("invoice_status", "amount_invoiced"))
        return facts

    def items(self, invoice):
        return invoice.line_ids.sorted(
            lambda i: (i.display_type, i.product_id.id, i.name or "", i.balance)
        )

    def values(self, record, names):
        [values] = record.read(names, load=None)
        values.pop("id")
        return values

    def test_without_tax(self):
        self.assertLikeOdoos(lambda: self.sold(self.line(price="10.00")))

    def test_several_lines_with_the_tax_of_the_channel(self):
        invoice = self.assertLikeOdoos(
            lambda: self.sold(
                self.line(quantity=3, price="10.01", tax="0.83"),
                self.line(
                    ref="2",
                    sku="LAMP",
                    charges=(
                        Charge(ITEM, Decimal("7.77"), Decimal("0.61")),
                        Charge(SHIPPING, Decimal("3.99"), Decimal("0.31")),
                    ),
                ),
            )
        )
        self.assertEqual(invoice.amount_tax, 1.75)

    def test_in_a_foreign_currency(self):
        self.set_rate("2026-04-01", 1.1)
        invoice = self.assertLikeOdoos(
            lambda: self.sold(
                self.line(quantity=3, price="10.01", tax="0.83"),
                currency="EUR",
            )
        )
        self.assertEqual(invoice.currency_id, self.eur)
        self.assertEqual(invoice.amount_total, 10.84)
        self.assertEqual(invoice.amount_total_signed, 11.92)

    def test_where_invoices_book_the_cost(self):
        self.perpetual()
        invoice = self.assertLikeOdoos(lambda: self.sold(self.line(quantity=2)))
        self.assertEqual(
            sum(
                item.balance
                for item in invoice.line_ids
                if item.acorn_profit_line == "cost_of_goods"
            ),
            8.0,
        )

    def test_accounts_of_a_fiscal_position(self):
        income = self.mug.product_tmpl_id.get_product_accounts()["income"]
        other = self.make_account("sale")
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Elsewhere",
                "account_ids": [
                    (0, 0, {"account_src_id": income.id, "account_dest_id": other.id})
                ],
            }
        )

        def sell():
            order = self.sold(self.line(price="10.00"))
            order.fiscal_position_id = position
            return order

        def sell_to_somebody_elsewhere():
            order = self.sold(self.line(price="10.00"))
            order.partner_invoice_id.property_account_position_id = position
            order.fiscal_position_id = False
            return order

        for way in (sell, sell_to_somebody_elsewhere):
            invoice = self.assertLikeOdoos(way)
            self.assertIn(other, invoice.line_ids.account_id)
