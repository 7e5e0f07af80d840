from odoo import api, fields, models
from odoo.tools import SQL


class AcornProfitMonth(models.Model):
    """The days of a month together: what ``acorn.profit.day`` reads where nobody asks
    for days."""

    _name = "acorn.profit.month"
    _description = "Profit of a Month"
    _inherit = "acorn.profit.day"
    _log_access = False

    day = fields.Date(string="Month", help="Its first day.")
    days = fields.Integer(readonly=True, default=1, help="Rows that it sums up.")

    @api.model
    def _reader(self, domain, specs, aggregates, order):
        return self

    def _follow(self, touched=None):
        """Nothing follows months."""

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "__count":
            days = self._field_to_sql(self._table, "days", query)
            return SQL("COALESCE(SUM(%s), 0)::int", days)
        return super()._read_group_select(aggregate_spec, query)
