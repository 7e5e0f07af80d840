from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.acorn_base import natures

from .. import chart_accounts


class ResCompany(models.Model):
    _inherit = "res.company"

    acorn_oss_country_id = fields.Many2one(
        "res.country",
        string="OSS: Registered In",
        help="Where the company declares its sales to consumers in the European Union.",
    )
    acorn_ioss = fields.Char(
        string="IOSS Number", help="Of the company, or of its intermediary: IM…"
    )
    acorn_datev_consultant = fields.Integer(
        string="DATEV Consultant Number", help="Of the tax adviser (Beraternummer)."
    )
    acorn_datev_client = fields.Integer(
        string="DATEV Client Number", help="Of the company there (Mandantennummer)."
    )
    acorn_datev_length = fields.Integer(
        string="Digits of DATEV Accounts",
        default=4,
        help="Of general ledger accounts (Sachkontenlänge); shorter numbers are filled "
        "with noughts.",
    )
    acorn_datev_debtor = fields.Char(
        string="DATEV Debtor",
        default="10000",
        help="Stands for all customers: receivables are posted on it.",
    )
    acorn_datev_creditor = fields.Char(
        string="DATEV Creditor",
        default="70000",
        help="Stands for all suppliers: payables are posted on it.",
    )

    @api.constrains(
        "acorn_datev_consultant",
        "acorn_datev_client",
        "acorn_datev_length",
        "acorn_datev_debtor",
        "acorn_datev_creditor",
    )
    def _check_acorn_datev(self):
        for company in self:
            length = company.acorn_datev_length
            people = company.acorn_datev_debtor, company.acorn_datev_creditor
            if company.acorn_datev_consultant and not (
                1001 <= company.acorn_datev_consultant <= 9999999
            ):
                problem = self.env._("DATEV's consultant numbers are 1001 to 9999999.")
            elif company.acorn_datev_client and not (
                1 <= company.acorn_datev_client <= 99999
            ):
                problem = self.env._("DATEV's client numbers are 1 to 99999.")
            elif not 4 <= length <= 8:
                problem = self.env._("DATEV's accounts have 4 to 8 digits.")
            elif not all(
                number and number.isdigit() and len(number) <= length + 1
                for number in people
            ):
                problem = self.env._(
                    "DATEV's debtors and creditors are numbers of %s digits here.",
                    length + 1,
                )
            else:
                continue
            raise ValidationError(problem)

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

    def _acorn_group(self):
        """Return all companies of the company's group, from the top unit down."""
        self.ensure_one()
        # sudo: that it is a company of the group says nothing about that company.
        return self.browse(self._acorn_way()[:1]).sudo()._acorn_below()

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
