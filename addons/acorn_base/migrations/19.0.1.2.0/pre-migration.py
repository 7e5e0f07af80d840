from odoo.tools import SQL, sql

# Which documents take shop and site from which, in this order.
FILLED = (
    ("sale_order_line", "order_id", "sale_order"),
    ("stock_move", "sale_line_id", "sale_order_line"),
    ("stock_picking", "sale_id", "sale_order"),
    ("stock_move_line", "move_id", "stock_move"),
)
COLUMNS = ("acorn_shop_id", "acorn_site_id")


def migrate(cr, version):
    """Documents say of which shop and site they are; row by row it would take hours."""
    for table, link, source in FILLED:
        _make(cr, table)
        _fill(cr, table, link, source)
    _fill_returns(cr)
    _make(cr, "account_move")
    _fill_invoices(cr)
    _make(cr, "account_move_line")
    _fill(cr, "account_move_line", "move_id", "account_move")


def _make(cr, table):
    for column in COLUMNS:
        if not sql.column_exists(cr, table, column):
            sql.create_column(cr, table, column, "int4")


def _fill(cr, table, link, source):
    cr.execute(
        SQL(
            "UPDATE %(table)s AS it SET acorn_shop_id = source.acorn_shop_id,"
            " acorn_site_id = source.acorn_site_id FROM %(source)s AS source"
            " WHERE source.id = it.%(link)s AND source.acorn_shop_id IS NOT NULL",
            table=SQL.identifier(table),
            source=SQL.identifier(source),
            link=SQL.identifier(link),
        )
    )


def _fill_returns(cr):
    """What came back without a known order, and what happened at the channel."""
    cr.execute(
        """
        UPDATE stock_move move
           SET acorn_shop_id = COALESCE(back.shop_id, event.shop_id),
               acorn_site_id = back.site_id
          FROM stock_move it
          LEFT JOIN acorn_return back ON back.id = it.acorn_return_id
          LEFT JOIN acorn_stock_event event ON event.id = it.acorn_event_id
         WHERE it.id = move.id AND move.acorn_shop_id IS NULL
           AND (it.acorn_return_id IS NOT NULL OR it.acorn_event_id IS NOT NULL)
        """
    )
    for table, joined in (
        ("stock_picking", "move.picking_id = it.id"),
        ("stock_move_line", "move.id = it.move_id"),
    ):
        cr.execute(
            SQL(
                "UPDATE %(table)s AS it SET acorn_shop_id = move.acorn_shop_id,"
                " acorn_site_id = move.acorn_site_id FROM stock_move move"
                " WHERE %(joined)s AND it.acorn_shop_id IS NULL"
                " AND move.acorn_shop_id IS NOT NULL",
                table=SQL.identifier(table),
                joined=SQL(joined),
            )
        )


def _fill_invoices(cr):
    """Of the order that a line bills; refunds of what they reverse."""
    cr.execute(
        """
        UPDATE account_move move
           SET acorn_shop_id = billed.acorn_shop_id,
               acorn_site_id = billed.acorn_site_id
          FROM (SELECT DISTINCT ON (line.move_id) line.move_id,
                       sold.acorn_shop_id, sold.acorn_site_id
                  FROM sale_order_line_invoice_rel rel
                  JOIN account_move_line line ON line.id = rel.invoice_line_id
                  JOIN sale_order_line sold ON sold.id = rel.order_line_id
                 WHERE sold.acorn_shop_id IS NOT NULL
                 ORDER BY line.move_id, sold.id) billed
         WHERE billed.move_id = move.id
        """
    )
    cr.execute(
        "UPDATE account_move refund SET acorn_shop_id = move.acorn_shop_id,"
        " acorn_site_id = move.acorn_site_id FROM account_move move"
        " WHERE move.id = refund.reversed_entry_id"
        " AND refund.acorn_shop_id IS NULL AND move.acorn_shop_id IS NOT NULL"
    )
