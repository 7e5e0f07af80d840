from odoo import models


class ReportAccountFinancialReportVatReport(models.AbstractModel):
    _inherit = "report.account_financial_report.vat_report"

    def _get_vat_report_data(self, company_id, date_from, date_to, only_posted_moves):
        """Let the database sum what else is read item by item, in minutes."""
        asked = company_id, date_from, date_to, only_posted_moves
        Items = self.env["account.move.line"]
        taxes = Items._read_group(
            self._get_tax_report_domain(*asked), ["tax_line_id"], ["balance:sum"]
        )
        bases = Items._read_group(
            [*self._get_net_report_domain(*asked), ("tax_ids", "!=", False)],
            ["tax_ids"],
            ["balance:sum"],
        )
        rows = [
            *({"tax_line_id": tax.id, "net": 0.0, "tax": sum_} for tax, sum_ in taxes),
            *({"tax_line_id": tax.id, "net": sum_, "tax": 0.0} for tax, sum_ in bases),
        ]
        return rows, self._get_tax_data([row["tax_line_id"] for row in rows])
