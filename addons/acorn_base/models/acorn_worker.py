import time
from collections import Counter
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..attempt import CROSSED, attempt
from ..channel import ChannelError
from ..vault import VaultError

TURN = 5  # seconds for one kind of work before the others have their turn


class AcornWorker(models.AbstractModel):
    """What the lanes do for shops: fetch, apply, push, and probe what is paused."""

    _name = "acorn.worker"
    _description = "Worker"

    def _wake_lanes(self):
        # sudo: whoever may sync may wake the scheduler, without rights on crons.
        for lane_sudo in self.env["ir.cron"].sudo().search(self._lane_domain()):
            lane_sudo._trigger()

    @api.model
    def _lane_domain(self):
        # sudo: people who sync have no rights on server actions.
        action_ids = (
            self.env["ir.actions.server"]
            .sudo()
            ._search(
                [
                    ("model_id.model", "=", "acorn.shop"),
                    ("code", "=", "model._cron_lane()"),
                ]
            )
        )
        return [("ir_actions_server_id", "in", action_ids)]

    @api.model
    def _cron_lane(self):
        """Do what is due for all shops; several identical crons share the work.

        Odoo calls again as long as work remains, from any of its workers and nodes.
        """
        shops = self.search([("state", "=", "live")])
        shops |= self.search(
            [("state", "=", "paused"), ("probe_after", "<=", fields.Datetime.now())]
        )
        shops._work(time.monotonic() + 20)
        live = shops.filtered(lambda shop: shop.state == "live")
        self.env["ir.cron"]._commit_progress(
            remaining=self.env["acorn.message"]._count_ready(live)
            + len(live.window_ids._due())
        )

    def _drain(self, max_seconds=60):
        """Pull what is due, apply all that is pending, push what is owed.

        :return: dict of counts: ``pulled`` documents, ``applied``, ``failed``,
            ``pushed`` messages and ``polled`` receipts
        """
        return self._work(time.monotonic() + max_seconds)

    def _work(self, deadline):
        counts = Counter(pulled=0, applied=0, failed=0, pushed=0, polled=0)
        self._probe()
        live = self.filtered(lambda shop: shop.state == "live")
        while live and time.monotonic() < deadline:
            done = live._work_in_turn(deadline)
            counts += done
            live = live.filtered(lambda shop: shop.state == "live")
            if not done:
                break
        return {
            name: counts[name]
            for name in ("pulled", "applied", "failed", "pushed", "polled")
        }

    def _work_in_turn(self, deadline):
        """Give each kind of work its time: none waits for a long backlog of another.

        What is asked for now comes first; history is fetched last, one page of each
        window.
        """
        Message, counts = self.env["acorn.message"], Counter()
        for work in (
            self.stream_ids._pull_due,
            partial(Message._apply_pending, self),
            partial(self.env["acorn.stock.event"]._book_due, self),
            partial(self.env["acorn.reconciliation"]._repair_due, self),
            partial(Message._push_owed, self),
            partial(self.window_ids._pull_due, most=1),
        ):
            counts += work(min(deadline, time.monotonic() + TURN))
        return counts

    def _probe(self):
        """Let shops that were paused by an account problem try again."""
        now = fields.Datetime.now()
        for shop in self.filtered(
            lambda shop: (
                shop.state == "paused" and shop.probe_after and shop.probe_after <= now
            )
        ):
            try:
                shop._probe_once(now)
            except CROSSED:
                self.env.cr.rollback()  # another lane probes it

    def _probe_once(self, now):
        if not self.try_lock_for_update(allow_referencing=True):
            return
        self.probe_after = now + timedelta(hours=1)
        self.env["ir.cron"]._commit_progress()
        failure = attempt(self.env, self.action_check_connection)
        if failure:
            self._set_problem(self._explain(failure.error))
        self.env["ir.cron"]._commit_progress()

    def _fetch(self, kind, keys):
        """Get single documents from the channel by their keys, and apply them at once.

        :return: the messages that hold them
        """
        self.ensure_one()
        self.check_access("read")
        Message = self.env["acorn.message"]
        Message._check_may_act()
        try:
            page = self._channel().pull(kind, {}, keys=keys)
        except (ChannelError, VaultError) as error:
            raise UserError(self._explain(error)) from error
        Message._receive(self, page.documents)
        messages = Message.search(
            [
                ("shop_id", "=", self.id),
                ("direction", "=", "in"),
                ("kind", "=", kind),
                ("key", "in", [document.key for document in page.documents]),
            ]
        )
        messages.action_retry()
        return messages
