import logging
from datetime import timedelta

from odoo import api, fields, models

from ..attempt import attempt

_logger = logging.getLogger(__name__)


class AcornOffline(models.AbstractModel):
    """How a shop is worked with while its channel cannot be reached."""

    _name = "acorn.offline"
    _description = "Work Without the Channel"

    export_every = fields.Selection(
        [("never", "Never"), ("hour", "Every Hour"), ("day", "Every Day")],
        string="Write Files",
        default="never",
        required=True,
        copy=False,
        help="Open orders with addresses, stock, and parcels that the channel does not "
        "know yet, for the day on which the channel or this server is down. The files "
        "hold personal data: managers alone see them, and they are removed by "
        "themselves.",
    )
    export_keep = fields.Integer(
        string="Files Kept", default=3, help="Of each kind; a week at most."
    )
    exported_at = fields.Datetime(readonly=True, copy=False)

    def _channel_files(self):
        """Return the channel for what needs no call: reading and writing its files."""
        return self._channel()

    @api.model
    def _cron_export(self):
        """Write the files of the shops that want them and are due."""
        now = fields.Datetime.now()
        due = self.search(
            [
                ("state", "!=", "draft"),
                "|",
                "&",
                ("export_every", "=", "hour"),
                "|",
                ("exported_at", "=", False),
                ("exported_at", "<=", now - timedelta(minutes=50)),
                "&",
                ("export_every", "=", "day"),
                "|",
                ("exported_at", "=", False),
                ("exported_at", "<=", now - timedelta(hours=23)),
            ]
        )
        for done, shop in enumerate(due, 1):
            export = shop._speaking(self.env["acorn.export"])
            failure = attempt(self.env, lambda e=export, s=shop: e._make(s))
            if failure:
                _logger.error("No files of shop %s: %s", shop.id, failure.text)
            self.env["ir.cron"]._commit_progress(1, remaining=len(due) - done)

    def action_export(self):
        """Write the files now, and show them."""
        self.check_access("write")
        # sudo: files are written by the work itself; who may ask is checked above.
        export_sudo = self.env["acorn.export"].sudo()
        for shop in self:
            shop._speaking(export_sudo)._make(shop)
        return self.action_open_exports()

    def action_open_exports(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_export_action"
        )
        return action | {"domain": [("shop_id", "in", self.ids)]}
