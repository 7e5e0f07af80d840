from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.acorn_base.quiet import BULK


class AcornProfitMonth(models.Model):
    """The days of a month together: what ``acorn.profit.day`` reads where nobody asks
    for days."""

    _name = "acorn.profit.month"
    _description = "Profit of a Month"
    _inherit = "acorn.profit.day"
    _log_access = False

    day = fields.Date(string="Month", help="Its first day.")
    days = fields.Integer(readonly=True, default=1, help="Rows that it sums up.")

    @property
    def _table_query(self):
        """Days where a period cuts months in two: with them it is read as a whole."""
        mark, *whole = self.env.context.get("acorn_whole_months", (None,))
        if mark is not BULK:
            return None
        since, until = whole
        return SQL(
            "SELECT %(columns)s, days FROM acorn_profit_month"
            " WHERE day >= %(since)s AND day < %(until)s"
            " UNION ALL SELECT %(columns)s, 1 FROM acorn_profit_day"
            " WHERE day < %(since)s OR day >= %(until)s",
            columns=SQL(", ").join(map(SQL.identifier, self._columns_of_days())),
            since=since,
            until=until,
        )

    def _columns_of_days(self):
        return [
            name
            for name, field in self.env["acorn.profit.day"]._fields.items()
            if field.store and field.column_type
        ]

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
