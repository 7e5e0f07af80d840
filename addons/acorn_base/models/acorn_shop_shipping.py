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
    auto_ship = fields.Selection(
        [
            ("method", "As the delivery method says"),
            ("never", "Never"),
            ("reserved", "As soon as all goods are reserved"),
            ("due", "Before ship-by"),
        ],
        string="Mark as Shipped Automatically",
        default="method",
        required=True,
        help="Deliveries are validated by Acorn, without anybody pressing Validate, "
        "and the channel is told. Choose it only where goods surely leave in time.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Ships From",
        check_company=True,
        domain="[('acorn_network', '=', False)]",
        help="The warehouse of new quantity groups, and of those that sell from one "
        "warehouse only. Empty: the company's first.",
    )
    ship_by_hours = fields.Integer(
        string="Tell Hours Before Ship-By",
        default=6,
        help="So long before the ship-by time of the first order passes, one alert of "
        "this shop says how many orders have to leave. 0: only when they are late.",
    )

    def write(self, vals):
        if "warehouse_id" not in vals:
            return super().write(vals)
        before = {shop: self.env["stock.warehouse"]._acorn_own(shop) for shop in self}
        result = super().write(vals)
        for shop, old in before.items():
            shop._move_sources(old, self.env["stock.warehouse"]._acorn_own(shop))
        return result

    def _move_sources(self, old, new):
        """Let groups that sell from one warehouse only sell from another one.

        Those with several sources, or with a part of a warehouse, were made by people.
        """
        groups = self.env["acorn.quantity.group"].search([("shop_id", "=", self.id)])
        for group in groups:
            source = group.source_ids
            alone = len(source) == 1 and not source.place_id
            if new and alone and source.warehouse_id == old:
                source.warehouse_id = new

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
