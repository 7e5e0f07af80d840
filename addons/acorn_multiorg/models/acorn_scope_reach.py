from odoo import api, models
from odoo.tools import SQL

# What each scope reaches: all shops and sites below its node, of its regions where it
# has any. A shop without sites is reached, too, by scopes that name no region.
REACHED = """
    SELECT scope.id AS scope_id, scope.user_id, shop.id AS shop_id, site.id AS site_id,
           shop.company_id
      FROM acorn_scope scope
      JOIN res_users person ON person.id = scope.user_id AND person.active
      LEFT JOIN res_company unit ON unit.id = scope.unit_id
      JOIN acorn_shop shop ON TRUE
      JOIN res_company company ON company.id = shop.company_id
      LEFT JOIN acorn_site site ON site.shop_id = shop.id
     WHERE scope.active
       AND (company.acorn_path LIKE unit.acorn_path || '%%'
            OR scope.shop_id = shop.id OR scope.site_id = site.id)
       AND (NOT EXISTS (
                SELECT FROM acorn_region_acorn_scope_rel
                 WHERE acorn_scope_id = scope.id)
            OR EXISTS (
                SELECT FROM acorn_region_acorn_scope_rel wanted
                  JOIN acorn_region_acorn_site_rel own
                    ON own.acorn_region_id = wanted.acorn_region_id
                 WHERE wanted.acorn_scope_id = scope.id
                   AND own.acorn_site_id = site.id))
"""
WORKS_WITH = """
    WITH reached AS (
        SELECT DISTINCT user_id, %(reached)s AS id FROM (%(query)s) AS each
         WHERE %(reached)s IS NOT NULL
    ), gone AS (
        DELETE FROM %(table)s old
         WHERE %(old)s AND NOT EXISTS (
               SELECT FROM reached
                WHERE reached.user_id = old.res_users_id
                  AND reached.id = old.%(column)s)
    )
    INSERT INTO %(table)s (res_users_id, %(column)s)
    SELECT user_id, id FROM reached
     WHERE NOT EXISTS (
           SELECT FROM %(table)s old
            WHERE old.res_users_id = reached.user_id
              AND old.%(column)s = reached.id)
        ON CONFLICT DO NOTHING
"""
# The companies a scope gives: its unit and all below; where it is limited to regions,
# or at a shop or site, those whose shops it reaches.
COMPANIES = """
    WITH wanted AS (
        SELECT scope.user_id, company.id AS company_id
          FROM acorn_scope scope
          JOIN res_company unit ON unit.id = scope.unit_id
          JOIN res_company company ON company.acorn_path LIKE unit.acorn_path || '%%'
         WHERE scope.active AND NOT EXISTS (
               SELECT FROM acorn_region_acorn_scope_rel
                WHERE acorn_scope_id = scope.id)
        UNION
        SELECT user_id, company_id FROM (%(reached)s) AS each
    ), has AS (
        SELECT user_id, cid AS company_id FROM res_company_users_rel
    ), given AS (
        SELECT user_id, company_id FROM acorn_given_company_rel
    ), changes AS (
        SELECT user_id, company_id, TRUE AS gives FROM (TABLE wanted EXCEPT TABLE has) a
        UNION ALL
        SELECT user_id, company_id, FALSE FROM (TABLE given EXCEPT TABLE wanted) b
    )
    SELECT user_id,
           COALESCE(array_agg(changes.company_id) FILTER (WHERE gives), '{}'),
           COALESCE(array_agg(changes.company_id) FILTER (WHERE NOT gives), '{}')
      FROM changes
      JOIN res_users person ON person.id = user_id AND person.active
     WHERE %(users)s
     GROUP BY user_id
"""


class AcornScopeReach(models.AbstractModel):
    """Writes down what scopes reach: who works with which shops, sites and companies.

    Whatever changes it calls ``_sync``, so that rules need no more than a list of ids.
    """

    _name = "acorn.scope.reach"
    _description = "Reach of Scopes"

    @api.model
    def _sync(self, users=None, shops=None):
        """Write down who works with which shops and sites, and in which companies.

        :param users: ``res.users`` whose scopes have changed; None: all
        :param shops: ``acorn.shop`` that are new or have moved; None: all
        """
        self._flush_reach()
        self._one_at_a_time()
        old_users = _within("old.res_users_id", users)
        query = SQL(
            "%s AND %s AND %s",
            SQL(REACHED),
            _within("scope.user_id", users),
            _within("shop.id", shops),
        )
        self._sync_table(
            "acorn_shop_res_users_rel",
            "acorn_shop_id",
            "shop_id",
            query,
            SQL("%s AND %s", old_users, _within("old.acorn_shop_id", shops)),
        )
        of_shops = SQL(
            "old.acorn_site_id IN (SELECT id FROM acorn_site WHERE %s)",
            _within("shop_id", shops),
        )
        self._sync_table(
            "acorn_site_res_users_rel",
            "acorn_site_id",
            "site_id",
            query,
            old_users if shops is None else SQL("%s AND %s", old_users, of_shops),
        )
        self.env["acorn.shop"].invalidate_model(["user_ids"])
        self.env["acorn.site"].invalidate_model(["user_ids"])
        self.env["res.users"].invalidate_model(
            ["acorn_shop_ids", "acorn_site_ids", "acorn_reaches_all"]
        )
        self._sync_companies(users)

    def _flush_reach(self):
        for name in ("res.company", "res.users", "acorn.shop", "acorn.site"):
            self.env[name].flush_model()
        self.env["acorn.scope"].flush_model()

    def _one_at_a_time(self):
        """Of two that add a shop and a scope at once, neither would see the other's.

        They write one row: the later one fails, and Odoo tries it again.
        """
        self.env.cr.execute(
            "UPDATE ir_model SET model = model WHERE model = 'acorn.scope'"
        )

    def _sync_table(self, table, column, reached, query, old):
        names = {
            "table": SQL.identifier(table),
            "column": SQL.identifier(column),
            "reached": SQL.identifier(reached),
        }
        self.env.cr.execute(SQL(WORKS_WITH, query=query, old=old, **names))

    @api.model
    def _sync_companies(self, users=None):
        """Give people the companies of their scopes; take back those that scopes gave.

        Companies that somebody gave by hand stay.
        """
        self._flush_reach()
        changes = self.env.execute_query(
            SQL(COMPANIES, reached=SQL(REACHED), users=_within("person.id", users))
        )
        # sudo: who grants a scope has no right to change accounts.
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        for user_id, gives, takes in changes:
            users_sudo.browse(user_id)._acorn_change_companies(gives, takes)


def _within(column, records):
    """Return the condition that a column names one of the records; None: any."""
    if records is None:
        return SQL("TRUE")
    return SQL("%s = ANY(%s)", SQL.identifier(*column.split(".")), list(records.ids))
