from odoo import models


class AcornSettlementRevenue(models.AbstractModel):
    """How settlements meet invoices and cost: part of ``acorn.settlement``."""

    _name = "acorn.settlement.revenue"
    _description = "Revenue of Settlements"
