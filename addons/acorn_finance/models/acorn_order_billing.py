from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.acorn_base.attempt import CROSSED, halving
from odoo.addons.acorn_base.quiet import QUIET, without_gc

BATCH = 200  # orders that are invoiced in one transaction


class AcornOrderBilling(models.AbstractModel):
    """Where the revenue of an order is counted, and its invoice where that is the
    place: part of ``sale.order``."""

    _name = "acorn.order.billing"
    _description = "Invoices of Channels' Orders"

    # As the shop was set when the order came: its revenue is counted there for good,
    # whatever the shop does with later ones.
    acorn_revenue_mode = fields.Selection(
        [("summary", "From the settlement"), ("per_order", "From its invoice")],
        string="Revenue",
        compute="_compute_acorn_revenue_mode",
        store=True,
        precompute=True,
        copy=False,
    )
    acorn_billing_problem = fields.Text(
        string="Not Invoiced Because", readonly=True, copy=False
    )

    @api.depends("acorn_shop_id", "acorn_ref")
    def _compute_acorn_revenue_mode(self):
        for order in self:
            mode = order.acorn_ref and order.acorn_shop_id.revenue_mode
            order.acorn_revenue_mode = mode or False

    def _acorn_refuse_to_bill(self):
        """Refuse to invoice orders whose revenue is counted with settlements."""
        summed_up = self.filtered(lambda o: o.acorn_revenue_mode == "summary")
        if summed_up:
            raise UserError(
                self.env._(
                    "%(orders)s cannot be invoiced: the revenue of %(shops)s is booked "
                    "with the settlements, and an invoice would count it twice. Leave "
                    "these orders out. Where each order shall have an invoice, choose "
                    "“Per order” at the shop, for the orders that are still to ship.",
                    orders=", ".join(summed_up[:10].mapped("name")),
                    shops=", ".join(summed_up.acorn_shop_id.mapped("name")),
                )
            )

    # === IN THE BACKGROUND === #

    @api.model
    def _acorn_billable(self):
        """Return the domain of orders that can be invoiced: all of them has left."""
        return [
            ("acorn_revenue_mode", "=", "per_order"),
            ("invoice_status", "=", "to invoice"),
            ("state", "=", "sale"),
            "|",
            ("delivery_status", "=", "full"),
            *("&", ("delivery_status", "=", False), ("acorn_status", "=", "shipped")),
        ]

    @api.model
    def _cron_acorn_bill(self):
        """Invoice what has shipped, batch by batch."""
        domain = [*self._acorn_billable(), ("acorn_billing_problem", "=", False)]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        while orders := self.search(domain, limit=BATCH, order="id"):
            orders = orders.try_lock_for_update(allow_referencing=True)
            try:
                orders._acorn_bill()
                self.env.flush_all()
            except CROSSED:
                self.env.cr.rollback()
                return
            if not orders or not cron._commit_progress(len(orders)):
                return
            self.env.invalidate_all()

    def _acorn_bill(self):
        """Invoice orders; one that cannot be invoiced stops no other.

        Why it cannot stands at the order.
        """
        failures = []
        for company, orders in self.grouped("company_id").items():
            batch = orders.with_company(company)
            failures += halving(self.env, batch, _bill)
        self.acorn_billing_problem = False
        for failure, order in failures:
            order.acorn_billing_problem = failure.text

    def action_acorn_bill(self):
        """Try again to invoice orders that could not be invoiced."""
        self._acorn_refuse_to_bill()
        self.env["account.move"].check_access("create")
        self.filtered_domain(self._acorn_billable())._acorn_bill()

    def _acorn_make_invoices(self):
        """Create and post an invoice for each order, all at once.

        Each is dated when the last of the order left, and is what the channel says.
        """
        # sudo: whoever runs the background work sees what invoices are made of.
        orders_sudo = self.sudo()
        Move_sudo = (
            orders_sudo.env["account.move"]
            .sudo()
            .with_context(default_move_type="out_invoice", **QUIET)
        )
        with without_gc():
            invoices_sudo = Move_sudo.create(
                [order._acorn_invoice_values() for order in orders_sudo]
            )
            for order, invoice in zip(orders_sudo, invoices_sudo, strict=True):
                order._acorn_check_invoice(invoice)
            invoices_sudo._post(soft=False)

    def _acorn_invoice_values(self):
        lines = self._get_invoiceable_lines()
        shipped_on = self._acorn_shipped_on()
        return {
            **self._prepare_invoice(),
            "invoice_date": shipped_on,
            "invoice_date_due": shipped_on,
            "invoice_line_ids": [
                Command.create(values)
                for number, line in enumerate(lines)
                for values in line._prepare_invoice_lines_vals_list(sequence=number)
            ],
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


def _bill(orders):
    orders._acorn_make_invoices()
