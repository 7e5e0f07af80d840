import logging
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..attempt import CROSSED, attempt
from .acorn_eraser import OVER

_logger = logging.getLogger(__name__)

PURGE_BATCH = 500  # orders in one transaction
# An order that its channel never released, and a document that never became an order,
# are given up after so long without a change, and then the usual days count.
ABANDONED = timedelta(days=90)

DUE = """
    SELECT o.id
      FROM sale_order o
      LEFT JOIN LATERAL (
           SELECT max(picking.date_done) AS done_at
             FROM stock_picking picking
            WHERE picking.sale_id = o.id AND picking.state = 'done') delivery ON TRUE
     WHERE o.acorn_shop_id = %(shop)s
       AND o.acorn_ref IS NOT NULL
       AND %(condition)s
       AND CASE
           WHEN o.acorn_status = 'cancelled'
           THEN COALESCE(GREATEST(o.acorn_updated_at, delivery.done_at),
                         o.date_order) < %(cutoff)s
           WHEN o.acorn_status = 'shipped' OR o.delivery_status = 'full'
           THEN COALESCE(GREATEST(o.acorn_deliver_by, delivery.done_at),
                         o.acorn_ship_by, o.acorn_updated_at, o.date_order) < %(cutoff)s
           WHEN o.state IN ('draft', 'sent', 'cancel')
           THEN COALESCE(o.acorn_updated_at, o.date_order) < %(abandoned)s
           ELSE FALSE END
     ORDER BY o.id
     LIMIT %(limit)s
"""
STRAY = """
    SELECT partner.id
      FROM res_partner partner
     WHERE partner.acorn_shop_id = %(shop)s
       AND partner.acorn_purged_at IS NULL
       AND partner.acorn_key NOT LIKE 'site:%%'
       AND partner.create_date < %(cutoff)s
       AND NOT EXISTS (SELECT 1 FROM sale_order WHERE partner_id = partner.id)
       AND NOT EXISTS (SELECT 1 FROM sale_order WHERE partner_invoice_id = partner.id)
       AND NOT EXISTS (SELECT 1 FROM sale_order WHERE partner_shipping_id = partner.id)
     LIMIT %(limit)s
"""


class AcornPrivacy(models.AbstractModel):
    """When the personal data of a shop's buyers is removed.

    Some days after delivery or cancellation; what taxes need, for longer where the
    company says so. Orders still to be delivered are never touched.
    """

    _name = "acorn.privacy"
    _description = "Personal Data"
    _inherit = ["acorn.eraser"]

    purge_days = fields.Integer(
        string="Remove Personal Data After (Days)",
        help="So many days after delivery the buyer's name, address, e-mail and the "
        "channel's documents are removed. 0: as the company's settings say.",
    )

    # === WHEN === #

    def _purge_cutoff(self):
        """Return the moment before which an order must have been delivered."""
        days = self.purge_days or self.company_id.acorn_purge_days
        return fields.Datetime.now() - timedelta(days=max(days, 1))

    def _tax_cutoff(self):
        """Return the moment until which tax facts are kept, or None."""
        days = self.company_id.acorn_tax_days
        cutoff = fields.Datetime.now() - timedelta(days=days)
        return cutoff if days and cutoff < self._purge_cutoff() else None

    def _purge_due(self, limit=PURGE_BATCH):
        """Return orders whose personal data, or kept tax facts, are to go now."""
        self.ensure_one()
        self.env.flush_all()
        cutoff = self._purge_cutoff()
        due = self._search_due(SQL("o.acorn_purged_at IS NULL"), cutoff, limit)
        if len(due) < limit:
            tax = self._tax_cutoff() or cutoff
            due |= self._search_due(SQL("o.acorn_tax_kept"), tax, limit - len(due))
        return due

    def _search_due(self, condition, cutoff, limit):
        self.env.cr.execute(
            SQL(
                DUE,
                shop=self.id,
                condition=condition,
                cutoff=cutoff,
                abandoned=cutoff - ABANDONED,
                limit=limit,
            )
        )
        return self.env["sale.order"].browse(row[0] for row in self.env.cr.fetchall())

    def _tax_kept(self, orders):
        """Return the orders whose tax facts stay: invoiced, or with a tax number."""
        cutoff = self._tax_cutoff()
        if not cutoff or not orders:
            return orders.browse()
        over = self._search_due(
            SQL("o.id IN %s", tuple(orders.ids)), cutoff, len(orders)
        )
        return orders.filtered(
            lambda order: (
                order.id not in over.ids
                and (
                    order.acorn_buyer_tax_number
                    or any(move.state == "posted" for move in order.invoice_ids)
                )
            )
        )

    # === THE DAILY WORK === #

    @api.model
    def _cron_purge(self):
        """Remove what is due in batches; Odoo calls again as long as some remains."""
        started = fields.Datetime.now()
        for shop in self.with_context(active_test=False).search([]):
            shop = shop._speaking(shop.with_company(shop.company_id))
            try:
                if not shop._purge(started):
                    return
            except CROSSED:
                _logger.info("Shop %s is purged further in the next run", shop.id)
                self.env.cr.rollback()  # a lane wrote the same order

    def _purge(self, started):
        """Work off one shop; return whether time is left for the next one."""
        self._reopen_changed_orders()
        seen = self.env["sale.order"]
        while (due := self._purge_due()) - seen:
            seen |= due
            # sudo: see _quiet.
            batch = due.sudo().try_lock_for_update(allow_referencing=True)
            self._purge_halving(batch, started)
            more = len(due) == PURGE_BATCH
            if not self.env["ir.cron"]._commit_progress(
                len(batch), remaining=PURGE_BATCH if more else 0
            ):
                return False
        while found := self._try_stray(started):
            more = found >= PURGE_BATCH
            if not self.env["ir.cron"]._commit_progress(
                found, remaining=PURGE_BATCH if more else 0
            ):
                return False
        return True

    def _reopen_changed_orders(self):
        """A newer document of an order that was purged may tell everything again."""
        again = self._quiet(self.env["acorn.message"]).search(
            [
                ("shop_id", "=", self.id),
                ("purged_at", "=", False),
                ("direction", "=", "in"),
                ("state", "in", OVER),
                ("order_id.acorn_purged_at", "!=", False),
            ]
        )
        again.order_id.write({"acorn_purged_at": False})

    def _purge_halving(self, orders, started):
        """Purge all at once; one that cannot be purged keeps no other one back."""
        failure = orders and attempt(
            self.env, lambda: self._purge_orders(orders, started)
        )
        if not failure:
            return
        self.env.invalidate_all()
        if len(orders) == 1:
            _logger.error(
                "The personal data of order %s is still there: %s",
                orders.id,
                type(failure.error).__name__,  # its text may name the buyer
            )
            return
        half = len(orders) // 2
        self._purge_halving(orders[:half], started)
        self._purge_halving(orders[half:], started)

    def _purge_orders(self, orders, started):
        removed, kept, left = self._erase(orders, self._tax_kept(orders))
        self.env["acorn.purge"]._note(
            self, started, "time", self._purge_cutoff(), removed, kept, left
        )

    def _try_stray(self, started):
        """Purge what belongs to no order; return how much, 0 when it fails."""
        found = []
        failure = attempt(self.env, lambda: found.append(self._purge_stray(started)))
        if not failure:
            return found[0]
        self.env.invalidate_all()
        _logger.error(
            "Personal data without orders of shop %s is still there: %s",
            self.id,
            type(failure.error).__name__,
        )
        return 0

    def _purge_stray(self, started):
        """Remove what belongs to no order: old documents, contacts left behind."""
        cutoff = self._purge_cutoff()
        removed = Counter()
        removed["message"] = self._erase_messages(
            [
                ("shop_id", "=", self.id),
                "|",
                *("&", "&", ("order_id", "=", False), ("received_at", "<", cutoff)),
                ("state", "in", ("done", "skipped")),
                *("&", ("received_at", "<", cutoff - ABANDONED)),
                *("|", ("order_id", "=", False)),
                ("order_id.acorn_purged_at", "!=", False),
            ],
            limit=PURGE_BATCH,
        )
        removed["contact"] = self._purge_stray_contacts(cutoff)
        self.env["acorn.purge"]._note(
            self, started, "time", cutoff, removed, Counter(), ()
        )
        return max(removed.values())

    def _purge_stray_contacts(self, cutoff):
        """Contacts that their order has left for another, say when it was corrected."""
        self.env.flush_all()
        self.env.cr.execute(SQL(STRAY, shop=self.id, cutoff=cutoff, limit=PURGE_BATCH))
        found = self.env["res.partner"].browse(row[0] for row in self.env.cr.fetchall())
        stray = self._sort_contacts(self._quiet(found))[0]
        self._erase_chatter(
            {
                ("res.partner", partner.id): self._words_of_contacts(partner)
                for partner in stray
            }
        )
        self._erase_attachments(self.env["sale.order"], stray)
        self._erase_contacts(stray)
        return len(stray)

    # === WHEN A BUYER ASKS === #

    @api.model
    def _orders_of_buyer(self, partners):
        """Return a buyer's orders from channels, by any of the buyer's contacts."""
        family = self._quiet(partners)
        family |= family.parent_id.filtered("acorn_shop_id")
        family |= family.child_ids
        return self._quiet(self.env["sale.order"]).search(
            [
                ("acorn_ref", "!=", False),
                *("|", "|", ("partner_id", "in", family.ids)),
                ("partner_invoice_id", "in", family.ids),
                ("partner_shipping_id", "in", family.ids),
            ]
        )

    @api.model
    def _forget(self, orders):
        """Remove the personal data of a buyer's orders now, whatever their age."""
        waiting = orders.filtered(lambda order: order._acorn_is_owed())
        if waiting:
            raise UserError(
                self.env._(
                    "%s is still to be delivered and needs its address. Deliver it or "
                    "cancel it at the channel first.",
                    ", ".join(waiting.mapped("name")),
                )
            )
        started = fields.Datetime.now()
        for shop, theirs in orders.grouped("acorn_shop_id").items():
            shop = shop._speaking(shop.with_company(shop.company_id))
            removed, left, numbers = shop._erase(theirs, shop._tax_kept(theirs))
            self.env["acorn.purge"]._note(
                shop, started, "request", False, removed, left, numbers
            )
