from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..controllers.health import TOKEN_PARAMETER, make_token
from .acorn_call import DAYS, DAYS_PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    acorn_alarm_minutes = fields.Integer(
        related="company_id.acorn_alarm_minutes", readonly=False
    )
    acorn_quiet_hours = fields.Integer(
        related="company_id.acorn_quiet_hours", readonly=False
    )
    acorn_most_pending = fields.Integer(
        related="company_id.acorn_most_pending", readonly=False
    )
    acorn_log_days = fields.Integer(
        string="Keep Logs (Days)", config_parameter=DAYS_PARAMETER, default=DAYS
    )
    acorn_has_monitor_token = fields.Boolean(compute="_compute_acorn_has_monitor_token")

    @api.depends("company_id")
    def _compute_acorn_has_monitor_token(self):
        # sudo: whether there is one, not which.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        for settings in self:
            known = parameters_sudo.get_param(TOKEN_PARAMETER)
            settings.acorn_has_monitor_token = bool(known)

    def action_acorn_new_monitor_token(self):
        """Make a token for monitors, show it once, and keep a hash of it.

        The one before opens nothing any more.
        """
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._("An administrator of Odoo makes tokens for monitors.")
            )
        token, known = make_token()
        # sudo: only the hash is written, by whom was looked at just above.
        self.env["ir.config_parameter"].sudo().set_param(TOKEN_PARAMETER, known)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Copy it now: it is not shown again"),
                "message": token,
                "type": "warning",
                "sticky": True,
            },
        }

    acorn_purge_days = fields.Integer(
        related="company_id.acorn_purge_days", readonly=False
    )
    acorn_tax_days = fields.Integer(related="company_id.acorn_tax_days", readonly=False)
    acorn_speed_days = fields.Integer(
        related="company_id.acorn_speed_days", readonly=False
    )
    acorn_safety_days = fields.Integer(
        related="company_id.acorn_safety_days", readonly=False
    )
    acorn_review_days = fields.Integer(
        related="company_id.acorn_review_days", readonly=False
    )

    def action_acorn_purge_preview(self):
        """Show the orders whose personal data would be removed now."""
        return self.company_id._acorn_purge_preview()
