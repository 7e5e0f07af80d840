from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, Query

NEWEST_FIRST = "date_order desc, id desc"
LOOKED_AT = 10_000  # orders at most, to find a page of the newest
# Who reads invoices, by Odoo's own rules.
INVOICES = (
    "account.group_account_readonly,account.group_account_invoice,"
    "sales_team.group_sale_salesman,base.group_portal"
)


class SaleOrder(models.Model):
    """Finds a page of orders, and counts them, in the same time for every scope.

    PostgreSQL believes that the orders of each site are spread over all time, and that
    those of any site are found at once wherever it begins to look. Where a site has
    sold nothing lately, or sells since yesterday, it would walk through the orders of
    all others. Record rules let orders through on two ways: they are of some sites, or
    of no site and of some shops. Asked for one after the other, each has its index.
    """

    _name = "sale.order"
    _inherit = ["sale.order", "acorn.placed"]

    invoice_ids = fields.Many2many(groups=INVOICES)
    acorn_replacement_count = fields.Integer(
        compute="_compute_acorn_replacement_count", compute_sudo=True
    )

    # With what rules ask for beside: counting then reads nothing but the index.
    _acorn_newest_index = models.Index(
        "(acorn_site_id, date_order DESC, id DESC) INCLUDE (company_id, acorn_shop_id)"
    )

    def _get_invoiced(self):
        """Show no invoices to who may not read them, instead of no order at all."""
        if self.env["account.move.line"].has_access("read"):
            return super()._get_invoiced()
        self.invoice_count = 0
        return None

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **how):
        search = super()._search
        ways = None
        if limit and not (self.env.su or how.get("bypass_access")):
            ways = self._acorn_ways()
        if not ways:
            return search(domain, offset, limit, order, **how)

        self.browse().check_access("read")
        how_each = {**how, "bypass_access": True}  # by the rules the ways are made of
        wanted = (offset or 0) + limit
        sites = sum(len(sites) for sites, _rest in ways)
        newest_first = (order or "").lower() == NEWEST_FIRST
        query = Query(self.env, self._table, self._table_sql)
        if newest_first and sites * wanted <= LOOKED_AT:
            newest = SQL(" UNION ALL ").join(
                self._acorn_newest(search(domain, 0, wanted, order, **how_each), *way)
                for way in self._acorn_split(ways)
            )
            query.add_where(
                SQL(
                    "%s IN (SELECT id FROM (%s) AS newest"
                    " ORDER BY date_order DESC, id DESC LIMIT %s)",
                    SQL.identifier(self._table, "id"),
                    newest,
                    wanted,
                )
            )
            query.order = self._order_to_sql(order, query)
        elif not order:
            found = SQL(" UNION ALL ").join(
                self._acorn_all(search(domain, **how_each), *way) for way in ways
            )
            query = Query(self.env, self._table, SQL("(%s)", found))
        else:
            return search(domain, offset, limit, order, **how)
        query.limit, query.offset = limit, offset
        return query

    # === QUERIES OF ONE WAY === #

    @api.model
    def _acorn_newest(self, query, site_ids, rest):
        """Return the SQL for the ids and dates that a query finds at each site.

        :param query: finds the newest orders of all sites
        :param site_ids: list of ids; None: of no site
        :param rest: domain of what else rules ask for
        """
        site, *columns = (
            SQL.identifier(self._table, name)
            for name in ("acorn_site_id", "id", "date_order")
        )
        if site_ids is None:
            of_none = self._acorn_where(query, SQL("%s IS NULL", site), rest)
            return of_none.subselect(*columns)
        each = SQL("%s = acorn_each.site_id", site)
        return SQL(
            "SELECT each_newest.* FROM unnest(%s::int[]) AS acorn_each(site_id)"
            " CROSS JOIN LATERAL %s AS each_newest",
            site_ids,
            self._acorn_where(query, each, rest).subselect(*columns),
        )

    @api.model
    def _acorn_all(self, query, sites, rest):
        """Return the SQL for all orders that a query finds on one way."""
        of_sites = Domain("acorn_site_id", "in", sites) & rest
        if query.is_empty():
            query = Query(self.env, self._table, self._table_sql)
            of_sites = Domain.FALSE
        of_sites = of_sites.optimize_full(self._acorn_as_rules())
        query = self._acorn_where(query, SQL("TRUE"), of_sites)
        return query.select(SQL("%s.*", SQL.identifier(self._table)))

    @api.model
    def _acorn_where(self, query, condition, rest):
        if not query.is_empty():
            query.add_where(condition)
            query.add_where(rest._to_sql(self._acorn_as_rules(), self._table, query))
        return query

    # === WHAT RULES SAY === #

    @api.model
    def _acorn_ways(self):
        """Return on which ways record rules let orders through: a list of (ids of
        sites, with False for none, and the domain of what else is asked for).

        None when rules do not speak of sites so plainly, or of one twice.
        """
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        rules = rules.optimize_full(self._acorn_as_rules())
        parts = _parts(rules, "&")
        for part in parts:
            others = Domain.AND(each for each in parts if each is not part)
            ways = _parts(part, "|")
            ways = [self._acorn_way(way, others) for way in ways]
            if all(ways):
                named = [site_id for sites, _rest in ways for site_id in sites]
                return ways if len(named) == len(set(named)) else None
        return None

    def _acorn_way(self, way, others):
        """Return the sites that a domain names and what else it asks for, or None."""
        parts = _parts(way, "&")
        for part in parts:
            if (
                getattr(part, "field_expr", "") == "acorn_site_id"
                and part.operator == "in"
            ):
                rest = Domain.AND(each for each in [others, *parts] if each is not part)
                return part.value, rest.optimize_full(self._acorn_as_rules())
        return None

    @api.model
    def _acorn_split(self, ways):
        """Yield (ids of sites, rest), and (None, rest) for orders of no site."""
        for sites, rest in ways:
            if site_ids := [site_id for site_id in sites if site_id]:
                yield site_ids, rest
            if False in sites:
                yield None, rest

    def _acorn_as_rules(self):
        """Orders as rules look at them."""
        # sudo: only domains are made with it; nothing is read.
        order_sudo = self.sudo()
        return order_sudo.with_context(active_test=False)

    # === CUSTOMER SERVICE === #

    def _compute_acorn_replacement_count(self):
        counts = dict(
            self.env["acorn.replacement"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.acorn_replacement_count = counts.get(order, 0)

    def action_acorn_open_replacements(self):
        self.ensure_one()
        replacements = self.env["acorn.replacement"].search(
            [("order_id", "=", self.id)]
        )
        return replacements._get_records_action(name=self.env._("Replacements"))

    def action_acorn_request_replacement(self):
        """Open a request with all that was sold and is not replaced yet."""
        self.ensure_one()
        return self.env["acorn.replacement"]._action_new(self)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Customer service writes notes and messages on what it may only read."""
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if message_operation == "create" and self.env.user._is_internal():
            # sudo: whether an order came through a channel, before access is checked.
            channel_sudo = self.sudo().filtered("acorn_shop_id")
            operations |= dict.fromkeys(channel_sudo.with_env(self.env), "read")
        return operations


def _parts(domain, operator):
    """Return the domains that an operator joins, or the domain alone."""
    joined = getattr(domain, "OPERATOR", "") == operator
    return list(domain.children) if joined else [domain]
