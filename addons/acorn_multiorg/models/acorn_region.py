from odoo import api, fields, models
from odoo.exceptions import UserError


class AcornRegion(models.Model):
    _inherit = "acorn.region"

    country_ids = fields.Many2many(
        "res.country",
        string="Countries",
        help="New sites of these countries are tagged with the region.",
    )

    @api.model
    def _acorn_audited(self):
        return [*super()._acorn_audited(), "country_ids"]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_scopes(self):
        # sudo: without its region somebody's scope would reach everything.
        scopes_sudo = self.env["acorn.scope"].sudo().with_context(active_test=False)
        used = scopes_sudo.search([("region_ids", "in", self.ids)])
        if used:
            raise UserError(
                self.env._(
                    "Scopes are limited to this region: %s. Change these first: "
                    "without the region they would reach everything.",
                    ", ".join(used.mapped("display_name")),
                )
            )
