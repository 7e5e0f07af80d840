from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..channel import UTC, ChannelError
from ..vault import VaultError


class AcornConnection(models.AbstractModel):
    """How a shop is connected to its channel, paused, and told what is wrong."""

    _name = "acorn.connection"
    _description = "Connection"

    @api.model
    def _now(self):
        """Return the present as channels want it: aware UTC."""
        return datetime.now(UTC)

    def _channel(self):
        """Return the channel of this shop, ready to be called."""
        self.ensure_one()
        return self._get_channel_class()(
            self._channel_account(),
            self._now,
            **self._channel_options(),
        )

    def action_check_connection(self):
        """Ask the channel which sites the account sells on, and go live."""
        self.ensure_one()
        self.check_access("write")
        try:
            sites = self._channel().check()
        except (ChannelError, VaultError) as error:
            self._set_problem(self._explain(error))
            return self._notify(
                self.problem, "danger", title=self.env._("Not connected")
            )
        # sudo: who may test the connection gets what the channel tells of it.
        self.env["acorn.site"].sudo()._update_from_channel(self, sites)
        self._go_live()
        return self._notify(
            self.env._("Connected: %s.", ", ".join(self.site_ids.mapped("name"))),
            "success",
        )

    def _go_live(self):
        self.ensure_one()
        now = fields.Datetime.now()
        # sudo: people connect, pause and resume; the states are written by these alone.
        self.sudo().write(
            {
                "state": "live",
                "problem": False,
                "probe_after": False,
                "live_since": self.live_since if self.state == "live" else now,
                "stock_since": self.stock_since or now,
            }
        )
        # sudo: see above.
        self.env["acorn.stream"].sudo()._sync_with_channel(self)
        self.env["acorn.alert"]._resolve(self, "account")
        self._wake_lanes()

    def _set_problem(self, text):
        """Keep what is wrong with the account where people look for it."""
        self.ensure_one()
        # sudo: see _go_live.
        self.sudo().problem = text
        self.env["acorn.alert"]._raise_alert(
            self, "account", self.name, text, severity="error"
        )

    def _pause_for(self, error):
        """Stop asking with an account that does not work; probe it again in an hour."""
        self.ensure_one()
        # sudo: see _go_live.
        self.sudo().write(
            {
                "state": "paused",
                "probe_after": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        self._set_problem(self._explain(error))

    def action_pause(self):
        self.check_access("write")
        # Without a time to probe at the shop rests until a person resumes it.
        # sudo: see _go_live.
        self.sudo().write({"state": "paused", "probe_after": False})

    def action_resume(self):
        for shop in self:
            shop.action_check_connection()

    def action_sync_now(self):
        """Make every stream due and wake the lanes, which fetch at once."""
        self.check_access("write")
        waiting = self.filtered(lambda shop: shop.state != "live")
        if waiting:
            raise UserError(
                self.env._(
                    "%s is not live. Press Test Connection first.",
                    ", ".join(waiting.mapped("name")),
                )
            )
        self.stream_ids.filtered(lambda stream: stream.kind == "order")._make_due()
        self._wake_lanes()
        return self._notify(
            self.env._("Orders are being fetched. They appear here in a moment."),
            "info",
        )

    def _notify(self, message, kind, title=None):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": title or self.env._("Acorn"),
                "message": message,
                "type": kind,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
