from odoo import api, fields, models

from odoo.addons.acorn_base import natures

from .. import chart_accounts


class AcornCompanyFees(models.AbstractModel):
    """How the fees of channels are taxed: part of ``res.company``."""

    _name = "acorn.company.fees"
    _description = "Fees of Channels"

    acorn_fee_vat = fields.Selection(
        [
            ("charged", "Charged: the fees contain VAT that is recoverable"),
            ("reversed", "Reverse Charged: the company owes it, and recovers it"),
            ("exempt", "None"),
        ],
        string="VAT on the Channel's Fees",
        compute="_compute_acorn_fee_vat",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        recursive=True,
    )
    acorn_fee_tax_id = fields.Many2one(
        "account.tax",
        string="Tax of the Channel's Fees",
        compute="_compute_acorn_fee_tax_id",
        store=True,
        readonly=False,
        domain="[('type_tax_use', '=', 'purchase')]",
    )

    @api.depends("chart_template", "parent_id.acorn_fee_vat")
    def _compute_acorn_fee_vat(self):
        for company in self:
            chart = chart_accounts.FEE_VAT.get(company.root_id.chart_template)
            company.acorn_fee_vat = (
                company.parent_id.acorn_fee_vat
                or (chart and chart.usual)
                or chart_accounts.FeeVat.usual
            )

    @api.depends("acorn_fee_vat")
    def _compute_acorn_fee_tax_id(self):
        """Propose the tax that the chart has for it."""
        for company in self:
            chart = company.root_id.chart_template
            names = chart_accounts.FEE_VAT.get(chart)
            name = names and getattr(names, company.acorn_fee_vat or "", "")
            templates = self.env["account.chart.template"].with_company(company)
            company.acorn_fee_tax_id = (
                name and templates.ref(name, raise_if_not_found=False)
            ) or False

    def _acorn_propose_fee_tax(self):
        """The taxes of a chart may have come after the company was told of it."""
        self.filtered(
            lambda company: not company.acorn_fee_tax_id
        )._compute_acorn_fee_tax_id()

    def _acorn_tax_of(self, nature):
        """Return the tax that is on an amount of a nature, unless a rule says else."""
        self.ensure_one()
        is_fee = natures.BY_CODE[nature].taxation == natures.FEE if nature else False
        on_own_row = nature == "fee_tax" and self.acorn_fee_vat == "charged"
        # sudo: the taxes of a company are found whoever maps its fees.
        return self.sudo().acorn_fee_tax_id if is_fee or on_own_row else False

    def write(self, vals):
        """Rules that went by the old tax of fees go by the new one."""
        if not vals.keys() & {"acorn_fee_vat", "acorn_fee_tax_id"}:
            return super().write(vals)
        before = {company: company.acorn_fee_tax_id for company in self}
        result = super().write(vals)
        for company, tax in before.items():
            self.env["acorn.fee.rule"]._change_tax(company, tax)
        return result
