from odoo import fields, models


class AcornKnownCarrier(models.Model):
    """A carrier that a channel is known to know: offered when codes are entered."""

    _name = "acorn.known.carrier"
    _description = "Carrier Known at a Channel"
    _order = "code"
    _rec_name = "code"

    channel = fields.Selection(
        selection=lambda self: self.env["acorn.shop"]._get_channels()
    )
    code = fields.Char(required=True)

    _code_unique = models.UniqueIndex(
        "(coalesce(channel, ''), code)", "This carrier is listed already."
    )
