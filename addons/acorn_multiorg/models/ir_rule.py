from odoo import models


class IrRule(models.Model):
    """What `in_sites`, `in_shops`, … mean in the domains of record rules."""

    _inherit = "ir.rule"

    def _eval_context(self):
        user = self.env.user
        return super()._eval_context() | {
            "in_sites": lambda name: _within(name, user._acorn_site_ids()),
            "in_shops": lambda name: _within(name, user._acorn_shop_ids()),
            "in_scope": lambda site, shop: _in_scope(
                site, user._acorn_site_ids(), shop, user._acorn_shop_ids()
            ),
            "only_shops": lambda name: _only(name, user._acorn_shop_ids()),
            "in_units": lambda name: _steered(name, user._acorn_unit_ids()),
        }

    def _compute_domain_context_values(self):
        # Domains are cached by these values: a scope that changes changes them, in
        # each worker, in the next request. Ids, not a subquery, tell PostgreSQL how
        # many orders to expect.
        yield from super()._compute_domain_context_values()
        if not self.env.su:
            yield self.env.user._acorn_shop_ids()
            yield self.env.user._acorn_site_ids()
            yield self.env.user._acorn_unit_ids()


def _within(name, ids):
    """Return the domain of what is no channel's, or of one of the shops or sites.

    :param ids: tuple of ids, or None: everywhere
    """
    if ids is None:
        return [(1, "=", 1)]
    return ["|", (name, "=", False), (name, "in", list(ids))]


def _in_scope(site, site_ids, shop, shop_ids):
    """Return the domain of what is of one of the sites, or of no site but of one of the
    shops, or no channel's.

    Asking for the shop of what has a site would lead PostgreSQL astray, which takes
    both for independent of each other.

    :param site, shop: names of fields
    """
    if site_ids is None or shop_ids is None:
        return [(1, "=", 1)]
    without_site = ["&", (site, "=", False), (shop, "in", [False, *shop_ids])]
    return ["|", (site, "in", list(site_ids)), *without_site]


def _only(name, ids):
    """Return the domain of what is of no other shops: `name` may be several."""
    if ids is None:
        return [(1, "=", 1)]
    return [(name, "not any", [("id", "not in", list(ids))])]


def _steered(name, ids):
    """Return the domain of what is of one of the units, and not of nobody's."""
    return [(1, "=", 1)] if ids is None else [(name, "in", list(ids))]
