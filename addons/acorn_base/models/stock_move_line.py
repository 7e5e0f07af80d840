from odoo import fields, models

from ..groups import COMMERCIAL
from ..quiet import in_bulk


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    acorn_shop_id = fields.Many2one(
        related="move_id.acorn_shop_id", store=True, index="btree_not_null"
    )
    acorn_site_id = fields.Many2one(
        related="move_id.acorn_site_id", store=True, index="btree_not_null"
    )
    acorn_counted = fields.Float(
        string="Counted",
        digits="Product Unit",
        copy=False,
        help="How much of it the picker has in hand, as the phone has scanned.",
    )
    # For customs declarations, which carriers write as the system.
    sale_price = fields.Float(compute_sudo=True, groups=COMMERCIAL)

    def _check_company(self, fnames=None):
        """Lines made in bulk are of the company of their order; once is enough."""
        if in_bulk(self, "acorn_checked"):
            return None
        return super()._check_company(fnames)
