from dataclasses import dataclass

from odoo import api, models


@dataclass(frozen=True)
class BatchColumn:
    """What a sheet of shops says of each in one column.

    Its ``key`` is the same in every language. What a ``secret`` column holds is kept
    sealed from the moment the sheet is read until its shop is made.
    """

    key: str
    title: str
    hint: str
    secret: bool = False


class AcornShopBatch(models.AbstractModel):
    """How a channel has many shops connected from one sheet.

    An addon of a channel overrides these; who reads sheets knows no channel.
    """

    _name = "acorn.shop.batch"
    _description = "Shops by Sheet"

    @api.model
    def _batch_columns(self, channel):
        """Return the ``BatchColumn``s with which a channel's shops are connected."""
        return []

    @api.model
    def _batch_problems(self, channel, rows):
        """Return what is wrong with the channel's columns of rows, before any is used.

        :param rows: {row's number: {key of column: text, "unit": ``res.company``}}
        :return: {row's number: [sentence, …]}, only rows with a problem; no sentence
            holds what stands in a secret column
        """
        return {}

    def _batch_enter(self, values):
        """Enter into a new shop what its row says.

        :param values: {key of column: text}, secret ones in plain text
        """
        self.ensure_one()
