from odoo import models

from ..quiet import in_bulk


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _check_company(self, fnames=None):
        """Lines made in bulk are of the company of their order; once is enough."""
        if in_bulk(self, "acorn_checked"):
            return None
        return super()._check_company(fnames)
