from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..sellable import Terms

KINDS = [
    ("buffer", "Buffer (Units)"),
    ("percent", "Percentage Shown"),
    ("cap", "Maximum Shown (Units)"),
    ("hide_below", "Hide Below (Units)"),
    ("kept", "Reserved for One Shop (Units)"),
    ("share", "Fixed Share of the Pool (%)"),
    ("handling_days", "Handling Time (Days)"),
]
PERCENTAGES = ("percent", "share")
GOODS = ("offer_id", "product_id", "category_id")  # the nearest one counts
PLACES = ("site_id", "shop_id", "company_id")


class AcornStockRule(models.Model):
    """One rule on what shops may sell: of which goods, where, and how much.

    Of the rules of one kind the nearest counts: that of the offer before that of the
    product, of its category, of the categories above; then that of the site before that
    of the shop, of its company and of the units above. A rule without a shop counts for
    all shops of its company and of the units below it.
    """

    _name = "acorn.stock.rule"
    _description = "Stock Rule"
    _inherit = ["mail.thread", "acorn.audited"]
    _order = "kind, category_id, product_id, offer_id, shop_id, site_id, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, tracking=True)
    value = fields.Float(required=True, digits="Product Unit", tracking=True)
    category_id = fields.Many2one(
        "product.category", index="btree_not_null", ondelete="cascade", tracking=True
    )
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        tracking=True,
    )
    offer_id = fields.Many2one(
        "acorn.offer",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        tracking=True,
    )
    shop_id = fields.Many2one(
        "acorn.shop",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        tracking=True,
        help="When empty, all shops of the company and of units below it.",
    )
    site_id = fields.Many2one(
        "acorn.site",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        domain="[('shop_id', '=', shop_id)]",
        tracking=True,
        help="When empty, all sites. Sites that share one quantity show the lowest of "
        "theirs.",
    )

    _goods_once = models.Constraint(
        "CHECK (num_nonnulls(category_id, product_id, offer_id) <= 1)",
        "A rule is for a category, a product or an offer, or for all goods.",
    )
    _not_negative = models.Constraint(
        "CHECK (value >= 0)", "The value of a rule is not below zero."
    )
    _one_of_each = models.UniqueIndex(
        "(company_id, kind, COALESCE(category_id, 0), COALESCE(product_id, 0),"
        " COALESCE(offer_id, 0), COALESCE(shop_id, 0), COALESCE(site_id, 0))"
        " WHERE active",
        "There is a rule of this kind for these goods and this shop already: change "
        "that one.",
    )

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("active", "kind", "value", "category_id", "product_id", "offer_id"),
            *("shop_id", "site_id", "company_id"),
        ]

    @api.depends("kind", "value", "category_id", "product_id", "offer_id", "shop_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for rule in self:
            goods = rule.offer_id or rule.product_id or rule.category_id
            words = [f"{kinds.get(rule.kind, '')}: {rule.value:g}"]
            words += [r.display_name for r in (goods, rule.shop_id) if r]
            rule.display_name = ", ".join(words)

    @api.constrains("kind", "value", "shop_id", "site_id")
    def _check_value(self):
        for rule in self:
            if rule.kind in PERCENTAGES and rule.value > 100:
                raise ValidationError(
                    self.env._("A percentage is from 0 to 100, not %s.", rule.value)
                )
            if rule.kind == "kept" and (rule.site_id or not rule.shop_id):
                raise ValidationError(
                    self.env._("Choose the shop for which these units are reserved.")
                )
            if rule.site_id and rule.site_id.shop_id != rule.shop_id:
                raise ValidationError(
                    self.env._("The site %s is not of this shop.", rule.site_id.name)
                )

    @api.constrains("kind", "value", "shop_id", "category_id", "product_id", "active")
    def _check_shares(self):
        """Shops that have fixed shares of one pool never have more than all of it."""
        goods = ["category_id", "product_id"]
        totals = self._read_group(
            [
                ("kind", "=", "share"),
                ("shop_id", "!=", False),
                ("site_id", "=", False),
                ("offer_id", "=", False),
                ("company_id", "in", self.company_id.ids),
            ],
            ["company_id", *goods],
            ["value:sum"],
        )
        for _company, category, product, total in totals:
            if total > 100:
                raise ValidationError(
                    self.env._(
                        "The shares of the shops add up to %(total)s %% for "
                        "%(goods)s: together they cannot have more than 100 %%.",
                        total=f"{total:g}",
                        goods=(product or category).display_name
                        or self.env._("all goods"),
                    )
                )

    # === WHICH RULES APPLY === #

    @api.model
    def _terms_finder(self, company):
        """Return a function (offer row, site id) → ``sellable.Terms``.

        The row has ``offer_id``, ``product_id``, ``category_id``, ``shop_id``,
        ``handling_days`` and ``stopped``. Rules are read once; offers of one category
        without rules of their own share one look-up.
        """
        # sudo: rules of other shops count (units reserved for them), whoever asks.
        units = company._acorn_path_ids()
        rules_sudo = self.sudo().search(
            [
                ("company_id", "in", units),
                "|",
                ("company_id", "=", company.id),
                ("shop_id", "=", False),
            ]
        )
        return Finder(rules_sudo, self._category_chains(), units[::-1]).terms

    @api.model
    def _category_chains(self):
        """Return {category id: it and those above it, the nearest first}."""
        # sudo: see above.
        categories_sudo = (
            self.env["product.category"].sudo().search_fetch([], ["parent_path"])
        )
        return {
            category.id: [int(i) for i in category.parent_path.split("/")[-2::-1]]
            for category in categories_sudo
        }


class Finder:
    """Which value of each kind of rule counts for an offer on a site."""

    def __init__(self, rules, chains, units):
        """:param units: ids of the company and of the units above it, nearest first"""
        self._chains = chains
        self._units = [("company_id", unit) for unit in units]
        self._values = {}  # kind → {(goods, place): value}
        self._kept = {}  # goods → {shop id: units}
        self._special = set()  # goods that have rules of their own
        self._found = {}
        for rule in rules:
            goods = next(((name, rule[name].id) for name in GOODS if rule[name]), None)
            place = next((n, rule[n].id) for n in PLACES if rule[n])
            self._special.add(goods)
            if rule.kind == "kept":
                self._kept.setdefault(goods, {})[rule.shop_id.id] = rule.value
            else:
                self._values.setdefault(rule.kind, {})[goods, place] = rule.value

    def terms(self, row, site_id):
        key = (row.category_id, row.shop_id, site_id)
        own = [("offer_id", row.offer_id), ("product_id", row.product_id)]
        if any(goods in self._special for goods in own):
            key += (row.offer_id,)
        if key not in self._found:
            self._found[key] = self._resolve(row, site_id, own)
        kinds = self._found[key]
        if row.stopped:
            kinds = {**kinds, "stopped": True}
        if row.handling_days:
            kinds = {**kinds, "handling_days": row.handling_days}
        return Terms(**kinds)

    def _resolve(self, row, site_id, own):
        chain = self._chains.get(row.category_id, [])
        goods = [*own, *(("category_id", category) for category in chain), None]
        places = [("site_id", site_id), ("shop_id", row.shop_id), *self._units]
        found = {}
        for kind, values in self._values.items():
            keys = ((each, place) for each in goods for place in places)
            value = next((values[key] for key in keys if key in values), None)
            if value is not None:
                found[kind] = int(value) if kind == "handling_days" else value
        kept = next((self._kept[each] for each in goods if each in self._kept), {})
        others = sum(units for shop, units in kept.items() if shop != row.shop_id)
        return {**found, "kept": others}
