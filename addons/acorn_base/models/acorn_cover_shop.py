from odoo import api, models
from odoo.tools import SQL

from ..cover import LATE, SHORT
from ..findings import CoverFacts
from .watch_sentences import SENTENCES

MOST_NAMED = 10  # products in an alert: the list has them all

# Which shops sell what from where: what the seller ships from the sources of the
# shop's quantity groups, what the channel ships from the shop's warehouses there.
SOLD = """
    WITH offered AS (
        SELECT offer.shop_id, offer.by_channel, offer.product_id
          FROM acorn_offer offer
         WHERE offer.active AND offer.product_id IS NOT NULL
         UNION
        SELECT offer.shop_id, offer.by_channel, part.product_id
          FROM acorn_offer offer
          JOIN unnest(%(kits)s::int[], %(parts)s::int[]) AS part(kit_id, product_id)
            ON part.kit_id = offer.product_id
         WHERE offer.active
    ), sold AS (
        SELECT DISTINCT offered.shop_id, offered.product_id, source.location_id
          FROM offered
          JOIN acorn_stock_source source ON source.shop_id = offered.shop_id
         WHERE offered.by_channel IS NOT TRUE
         UNION
        SELECT offered.shop_id, offered.product_id, warehouse.lot_stock_id
          FROM offered
          JOIN acorn_site site ON site.shop_id = offered.shop_id
          JOIN stock_warehouse warehouse ON warehouse.id = site.fba_warehouse_id
         WHERE offered.by_channel
    )
"""
LINKS = f"""
    {SOLD}
    SELECT DISTINCT orderpoint.id, sold.shop_id
      FROM stock_warehouse_orderpoint orderpoint
      JOIN stock_location own ON own.id = orderpoint.location_id
      JOIN sold ON sold.product_id = orderpoint.product_id
      JOIN stock_location location ON location.id = sold.location_id
     WHERE orderpoint.id = ANY(%(ids)s)
       AND (own.parent_path LIKE location.parent_path || '%%'
            OR location.parent_path LIKE own.parent_path || '%%')
"""
WITHOUT = f"""
    {SOLD}
    SELECT DISTINCT sold.product_id, location.id, location.warehouse_id,
           location.company_id
      FROM sold
      JOIN stock_location location ON location.id = sold.location_id
      JOIN product_product product ON product.id = sold.product_id AND product.active
      JOIN product_template template
        ON template.id = product.product_tmpl_id AND template.is_storable
     WHERE (sold.shop_id = ANY(%(shops)s) OR location.warehouse_id = ANY(%(houses)s))
       AND location.company_id = ANY(%(companies)s)
       AND NOT product.id = ANY(%(kits)s)
       AND NOT EXISTS (
           SELECT FROM stock_warehouse_orderpoint known
            WHERE known.product_id = product.id AND known.location_id = location.id
       )
     ORDER BY location.id, sold.product_id
"""
WORST = """
    SELECT shop_id, orderpoint_id, acorn_cover, many, late FROM (
        SELECT link.shop_id, link.orderpoint_id, point.acorn_cover,
               COUNT(*) OVER shop AS many,
               COUNT(*) FILTER (WHERE point.acorn_cover = %(late)s) OVER shop AS late,
               ROW_NUMBER() OVER (
                   PARTITION BY link.shop_id
                   ORDER BY point.acorn_cover_days, point.acorn_runs_out_on, point.id
               ) AS place
          FROM stock_warehouse_orderpoint point
          JOIN acorn_orderpoint_shop_rel link ON link.orderpoint_id = point.id
         WHERE point.active AND point.acorn_cover IN ('short', 'late')
           AND link.shop_id = ANY(%(shops)s)
        WINDOW shop AS (PARTITION BY link.shop_id)
    ) ranked WHERE place <= %(most)s
    ORDER BY shop_id, place
"""


class AcornCoverShop(models.AbstractModel):
    """Which shops sell from where, and what runs short there."""

    _name = "acorn.cover.shop"
    _description = "Days of Cover of Shops"

    @api.model
    def _refresh(self, orderpoints):
        """Note which shops sell what orderpoints watch over."""
        kits = self._kits()
        rows = self.env.execute_query(SQL(LINKS, ids=orderpoints.ids, **kits))
        links = SQL(
            "unnest(%s::int[], %s::int[]) AS link(orderpoint_id, shop_id)",
            [id_ for id_, _shop in rows],
            [shop for _id, shop in rows],
        )
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM acorn_orderpoint_shop_rel known
                 WHERE orderpoint_id = ANY(%s) AND NOT EXISTS (
                       SELECT FROM %s WHERE link.orderpoint_id = known.orderpoint_id
                          AND link.shop_id = known.shop_id)
                """,
                orderpoints.ids,
                links,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO acorn_orderpoint_shop_rel (orderpoint_id, shop_id)
                SELECT * FROM %s ON CONFLICT DO NOTHING
                """,
                links,
            )
        )

    @api.model
    def _kits(self):
        """Return each kit that is offered beside each of its parts, as two columns."""
        pairs = [(kit, part) for kit, parts in self._parts().items() for part in parts]
        return {
            "kits": [kit for kit, _part in pairs],
            "parts": [part for _kit, part in pairs],
        }

    @api.model
    def _parts(self):
        """Return what kits that are offered consist of: {product id: part ids}."""
        if "mrp.bom" not in self.env:
            return {}
        # sudo: who looks at stock need not be able to read bills of materials.
        offers_sudo = self.env["acorn.offer"].sudo()
        parts, Pool = {}, self.env["acorn.pool"]
        for company, products in offers_sudo._read_group(
            [("product_id.bom_ids.type", "=", "phantom")],
            ["company_id"],
            ["product_id:recordset"],
        ):
            parts |= Pool._parts(company, products)
        return parts

    # === SET UP === #

    @api.model
    def _set_up(self, shops=None, warehouses=None):
        """Make orderpoints for what shops sell, or for what is sold from warehouses.

        They buy nothing by themselves: a person presses Order, or Automate.

        :return: the new orderpoints
        """
        Orderpoint = self.env["stock.warehouse.orderpoint"]
        Orderpoint.check_access("create")
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                WITHOUT,
                shops=shops.ids if shops else [],
                houses=warehouses.ids if warehouses else [],
                companies=self.env.companies.ids,
                **self._kits(),
            )
        )
        orderpoints = Orderpoint.create(
            [
                {
                    "product_id": product,
                    "location_id": location,
                    "warehouse_id": warehouse,
                    "company_id": company,
                    "trigger": "manual",
                    "acorn_proposes": True,
                }
                for product, location, warehouse, company in rows
            ]
        )
        orderpoints._acorn_renew()
        return orderpoints

    @api.model
    def _action_set_up(self, **places):
        """Set up what a person has chosen, and show it."""
        orderpoints = self._set_up(**places)
        if orderpoints:
            Orderpoint = self.env["stock.warehouse.orderpoint"]
            return Orderpoint._acorn_open([("id", "in", orderpoints.ids)])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "All that is sold from here and counted in stock has its limits "
                    "already."
                ),
            },
        }

    # === ALERT === #

    @api.model
    def _facts(self, shops):
        """Return {shop id: ``CoverFacts``} for shops that sell what is short."""
        self.env["stock.warehouse.orderpoint"].flush_model(["active"])
        rows = self.env.execute_query(
            SQL(WORST, shops=shops.ids, late=LATE, most=MOST_NAMED)
        )
        # sudo: who is told of a shop may know what runs short there.
        orderpoints_sudo = self.env["stock.warehouse.orderpoint"].sudo()
        lines = {}
        known_sudo = orderpoints_sudo.browse(id_ for _shop, id_, *_others in rows)
        for orderpoint_sudo in known_sudo:
            lines[orderpoint_sudo.id] = self._line(orderpoint_sudo)
        facts = {}
        for shop, id_, _state, many, late in rows:
            known = facts.get(shop)
            named = (*known.lines, lines[id_]) if known else (lines[id_],)
            facts[shop] = CoverFacts(many, late, named)
        return facts

    @api.model
    def _action_short(self, shop):
        """Open what runs short of what a shop sells."""
        return self.env["stock.warehouse.orderpoint"]._acorn_open(
            [("acorn_shop_ids", "in", shop.ids), ("acorn_cover", "in", (SHORT, LATE))]
        )

    @api.model
    def _line(self, orderpoint):
        values = {
            "product": orderpoint.product_id.display_name,
            "place": orderpoint.warehouse_id.name,
            "days": f"{orderpoint.acorn_cover_days:g}",
            "date": orderpoint.acorn_runs_out_on,
        }
        code = "cover_line" if orderpoint.acorn_runs_out_on else "cover_line_idle"
        return str(SENTENCES[code]) % values
