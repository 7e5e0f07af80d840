from collections import Counter, defaultdict
from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL

from ..records import CANCELLED, SHIPPED
from ..sellable import CRUMB, EMPTY, Pool, scarcest

PLACE = "unnest(%s::int[], %s::int[], %s::bool[]) AS place(pool, id, sold)"

ON_HAND = f"""
    SELECT place.pool, quant.product_id,
           COALESCE(SUM(quant.quantity) FILTER (WHERE place.sold), 0),
           COALESCE(SUM(quant.reserved_quantity) FILTER (WHERE place.sold), 0),
           COALESCE(SUM(quant.quantity) FILTER (WHERE NOT place.sold), 0)
      FROM {PLACE}
      JOIN stock_quant quant ON quant.location_id = place.id
     WHERE quant.product_id = ANY(%s)
     GROUP BY place.pool, quant.product_id
"""
# Goods that somebody waits for are sold, although none could be reserved yet.
OWED = f"""
    WITH place AS MATERIALIZED (SELECT * FROM {PLACE} WHERE sold)
    SELECT place.pool, move.product_id,
           SUM(GREATEST(move.product_qty * (
               1 - COALESCE(move.quantity, 0) / NULLIF(move.product_uom_qty, 0)
           ), 0))
      FROM place
      JOIN stock_move move ON move.location_id = place.id
      LEFT JOIN place AS target
             ON target.pool = place.pool AND target.id = move.location_dest_id
     WHERE target.id IS NULL
       AND move.state IN ('confirmed', 'partially_available')
       AND move.product_id = ANY(%s)
     GROUP BY place.pool, move.product_id
"""
# A quotation reserves nothing, but the channel has sold the goods. Those that it ships
# from its own warehouses never touch the seller's stock. What was ordered before its
# SKU had a product waits on a placeholder: it counts as the product once that is set.
SOLD_PENDING = """
    SELECT site.quantity_group_id, product.id,
           SUM(line.product_uom_qty * CASE
               WHEN line.acorn_unmapped THEN 1 ELSE uom.factor / own.factor END)
      FROM sale_order sale
      JOIN acorn_site site ON site.id = sale.acorn_site_id
      JOIN sale_order_line line ON line.order_id = sale.id
      LEFT JOIN acorn_offer offer
             ON offer.id = line.acorn_offer_id AND line.acorn_unmapped
      JOIN product_product product
        ON product.id = COALESCE(offer.product_id, line.product_id)
      JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN uom_uom uom ON uom.id = line.product_uom_id
      JOIN uom_uom own ON own.id = template.uom_id
     WHERE sale.acorn_by_channel IS NOT TRUE
       AND sale.company_id = %s
       AND sale.acorn_status NOT IN %s
       AND (sale.state IN ('draft', 'sent')
            OR sale.state = 'sale' AND line.acorn_unmapped
               AND offer.product_id IS NOT NULL
               AND sale.acorn_history IS NOT TRUE)
     GROUP BY site.quantity_group_id, product.id
"""


class AcornPool(models.AbstractModel):
    """What quantity groups may draw on, read at once for all of them."""

    _name = "acorn.pool"
    _description = "Pool"

    @api.model
    def _pools(self, groups, products):
        """Return what each group's sources hold, of each product.

        Groups that sell from places in common have their pending orders in common.

        :param groups: of one company
        :return: function (group id, product id) → ``sellable.Pool``, that of a kit by
            its scarcest part; None for what is not counted in stock at all
        """
        company = groups.company_id
        places = self._places(company)
        pending = self._pending(company, places)
        parts = self._parts(company, products)
        counted = set(products.filtered("is_storable").ids)
        needed = counted | {part for kit in parts.values() for part in kit}
        pools = self._facts(places, pending, needed)

        def pool(group_id, product_id):
            place = places.key_of.get(group_id)
            if product_id in parts:
                return scarcest(
                    (pools.get((place, part), EMPTY), count)
                    for part, count in parts[product_id].items()
                )
            if product_id not in counted:
                return None
            return pools.get((place, product_id), EMPTY)

        return pool

    @api.model
    def _facts(self, places, pending, product_ids):
        """Return {(pool, product id): ``Pool``} where there is anything to say."""
        product_ids = list(product_ids)
        columns = places.columns()
        pools = {}
        # sudo (SQL): stock is counted whoever asks; what is shown is decided by models.
        for table in ("stock.quant", "stock.move", "sale.order", "sale.order.line"):
            self.env[table].flush_model()
        for key, product, on_hand, reserved, kept_back in self.env.execute_query(
            SQL(ON_HAND, *columns, product_ids)
        ):
            pools[key, product] = Pool(on_hand, reserved, quarantine=kept_back)
        for key, product, owed in self.env.execute_query(
            SQL(OWED, *columns, product_ids)
        ):
            known = pools.get((key, product), EMPTY)
            pools[key, product] = replace(known, owed=float(owed or 0))
        for (key, product), count in pending.items():
            known = pools.get((key, product), EMPTY)
            pools[key, product] = replace(known, pending=count)
        return pools

    # === WHERE === #

    @api.model
    def _places(self, company):
        """Return the ``Places`` of all groups: what others sell from them counts."""
        # sudo: whoever asks for the quantity of one shop.
        sources_sudo = (
            self.env["acorn.stock.source"]
            .sudo()
            .search([("company_id", "=", company.id)])
        )
        locations_sudo = (
            self.env["stock.location"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("usage", "=", "internal"),
                ],
                ["parent_path", "acorn_withheld", "warehouse_id"],
            )
        )
        controls = locations_sudo.warehouse_id.wh_qc_stock_loc_id
        kept_back = locations_sudo.filtered("acorn_withheld") | controls
        places = Places()
        for group, mine in sources_sudo.grouped("group_id").items():
            roots = tuple(mine.location_id.mapped("parent_path"))
            warehouses = mine.warehouse_id
            below = locations_sudo.filtered(
                lambda place, roots=roots: place.parent_path.startswith(roots)
            )
            aside = kept_back.filtered(
                lambda place, mine=warehouses: place.warehouse_id in mine
            )
            places.add(group.id, (below - kept_back).ids, aside.ids)
        return places

    # === WHAT IS SOLD AND NOT CONFIRMED === #

    @api.model
    def _pending(self, company, places):
        """Return {(pool, product id): units}, kits as their parts."""
        for table in ("sale.order", "sale.order.line"):
            self.env[table].flush_model()
        self.env["acorn.offer"].flush_model()
        rows = self.env.execute_query(
            SQL(SOLD_PENDING, company.id, (SHIPPED, CANCELLED))
        )
        Product = self.env["product.product"]
        products = Product.browse({product for _group, product, _count in rows})
        parts = self._parts(company, products)
        sold = Counter()
        for group_id, product, count in rows:
            for key in places.sharing(group_id):
                for part, each in parts.get(product, {product: 1}).items():
                    sold[key, part] += float(count) * each
        return sold

    @api.model
    def _parts(self, company, products):
        """Return what one of each kit takes: {product id: {part id: units}}.

        Parts that are not counted in stock never run out.
        """
        Line = self.env["sale.order.line"].with_company(company)
        kits = {
            product.id: self._exploded(product, bom)
            for product, bom in Line._acorn_kit_boms(products).items()
        }
        return {kit: parts for kit, parts in kits.items() if parts}

    @api.model
    def _exploded(self, product, bom):
        counts = defaultdict(float)
        count = product.uom_id._compute_quantity(1, bom.product_uom_id, round=False)
        _boms, lines = bom.explode(product, count / bom.product_qty)
        for line, values in lines:
            part = line.product_id
            if part.is_storable:
                counts[part.id] += line.product_uom_id._compute_quantity(
                    values["qty"], part.uom_id, round=False
                )
        # Optional parts have no quantity: they never run out.
        return {part: count for part, count in counts.items() if count > CRUMB}


class Places:
    """The places of each pool: groups that sell from the same ones share a pool."""

    def __init__(self):
        self.key_of = {}  # group id → pool
        self._sold = {}  # frozenset of location ids → pool
        self._rows = []
        self._sharing = {}

    def add(self, group_id, sold, aside):
        sold = frozenset(sold)
        if sold not in self._sold:
            self._sold[sold] = key = len(self._sold)
            self._rows += [(key, place, True) for place in sold]
            self._rows += [(key, place, False) for place in set(aside) - sold]
        self.key_of[group_id] = self._sold[sold]

    def columns(self):
        """Return pools, location ids and whether each is sold from, as three lists."""
        return [list(column) for column in zip(*self._rows, strict=True)] or [[]] * 3

    def sharing(self, group_id):
        """Return the pools that have a place in common with a group's."""
        key = self.key_of.get(group_id)
        if key not in self._sharing:
            mine = next((sold for sold, k in self._sold.items() if k == key), set())
            self._sharing[key] = [k for sold, k in self._sold.items() if sold & mine]
        return self._sharing[key]
