from odoo import api, fields, models


class AccountTax(models.Model):
    _inherit = "account.tax"

    # What the tax report is by. Guessed from the tax, and people may know better.
    acorn_regime = fields.Selection(
        [
            ("domestic", "Domestic"),
            ("abroad", "Registered in Another Country"),
            ("oss", "One-Stop Shop (OSS)"),
            ("ioss", "Import One-Stop Shop (IOSS)"),
            ("reverse", "Reverse Charge"),
            ("exempt", "Exempt or Zero-Rated"),
            ("channel", "The Channel Is Liable (Deemed Reseller)"),
        ],
        string="Tax Regime",
        compute="_compute_acorn_regime",
        store=True,
        readonly=False,
        copy=False,
        help="Where the tax stands in the report of taxes.",
    )
    acorn_country_id = fields.Many2one(
        "res.country",
        string="Taxing Country",
        compute="_compute_acorn_country_id",
        store=True,
        readonly=False,
        copy=False,
        help="The country that gets the tax: of the buyer for one-stop shops.",
    )

    @api.depends(
        "amount",
        "amount_type",
        "country_id",
        "company_id.account_fiscal_country_id",
        "fiscal_position_ids.country_id",
        "fiscal_position_ids.foreign_vat",
        "invoice_repartition_line_ids.factor_percent",
    )
    def _compute_acorn_regime(self):
        for tax in self:
            tax.acorn_regime = tax._guess_regime()

    def _guess_regime(self):
        factors = self.invoice_repartition_line_ids.mapped("factor_percent")
        if any(factor < 0 for factor in factors):
            return "reverse"
        if self.amount_type == "percent" and not self.amount:
            return "exempt"
        home = self.company_id.account_fiscal_country_id
        if home and self.country_id != home:
            return "abroad"
        destination = self._destination()
        if self.type_tax_use == "sale" and destination and destination != home:
            registered = any(self.fiscal_position_ids.mapped("foreign_vat"))
            return "abroad" if registered else "oss"
        return "domestic"

    @api.depends("country_id", "fiscal_position_ids.country_id")
    def _compute_acorn_country_id(self):
        for tax in self:
            tax.acorn_country_id = tax._destination() or tax.country_id

    def _destination(self):
        """Return the one country whose buyers are taxed so, or none."""
        countries = self.fiscal_position_ids.country_id
        return countries if len(countries) == 1 else countries.browse()
