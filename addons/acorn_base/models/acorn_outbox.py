import json
import time
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models

from ..attempt import CROSSED, attempt
from ..documents import digest_of, seal

RECEIPT_ENDS = timedelta(days=1)


class AcornOutbox(models.AbstractModel):
    """How instructions are written, sent, and their receipts kept."""

    _name = "acorn.outbox"
    _description = "Outbox"
    _inherit = ["acorn.lane"]

    # === AUTHORS === #

    @api.model
    def _authors(self):
        """Return the model that writes instructions of each kind and hears of them.

        Such a model has three methods:

        - ``_acorn_collect(shop)`` writes the instructions that are owed, with
          ``_instruct``;
        - ``_acorn_record(kind, instruction)`` returns the record to send, built again
          from what was stored;
        - ``_acorn_settle(message, receipt)`` keeps what became of it: the message's
          ``state`` is ``done``, ``failed`` or ``waiting``; there is no receipt when
          sending failed or a person skipped it.
        """
        Quantity = self.env["acorn.offer.quantity"]
        return {
            "shipment": self.env["stock.picking"],
            "cancellation": self.env["sale.order"],
            "stock": Quantity,
            "stock_feed": Quantity,
        }

    def _author(self):
        return self._authors()[self.kind]

    # === PUSH === #

    def _withdraw(self):
        """What was not sent yet, or not answered, is not worth sending any more."""
        self.filtered(lambda message: message.state in ("pending", "waiting"))._finish()

    @api.model
    def _instruct(self, shop, kind, key, instruction, **links):
        """Store an instruction to the channel; an unchanged one is not sent again.

        :param instruction: plain JSON from which the record is built again
        :param links: values of ``order_id``, ``picking_id``, ``site_id``, ``priority``
        """
        return self._instruct_all(shop, kind, {key: instruction}, **links)[key]

    @api.model
    def _instruct_all(self, shop, kind, instructions, again=False, **links):
        """Store many instructions of one kind, ``{key: instruction}``.

        :param again: send unchanged ones, too
        :return: the messages by key
        """
        known = {
            message.key: message
            for message in self.search(
                [
                    ("shop_id", "=", shop.id),
                    ("direction", "=", "out"),
                    ("kind", "=", kind),
                    ("key", "in", list(instructions)),
                ]
            )
        }
        new = []
        for key, instruction in instructions.items():
            values = self._instruction_values(instruction) | links
            if key not in known:
                new.append({"key": key, **values})
            elif again or known[key].digest != values["digest"]:
                known[key].write(values)
        common = {
            "shop_id": shop.id,
            "direction": "out",
            "kind": kind,
            "lane_key": -shop.id,
        }
        created = self.create([{**common, **values} for values in new])
        return known | {message.key: message for message in created}

    @api.model
    def _instruction_values(self, instruction):
        body = json.dumps(instruction, sort_keys=True).encode()
        return {
            "digest": digest_of(body),
            "body": seal(body),
            "size": len(body),
            "version": fields.Datetime.now(),
            "received_at": fields.Datetime.now(),
            "state": "pending",
            "next_try": False,
            "error": False,
            "tries": 0,
            "purged_at": False,
            "receipt": False,  # of what was told before
        }

    @api.model
    def _push_owed(self, shops, deadline):
        """Tell the channels what they do not know yet; return counts."""
        for shop in shops:
            self._collect_owed(shop)
        counts = Counter()
        for lane_key in self._ready_lanes(shops, "out"):
            while time.monotonic() < deadline:
                message = self._take(shops, "out", lane_key, 1)
                if not message:
                    break
                message = message.shop_id._speaking(message)
                counts += message._run(message._push_one)
        return counts

    @api.model
    def _collect_owed(self, shop):
        """Write the instructions that are owed, unless another lane is at it."""
        self.env["ir.cron"]._commit_progress()
        try:
            if self._lock_lane(-shop.id):
                authors = self._authors().values()
                for name in sorted({author._name for author in authors}):
                    shop._speaking(self.env[name])._acorn_collect(shop)
            self.env["ir.cron"]._commit_progress()
        except CROSSED:
            self.env.cr.rollback()  # another lane wrote the same: the next round

    def _push_one(self):
        """Send one instruction, or ask what became of it, and keep the receipt.

        What will be tried is committed as ``waiting`` before the call: whatever
        happens to this process, the next one asks before it sends again.
        """
        asking, digest = self.state == "waiting", self.digest
        self.write(
            {
                "state": "waiting",
                "next_try": fields.Datetime.now() + timedelta(minutes=5),
            }
        )
        self.env["ir.cron"]._commit_progress()
        receipts = []
        failure = attempt(self.env, lambda: receipts.append(self._tell(asking)))
        self.invalidate_recordset()
        if self.digest != digest:
            return Counter()  # replaced meanwhile: this verdict is not on what it says
        if failure:
            self._note_push_failure(failure, asking)
            return Counter(failed=int(self.state == "failed"))
        self._keep_receipt(receipts[0])
        return Counter(polled=1) if asking else Counter(pushed=1)

    def _tell(self, asking):
        channel, record = self.shop_id._channel(), self._outgoing()
        return (
            channel.poll(record, self.receipt or "") if asking else channel.push(record)
        )

    def _keep_receipt(self, receipt):
        values = {"receipt": receipt.reference or self.receipt, "tries": 0}
        if receipt.state == "done":
            self._finish(**values)
        elif receipt.state == "refused":
            self._finish(problem=receipt.message or self.env._("Refused."), **values)
        elif receipt.state == "unknown":
            self.write({**values, "state": "pending", "next_try": False})
        elif self._waits_since(RECEIPT_ENDS):
            # Asked for every two minutes all day: from here on a person does better.
            problem = self.env._(
                "The channel has not said for a day what became of this. Look there "
                "whether it has it, then press Retry to ask once more, or Skip."
            )
            self._finish(problem=problem, **values)
        else:
            self.write(
                {**values, "next_try": fields.Datetime.now() + timedelta(minutes=2)}
            )
        self._author()._acorn_settle(self, receipt)

    def _waits_since(self, duration):
        return self.received_at < fields.Datetime.now() - duration

    def _note_push_failure(self, failure, asking):
        self._note_failure(failure)
        if failure.retry and failure.retry.receipt:
            self.receipt = failure.retry.receipt
        if self.state == "failed":
            self._author()._acorn_settle(self, None)
        elif not asking and not (failure.retry and failure.retry.unknown_outcome):
            self.state = "pending"  # the channel surely did not carry it out

    def _outgoing(self):
        """Return the record to send, rebuilt from what was stored."""
        return self._author()._acorn_record(self.kind, json.loads(self._plain()))
