from odoo import models


class AcornSettlementPosting(models.AbstractModel):
    """How settlements become journal entries: part of ``acorn.settlement``."""

    _name = "acorn.settlement.posting"
    _description = "Posting of Settlements"
