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
            lambda order: all(line in rules for line in order.order_line & lines)
        )
        self._acorn_launch_as_odoo_does(orders - plain)
        lines = lines.filtered(lambda line: line.order_id in plain)
        if not lines:
            return
        places = self.env["stock.location"].union(
            *(rules[line].location_src_id for line in lines)
        )
        products = lines.product_id
        warehouse = lines.order_id.warehouse_id[:1]
        Quant = self.env["stock.quant"]
        # sudo: whoever applies orders need not have rights on stock, as in Odoo's own
        # procurement.
        move_sudo = self.env["stock.move"].sudo()
        with Quant._acorn_ledger(products, places, warehouse) as ledger:
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
        orders.order_line._action_launch_stock_rule()
        locked.locked = True

    @api.model
    def _acorn_plain_rules(self, lines):
        """Return the rule by which each line leaves, for lines that leave plainly.

        :return: dict sale order line → stock.rule
        """
        Rule = self.env["stock.rule"]
        kits = self._acorn_kits(lines.product_id)
        found, rules = {}, {}
        for line in lines:
            product, order = line.product_id, line.order_id
            if product.tracking != "none" or product in kits or line.route_ids:
                continue
            if line.product_uom_id != product.uom_id:
                continue
            place = line._get_location_final()
            key = (
                order.warehouse_id,
                product.route_ids,
                product.categ_id.total_route_ids,
                place,
                product.uom_id,
            )
            if key not in found:
                values = {
                    "warehouse_id": order.warehouse_id,
                    "route_ids": Rule.route_id,
                }
                values["packaging_uom_id"] = line.product_uom_id
                values["company_id"] = order.company_id
                values["sale_line_id"] = line.id
                found[key] = Rule._get_rule(product, place, values)
            rule = found[key]
            if self._acorn_is_plain(rule, order.warehouse_id):
                rules[line] = rule
        return rules

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

    @api.model
    def _acorn_kits(self, products):
        """Return the products that leave as their parts (kits)."""
        if "mrp.bom" not in self.env:
            return self.env["product.product"]
        # sudo: who applies orders need not be able to read bills of materials.
        bom_sudo = self.env["mrp.bom"].sudo()
        found = bom_sudo._bom_find(
            products, company_id=self.env.company.id, bom_type="phantom"
        )
        return self.env["product.product"].union(
            *(p for p, bom in found.items() if bom)
        )
