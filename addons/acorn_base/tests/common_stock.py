from decimal import Decimal

from odoo.addons.acorn_base.records import Listing

from .common import AcornCase


class StockCase(AcornCase):
    """A shop that sends quantities of what is listed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.write({"stock_mode": "on", "guard_factor": 0, "guard_zero": 0})

    def list_on(self, site, *skus, shown=0, **values):
        """Let the channel report what it lists on a site."""
        values = {"currency": "USD", "status": "active", "price": Decimal(9), **values}
        self.world.listings[site.channel_ref] = [
            Listing(site.channel_ref, sku, sku, quantity=shown, **values)
            for sku in skus
        ]
        self.drain()

    def compare(self):
        """Let the comparison run as its cron does, and what it found be sent."""
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["acorn.offer.quantity"]._cron_compare()
        self.env.invalidate_all()
        self.send()

    def send(self):
        self.message_pushes()
        self.drain()

    def message_pushes(self):
        self.env["acorn.message"].search(
            [("direction", "=", "out"), ("state", "in", ("pending", "waiting"))]
        ).write({"next_try": False})

    def quantity(self, sku="MUG", site=None):
        group = (site or self.us).quantity_group_id
        return self.env["acorn.offer.quantity"].search(
            [("sku", "=", sku), ("group_id", "=", group.id)]
        )

    def told(self, sku="MUG", site="US1"):
        """What buyers can order of a SKU now, as the channel has it."""
        return self.world.quantities.get((site, sku))

    def rule(self, kind, value, **values):
        return self.env["acorn.stock.rule"].create(
            {"kind": kind, "value": value, **values}
        )
