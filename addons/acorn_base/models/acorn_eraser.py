from collections import Counter

from odoo import api, fields, models
from odoo.tools import SQL

from ..mentions import mentions, words_of

# What of an order is about its buyer and about no figure or tax.
ORDER_VALUES = {
    "acorn_delivery_note": False,
    "acorn_cancel_reason": False,
    "client_order_ref": False,
}
TAX_VALUES = {"acorn_buyer_tax_number": False, "acorn_buyer_tax_name": False}
LINE_VALUES = {"acorn_gift_message": False, "acorn_customization_url": False}
PARTNER_FIELDS = ("partner_id", "partner_invoice_id", "partner_shipping_id")
THREADS = ("sale.order", "stock.picking", "res.partner", "acorn.return")
# Correspondence is about a person whatever it says.
LETTERS = ("email", "email_outgoing", "sms")
# Kinds of documents that are about goods alone.
IMPERSONAL = ("listing", "listing_change", "stock", "stock_feed")
# States of documents that nobody is about to apply.
OVER = ("done", "skipped", "failed", "parked")

USED_OTHERWISE = """
    SELECT partner_id FROM res_users WHERE partner_id IN %(ids)s
     UNION
    SELECT parent_id FROM res_partner
     WHERE parent_id IN %(ids)s AND acorn_shop_id IS NULL
     UNION
    SELECT partner.id
      FROM res_partner partner
      JOIN sale_order o ON partner.id IN (
           o.partner_id, o.partner_invoice_id, o.partner_shipping_id)
     WHERE partner.id IN %(ids)s
       AND o.acorn_ref IS NULL
       AND (o.partner_id IN %(ids)s OR o.partner_invoice_id IN %(ids)s
            OR o.partner_shipping_id IN %(ids)s)
     UNION
    SELECT move.partner_id
      FROM account_move move
     WHERE move.partner_id IN %(ids)s
       AND move.move_type != 'entry'
       AND NOT EXISTS (
           SELECT 1
             FROM account_move_line item
             JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = item.id
             JOIN sale_order_line line ON line.id = rel.order_line_id
             JOIN sale_order o ON o.id = line.order_id
            WHERE item.move_id = move.id AND o.acorn_ref IS NOT NULL)
     UNION
    SELECT partner_id FROM stock_picking
     WHERE partner_id IN %(ids)s AND sale_id IS NULL
"""


class AcornEraser(models.AbstractModel):
    """How personal data is removed: from orders, contacts, documents and chatter.

    What stays: amounts, lines, taxes, the country and state of the destination, what
    happened when, and the keyed hashes by which a buyer is recognised.
    """

    _name = "acorn.eraser"
    _description = "Removal of Personal Data"

    # === ORDERS === #

    @api.model
    def _erase(self, orders, kept):
        """Remove the personal data of orders that are over.

        :param orders: sale orders, all of one shop
        :param kept: those of them whose tax facts stay for longer
        :return: counter of what was removed, counter of what was left, ids of contacts
            that were left because they are used otherwise
        """
        orders = self._quiet(orders)
        kept = orders & kept
        words = {order: self._words_of(order) for order in orders}
        contacts = self._contacts_of(orders)
        now = fields.Datetime.now()
        (orders - kept).write(
            {
                **ORDER_VALUES,
                **TAX_VALUES,
                "acorn_tax_kept": False,
                "acorn_purged_at": now,
            }
        )
        kept.write({**ORDER_VALUES, "acorn_tax_kept": True, "acorn_purged_at": now})
        self._erase_lines(orders)
        removed = Counter(order=len(orders - kept))
        over, reduced, used = self._sort_contacts(contacts)
        threads = self._threads_of(orders, kept, over, words)
        removed["attachment"] = self._erase_attachments(orders, over)
        removed["chatter"] = self._erase_chatter(threads)
        removed["message"] = self._erase_messages(
            [
                ("order_id", "in", orders.ids),
                ("state", "in", OVER),
                "|",
                ("direction", "=", "in"),
                ("state", "!=", "failed"),
            ]
        )
        reduced.write({"acorn_email": False, "email": False, "phone": False})
        self._erase_contacts(over)
        removed["contact"] = len(over)
        left = Counter(order=len(kept), contact=len(used) + len(reduced))
        return removed, left, used.ids

    @api.model
    def _quiet(self, records):
        """Return records whose changes leave no trace of the earlier values."""
        # sudo: this is the system's work; who may ask for it is checked by callers.
        return records.sudo().with_context(
            tracking_disable=True, mail_notrack=True, active_test=False
        )

    @api.model
    def _erase_lines(self, orders):
        lines = orders.order_line.filtered(
            lambda line: line.acorn_gift_message or line.acorn_customization_url
        )
        lines.write(LINE_VALUES)
        orders.picking_ids.filtered("note").write({"note": False})
        orders.acorn_return_ids.filtered("comment").write({"comment": False})

    @api.model
    def _words_of(self, order):
        """Return what tells in a text that it speaks of the buyer of an order."""
        site = order.acorn_site_id
        known = words_of(f"Buyer {site.name} {order.acorn_shop_id.name}")
        words = words_of(
            order.acorn_buyer_tax_name,
            (order.acorn_buyer_tax_number, order.acorn_cancel_reason),
        )
        return (words | self._words_of_contacts(self._contacts_of(order))) - known

    @api.model
    def _words_of_contacts(self, contacts):
        return set().union(
            *(
                words_of(
                    f"{contact.name or ''} {contact.company_name or ''}",
                    (
                        *(contact.acorn_email, contact.email, contact.phone),
                        *(contact.street, contact.street2),
                    ),
                )
                for contact in contacts
            )
        )

    # === CONTACTS === #

    @api.model
    def _contacts_of(self, orders):
        """Return the contacts that were made for these orders' buyers."""
        partners = orders.partner_id
        for name in PARTNER_FIELDS[1:]:
            partners |= orders[name]
        partners |= partners.child_ids
        return partners.filtered(
            lambda partner: (
                partner.acorn_shop_id
                and not (partner.acorn_key or "").startswith("site:")
            )
        )

    @api.model
    def _sort_contacts(self, contacts):
        """Return contacts that are over, that keep tax facts, that are used otherwise.

        A contact is over when all of its orders are; the others are none of the three.
        """
        open_ids = self._partners_in(contacts, [("acorn_purged_at", "=", False)])
        past = contacts.filtered(lambda partner: partner.id not in open_ids)
        used_ids = self._used_otherwise(past)
        kept_ids = self._partners_in(past, [("acorn_tax_kept", "=", True)])
        used = past.filtered(lambda partner: partner.id in used_ids)
        reduced = (past - used).filtered(lambda partner: partner.id in kept_ids)
        return past - used - reduced, reduced, used

    @api.model
    def _partners_in(self, partners, domain):
        """Return the ids of contacts that are in a shop's orders of a domain."""
        found = set()
        for name in PARTNER_FIELDS:
            groups = self._quiet(self.env["sale.order"])._read_group(
                [(name, "in", partners.ids), ("acorn_ref", "!=", False), *domain],
                [name],
            )
            found.update(partner.id for (partner,) in groups)
        return found

    @api.model
    def _used_otherwise(self, partners):
        if not partners:
            return set()
        self.env.flush_all()
        self.env.cr.execute(SQL(USED_OTHERWISE, ids=tuple(partners.ids)))
        return {row[0] for row in self.env.cr.fetchall()}

    @api.model
    def _erase_contacts(self, contacts):
        """Leave of a contact its country, its state and its keyed hash."""
        for country, partners in contacts.grouped("country_id").items():
            name = self.env._("Buyer (%s)", country.code or "-")
            partners.write(partners._acorn_purged_values(name))

    # === DOCUMENTS AND FILES === #

    @api.model
    def _erase_messages(self, domain, limit=None):
        messages = self._quiet(self.env["acorn.message"]).search(
            [("purged_at", "=", False), ("kind", "not in", IMPERSONAL), *domain],
            limit=limit,
        )
        self._unlink_files(
            [
                ("res_model", "=", "acorn.message"),
                ("res_field", "=", "body"),
                ("res_id", "in", messages.ids),
            ]
        )
        messages.write(
            {
                "body": False,
                "error": False,
                "trace": False,
                "purged_at": fields.Datetime.now(),
            }
        )
        return len(messages)

    @api.model
    def _erase_attachments(self, orders, contacts):
        """Remove the files on orders, deliveries and contacts: labels, slips, mails."""
        return sum(
            self._unlink_files(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("res_field", "in", (False, "signature")),
                ]
            )
            for records in (
                orders,
                orders.picking_ids,
                orders.acorn_return_ids,
                contacts,
            )
        )

    @api.model
    def _unlink_files(self, domain):
        files = self._quiet(self.env["ir.attachment"]).search(domain)
        files.unlink()
        return len(files)

    # === CHATTER === #

    @api.model
    def _threads_of(self, orders, kept, contacts, words):
        """Return the words to look for in the chatter, by (model, id)."""
        threads = {}
        for order in orders:
            records = [order, *order.picking_ids, *order.acorn_return_ids]
            if order not in kept:
                records += order.invoice_ids
            for record in records:
                threads.setdefault((record._name, record.id), set()).update(
                    words[order]
                )
        every = set().union(*words.values()) if words else set()
        threads |= {("res.partner", partner.id): every for partner in contacts}
        self._erase_alerts(orders, words)
        self._erase_holds(orders, words)
        return threads

    @api.model
    def _erase_holds(self, orders, words):
        """What was banned is a word of the buyer's; what people said, perhaps."""
        for hold in orders.acorn_hold_ids:
            if hold.kind == "banned" or mentions(hold.reason, words[hold.order_id]):
                hold.reason = self._removed_words()
            if mentions(hold.release_reason, words[hold.order_id]):
                hold.release_reason = self._removed_words()

    @api.model
    def _erase_alerts(self, orders, words):
        alerts = self._quiet(self.env["acorn.alert"]).search(
            [("order_id", "in", orders.ids)]
        )
        alerts.filtered(
            lambda alert: mentions(alert.text, words[self._quiet(alert.order_id)])
        ).write({"text": self._removed_words()})

    @api.model
    def _removed_words(self):
        return self.env._("Personal data was removed.")

    @api.model
    def _erase_chatter(self, threads):
        """Empty the messages, mails and activities that speak of the buyers."""
        by_model = {}
        for model, number in threads:
            by_model.setdefault(model, []).append(number)
        count = 0
        for model, ids in by_model.items():
            messages = self._quiet(self.env["mail.message"]).search(
                [("model", "=", model), ("res_id", "in", ids)]
            )
            self._erase_tracking(model, messages)
            speaking = messages.filtered(
                lambda message: self._speaks(
                    message, threads[message.model, message.res_id]
                )
            )
            count += len(speaking)
            self._erase_mails(messages)
            speaking.write(
                {
                    "body": self._removed_words(),
                    "subject": False,
                    "email_from": False,
                    "reply_to": False,
                    "incoming_email_to": False,
                    "incoming_email_cc": False,
                    "outgoing_email_to": False,
                }
            )
            self._erase_activities(model, ids, threads)
        return count

    @api.model
    def _speaks(self, message, words):
        if message.message_type in LETTERS:
            return True
        if message.author_id.acorn_shop_id:
            return True
        return mentions(f"{message.subject or ''} {message.body or ''}", words)

    @api.model
    def _erase_tracking(self, model, messages):
        """Old and new values of fields that name a person, or say what one said."""
        if not messages:
            return
        telling = {*ORDER_VALUES, *TAX_VALUES}
        field_ids = [
            self.env["ir.model.fields"]._get(model, name).id
            for name, field in self.env[model]._fields.items()
            if model == "res.partner"
            or name in telling
            or field.comodel_name == "res.partner"
        ]
        self._quiet(self.env["mail.tracking.value"]).search(
            [
                ("mail_message_id", "in", messages.ids),
                "|",
                ("field_id", "in", field_ids),
                ("field_id", "=", False),
            ]
        ).unlink()

    @api.model
    def _erase_mails(self, messages):
        if not messages:
            return
        mails = self._quiet(self.env["mail.mail"]).search(
            [("mail_message_id", "in", messages.ids)]
        )
        # Without this, Odoo would delete the messages of some mails, too.
        mails.is_notification = True
        mails.unlink()
        self._unlink_files(
            [
                ("id", "in", messages.attachment_ids.ids),
                ("res_model", "in", (False, "mail.compose.message", *THREADS)),
            ]
        )
        self._quiet(self.env["mail.notification"]).search(
            [
                ("mail_message_id", "in", messages.ids),
                ("mail_email_address", "!=", False),
            ]
        ).write({"mail_email_address": False})

    @api.model
    def _erase_activities(self, model, ids, threads):
        activities = self._quiet(self.env["mail.activity"]).search(
            [("res_model", "=", model), ("res_id", "in", ids)]
        )
        activities.filtered(
            lambda activity: mentions(
                f"{activity.summary or ''} {activity.note or ''}",
                threads[activity.res_model, activity.res_id],
            )
        ).write({"summary": self._removed_words(), "note": False})
