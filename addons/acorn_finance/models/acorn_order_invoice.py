from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.acorn_base.quiet import QUIET, without_gc

# Nothing is left for Odoo to find by comparing an invoice, line by line, with what it
# was before: it was nothing, and all of its items are there at once.
COMPLETE = {
    **QUIET,
    "default_move_type": "out_invoice",
    "skip_invoice_line_sync": True,
    "skip_invoice_sync": True,
    "tracking_disable": True,
}


class AcornOrderInvoice(models.AbstractModel):
    """The invoice of a channel's order, with all its items: part of ``sale.order``."""

    _name = "acorn.order.invoice"
    _description = "Invoice of a Channel's Order"

    def _acorn_make_invoices(self):
        """Create and post an invoice for each order, all at once.

        Each is dated when the last of the order left, and is what the channel says.
        """
        # sudo: whoever runs the background work sees what invoices are made of.
        orders_sudo = self.sudo()
        Move_sudo = orders_sudo.env["account.move"].with_context(**COMPLETE)
        with without_gc():
            journals = orders_sudo._acorn_sales_journals()
            invoices_sudo = Move_sudo.create(
                [order._acorn_invoice_values(journals) for order in orders_sudo]
            )
            for order, invoice in zip(orders_sudo, invoices_sudo, strict=True):
                order._acorn_check_invoice(invoice)
            invoices_sudo._post(soft=False)

    def _acorn_sales_journals(self):
        """Return {(company, currency): the journal that Odoo takes for invoices}."""
        Move = self.env["account.move"].with_context(**COMPLETE)
        return {
            (company, currency): Move.new(
                {"company_id": company.id, "currency_id": currency.id}
            ).journal_id.id
            for company, currency in self.grouped(
                lambda order: (order.company_id, order.currency_id)
            )
        }

    def _acorn_invoice_values(self, journals):
        shipped_on = self._acorn_shipped_on()
        values = {
            "journal_id": journals[self.company_id, self.currency_id],
            **self._prepare_invoice(),
            "invoice_date": shipped_on,
            "invoice_date_due": shipped_on,
            "invoice_payment_term_id": False,  # the channel has the money already
        }
        del values["invoice_line_ids"]
        items = self._acorn_invoice_items(values)
        return {**values, "line_ids": [Command.create(item) for item in items]}

    def _acorn_invoice_items(self, invoice):
        """Return the values of what is sold, of its taxes, and of what is owed.

        :param invoice: values of the invoice without its items
        """
        sold = [
            (line, values)
            for number, line in enumerate(self._acorn_lines_to_bill())
            for values in line._prepare_invoice_lines_vals_list(sequence=number)
        ]
        priced = [each for each in sold if each[1]["display_type"] == "product"]
        results = self._acorn_taxed(priced, invoice)
        for (_line, values), (base, amounts) in zip(
            priced, results["base_lines_to_update"], strict=True
        ):
            values |= {"account_id": base["account_id"].id, **amounts}
        taxes = [
            {**values, "display_type": "tax"} for values in results["tax_lines_to_add"]
        ]
        amounts = [*(values for _line, values in priced), *taxes]
        items = [*(values for _line, values in sold), *taxes]
        return [*items, self._acorn_owed_item(amounts, invoice["invoice_date_due"])]

    def _acorn_lines_to_bill(self):
        lines = self._get_invoiceable_lines()
        # What they refer to is read for all orders of a batch at once.
        return lines.with_prefetch(self.order_line._prefetch_ids)

    def _acorn_taxed(self, priced, invoice):
        """Return what Odoo says of taxes, as it does for an invoice that it completes.

        :param priced: list of (order line, values of its journal item)
        """
        tax, company = self.env["account.tax"], self.company_id
        position = self.env["account.fiscal.position"].browse(
            invoice["fiscal_position_id"]
        )
        rate = self._acorn_invoice_rate(invoice["invoice_date"])
        bases = [
            self._acorn_taxed_base(line, values, rate)
            | {"account_id": self._acorn_income_account(line.product_id, position)}
            for line, values in priced
        ]
        tax._add_tax_details_in_base_lines(bases, company)
        tax._round_base_lines_tax_details(bases, company)
        tax._add_accounting_data_in_base_lines_tax_details(bases, company)
        return tax._prepare_tax_lines(bases, company)

    def _acorn_invoice_rate(self, date):
        """Return what one unit of the company's currency is in the order's."""
        return self.env["res.currency"]._get_conversion_rate(
            self.company_id.currency_id, self.currency_id, self.company_id, date
        )

    def _acorn_taxed_base(self, line, values, rate):
        tax = self.env["account.tax"]
        return tax._prepare_base_line_for_taxes_computation(
            {"extra_tax_data": values["extra_tax_data"]},
            **{key: values[key] for key in ("price_unit", "quantity", "discount")},
            product_id=line.product_id,
            product_uom_id=line.product_uom_id,
            tax_ids=tax.browse(values["tax_ids"][0][2]),
            currency_id=self.currency_id,
            rate=rate,
            sign=-1,
            partner_id=self.partner_invoice_id.commercial_partner_id,
            analytic_distribution=values.get("analytic_distribution"),
        )

    def _acorn_income_account(self, product, position):
        template = product.product_tmpl_id.with_company(self.company_id)
        accounts = template.get_product_accounts(fiscal_pos=position)
        if accounts["income"]:
            return accounts["income"]
        raise UserError(
            self.env._(
                "%s has no income account. Choose it at the product or its category, "
                "then press Invoice.",
                product.display_name,
            )
        )

    def _acorn_owed_item(self, items, date):
        """Return the item of what the buyer owes for the others."""
        company_currency = self.company_id.currency_id
        return {
            "display_type": "payment_term",
            "date_maturity": date,
            "amount_currency": -self.currency_id.round(
                sum(item["amount_currency"] for item in items)
            ),
            "balance": -company_currency.round(sum(item["balance"] for item in items)),
        }

    def _acorn_shipped_on(self):
        """Return the date, where the site is, on which the last of the order left."""
        left = self.picking_ids.filtered(
            lambda p: p.state == "done" and p.picking_type_code != "incoming"
        )
        moments = left.mapped("date_done")
        moment = max(moments, default=self.date_order).replace(tzinfo=timezone.utc)
        zone = ZoneInfo(self.acorn_site_id.timezone or "UTC")
        return moment.astimezone(zone).date()

    def _acorn_check_invoice(self, invoice):
        if self.currency_id.compare_amounts(invoice.amount_total, self.amount_total):
            raise UserError(
                self.env._(
                    "The invoice would be %(ours)s, but the order is %(theirs)s. Look "
                    "at the quantities and taxes of the order, then press Invoice.",
                    ours=self.currency_id.format(invoice.amount_total),
                    theirs=self.currency_id.format(self.amount_total),
                )
            )
