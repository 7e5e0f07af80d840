from .common import AcornCase


class ShippingCase(AcornCase):
    """Deliveries that leave, as people in a warehouse make them."""

    def ship(self, order, tracking="TRACK1", carrier=None, quantities=None):
        picking = order.picking_ids.filtered(lambda p: p.state == "assigned")
        picking.carrier_id = self.carrier if carrier is None else carrier
        picking.carrier_tracking_ref = tracking
        for move in picking.move_ids:
            if quantities:
                move.quantity = quantities.get(move.product_id, 0)
            move.picked = move.quantity > 0
        picking._action_done()
        return picking

    def pack(self, order):
        """Put each line of the open delivery in a package; return these."""
        picking = order.picking_ids.filtered(lambda p: p.state == "assigned")
        packages = self.env["stock.package"]
        for move in picking.move_ids.sorted("id"):
            package = self.env["stock.package"].create({})
            move.move_line_ids.result_package_id = package
            packages |= package
        return packages

    def method(self, name, **values):
        product = self.env["product.product"].create({"name": name, "type": "service"})
        return self.env["delivery.carrier"].create(
            {"name": name, "product_id": product.id, **values}
        )

    def told(self):
        """Return carrier code and tracking number the channel has of each parcel."""
        return {
            ref: (parcel.carrier_code, parcel.tracking)
            for (_order, ref), parcel in sorted(self.world.parcels.items())
        }

    def watch(self):
        """Let the watchdog make its round, commits included."""
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["acorn.watch"]._cron_watch()
        self.env.invalidate_all()
