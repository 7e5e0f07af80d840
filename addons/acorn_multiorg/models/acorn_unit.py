from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.acorn_base.models.res_company import LEVELS

ORDER_DAYS = 30
# Rows of companies have even ids, those of shops odd ones. Of a company outside the
# tree only those with shops are shown. The shop of a store is the store: no fourth
# level. Shops come before the units below.
TREE = """
    WITH RECURSIVE shops AS (
        SELECT company_id, COUNT(*) AS count, MIN(id) AS id FROM acorn_shop
         WHERE active GROUP BY company_id
    ), tree AS (
        SELECT company.id, 0 AS depth, company.name::text AS path,
               ARRAY[company.name || ' ' || company.id] AS position
          FROM res_company company
         WHERE company.acorn_superior_id IS NULL
           AND (company.acorn_level IS NOT NULL
                OR company.id IN (SELECT company_id FROM acorn_shop))
         UNION ALL
        SELECT company.id, tree.depth + 1, tree.path || ' / ' || company.name,
               tree.position || ('1' || company.name || ' ' || company.id)
          FROM res_company company JOIN tree ON tree.id = company.acorn_superior_id
    ), rows AS (
        SELECT 2 * company.id AS id, company.name, company.acorn_level AS level,
               2 * company.acorn_superior_id AS parent_id, tree.depth, tree.path,
               tree.position, company.id AS company_id, NULL::integer AS shop_id,
               company.active,
               CASE WHEN company.acorn_level = 'store' AND shops.count = 1
                    THEN shop.state END AS state
          FROM tree
          JOIN res_company company ON company.id = tree.id
          LEFT JOIN shops ON shops.company_id = company.id
          LEFT JOIN acorn_shop shop ON shop.id = shops.id
         UNION ALL
        SELECT 2 * shop.id + 1, shop.name, 'store', 2 * shop.company_id,
               tree.depth + 1, tree.path || ' / ' || shop.name,
               tree.position || ('0' || to_char(shop.sequence, 'S00000')
                                 || shop.name || ' ' || shop.id),
               shop.company_id, shop.id, shop.active AND company.active, shop.state
          FROM acorn_shop shop
          JOIN res_company company ON company.id = shop.company_id
          JOIN tree ON tree.id = company.id
         WHERE company.acorn_level IS DISTINCT FROM 'store'
    )
    SELECT id, name, level, parent_id, depth, path, company_id, shop_id, active, state,
           ROW_NUMBER() OVER (ORDER BY position) AS sequence
      FROM rows
"""


class AcornUnit(models.Model):
    """The tree as people see it: units, and the shops that are stores of their own."""

    _name = "acorn.unit"
    _description = "Unit"
    _auto = False
    _order = "sequence"
    _depends = {
        "res.company": ["active", "name", "acorn_level", "acorn_superior_id"],
        "acorn.shop": ["active", "name", "sequence", "state", "company_id"],
    }

    name = fields.Char(readonly=True)
    level = fields.Selection(LEVELS, readonly=True)
    parent_id = fields.Many2one("acorn.unit", string="Below", readonly=True)
    child_ids = fields.One2many("acorn.unit", "parent_id", readonly=True)
    sequence = fields.Integer(readonly=True)
    depth = fields.Integer(readonly=True)
    path = fields.Char(string="Place", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    shop_id = fields.Many2one(
        "acorn.shop", readonly=True, help="Of stores without a company of their own."
    )
    active = fields.Boolean(readonly=True)
    state = fields.Selection(
        lambda self: (
            self.env["acorn.shop"]._fields["state"]._description_selection(self.env)
        ),
        readonly=True,
    )
    mine = fields.Boolean(
        compute="_compute_mine",
        search="_search_mine",
        help="It is in the person's scope, or holds what is.",
    )
    shop_count = fields.Integer(string="Shops", compute="_compute_counts")
    site_count = fields.Integer(string="Sites", compute="_compute_counts")
    alert_count = fields.Integer(string="Open Alerts", compute="_compute_counts")
    order_count = fields.Integer(
        string="Orders, 30 Days",
        compute="_compute_order_count",
        groups="sales_team.group_sale_salesman",
    )

    @property
    def _table_query(self):
        return TREE

    # === WHO SEES WHAT === #

    def _compute_mine(self):
        # sudo: the rule of access itself asks.
        visible = self.sudo().search([("id", "in", self.ids), ("mine", "=", True)])
        for unit in self:
            unit.mine = unit in visible

    def _search_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        user = self.env.user
        if user._acorn_everywhere():
            return Domain.TRUE
        # sudo: what limits people is read for them.
        user_sudo = user.sudo()
        units_sudo = user_sudo.acorn_scope_ids.unit_id._acorn_below()
        holders_sudo = units_sudo | user_sudo.acorn_shop_ids.company_id
        units = {unit for holder in holders_sudo for unit in _above(holder)}
        is_shop = Domain("shop_id", "!=", False)
        shop_ids = user._acorn_shop_ids()  # None: all of them
        mine = is_shop if shop_ids is None else Domain("shop_id", "in", shop_ids)
        return mine | (~is_shop & Domain("company_id", "in", list(units)))

    # === COUNTS === #

    @api.depends("company_id", "shop_id")
    def _compute_counts(self):
        shops = self._shops()
        one_each = dict.fromkeys(shops, 1)
        sites = self._count("acorn.site", "shop_id", shops)
        alerts = self._count("acorn.alert", "shop_id", shops, [("state", "!=", "done")])
        for name, counts in (
            ("shop_count", one_each),
            ("site_count", sites),
            ("alert_count", alerts),
        ):
            self._write_sums(name, counts)

    @api.depends("company_id", "shop_id")
    def _compute_order_count(self):
        since = fields.Datetime.now() - timedelta(days=ORDER_DAYS)
        recent = [("date_order", ">=", since), ("state", "!=", "cancel")]
        counts = self._count("sale.order", "acorn_shop_id", self._shops(), recent)
        self._write_sums("order_count", counts)

    def _shops(self):
        """Return the shops of and below the units, in whichever company."""
        companies = self.env.user._get_company_ids()
        units = self.filtered(lambda unit: not unit.shop_id)
        # sudo: units above the person's own are not the person's companies.
        below_sudo = units.company_id.sudo()._acorn_below()
        ours = Domain("company_id", "in", below_sudo.ids)
        return (
            self.env["acorn.shop"]
            .with_context(allowed_company_ids=list(companies))
            .search(ours | Domain("id", "in", self.shop_id.ids))
        )

    def _count(self, model, field, shops, domain=()):
        """Return how many records each shop has, as {shop: count}."""
        Model = shops.env[model]
        if not Model.has_access("read"):
            return {}
        return dict(
            Model._read_group([(field, "in", shops.ids), *domain], [field], ["__count"])
        )

    def _write_sums(self, name, counts):
        """Write to each unit the sum of what its shops and those below have."""
        sums = {}
        for shop, count in counts.items():
            for company in _above(shop.sudo().company_id):  # sudo: names are not shown
                sums[company] = sums.get(company, 0) + count
        of_shops = {shop.id: count for shop, count in counts.items()}
        for unit in self:
            if unit.shop_id:
                unit[name] = of_shops.get(unit.shop_id.id, 0)
            else:
                unit[name] = sums.get(unit.company_id.id, 0)

    # === NAVIGATION === #

    def action_open(self):
        """Open the shop's form, or the company's."""
        self.ensure_one()
        record = self.shop_id or self.company_id
        everywhere = self.env.user._acorn_companies(self.company_id)
        if not record.with_context(**everywhere).has_access("read"):
            raise UserError(
                self.env._(
                    "You work below %s, not in it, so its form is not yours to see. "
                    "Ask an administrator if you need it.",
                    self.name,
                )
            )
        return self._opening(record)

    @api.model
    def _opening(self, record):
        """Return the action that opens a company or a shop, its company switched on."""
        company = record if record._name == "res.company" else record.company_id
        return {
            "type": "ir.actions.client",
            "tag": "acorn_open_unit",
            "params": {
                "model": record._name,
                "id": record.id,
                "company_id": company.id,
            },
        }

    def action_open_shops(self):
        """Open the shops of the unit and of those below."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_shop_action"
        )
        return action | {"domain": [("id", "in", self._shops().ids)]}


def _above(company):
    """Return the ids of a company and of those above it."""
    return [int(id_) for id_ in (company.acorn_path or "").split("/") if id_]
