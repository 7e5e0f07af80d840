"""What is done once, when the addon is installed."""

from odoo.tools import SQL


def post_init_hook(env):
    """Leave orders that have an invoice to it: their revenue is counted there."""
    env["sale.order"].flush_model()
    env.cr.execute(
        SQL(
            """
            UPDATE sale_order SET acorn_revenue_mode = 'per_order'
             WHERE acorn_revenue_mode = 'summary' AND id IN (
                   SELECT line.order_id
                     FROM sale_order_line line
                     JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
                     JOIN account_move_line item ON item.id = rel.invoice_line_id
                    WHERE item.parent_state = 'posted')
            """
        )
    )
    env.invalidate_all()
