from odoo import api, models


class Shares(dict):
    """What sources give: id of a line → list of (stock source, quantity in the unit of
    its product); nobody outside can send one in a context."""


class AcornOrderSources(models.AbstractModel):
    """Which stock source gives which part of an order.

    What is published of a quantity group lies in its sources, so that is where the
    goods of its orders are reserved: see ``sourcing.share_out``.
    """

    _name = "acorn.order.sources"
    _description = "Order Sources"

    # === SOURCES === #

    def _acorn_sources(self):
        """Return the sources of this order, where there is a choice to make.

        There is none where the channel ships, and where the goods lie in all of the
        stock of the order's own warehouse.
        """
        self.ensure_one()
        # sudo: who changes an order need not be able to read what a shop is set to.
        site_sudo = self.sudo().acorn_site_id
        if self.acorn_by_channel or not site_sudo:
            return site_sudo.quantity_group_id.source_ids.browse()
        sources_sudo = site_sudo.quantity_group_id.source_ids
        if sources_sudo.location_id == self.warehouse_id.lot_stock_id:
            return sources_sudo.browse()
        return sources_sudo

    def _acorn_warehouses(self):
        """Return the warehouses from which the goods of this order may leave."""
        return self._acorn_sources().warehouse_id or self.warehouse_id

    # === NEW ORDERS === #

    @api.model
    def _acorn_share_out(self, orders):
        """Decide which source gives what of new orders, one after the other.

        An order that one warehouse serves is that warehouse's.

        :return: ``Shares`` of the lines of orders that have a choice
        """
        choosing = {o: sources for o in orders if (sources := o._acorn_sources())}
        shares, served = Shares(), {}
        if not choosing:
            return shares
        wants = {order: order.order_line._acorn_wants() for order in choosing}
        stock = self._acorn_stock_of(
            [want for each in wants.values() for want in each],
            self.env["acorn.stock.source"].union(*choosing.values()),
        )
        for order, sources in choosing.items():
            given = sources._acorn_give(wants[order], stock)
            shares.update(given)
            homes = {s.warehouse_id for each in given.values() for s, _q in each}
            home = homes.pop() if len(homes) == 1 else sources[0].warehouse_id
            if home != order.warehouse_id:
                served[home] = served.get(home, order.browse()) | order
        for warehouse, group in served.items():
            group.warehouse_id = warehouse
        return shares

    @api.model
    def _acorn_stock_of(self, wants, sources):
        products = {product for want in wants for product in want.parts}
        return self.env["stock.quant"]._acorn_stock(
            self.env["product.product"].browse(sorted(products)), sources.location_id
        )
