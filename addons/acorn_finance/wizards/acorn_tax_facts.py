from odoo import api, fields, models
from odoo.exceptions import AccessError

FACTS = (
    "acorn_oss_country_id",
    "acorn_ioss",
    "acorn_datev_consultant",
    "acorn_datev_client",
    "acorn_datev_length",
    "acorn_datev_debtor",
    "acorn_datev_creditor",
)


class AcornTaxFacts(models.TransientModel):
    """Lets accountants set what accountants know of a company, and nothing else."""

    _name = "acorn.tax.facts"
    _description = "Tax Facts and DATEV"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    vat = fields.Char(related="company_id.vat")
    is_german = fields.Boolean(compute="_compute_is_german")
    acorn_oss_country_id = fields.Many2one(
        "res.country",
        string="OSS: Registered In",
        compute="_compute_facts",
        store=True,
        readonly=False,
        help="Where the company declares its sales to consumers in the European Union.",
    )
    acorn_ioss = fields.Char(
        string="IOSS Number",
        compute="_compute_facts",
        store=True,
        readonly=False,
        help="Of the company, or of its intermediary: IM…",
    )
    acorn_datev_consultant = fields.Integer(
        string="Consultant Number",
        compute="_compute_facts",
        store=True,
        readonly=False,
        help="Of the tax adviser (Beraternummer).",
    )
    acorn_datev_client = fields.Integer(
        string="Client Number",
        compute="_compute_facts",
        store=True,
        readonly=False,
        help="Of the company there (Mandantennummer).",
    )
    acorn_datev_length = fields.Integer(
        string="Digits of Accounts",
        compute="_compute_facts",
        store=True,
        readonly=False,
        help="Of general ledger accounts (Sachkontenlänge); shorter numbers are filled "
        "with noughts.",
    )
    acorn_datev_debtor = fields.Char(
        string="Debtor",
        compute="_compute_facts",
        store=True,
        readonly=False,
        help="Stands for all customers: receivables are posted on it.",
    )
    acorn_datev_creditor = fields.Char(
        string="Creditor",
        compute="_compute_facts",
        store=True,
        readonly=False,
        help="Stands for all suppliers: payables are posted on it.",
    )

    @api.depends("company_id")
    def _compute_is_german(self):
        for wizard in self:
            wizard.is_german = self.env["acorn.datev"]._applies(wizard.company_id)

    @api.depends("company_id")
    def _compute_facts(self):
        for wizard in self:
            for name in FACTS:
                wizard[name] = wizard.company_id[name]

    def action_save(self):
        self.ensure_one()
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._("Choose the company at the top right to change its facts.")
            )
        # sudo: accountants may set these few facts; other settings of a company are
        # an administrator's.
        company_sudo = self.company_id.sudo()
        company_sudo.write(
            {
                name: self[name].id if name.endswith("_id") else self[name]
                for name in FACTS
            }
        )
        return {"type": "ir.actions.act_window_close"}
