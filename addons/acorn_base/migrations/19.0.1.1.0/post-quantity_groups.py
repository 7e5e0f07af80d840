from collections import Counter

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Sites get their quantity groups; what they ship leaves from where it left."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    sites = env["acorn.site"].with_context(active_test=False).search([])
    shared = Counter((site.shop_id, site.network) for site in sites if site.network)
    for site in sites.filtered(lambda site: not site.quantity_group_id):
        many = shared[site.shop_id, site.network] > 1
        site._join_group(site.network if many else site.code)
