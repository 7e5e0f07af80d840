"""Many offers quickly: rows that are alike but for their numbers, written by SQL.

The first of each kind is made by Odoo, so that the others have all their columns.
"""

from odoo.tools import SQL

COLUMNS = """
    SELECT column_name FROM information_schema.columns
     WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'
"""
SKU = "GOODS-{:05}"
ON_HAND = 50

TOLD = """
    UPDATE acorn_offer_quantity quantity
       SET state = 'done', sent = given.units, shown = given.units, sent_handling = 0,
           sent_at = now() AT TIME ZONE 'UTC', shown_at = now() AT TIME ZONE 'UTC'
      FROM (VALUES %s) AS given(id, units)
     WHERE quantity.id = given.id
"""


def make(env, count, warehouse):
    """Return the ids of so many products, in stock in a warehouse."""
    first = env["product.product"].create({"name": "Goods", "is_storable": True})
    env["stock.quant"]._update_available_quantity(
        first, warehouse.lot_stock_id, ON_HAND
    )
    env.flush_all()
    quant = env["stock.quant"].search([("product_id", "=", first.id)])
    template, product = first.product_tmpl_id.id, first.id
    _copy(env, "product_template", template, count - 1, {"id": template})
    numbers = {"id": product, "product_tmpl_id": template}
    _copy(env, "product_product", product, count - 1, numbers)
    numbers = {"id": quant.id, "product_id": product}
    _copy(env, "stock_quant", quant.id, count - 1, numbers)
    return range(product, product + count)


def offer(env, site, skus, product_ids):
    """List SKUs on a site, one for each product."""
    shop = site.shop_id
    skus, product_ids = list(skus), list(product_ids)
    first = env["acorn.offer"].create(
        {"sku": skus[0], "shop_id": shop.id, "product_id": product_ids[0]}
    )
    listing = env["acorn.listing"].create(
        {"offer_id": first.id, "site_id": site.id, "status": "active"}
    )
    env.flush_all()
    given = {
        "id": [first.id + n for n in range(len(skus))],
        "sku": skus,
        "product_id": product_ids,
    }
    _copy_given(env, "acorn_offer", first.id, given)
    given = {
        "id": [listing.id + n for n in range(len(skus))],
        "offer_id": given["id"],
    }
    _copy_given(env, "acorn_listing", listing.id, given)
    env.invalidate_all()


def all_told(env, shops):
    """Let the channels know the quantities of now."""
    Quantity = env["acorn.offer.quantity"]
    Quantity._make_missing(shops)
    rows = Quantity._rows(SQL("offer.shop_id = ANY(%s)", shops.ids))
    wanted_of = Quantity._wanted_finder(rows)
    told = [(row.quantity_id, wanted_of(row).quantity) for row in rows]
    assert all(units for _id, units in told), "Some are sold out from the beginning"
    env.cr.execute_values(TOLD, told)
    env.invalidate_all()
    return len(told)


def take_one(env, product_ids):
    """One unit of each of some products is gone."""
    env.cr.execute(
        SQL(
            "UPDATE stock_quant SET quantity = quantity - 1 WHERE product_id = ANY(%s)",
            list(product_ids),
        )
    )
    env.invalidate_all()


def _copy(env, table, first, count, numbers):
    """Make copies of a row, whose numbers go up by one from the first's."""
    given = {
        name: [number + n for n in range(count + 1)] for name, number in numbers.items()
    }
    _copy_given(env, table, first, given)


def _copy_given(env, table, first, given):
    """Make copies of a row with values that are given, all but those of the first."""
    if len(given["id"]) < 2:
        return
    columns = [column for [column] in env.execute_query(SQL(COLUMNS, table))]
    copied = [SQL.identifier("given" if c in given else "old", c) for c in columns]
    arrays = SQL(", ").join(SQL("%s", values[1:]) for values in given.values())
    names = SQL(", ").join(map(SQL.identifier, given))
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS old,"
            " unnest(%s) AS given(%s) WHERE old.id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(copied),
            SQL.identifier(table),
            arrays,
            names,
            first,
        )
    )
    last = max(given["id"])
    env.execute_query(SQL("SELECT setval(%s, %s)", f"{table}_id_seq", last))
