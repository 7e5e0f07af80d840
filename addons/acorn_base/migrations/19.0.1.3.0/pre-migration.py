from odoo.tools import SQL

UNLINK = """
    DELETE FROM res_groups_implied_rel rel
     USING ir_model_data stock, ir_model_data cost
     WHERE rel.gid = stock.res_id AND rel.hid = cost.res_id
       AND stock.model = 'res.groups' AND stock.module = 'stock'
       AND stock.name = 'group_stock_user'
       AND cost.model = 'res.groups' AND cost.module = 'acorn_base'
       AND cost.name = 'group_cost'
"""


def migrate(cr, version):
    """Who packs got to see costs when Purchase came, as he reads its orders."""
    cr.execute(SQL(UNLINK))
