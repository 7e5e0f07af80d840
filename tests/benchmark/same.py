"""Both ways must have done the same: fast and wrong is no result."""

from collections import Counter

from .stage import PLENTY


def assert_same(here, refs):
    """The orders of both ways are alike, and so is what they left in the warehouses."""
    with here.work() as env:
        Order = env["sale.order"]
        orders = Order.search([("name", "in", refs)])
        ours = {o.name: o for o in orders if o.acorn_shop_id}
        theirs = {o.name: o for o in orders if not o.acorn_shop_id}
        assert ours.keys() == theirs.keys() == set(refs), "an order is missing"
        for ref in refs:
            mine, other = _facts(ours[ref]), _facts(theirs[ref])
            assert mine == other, f"{ref}:\n{mine}\n{other}"
        for warehouse, twin in here.ids.twins.items():
            mine, other = (_moved(env, each, orders) for each in (warehouse, twin))
            assert mine == other, f"Stock differs: {mine - other} {other - mine}"
        _assert_quants_fit(env)


def _facts(order):
    """What people see of an order, whoever made it."""
    return {
        "state": order.state,
        "amounts": (order.amount_untaxed, order.amount_tax, order.amount_total),
        "currency": order.currency_id.name,
        "delivery": order.delivery_status,
        "lines": sorted(
            (
                line.product_id.id,
                line.product_uom_qty,
                line.qty_delivered,
                line.price_subtotal,
                line.price_tax,
                line.qty_to_invoice,
            )
            for line in order.order_line
        ),
        "pickings": sorted((p.state, len(p.move_ids)) for p in order.picking_ids),
        "moves": sorted(
            (m.product_id.id, m.product_uom_qty, m.quantity, m.state)
            for m in order.picking_ids.move_ids
        ),
    }


def _moved(env, warehouse_id, orders):
    """Units of each product that these orders took from a warehouse, by state."""
    moved = Counter()
    mine = orders.filtered(lambda order: order.warehouse_id.id == warehouse_id)
    for move in mine.picking_ids.move_ids:
        moved[move.product_id.id, move.state] += move.quantity
    return moved


def _assert_quants_fit(env):
    """What lies in each warehouse is what was there less what left, and what is
    reserved is what open deliveries wait for."""
    env.cr.execute(QUANTS, {"plenty": PLENTY})
    wrong = env.cr.fetchall()
    assert not wrong, f"Quants that do not fit their moves: {wrong[:5]}"


# (location, product, quantity, reserved) of stock locations where they do not add up;
# every quant began with one amount and no reservation, nothing ever came in.
QUANTS = """
    WITH quants AS (
        SELECT quant.location_id, product_id, count(*) AS many,
               sum(quantity) AS quantity, sum(reserved_quantity) AS reserved
          FROM stock_quant AS quant
          JOIN stock_location AS place ON place.id = quant.location_id
         WHERE place.usage = 'internal'
      GROUP BY quant.location_id, product_id
    ), moves AS (
        SELECT location_id, product_id,
               sum(quantity) FILTER (WHERE state = 'done') AS gone,
               sum(quantity) FILTER (WHERE state != 'done') AS waiting
          FROM stock_move_line
      GROUP BY location_id, product_id
    )
    SELECT location_id, product_id, quantity, reserved, gone, waiting, many
      FROM quants
 LEFT JOIN moves USING (location_id, product_id)
     WHERE quantity + COALESCE(gone, 0) != %(plenty)s
        OR reserved != COALESCE(waiting, 0)
        OR many != 1
"""
