import time
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models

from ..attempt import CROSSED, attempt
from ..channel import UTC
from ..reconcile import IN_BOOKS, Held
from ..records import ITEM

BATCH = 10  # orders fetched before other work has its turn
PATIENCE = timedelta(hours=6)  # until what was fetched must have been applied


class AcornReconciliationRepair(models.AbstractModel):
    """How orders that differ are fetched again, and compared again."""

    _name = "acorn.reconciliation.repair"
    _description = "Repair of Orders"

    # === WHAT IS HELD HERE === #

    def _known(self, refs):
        """Return what is held here: dict ref → (sale order, ``Held``)."""
        orders = self.env["sale.order"].search_fetch(
            [("acorn_shop_id", "=", self.shop_id.id), ("acorn_ref", "in", refs)],
            ["acorn_ref", "acorn_status", "state", "acorn_updated_at"],
        )
        lines = orders.order_line.filtered("acorn_charge")
        left = self._left(lines)
        held = {}
        for order in orders:
            mine = lines & order.order_line
            items = mine.filtered(lambda line: line.acorn_charge == ITEM)
            held[order.acorn_ref] = order, self._held(order, items, mine - items, left)
        return held

    @api.model
    def _held(self, order, items, others, left):
        sold, gone = Counter(), Counter()
        for line in items:
            sold[line.acorn_offer_id.sku] += int(line.product_uom_qty)
            if line in left:
                gone[line.acorn_offer_id.sku] += left[line]
        extra = sum(
            line.price_total for line in others if line.acorn_charge not in IN_BOOKS
        )
        amount = order.amount_total + order.acorn_channel_tax - extra
        return Held(
            status=order.acorn_status,
            state=order.state,
            updated_at=order.acorn_updated_at.replace(tzinfo=UTC),
            quantities=sold,
            left=gone,
            amount=Decimal(f"{amount:.{order.currency_id.decimal_places}f}"),
            currency=order.currency_id.name,
            history=order.acorn_history,
        )

    @api.model
    def _left(self, lines):
        """Return how much of each line has left, of those for which goods move."""
        gone = {
            line: 0 for line in lines if line.move_ids.product_id == line.product_id
        }
        moves = self.env["stock.move"]._read_group(
            [
                ("sale_line_id", "in", [line.id for line in gone]),
                ("state", "=", "done"),
                ("location_dest_id.usage", "=", "customer"),
            ],
            ["sale_line_id"],
            ["quantity:sum"],
        )
        return gone | dict(moves)

    def _messages(self, refs):
        messages = self.env["acorn.message"].search_fetch(
            [
                ("shop_id", "=", self.shop_id.id),
                ("direction", "=", "in"),
                ("kind", "=", "order"),
                ("key", "in", refs),
            ],
            ["key", "state", "error", "skip_reason"],
        )
        return {message.key: message for message in messages}

    # === WORK === #

    @api.model
    def _repair_due(self, shops, deadline):
        """Go on with the repairs of shops until the deadline; return counts."""
        counts = Counter()
        runs = self.search(
            [
                ("shop_id", "in", shops.ids),
                ("state", "=", "running"),
                "|",
                ("next_try", "=", False),
                ("next_try", "<=", fields.Datetime.now()),
            ]
        )
        for run in runs:
            if time.monotonic() >= deadline:
                break
            try:
                counts += run.shop_id._speaking(run)._repair_some()
            except CROSSED:
                self.env.cr.rollback()  # another lane wrote the same rows
        return counts

    def _repair_some(self):
        """Compare again what was fetched, and fetch some more."""
        counts = Counter()
        stream = self.shop_id.stream_ids.filtered(lambda s: s.kind == "audit")[:1]
        with stream._hold() as held:
            self.invalidate_recordset()
            if not held or self.state != "running":
                return counts
            counts["compared"] += self._verify()
            self.env["ir.cron"]._commit_progress()
            lines = self.line_ids.filtered(lambda line: line.state == "pending")
            if lines:
                counts["fetched"] += self._fetch_lines(lines[:BATCH])
            else:
                self._finish_if_nothing_is_left()
            self.env["ir.cron"]._commit_progress()
        return counts

    def _fetch_lines(self, lines):
        """Fetch the orders of some lines, one call each; return how many."""
        documents, fetched, refused = [], [], {}
        for line in lines:
            pages = []
            failure = attempt(
                self.env,
                lambda line=line, pages=pages: pages.append(
                    self.shop_id._channel().pull("order", {}, keys=[line.ref])
                ),
            )
            if failure and failure.retry:
                wait = max(failure.retry.seconds, 1)
                self.next_try = fields.Datetime.now() + timedelta(seconds=wait)
                break
            if failure and failure.account:
                self.shop_id._pause_for(failure.error)
                break
            if failure:
                refused[line] = self.shop_id._explain(failure.error)
                continue
            documents += pages[0].documents
            fetched.append(line.id)
        for line, reason in refused.items():
            line.write({"state": "left", "reason": reason})
        self._store(documents, lines.browse(fetched))
        return len(fetched) + len(refused)

    def _store(self, documents, lines):
        """Keep what was fetched, to be applied like any other document."""
        now = fields.Datetime.now()
        for last in (False, False, True):
            try:
                self.env["acorn.message"]._receive(self.shop_id, documents)
                messages = self._messages(lines.mapped("ref"))
                # It may be known word for word and not be what it says.
                again = [m.id for m in messages.values() if m.state == "done"]
                self.env["acorn.message"]._reopen(
                    self.env["acorn.message"].browse(again)
                )
                lines.write({"state": "fetched", "fetched_at": now})
                self.env["ir.cron"]._commit_progress(len(documents))
                return
            except SerializationFailure:
                self.env.cr.rollback()
                if last:
                    raise

    def _verify(self):
        """Compare again what was fetched and applied; return how many are decided."""
        lines = self.line_ids.filtered(lambda line: line.state == "fetched")
        refs = lines.mapped("ref")
        messages, known = self._messages(refs), self._known(refs)
        late = fields.Datetime.now() - PATIENCE
        decided = 0
        for line in lines:
            message = messages.get(line.ref, self.env["acorn.message"])
            if message.state == "pending" and line.fetched_at > late:
                continue
            order, held = known.get(line.ref, (self.env["sale.order"], None))
            failure = attempt(
                self.env,
                lambda each=(line, message, order, held): self._verify_one(*each),
            )
            if failure:
                line._leave(self.shop_id._explain(failure.error), order)
            decided += 1
        return decided

    def _verify_one(self, line, message, order, held):
        if message.purged_at:
            line._leave(message._purged_words(), order)
        elif message.state == "done":
            record = self.shop_id._channel().parse(message._document())
            line._decide(record, order, held)
        else:
            line._leave(message.error or message.skip_reason, order)
