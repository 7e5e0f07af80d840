from collections import defaultdict
from datetime import timedelta
from math import ceil

from odoo import api, fields, models
from odoo.tools import SQL

from ..cover import Stock, judge, speed_of

# Places whose goods count, for each place that has orderpoints. Quality control and
# what is marked as not for sale do not.
PLACE = """
    place AS MATERIALIZED (
        SELECT root.id AS root, leaf.id
          FROM stock_location root
          JOIN stock_location leaf ON leaf.parent_path LIKE root.parent_path || '%%'
         WHERE leaf.usage = 'internal'
           AND root.id IN (
               SELECT location_id FROM stock_warehouse_orderpoint
                WHERE id = ANY(%(ids)s)
           )
           AND NOT EXISTS (
               SELECT FROM stock_location aside
                WHERE leaf.parent_path LIKE aside.parent_path || '%%'
                  AND (aside.acorn_not_sold OR aside.id IN (
                      SELECT wh_qc_stock_loc_id FROM stock_warehouse
                  ))
           )
    ), orderpoint AS MATERIALIZED (
        SELECT point.id, point.product_id, point.location_id,
               %(now)s - make_interval(days => company.acorn_speed_days) AS since,
               %(now)s + make_interval(hours => (24 * GREATEST(
                   point.acorn_lead_days, 0
               ))::int) AS until
          FROM stock_warehouse_orderpoint point
          JOIN res_company company ON company.id = point.company_id
         WHERE point.id = ANY(%(ids)s)
    )
"""
ON_HAND = f"""
    WITH {PLACE}
    SELECT orderpoint.id, SUM(quant.quantity)
      FROM orderpoint
      JOIN place ON place.root = orderpoint.location_id
      JOIN stock_quant quant
        ON quant.product_id = orderpoint.product_id AND quant.location_id = place.id
     GROUP BY orderpoint.id
"""
# What is to move, in or out, as Odoo's forecast sees it: by where goods go in the end.
OPEN = f"""
    WITH {PLACE}
    SELECT orderpoint.id, target.id IS NOT NULL, move.date::date - %(now)s::date,
           SUM(move.product_qty),
           SUM(move.product_qty) FILTER (
               WHERE final.usage = 'customer' AND move.create_date > orderpoint.since
           )
      FROM orderpoint
      JOIN stock_move move
        ON move.product_id = orderpoint.product_id
       AND move.state IN ('waiting', 'confirmed', 'assigned', 'partially_available')
      JOIN stock_location origin ON origin.id = move.location_id
      JOIN stock_location final
        ON final.id = COALESCE(move.location_final_id, move.location_dest_id)
      LEFT JOIN place source
        ON source.root = orderpoint.location_id AND source.id = origin.id
      LEFT JOIN place target
        ON target.root = orderpoint.location_id AND target.id = final.id
     WHERE (source.id IS NULL) <> (target.id IS NULL)
       AND (target.id IS NULL OR (
           origin.usage <> 'customer' AND move.date::date <= orderpoint.until::date
       ))
     GROUP BY 1, 2, 3
"""
# What came and went, by whole days back from now.
MOVED = f"""
    WITH {PLACE}
    SELECT orderpoint.id,
           GREATEST(FLOOR(EXTRACT(EPOCH FROM %(now)s - line.date) / 86400), 0)::int,
           SUM(CASE WHEN target.id IS NULL THEN -line.quantity_product_uom
               ELSE line.quantity_product_uom END),
           SUM(line.quantity_product_uom) FILTER (
               WHERE target.id IS NULL AND final.usage = 'customer'
           )
      FROM orderpoint
      JOIN stock_move_line line
        ON line.product_id = orderpoint.product_id
       AND line.state = 'done' AND line.date > orderpoint.since
      JOIN stock_move move ON move.id = line.move_id
      JOIN stock_location final
        ON final.id = COALESCE(move.location_final_id, move.location_dest_id)
      LEFT JOIN place source
        ON source.root = orderpoint.location_id AND source.id = line.location_id
      LEFT JOIN place target
        ON target.root = orderpoint.location_id AND target.id = line.location_dest_id
     WHERE (source.id IS NULL) <> (target.id IS NULL)
     GROUP BY 1, 2
"""
COLUMNS = {
    "acorn_on_hand": "numeric",
    "acorn_free": "numeric",
    "acorn_inbound": "numeric",
    "acorn_speed": "numeric",
    "acorn_threshold": "numeric",
    "acorn_cover_days": "numeric",
    "acorn_runs_out_on": "date",
    "acorn_proposal": "numeric",
    "acorn_cover": "varchar",
}


class AcornCover(models.AbstractModel):
    """How long goods last, looked at for all orderpoints at once."""

    _name = "acorn.cover"
    _description = "Days of Cover"

    @api.model
    def _refresh(self, orderpoints):
        """Look anew at orderpoints; the number of queries does not depend on theirs."""
        if not orderpoints:
            return
        self.env.flush_all()
        now = fields.Datetime.now()
        found = self._judge(orderpoints, now)
        self._write(found)
        self.env["acorn.cover.shop"]._refresh(orderpoints)
        orderpoints.invalidate_recordset([*COLUMNS, "acorn_shop_ids"])

    @api.model
    def _judge(self, orderpoints, now):
        """Return a row of ``COLUMNS``, after the id, for each orderpoint."""
        on_hand = dict(self._query(ON_HAND, orderpoints, now))
        leaving, sold_open, arrivals = self._open_moves(orderpoints, now)
        days = defaultdict(dict)
        for id_, ago, change, sold in self._query(MOVED, orderpoints, now):
            days[id_][ago] = (float(change), float(sold or 0))
        asked = orderpoints._quantity_in_progress()
        rows = []
        for orderpoint in orderpoints:
            id_ = orderpoint.id
            here = float(on_hand.get(id_, 0))
            stock = Stock(here - leaving[id_], tuple(arrivals[id_]), asked[id_])
            window = orderpoint.company_id.acorn_speed_days
            speed = speed_of(here, days[id_], window, sold_open[id_])
            cover = judge(stock, speed, orderpoint._acorn_terms())
            rows.append((id_, here, *_told(stock, speed, cover, now.date())))
        return rows

    @api.model
    def _open_moves(self, orderpoints, now):
        """Return what leaves, what of it was sold of late, and what comes, when."""
        leaving, sold_open = defaultdict(float), defaultdict(float)
        arrivals = defaultdict(list)
        rows = self._query(OPEN, orderpoints, now)
        for id_, comes, in_days, units, sold in sorted(rows):
            if comes:
                arrivals[id_].append((max(0, in_days), float(units)))
            else:
                leaving[id_] += float(units)
                sold_open[id_] += float(sold or 0)
        return leaving, sold_open, arrivals

    @api.model
    def _query(self, query, orderpoints, now):
        return self.env.execute_query(SQL(query, ids=orderpoints.ids, now=now))

    @api.model
    def _write(self, rows):
        """Write what has changed, in one statement."""
        names = SQL(", ").join(map(SQL.identifier, COLUMNS))
        new = SQL(", ").join(SQL.identifier("new", name) for name in COLUMNS)
        arrays = SQL(", ").join(
            SQL("%s::" + kind + "[]", list(column))
            for kind, column in zip(
                ("int", *COLUMNS.values()), zip(*rows, strict=True), strict=True
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_warehouse_orderpoint orderpoint
                   SET (%(names)s) = ROW(%(new)s)
                  FROM unnest(%(arrays)s) AS new(id, %(names)s)
                 WHERE orderpoint.id = new.id
                   AND (%(old)s) IS DISTINCT FROM (%(new)s)
                """,
                names=names,
                new=new,
                arrays=arrays,
                old=SQL(", ").join(
                    SQL.identifier("orderpoint", name) for name in COLUMNS
                ),
            )
        )


def _told(stock, speed, cover, today):
    """Return what ``COLUMNS`` say, after what is on hand."""
    last = today + timedelta(days=ceil(cover.runs_out)) if speed else None
    return (
        stock.free,
        stock.inbound,
        round(speed, 2),
        cover.threshold,
        round(cover.days, 1),
        last,
        cover.proposal,
        cover.state,
    )
