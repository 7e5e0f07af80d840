from odoo import api, models


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "acorn.audited"]
    _acorn_audience = "admin"

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("login", "active", "group_ids", "company_id", "company_ids"),
        ]

    def _acorn_audit_filter(self):
        """Customers who log in to the portal have no roles to tell of."""
        return super()._acorn_audit_filter().filtered(lambda user: not user.share)

    def _acorn_audit_place(self):
        return self.env["acorn.shop"], self.env["res.company"]
