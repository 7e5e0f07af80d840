from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _check_company(self, fnames=None):
        """Lines made in bulk are of the company of their order; once is enough."""
        if not self.env.context.get("acorn_ledger"):
            super()._check_company(fnames)
