from odoo import api, models


class AcornSettlementIntake(models.AbstractModel):
    """How settlements are stored: part of ``acorn.settlement``."""

    _name = "acorn.settlement.intake"
    _description = "Intake of Settlements"

    @api.model
    def _acorn_apply(self, shop, record, message=None):
        """Store what a channel settled; delivered twice it is one settlement.

        :param record: finance_records.Settlement
        :return: the settlement
        """
        raise NotImplementedError
