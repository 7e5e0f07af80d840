from odoo import fields, models
from odoo.tools import SQL

# Chosen as Odoo chooses those that it divides by: of the company's currency nothing
# changes, whatever rates there are.
RATE = """
    SELECT rate FROM res_currency_rate
     WHERE currency_id = %(currency)s
       AND (company_id IS NULL OR company_id = %(company)s)
     ORDER BY company_id,
              CASE WHEN name <= %(today)s THEN name END DESC,
              CASE WHEN name > %(today)s THEN name END
     LIMIT 1
"""


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
        rate = SQL(
            RATE,
            currency=company.currency_id.id,
            company=company.root_id.id,
            today=fields.Date.context_today(self),
        )
        return SQL("%s * COALESCE((%s), 1.0)", total, rate)
