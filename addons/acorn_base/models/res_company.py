from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    acorn_tax_id = fields.Many2one(
        "account.tax",
        string="Tax of Sales Channels",
        check_company=True,
        help="Carries the tax that channels computed and this company owes.",
    )

    acorn_alarm_minutes = fields.Integer(
        string="Alarm After Minutes",
        default=30,
        help="For new shops: without a successful fetch for so long somebody is told.",
    )
    acorn_quiet_hours = fields.Integer(
        string="Tell After Hours Without Orders",
        help="For new shops: when nobody orders for so long, it is said. 0: never.",
    )
    acorn_most_pending = fields.Integer(
        string="Most Pending Documents",
        default=1000,
        help="When more documents of a shop wait to be worked off, somebody is told.",
    )

    def _acorn_tax(self):
        """Return the tax whose amounts come from the channels; make it once.

        Its own rate is nil: each order line brings the amount that the channel
        computed, which no percentage gives back to the cent.
        """
        self.ensure_one()
        if not self.acorn_tax_id:
            self.acorn_tax_id = self.env["account.tax"].create(
                {
                    "name": self.env._("Tax by sales channel"),
                    "description": self.env._("As computed by the sales channel"),
                    "invoice_label": self.env._("Tax"),
                    "amount_type": "percent",
                    "amount": 0,
                    "type_tax_use": "sale",
                    "price_include_override": "tax_excluded",
                    "company_id": self.id,
                    "country_id": (self.account_fiscal_country_id or self.country_id).id
                    or self.env.ref("base.us").id,
                    "tax_group_id": self._acorn_tax_group().id,
                }
            )
        return self.acorn_tax_id

    def _acorn_tax_group(self):
        """Return a group of its own: another one's name would be shown in totals."""
        country = self.account_fiscal_country_id or self.country_id
        return self.env["account.tax.group"].create(
            {
                "name": self.env._("Tax"),
                "company_id": self.id,
                "country_id": country.id,
            }
        )
