from odoo import models


class AccountStatementImport(models.TransientModel):
    _inherit = "account.statement.import"

    def _import_file(self):
        """Look for payouts on what has just come from the bank."""
        result = super()._import_file()
        statements = self.env["account.bank.statement"].browse(result["statement_ids"])
        for company in statements.company_id:
            self.env["acorn.bank.match"]._run(company)
        return result
