from odoo import fields, models


class AcornSiteTax(models.Model):
    """The tax in the prices of a site, by the country to which an order is sent."""

    _name = "acorn.site.tax"
    _description = "Tax of a Destination"
    _order = "site_id, country_id"
    _rec_name = "country_id"
    _check_company_auto = True

    site_id = fields.Many2one(
        "acorn.site", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    country_id = fields.Many2one("res.country", string="Sent to", required=True)
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        ondelete="restrict",
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '=', 'percent')]",
        help="Empty: nothing is taxed there, as in exports.",
    )

    _country_unique = models.UniqueIndex(
        "(site_id, country_id)", "A site has one tax for each country."
    )
