from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .acorn_scope_reach import REACHED

# Scopes that are at or below one of a person's own, and no wider in regions.
WITHIN = """
    SELECT DISTINCT scope.id
      FROM acorn_scope scope
      LEFT JOIN acorn_site site ON site.id = scope.site_id
      LEFT JOIN acorn_shop shop ON shop.id = COALESCE(scope.shop_id, site.shop_id)
      JOIN res_company company
        ON company.id = COALESCE(scope.unit_id, shop.company_id)
      JOIN acorn_scope own
        ON own.user_id = %s AND own.active AND own.id != ALL(%s::int[])
      LEFT JOIN res_company unit ON unit.id = own.unit_id
     WHERE (company.acorn_path LIKE unit.acorn_path || '%%'
            OR own.shop_id = shop.id OR own.site_id = site.id)
       AND (NOT EXISTS (
                SELECT FROM acorn_region_acorn_scope_rel
                 WHERE acorn_scope_id = own.id)
            OR (EXISTS (
                    SELECT FROM acorn_region_acorn_scope_rel
                     WHERE acorn_scope_id = scope.id)
                AND NOT EXISTS (
                    SELECT FROM acorn_region_acorn_scope_rel theirs
                     WHERE theirs.acorn_scope_id = scope.id
                       AND theirs.acorn_region_id NOT IN (
                           SELECT acorn_region_id FROM acorn_region_acorn_scope_rel
                            WHERE acorn_scope_id = own.id))))
"""


class AcornScope(models.Model):
    """Where a person works: at a node of the tree, and in all that is below it."""

    _name = "acorn.scope"
    _description = "Scope"
    _inherit = ["acorn.scope.reach", "acorn.audited"]
    _order = "user_id, id"
    _rec_name = "user_id"
    _acorn_audience = "group"

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    unit_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        index=True,
        help="The unit and all units, shops and sites below it, new ones too.",
    )
    shop_id = fields.Many2one(
        "acorn.shop",
        ondelete="cascade",
        index=True,
        help="One shop and all its sites, new ones too.",
    )
    site_id = fields.Many2one("acorn.site", ondelete="cascade", index=True)
    region_ids = fields.Many2many(
        "acorn.region",
        string="Only Regions",
        ondelete="restrict",
        help="Of what is below, only sites with one of these tags. None: all of it.",
    )
    active = fields.Boolean(
        default=True, help="An archived scope gives nothing, until it is restored."
    )
    node = fields.Char(string="Where", compute="_compute_node")
    reach = fields.Char(compute="_compute_reach", help="What the scope gives now.")
    may_grant = fields.Boolean(
        compute="_compute_may_grant",
        search="_search_may_grant",
        help="Whether you may give and take this scope.",
    )

    _one_node = models.Constraint(
        "CHECK (num_nonnulls(unit_id, shop_id, site_id) = 1)",
        "A scope is at one unit, one shop or one site.",
    )

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("user_id", "unit_id", "shop_id", "site_id", "region_ids", "active"),
        ]

    @api.model_create_multi
    def create(self, vals_list):
        scopes = super().create(vals_list)
        scopes._check_may_grant(scopes)
        scopes._sync(scopes.user_id)
        return scopes

    def write(self, vals):
        self._check_may_grant()
        users = self.user_id
        result = super().write(vals)
        self._check_may_grant(self)
        self._sync(users | self.user_id)
        return result

    def unlink(self):
        self._check_may_grant()
        users = self.user_id
        result = super().unlink()
        self._sync(users)
        return result

    @api.constrains("user_id")
    def _check_internal(self):
        for scope in self:
            if scope.user_id.share:
                raise ValidationError(
                    self.env._(
                        "%s is a portal user and sees what is addressed to them; "
                        "choose somebody who works in Odoo.",
                        scope.user_id.name,
                    )
                )

    # === WHO MAY GRANT === #

    @api.depends_context("uid")
    @api.depends("user_id", "unit_id", "shop_id", "site_id", "region_ids")
    def _compute_may_grant(self):
        allowed = self._grantable()
        for scope in self:
            saved = scope._origin
            scope.may_grant = not saved or allowed is None or saved.id in allowed

    @api.model
    def _search_may_grant(self, operator, value):
        if operator != "in":
            return NotImplemented
        allowed = self._grantable()
        if allowed is None:
            return Domain(True in value)
        return Domain("id", "in" if True in value else "not in", list(allowed))

    @api.model
    def _grantable(self, changed=None):
        """Return the ids of the scopes that the user may give and take; None: all.

        Those within an own scope, but for scopes of administrators.

        :param changed: scopes that do not count as own ones: nobody is given more by
            what they have just written for themselves
        """
        user = self.env.user
        if user._is_superuser() or user.has_group("acorn_base.group_admin"):
            return None
        if not user.has_group("acorn_multiorg.group_group_manager"):
            return set()
        self._flush_reach()
        within = {
            row[0]
            for row in self.env.execute_query(
                SQL(WITHIN, user.id, changed.ids if changed else [])
            )
        }
        # sudo: scopes are looked at to find out which ones the user may see.
        scopes_sudo = self.sudo().browse(list(within))
        return {
            scope.id
            for scope in scopes_sudo
            if not scope.user_id._acorn_is_administrator()
        }

    def _check_may_grant(self, changed=None):
        if self.env.su:
            return
        allowed = self._grantable(changed)
        closed = self.filtered(lambda s: allowed is not None and s.id not in allowed)
        if closed:
            # sudo: the sentence names what was refused.
            names = closed.sudo().mapped("display_name")
            raise AccessError(
                self.env._(
                    "Not yours to give or take: %s. A group manager does so within the "
                    "own scopes and their regions, and never for administrators; ask "
                    "an administrator of Acorn.",
                    ", ".join(names),
                )
            )

    # === WORDS === #

    @api.depends("unit_id.name", "shop_id.name", "site_id.name", "region_ids.name")
    def _compute_node(self):
        # sudo: people may read where they work, whatever they may read there.
        for scope, scope_sudo in zip(self, self.sudo(), strict=True):
            node = scope_sudo.unit_id or scope_sudo.shop_id or scope_sudo.site_id
            regions = ", ".join(scope_sudo.region_ids.mapped("name"))
            name = node.display_name or ""
            scope.node = (
                self.env._("%(node)s, only %(regions)s", node=name, regions=regions)
                if regions
                else name
            )

    @api.depends("node", "user_id.name")
    def _compute_display_name(self):
        for scope in self:
            scope.display_name = f"{scope.user_id.name}: {scope.node}"

    @api.depends("user_id.active", "unit_id", "shop_id", "site_id", "region_ids")
    def _compute_reach(self):
        self._flush_reach()
        counts = {
            scope_id: (shops, sites)
            for scope_id, shops, sites in self.env.execute_query(
                SQL(
                    "SELECT scope_id, count(DISTINCT shop_id), count(DISTINCT site_id)"
                    " FROM (%s AND %s) AS each GROUP BY scope_id",
                    SQL(REACHED),
                    SQL("scope.id = ANY(%s)", self._origin.ids),
                )
            )
        }
        for scope in self:
            shops, sites = counts.get(scope._origin.id, (0, 0))
            scope.reach = self.env._(
                "Shops: %(shops)s, sites: %(sites)s", shops=shops, sites=sites
            )
