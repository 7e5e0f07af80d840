from odoo import api, fields, models
from odoo.tools import SQL

# Which sites each scope reaches: all below its node, of its regions where it has any.
REACHED = """
    SELECT scope.user_id, shop.id AS shop_id, site.id AS site_id,
           shop.company_id
      FROM acorn_scope scope
      LEFT JOIN res_company unit ON unit.id = scope.unit_id
      JOIN acorn_shop shop ON TRUE
      JOIN res_company company ON company.id = shop.company_id
      LEFT JOIN acorn_site site ON site.shop_id = shop.id
      LEFT JOIN LATERAL (
            SELECT acorn_scope_id FROM acorn_region_acorn_scope_rel
             WHERE acorn_scope_id = scope.id LIMIT 1
      ) region ON TRUE
     WHERE scope.active
       AND (company.acorn_path LIKE unit.acorn_path || '%%'
            OR scope.shop_id = shop.id OR scope.site_id = site.id)
       AND (region.acorn_scope_id IS NULL OR EXISTS (
            SELECT FROM acorn_region_acorn_scope_rel wanted
              JOIN acorn_region_acorn_site_rel own
                ON own.acorn_region_id = wanted.acorn_region_id
             WHERE wanted.acorn_scope_id = scope.id AND own.acorn_site_id = site.id))
"""


class AcornScope(models.Model):
    """Where a person works: at a node of the tree, and in all that is below it."""

    _name = "acorn.scope"
    _description = "Scope"
    _inherit = ["acorn.audited"]
    _order = "user_id, id"
    _rec_name = "user_id"
    _acorn_audience = "group"

    user_id = fields.Many2one(
        "res.users", string="Person", required=True, index=True, ondelete="cascade"
    )
    unit_id = fields.Many2one("res.company", ondelete="cascade", index=True)
    shop_id = fields.Many2one("acorn.shop", ondelete="cascade", index=True)
    site_id = fields.Many2one("acorn.site", ondelete="cascade", index=True)
    region_ids = fields.Many2many(
        "acorn.region", string="Only Regions", help="None: all regions."
    )
    active = fields.Boolean(default=True)

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
        scopes._sync()
        return scopes

    def write(self, vals):
        result = super().write(vals)
        self._sync()
        return result

    def unlink(self):
        result = super().unlink()
        self._sync()
        return result

    @api.model
    def _sync(self):
        """Write down who works with which shops and sites, and in which companies.

        After each change of scopes, of the tree, of shops, sites and regions.
        """
        self.env.flush_all()
        self._sync_table("acorn_site_res_users_rel", "acorn_site_id", "site_id")
        self._sync_table("acorn_shop_res_users_rel", "acorn_shop_id", "shop_id")
        self.env.invalidate_all()

    @api.model
    def _sync_table(self, table, column, reached):
        names = {
            "table": SQL.identifier(table),
            "column": SQL.identifier(column),
            "reached": SQL.identifier(reached),
            "query": SQL(REACHED),
        }
        self.env.cr.execute(
            SQL(
                """
                WITH reached AS (
                    SELECT DISTINCT user_id, %(reached)s AS id
                      FROM (%(query)s) AS each WHERE %(reached)s IS NOT NULL
                ), gone AS (
                    DELETE FROM %(table)s old WHERE NOT EXISTS (
                        SELECT FROM reached WHERE reached.user_id = old.res_users_id
                           AND reached.id = old.%(column)s)
                )
                INSERT INTO %(table)s (res_users_id, %(column)s)
                SELECT user_id, id FROM reached
                    ON CONFLICT DO NOTHING
                """,
                **names,
            )
        )
