from odoo import fields, models


class AcornShopShipping(models.AbstractModel):
    """How a shop ships: part of ``acorn.shop``."""

    _name = "acorn.shop.shipping"
    _description = "Shipping of a Shop"

    carrier_id = fields.Many2one(
        "delivery.carrier",
        string="Usual Delivery Method",
        check_company=True,
        help="Told to the channel for deliveries that name no method of their own.",
    )
    ship_by_hours = fields.Integer(
        string="Tell Hours Before Ship-By",
        default=6,
        help="So long before the ship-by time of the first order passes, one alert of "
        "this shop says how many orders have to leave. 0: only when they are late.",
    )

    def action_open_unconfirmed(self):
        """Open the deliveries of which the channel does not know as it should."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.stock_picking_unconfirmed_action"
        )
        return action | {
            "domain": [
                ("acorn_site_id.shop_id", "in", self.ids),
                ("acorn_push_error", "!=", False),
            ]
        }

    def action_open_due(self):
        """Open the orders that have to leave, the most urgent first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.sale_order_ship_by_action"
        )
        return action | {
            "domain": [("acorn_shop_id", "in", self.ids), ("acorn_to_ship", "=", True)],
            "context": {},
        }

    def _tells(self, kind):
        """Whether the shop's channel can be told instructions of a kind."""
        return kind in self._get_channel_class().accepts
