from datetime import timedelta

from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import babel_locale_parse, formatLang, get_lang

from ..channel import ChannelError
from ..vault import VaultError

UNFINISHED = ("waiting", "running", "paused", "failed")  # states of windows
LOOK_BACK = timedelta(minutes=15)  # over which the present rate is taken


class AcornHistory(models.AbstractModel):
    """What came before the live stream: imported in windows, told as progress."""

    _name = "acorn.history"
    _description = "History"

    window_ids = fields.One2many("acorn.window", "shop_id", string="Windows of History")
    history_state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("failed", "Needs Attention"),
            ("done", "Done"),
        ],
        compute="_compute_history",
    )
    history_done = fields.Integer(
        string="Orders Imported",
        compute="_compute_history",
        help="Fetched and worked off.",
    )
    history_total = fields.Integer(
        string="Orders to Import",
        compute="_compute_history",
        help="As the channel tells beforehand, nearly right; 0 when it does not tell.",
    )
    history_progress = fields.Float(
        string="Import of History",
        compute="_compute_history",
        help="Percent of the orders; of the periods when their number is unknown.",
    )
    history_rate = fields.Float(string="Orders per Minute", compute="_compute_history")
    history_left = fields.Float(
        string="Minutes Left",
        compute="_compute_history",
        help="At the rate of the last 15 minutes; 0 when unknown.",
    )
    history_text = fields.Char(string="Progress", compute="_compute_history")

    @api.depends("window_ids.state", "window_ids.stored", "window_ids.expected")
    def _compute_history(self):
        waiting = self._count_history([("state", "=", "pending")])
        recent = self._count_history(
            [("done_at", ">", fields.Datetime.now() - LOOK_BACK)]
        )
        for shop in self:
            shop._set_progress(waiting.get(shop, 0), recent.get(shop, 0))

    def _count_history(self, domain):
        return self._count_messages([("priority", ">", 0), *domain])

    def _set_progress(self, waiting, recent):
        """
        :param waiting: documents of history that are stored and not worked off
        :param recent: those that were worked off of late
        """
        windows = self.window_ids
        unfinished = windows.filtered(lambda window: window.state in UNFINISHED)
        self.history_state = self._history_state_of(windows, unfinished, waiting)
        stored = sum(
            min(window.stored, window.expected) if window.is_counted else window.stored
            for window in unfinished
        ) + sum((windows - unfinished).mapped("stored"))
        self.history_done = max(stored - waiting, 0)
        known = all(unfinished.mapped("is_counted"))
        self.history_total = known and sum(
            max(window.expected, window.stored)
            if window in unfinished
            else window.stored
            for window in windows
        )
        self.history_progress = 100 * (
            self.history_done / (self.history_total or 1)
            if known
            else (len(windows) - len(unfinished)) / (len(windows) or 1)
        )
        if unfinished:  # perhaps there are more orders than the channel said
            self.history_progress = min(self.history_progress, 99)
        self.history_rate = recent / self._minutes_at_work(windows)
        missing = self.history_total - self.history_done
        self.history_left = (
            missing / self.history_rate if known and self.history_rate else 0
        )
        self.history_text = self.history_state and self._history_words()

    @api.model
    def _history_state_of(self, windows, unfinished, waiting):
        states = set(unfinished.mapped("state"))
        if not windows:
            return False
        if states & {"running", "waiting"} or (waiting and not states):
            return "running"
        return next(
            (state for state in ("failed", "paused") if state in states), "done"
        )

    def _minutes_at_work(self, windows):
        now = fields.Datetime.now()
        begun = min(windows.mapped("create_date"), default=now)
        return max(min(now - begun, LOOK_BACK).total_seconds() / 60, 1)

    def _history_words(self):
        """Return progress as people read it."""
        done, total = self._number(self.history_done), self._number(self.history_total)
        words = [
            self.env._("%(done)s of about %(total)s orders", done=done, total=total)
            if self.history_total and self.history_state != "done"
            else self.env._("%s orders", done)
        ]
        if self.history_state != "done" and len(self.window_ids) > 1:
            done = self.window_ids.filtered(lambda window: window.state == "done")
            words.append(
                self.env._(
                    "%(done)s of %(total)s periods",
                    done=len(done),
                    total=len(self.window_ids),
                )
            )
        if self.history_state == "running" and self.history_rate:
            rate = self._number(round(self.history_rate))
            words.append(self.env._("%s per minute", rate))
        if self.history_state == "running" and self.history_left:
            left = self._duration(timedelta(minutes=self.history_left))
            words.append(self.env._("about %s left", left))
        return " · ".join(words)

    @api.model
    def _number(self, number):
        return formatLang(self.env, number, digits=0)

    @api.model
    def _duration(self, duration):
        """Return a duration in words: '3 hours'."""
        locale = babel_locale_parse(get_lang(self.env).code)
        shown = max(duration, timedelta(minutes=1))
        return format_timedelta(shown, locale=locale)

    # === ACTIONS === #

    def action_import_history(self):
        """Ask the channel how much there is, and how far back to go."""
        self.ensure_one()
        self.check_access("write")
        if self.history_state in UNFINISHED:
            raise UserError(
                self.env._(
                    "A history is being imported. Let it finish, or press Stop first."
                )
            )
        stream = self.stream_ids.filtered(lambda stream: stream.kind == "order")
        channel = self._channel()
        oldest = stream and channel.oldest(stream.kind)
        if not oldest:
            raise UserError(
                self.env._("The channel of %s does not tell older orders.", self.name)
            )
        until, values = self._now() - stream._spec().lag, {}
        try:
            values["order_days"] = channel.expected(stream.kind, oldest, until)
        except (ChannelError, VaultError) as error:
            values["notice"] = self._explain(error)
        wizard = self.env["acorn.history.import"].create(
            {
                "shop_id": self.id,
                "oldest": oldest.replace(tzinfo=None),
                "until": until.replace(tzinfo=None),
                **values,
            }
        )
        return wizard._get_records_action(
            name=self.env._("Import History"), target="new"
        )

    def _start_history(self, stream, plan):
        """Write down what is to be fetched, in place of what an earlier import did."""
        # sudo: people may start an import, not edit its windows.
        earlier_sudo = self.window_ids.sudo()
        earlier_sudo.unlink()
        earlier_sudo._create_from_plan(stream, plan)
        self._wake_lanes()

    def action_pause_history(self):
        self.window_ids.action_pause()

    def action_resume_history(self):
        self.window_ids.action_resume()

    def action_stop_history(self):
        """Forget what was not fetched; what was stays."""
        self.check_access("write")
        # sudo: people may stop an import, not edit its windows.
        unfinished_sudo = self.window_ids.sudo().filtered(
            lambda window: window.state in UNFINISHED
        )
        for shop in self:
            windows_sudo = unfinished_sudo.filtered(lambda w, s=shop: w.shop_id == s)
            subjects = windows_sudo.mapped("display_name")
            self.env["acorn.alert"]._resolve(shop, "stream", subjects)
        unfinished_sudo.unlink()

    def action_open_windows(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_window_action"
        )
        return action | {"domain": [("shop_id", "in", self.ids)], "context": {}}
