from odoo import api, fields, models
from odoo.fields import Domain


class AcornInternal(models.AbstractModel):
    """What is sold between companies of one group: orders and invoices say so."""

    _name = "acorn.internal"
    _description = "Within the Group"

    acorn_internal = fields.Boolean(
        string="Within the Group",
        compute="_compute_acorn_internal",
        search="_search_acorn_internal",
        help="Seller and buyer are companies of one group: consolidation takes it out.",
    )

    @api.depends("company_id", "partner_id.commercial_partner_id")
    def _compute_acorn_internal(self):
        partners_of = {
            company: company._acorn_group().partner_id - company.partner_id
            for company in self.company_id
        }
        for each in self:
            others = partners_of.get(each.company_id, self.env["res.partner"])
            each.acorn_internal = each.partner_id.commercial_partner_id in others

    @api.model
    def _search_acorn_internal(self, operator, value):
        if operator != "in":
            return NotImplemented
        domains = []
        for company in self.env.companies:
            others = company._acorn_group().partner_id - company.partner_id
            domains.append(
                Domain("company_id", "=", company.id)
                & Domain("partner_id.commercial_partner_id", "in", others.ids)
            )
        return Domain.OR(domains)
