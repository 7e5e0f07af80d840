from odoo import models


class AcornSettlementBank(models.AbstractModel):
    """How settlements meet the bank: part of ``acorn.settlement``."""

    _name = "acorn.settlement.bank"
    _description = "Bank of Settlements"
