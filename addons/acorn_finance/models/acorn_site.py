from odoo import api, fields, models

# What would go with a site.
TOLD = ("acorn.profit.day", "acorn.product.day")


class AcornSite(models.Model):
    _inherit = "acorn.site"

    tax_mode = fields.Selection(
        [
            ("rows", "Tax on rows of its own"),
            ("split", "VAT is in the price: split by the order's destination"),
            ("channel", "The channel is liable for the tax"),
        ],
        string="Tax of Settlements",
        default="rows",
        required=True,
        help="How the tax of what was sold is found in settlements.",
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account", check_company=True, copy=False, ondelete="restrict"
    )
    destination_tax_ids = fields.One2many(
        "acorn.site.tax", "site_id", string="Taxes by Destination"
    )

    @api.model
    def _acorn_kept_with(self):
        return [*super()._acorn_kept_with(), *((name, "site_id") for name in TOLD)]

    def _analytic_account(self):
        """Return the analytic account of each site, made where there is none yet."""
        plan = self.env.ref("acorn_finance.account_analytic_plan_sites")
        # sudo: who posts settlements need not be allowed to change sites.
        for site_sudo in self.sudo().filtered(lambda s: not s.analytic_account_id):
            site_sudo.analytic_account_id = site_sudo.analytic_account_id.create(
                {
                    "name": f"{site_sudo.shop_id.name} · {site_sudo.name}",
                    "plan_id": plan.id,
                    "company_id": site_sudo.company_id.id,
                }
            )
        # sudo: as above.
        return self.sudo().analytic_account_id

    def _with_analytic(self, distribution):
        """Return an analytic distribution with the site beside the shop."""
        shop = self.shop_id._analytic_distribution()
        if not self or not shop or distribution != shop:
            return distribution
        site = self._analytic_account()
        return {f"{account},{site.id}": share for account, share in shop.items()}
