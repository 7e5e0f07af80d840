"""Many lanes and people want the last units: each unit is promised once."""

import pytest

from .stage import NAME

SKU, MAIN, EAST = "OAK-MUG-4", 7, 5
# Shops on two continents sell the same goods of two warehouses, each its own way round.
SHARE = f"""
groups = env["acorn.quantity.group"].search([])
east = env["stock.warehouse"].search([("name", "=", "East Warehouse")])
main = env["stock.warehouse"].search(
    [("id", "!=", east.id), ("acorn_network", "=", False)], limit=1
)
for number, group in enumerate(groups.sorted("id")):
    group.source_ids.unlink()
    for place, warehouse in enumerate((main, east) if number % 2 else (east, main)):
        group.source_ids = [
            (0, 0, {{"warehouse_id": warehouse.id, "sequence": place}})
        ]
mug = env["acorn.offer"].search([("sku", "=", "{SKU}")], limit=1).product_id
mug = mug or env["product.product"].search([("default_code", "=", "{SKU}")])
for warehouse, count in ((main, {MAIN}), (east, {EAST})):
    quants = env["stock.quant"].search(
        [
            ("product_id", "=", mug.id),
            ("location_id", "child_of", warehouse.lot_stock_id.id),
        ]
    )
    first = quants[:1]
    assert not sum(quants.mapped("reserved_quantity")), "a fresh company"
    quants.with_context(inventory_mode=True).inventory_quantity = 0
    first.with_context(inventory_mode=True).inventory_quantity = count
    quants.action_apply_inventory()
env.cr.commit()
print(mug.id)
"""
PROMISED = """
    SELECT COALESCE(sum(line.quantity_product_uom), 0)
      FROM stock_move_line line
     WHERE line.product_id = %s AND line.state NOT IN ('done', 'cancel')
"""
WAITING = """
    SELECT count(*) FROM stock_move
     WHERE product_id = %s AND state IN ('confirmed', 'partially_available')
"""
PROMISED_TWICE = """
    SELECT place.complete_name, sum(quant.quantity), sum(quant.reserved_quantity)
      FROM stock_quant quant JOIN stock_location place ON place.id = quant.location_id
     WHERE quant.product_id = %s AND place.usage = 'internal'
  GROUP BY place.id, place.complete_name
    HAVING sum(quant.reserved_quantity) > sum(quant.quantity)
"""
TAKE_ALL = """
    UPDATE stock_quant SET reserved_quantity = quantity
     WHERE product_id = %s
       AND location_id IN (SELECT id FROM stock_location WHERE usage = 'internal')
"""
BLOCKED = """
    SELECT 1 FROM pg_stat_activity
     WHERE wait_event_type = 'Lock' AND query LIKE '%%stock_quant%%'
"""


@pytest.fixture
def mug(stage):
    """The id of a product of which few are left, in a company of its own."""
    stage.is_spoilt = True
    stage.begin()
    stage.is_spoilt = True  # nobody goes on with what is sold out
    return int(stage.shell(NAME, SHARE).split()[-1])


def test_the_last_units_are_promised_once(stage, mug):
    stage.serve(3)
    for number in range(10):
        stage.place(SKU, 1 + number % 2, "DE")
        stage.place(SKU, 1 + number % 2, "US")
        stage.hurry()
        stage.wake()
    stage.settle()
    assert not stage.rows(PROMISED_TWICE, (mug,))
    assert stage.rows(PROMISED, (mug,)) == [(MAIN + EAST,)]
    [[waiting]] = stage.rows(WAITING, (mug,))
    assert waiting


def test_what_somebody_takes_at_the_same_moment_is_not_promised(stage, mug):
    """Whoever packs holds the goods: the lane waits, looks again, and finds none."""
    stage.serve(1)
    somebody = stage.cluster.connect(NAME)
    somebody.autocommit = False
    somebody.cursor().execute(TAKE_ALL, (mug,))
    stage.place(SKU, 1, "DE")
    stage.hurry()
    stage.wake()
    stage.until("the lane to wait", lambda: stage.rows(BLOCKED), 60)
    somebody.commit()
    somebody.close()
    stage.settle()
    assert not stage.rows(PROMISED_TWICE, (mug,))
    assert stage.rows(PROMISED, (mug,)) == [(0,)]
    assert stage.rows(WAITING, (mug,)) == [(1,)]
