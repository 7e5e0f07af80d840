from odoo import fields, models


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    acorn_code = fields.Char(
        string="Carrier Code at Channels",
        help="The word by which sales channels know the carrier (DHL, UPS, …). When "
        "empty the channel is told 'Other' with the name of this delivery method.",
    )
    acorn_service = fields.Char(
        string="Service at Channels", help="Shipping service told with the parcel."
    )
