from odoo import api, models

from ..quiet import QUIET


class AcornOrderDirect(models.AbstractModel):
    """The deliveries of many orders at once, the same as Odoo makes one by one.

    Odoo's procurement looks for a rule, a reference, a delivery to join and quants for
    each line. Where the way of the goods is the plain one, out of a warehouse in one
    step, all that is known beforehand. Everything else (further steps, other routes,
    kits, lots, made to order) goes Odoo's own way.
    """

    _name = "acorn.order.direct"
    _description = "Direct Deliveries"
    _inherit = ["acorn.order.sources"]

    @api.model
    def _acorn_launch(self, orders, shipped):
        """Make the deliveries of confirmed orders whose procurement was skipped.

        :param orders: sale orders in state ``sale`` without any delivery
        :param shipped: those of them of which all goods have left: nothing needs to be
            reserved for them
        """
        lines = orders.order_line.filtered(
            lambda line: line.product_id.type == "consu" and line.product_uom_qty > 0
        )
        rules = self._acorn_plain_rules(lines)
        plain = orders.filtered(
            lambda order: all(
                (line, warehouse) in rules
                for line in order.order_line & lines
                for warehouse in order._acorn_warehouses()
            )
        )
        self._acorn_launch_as_odoo_does(orders - plain)
        lines = lines.filtered(lambda line: line.order_id in plain)
        if not lines:
            return
        places = self.env["stock.location"].union(
            *(rule.location_src_id for rule in rules.values())
        )
        products = lines.product_id
        warehouse = lines.order_id.warehouse_id[:1]
        Quant = self.env["stock.quant"]
        # sudo: whoever applies orders need not have rights on stock, as in Odoo's own
        # procurement.
        move_sudo = self.env["stock.move"].sudo()
        with Quant._acorn_ledger(products, places, warehouse, patient=True) as ledger:
            shares = self._acorn_share_out(plain)
            lines = lines.with_context(acorn_shares=shares)
            in_bulk_sudo = move_sudo.with_context(**ledger, **QUIET)
            moves_sudo = in_bulk_sudo._acorn_create(lines, rules)
            left = moves_sudo.filtered(lambda m: m.sale_line_id.order_id in shipped)
            moves_sudo._acorn_reserve(left)
        move_sudo.browse(moves_sudo.ids)._acorn_trigger_orderpoints()

    @api.model
    def _acorn_launch_as_odoo_does(self, orders):
        """Run the procurement that was skipped when the orders were confirmed."""
        locked = orders.filtered("locked")
        # Confirming may have locked them, and nothing is procured for locked orders.
        locked.locked = False
        lines = orders.order_line.with_context(
            acorn_shares=self._acorn_share_out(orders)
        )
        lines._action_launch_stock_rule()
        locked.locked = True

    @api.model
    def _acorn_plain_rules(self, lines):
        """Return the rules by which lines leave, for lines that leave plainly.

        :return: dict (sale order line, warehouse that may serve it) → stock.rule
        """
        kits = lines._acorn_kit_boms(lines.product_id)
        warehouses = {order: order._acorn_warehouses() for order in lines.order_id}
        found, rules = {}, {}
        for line in lines:
            product = line.product_id
            if product.tracking != "none" or product in kits or line.route_ids:
                continue
            if line.product_uom_id != product.uom_id:
                continue
            for warehouse in warehouses[line.order_id]:
                rule = self._acorn_rule(line, warehouse, found)
                if self._acorn_is_plain(rule, warehouse):
                    rules[line, warehouse] = rule
        return rules

    @api.model
    def _acorn_rule(self, line, warehouse, found):
        """Return the rule by which a line leaves a warehouse.

        :param found: dict of those that were found before
        """
        Rule = self.env["stock.rule"]
        product, place = line.product_id, line._get_location_final()
        key = (
            warehouse,
            product.route_ids,
            product.categ_id.total_route_ids,
            place,
            product.uom_id,
        )
        if key not in found:
            values = {
                "warehouse_id": warehouse,
                "route_ids": Rule.route_id,
                "packaging_uom_id": line.product_uom_id,
                "company_id": line.order_id.company_id,
                "sale_line_id": line.id,
            }
            found[key] = Rule._get_rule(product, place, values)
        return found[key]

    @api.model
    def _acorn_is_plain(self, rule, warehouse):
        return (
            rule.action in ("pull", "pull_push")
            and rule.procure_method == "make_to_stock"
            and rule.location_src_id == warehouse.lot_stock_id
            and rule.picking_type_id == warehouse.out_type_id
            and rule.location_dest_id.usage == "customer"
            and rule.picking_type_id.reservation_method == "at_confirm"
        )
