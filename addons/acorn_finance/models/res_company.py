from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "acorn.company.fees", "acorn.kept"]

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

    acorn_payout_days = fields.Integer(
        string="Days to the Bank",
        default=7,
        help="When a payout is not on the bank's statement after so long, somebody is "
        "told. 0: never.",
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

    @api.model
    def _acorn_kept_with(self):
        """Odoo and its addons say themselves what they keep companies for."""
        return [
            (model, field)
            for model, field in super()._acorn_kept_with()
            if model.startswith("acorn.")
        ]

    def _acorn_group(self):
        """Return all companies of the company's group, from the top unit down."""
        self.ensure_one()
        # sudo: that it is a company of the group says nothing about that company.
        return self.browse(self._acorn_way()[:1]).sudo()._acorn_below()
