from odoo import models


class AcornSettlementBank(models.AbstractModel):
    """How settlements meet the bank: part of ``acorn.settlement``."""

    _name = "acorn.settlement.bank"
    _description = "Bank of Settlements"

    def _settled(self):
        """Do what follows when settlements and their lines are stored, or again."""
        for settlement in self:
            self.env["acorn.transaction"]._recount_settled(settlement)
