from odoo import fields, models

from .acorn_shipping import PACKAGE_CHANGED


class StockPackage(models.Model):
    _inherit = "stock.package"

    acorn_carrier_id = fields.Many2one(
        "delivery.carrier",
        string="Carrier",
        copy=False,
        help="Who carries this package, if not the carrier of the whole delivery.",
    )
    acorn_tracking = fields.Char(
        string="Tracking Number",
        copy=False,
        help="Of this package. When empty, that of the whole delivery.",
    )
    acorn_number = fields.Char(
        string="Number at the Channel",
        readonly=True,
        copy=False,
        help="By this number the channel knows the package within its order. Another "
        "tracking number changes that same package there.",
    )
    acorn_picking_id = fields.Many2one(
        "stock.picking",
        string="Told With Delivery",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    acorn_told = fields.Char(
        readonly=True,
        copy=False,
        help="Carrier and tracking number as last told, to be compared with what they "
        "are.",
    )

    _acorn_changed_index = models.Index(f"(acorn_picking_id) WHERE {PACKAGE_CHANGED}")

    def _acorn_now(self):
        """Return carrier and tracking number as ``acorn_told`` keeps them."""
        return f"{self.acorn_carrier_id.id or ''}/{self.acorn_tracking or ''}"

    def _acorn_left_again(self, picking):
        """Whether this package has left once more after a delivery."""
        later = self.acorn_picking_id
        return bool(later and later != picking and later.date_done > picking.date_done)

    def _acorn_own(self, picking):
        """Return the package's own carrier and tracking number, for a delivery.

        Those with which it left another time are none of this delivery's.
        """
        used = self.acorn_picking_id not in (picking, picking.browse())
        if used and self.acorn_told == self._acorn_now():
            return self.acorn_carrier_id.browse(), ""
        return self.acorn_carrier_id, self.acorn_tracking
