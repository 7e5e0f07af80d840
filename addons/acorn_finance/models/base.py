from odoo import fields, models
from odoo.tools import SQL


class Base(models.AbstractModel):
    _inherit = "base"

    def _read_group_select(self, aggregate_spec, query):
        """Add up several currencies in the company's.

        Odoo adds up in the currency whose rate is 1, and shows the company's symbol.
        """
        total = super()._read_group_select(aggregate_spec, query)
        if not aggregate_spec.endswith(":sum_currency"):
            return total
        company = self.env.company
        currency = company.currency_id
        rates = currency._get_rates(company, fields.Date.context_today(self))
        return SQL("%s * %s", total, rates[currency.id])
