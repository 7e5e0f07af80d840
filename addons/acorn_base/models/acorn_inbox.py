import time
from collections import Counter
from operator import methodcaller

from odoo import api, fields, models

from ..addresses import place
from ..attempt import attempt, halving
from ..channel import UTC
from ..documents import LARGE, changed_fields, digest_of, seal
from ..quiet import without_gc
from ..vault import VaultError

BATCH = 100  # documents applied in one transaction

UPSERT = """
    INSERT INTO acorn_message (
        shop_id, company_id, site_id, direction, kind, key, version, detailed, digest,
        body, size, state, priority, lane_key, tries, received_at, create_uid,
        create_date, write_uid, write_date
    ) VALUES %s
    ON CONFLICT (shop_id, direction, kind, key) DO UPDATE SET
        site_id = EXCLUDED.site_id, version = EXCLUDED.version,
        detailed = EXCLUDED.detailed, digest = EXCLUDED.digest, body = EXCLUDED.body,
        size = EXCLUDED.size, state = EXCLUDED.state,
        priority = LEAST(acorn_message.priority, EXCLUDED.priority),
        lane_key = EXCLUDED.lane_key, tries = 0, next_try = NULL, error = NULL,
        trace = NULL, purged_at = NULL, received_at = EXCLUDED.received_at,
        write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
    WHERE (
        acorn_message.version <= EXCLUDED.version
        OR EXCLUDED.detailed AND NOT acorn_message.detailed
      )
      AND (
        EXCLUDED.detailed OR NOT acorn_message.detailed
        -- Times in reports have seconds only.
        OR date_trunc('second', acorn_message.version) < EXCLUDED.version
      )
      AND acorn_message.digest != EXCLUDED.digest
    RETURNING id
"""


class AcornInbox(models.AbstractModel):
    """How documents are received and applied."""

    _name = "acorn.inbox"
    _description = "Inbox"
    _inherit = ["acorn.lane"]

    # === RECEIVE === #

    @api.model
    def _receive(self, shop, documents, priority=0):
        """Store documents; newest version wins, an equal one changes nothing.

        :param priority: what can wait (history) has a higher number than 0
        :return: the messages that are new or changed
        """
        digests = {document.key: digest_of(document.body) for document in documents}
        changed = self._changed(shop, documents, digests)
        if not changed:
            return self.browse()
        large = {doc.key: doc for doc in changed if len(doc.body) > LARGE}
        rows = [self._row(shop, doc, digests[doc.key], priority) for doc in changed]
        stored = self.env.cr.execute_values(UPSERT, rows, fetch=True)
        messages = self.browse(row[0] for row in stored)
        messages.invalidate_recordset()
        for message in messages.filtered(lambda message: message.key in large):
            message._store_file(large[message.key].body)
        return messages

    @api.model
    def _changed(self, shop, documents, digests):
        """Return the documents worth storing, one per key; keep what they replace."""
        newest = {}
        for document in sorted(documents, key=lambda d: (d.version, d.detailed)):
            newest[document.kind, document.key] = document
        known = self.search_fetch(
            [
                ("shop_id", "=", shop.id),
                ("direction", "=", "in"),
                ("kind", "in", [kind for kind, _key in newest]),
                ("key", "in", [key for _kind, key in newest]),
            ],
            ["kind", "key", "version", "detailed", "digest"],
        )
        histories = []
        for message in known:
            document = newest.get((message.kind, message.key))
            if document is None:
                continue
            if message._outranks(document) or digests[document.key] == message.digest:
                del newest[message.kind, message.key]
            else:
                histories.append(message._history_values(document))
        # sudo: histories are written by the work itself, whoever set it off.
        self.env["acorn.message.version"].sudo().create(histories)
        return list(newest.values())

    def _outranks(self, document):
        """Whether this message is newer than a document, or tells more of the same."""
        version = self.version.replace(tzinfo=UTC)
        if document.detailed and not self.detailed:
            return False  # what a report told is completed, whatever its time
        if self.detailed and not document.detailed:
            # Times in reports have seconds only.
            return version.replace(microsecond=0) >= document.version
        return version > document.version

    def _history_values(self, document):
        return {
            "message_id": self.id,
            "version": self.version,
            "digest": self.digest,
            "replaced_at": fields.Datetime.now(),
            "changed": ", ".join(self._changed_by(document)),
            "address_changed": self._readdressed_by(document),
        }

    def _readdressed_by(self, document):
        """Whether both tell where an order goes, and not the same place."""
        told_in_full = self.detailed and document.detailed and not self.purged_at
        if self.kind != "order" or not told_in_full:
            return False
        told = []

        def read():
            parse = self.shop_id._channel().parse
            told.extend(parse(each).recipient for each in (self._document(), document))

        # What cannot be read is told when it is applied.
        attempt(self.env, read)
        return bool(told) and all(told) and len(set(map(place, told))) > 1

    def _changed_by(self, document):
        if self.purged_at:
            return []
        try:
            return changed_fields(self._plain(), document.body)
        except VaultError:
            return []  # sealed with a key that is lost: the new version replaces it

    @api.model
    def _row(self, shop, document, digest, priority):
        now = fields.Datetime.now()
        site = shop._site_by_ref(document.site)
        stored = seal(document.body) if len(document.body) <= LARGE else None
        return (
            shop.id,
            shop.company_id.id,
            site.id or None,
            "in",
            document.kind,
            document.key,
            document.version.astimezone(UTC).replace(tzinfo=None),
            document.detailed,
            digest,
            stored,
            len(document.body),
            "parked" if site and not site.active else "pending",
            priority,
            self._lane_key(shop, document, site),
            0,
            now,
            self.env.uid,
            now,
            self.env.uid,
            now,
        )

    @api.model
    def _lane_key(self, shop, document, site):
        """Return the key under which the document's work never runs twice at once."""
        if document.kind != "order":
            return -shop.id
        warehouse = site.fba_warehouse_id if document.by_channel else site.warehouse_id
        return warehouse.id or -shop.id

    def _further_lanes(self):
        """Goods of one order may leave several warehouses: the lane is named after the
        first of them, and the others are taken with it.

        Two shops that sell from one warehouse then never reserve its goods at once,
        whatever their order of priority.
        """
        sites = self.filtered(lambda m: m.kind == "order").site_id
        mine = set(self.mapped("lane_key"))
        own = sites.filtered(lambda site: site.warehouse_id.id in mine)
        return set(own.quantity_group_id.source_ids.warehouse_id.ids) - mine

    def _store_file(self, body):
        self._attachment_sudo().unlink()
        # sudo: see _attachment_sudo.
        self.env["ir.attachment"].sudo().create(
            {
                "name": self.key,
                "res_model": self._name,
                "res_field": "body",
                "res_id": self.id,
                "raw": seal(body).encode(),
                "mimetype": "application/octet-stream",
            }
        )

    # === APPLY === #

    @api.model
    def _apply_pending(self, shops, deadline):
        """Apply what was received until the deadline; return counts."""
        counts = Counter()
        lane_keys = self._ready_lanes(shops, "in")
        # A batch of each in turn: a long backlog of one does not hold up the others.
        while lane_keys and time.monotonic() < deadline:
            lane_key = lane_keys.pop(0)
            if batch := self._take(shops, "in", lane_key, BATCH):
                with without_gc():
                    counts += batch._run(batch._apply_batch)
                lane_keys.append(lane_key)
        return counts

    def _apply_batch(self):
        """Apply messages together; find the bad ones by halving, and set them aside."""
        counts = Counter()
        for (shop, kind), messages in self.grouped(
            lambda message: (message.shop_id, message.kind)
        ).items():
            company_messages = shop._speaking(messages.with_company(shop.company_id))
            apply = methodcaller(f"_apply_{kind}")
            for failure, failed in halving(self.env, company_messages, apply):
                failed._note_failure(failure)
                counts["failed" if failed.state == "failed" else "retried"] += 1
                messages -= failed
            counts["applied"] += len(messages)
        return counts

    def _apply_order(self):
        shop = self.shop_id
        channel = shop._channel()
        records = {message: channel.parse(message._document()) for message in self}
        self._lock_lanes(
            {
                warehouse.id
                for record in records.values()
                for warehouse in shop._warehouses_of(record)
            }
        )
        outcomes = self.env["sale.order"]._acorn_apply(shop, list(records.values()))
        for message, record in records.items():
            order, problem = outcomes[record.ref]
            message._finish(order_id=order.id, problem=problem)

    def _apply_listing(self):
        for message in self:
            snapshot = message.shop_id._channel().parse(message._document())
            self.env["acorn.listing"]._apply_snapshot(message.site_id, snapshot)
            message._finish()

    def _apply_listing_change(self):
        channel = self.shop_id._channel()
        changes = {message: channel.parse(message._document()) for message in self}
        for site, messages in self.grouped("site_id").items():
            told = [changes[message] for message in messages]
            self.env["acorn.listing"]._apply_changes(site, told)
        for message in self:
            message._finish()

    def _apply_audit(self):
        for message in self:
            shop = message.shop_id
            audit = shop._channel().parse(message._document())
            self.env["acorn.reconciliation"]._start(shop, audit)
            message._finish()

    def _apply_fba_stock(self):
        for message in self:
            shop = message.shop_id
            snapshot = shop._channel().parse(message._document())
            self.env["acorn.channel.stock"]._apply_snapshot(shop, snapshot)
            message._finish()

    def _apply_ledger(self):
        for message in self:
            shop = message.shop_id
            ledger = shop._channel().parse(message._document())
            self.env["acorn.stock.event"]._store(shop, ledger.events)
            message._finish(problem="\n".join(ledger.unreadable))

    def _apply_return(self):
        shop = self.shop_id
        channel = shop._channel()
        records = {message: channel.parse(message._document()) for message in self}
        returns = self.env["acorn.return"]._acorn_apply(shop, list(records.values()))
        for message, record in records.items():
            message._finish(order_id=returns[record.ref].order_id.id)

    _apply_fba_return = _apply_return
