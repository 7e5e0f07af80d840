from odoo import api, fields, models


class DeliveryCarrier(models.Model):
    _name = "delivery.carrier"
    _inherit = ["delivery.carrier", "acorn.audited"]

    acorn_code = fields.Char(
        string="Carrier Code at Channels",
        help="The word by which sales channels know the carrier (DHL, UPS, …). When "
        "empty the channel is told 'Other' with the name of this delivery method. "
        "Where a channel, shop or site has a word of its own, Carrier Codes has it.",
    )
    acorn_service = fields.Char(
        string="Service at Channels", help="Shipping service told with the parcel."
    )
    acorn_code_ids = fields.One2many(
        "acorn.carrier.code", "carrier_id", string="Codes of Single Channels"
    )
    acorn_untracked = fields.Boolean(
        string="Without Tracking",
        help="For letters and whatever else has no tracking number: a delivery is told "
        "to the channel as shipped although it has none. A channel that insists on a "
        "number refuses it, and the delivery says so.",
    )
    acorn_auto_ship = fields.Selection(
        [("reserved", "As soon as all goods are reserved"), ("due", "Before ship-by")],
        string="Mark as Shipped Automatically",
        help="Deliveries of channel orders with this method are validated by Acorn, "
        "without anybody pressing Validate, and the channel is told: as soon as all "
        "their goods are reserved, or when the ship-by time is as near as the shop's "
        "alert says. Choose it only where goods surely leave in time, for example for "
        "letters posted every day: buyers are told that theirs is under way. What is "
        "blocked, or not wholly reserved, waits for a person.",
    )

    def _product_price_to_company_currency(self, quantity, product, company):
        # sudo: the customs' papers of a parcel name a value, whoever packs it.
        return super()._product_price_to_company_currency(
            quantity, product.sudo(), company
        )

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("name", "active", "acorn_code", "acorn_service", "acorn_untracked"),
            *("acorn_auto_ship",),
        ]

    def _acorn_words(self, site):
        """Return the words by which the channel of a site knows this carrier.

        :return: dict of ``carrier_code``, ``carrier_name``, ``service``
        """
        # sudo: who packs need not be able to read the codes of channels.
        special_sudo = self.sudo().acorn_code_ids._for(site.sudo())
        if special_sudo:
            return {
                "carrier_code": special_sudo.code,
                "carrier_name": special_sudo.name or "",
                "service": special_sudo.service or self.acorn_service or self.name,
            }
        return {
            "carrier_code": (self.acorn_code or "Other") if self else "",
            "carrier_name": self.name or "",
            "service": self.acorn_service or self.name or "",
        }
