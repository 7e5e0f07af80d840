from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import holds
from ..addresses import normalised

KINDS = [
    ("high_value", "High value"),
    ("po_box", "PO box"),
    ("address_changed", "Address changed"),
    ("buyer_orders", "Many orders of one buyer"),
    ("banned", "Banned word or postcode"),
    ("quantity", "Unusual quantity"),
    ("ship_by", "Ship-by time at risk"),
    ("destination", "Blocked destination"),
]


class AcornHoldRule(models.Model):
    """Which orders wait for a person before they may ship."""

    _name = "acorn.hold.rule"
    _description = "Hold Rule"
    _inherit = ["acorn.audited"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, help="People who pack do not see it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    shop_ids = fields.Many2many(
        "acorn.shop",
        string="Shops",
        check_company=True,
        help="None: the rule is for all shops of the company and of units below it.",
    )
    off_shop_ids = fields.Many2many(
        "acorn.shop",
        "acorn_hold_rule_off_rel",
        "rule_id",
        "shop_id",
        string="Switched Off For",
        help="The rule does not count for these shops.",
    )
    kind = fields.Selection(KINDS, required=True, default="high_value")
    amount = fields.Monetary(
        string="More Than",
        help="What the buyer pays, tax included, at Odoo's rate of today.",
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    count = fields.Integer(string="At Least", default=3)
    days = fields.Integer(
        string="Within Days", default=7, help="Before or after the order."
    )
    hours = fields.Integer(
        string="Hours Before",
        default=12,
        help="Goods that are missing (or not picked, where that is a step of its own) "
        "so long before the promised time hold the order: it can hardly be shipped in "
        "time, and a person decides whether it ships late, otherwise or not at all. An "
        "order whose time is over is held in any case. What lies ready is not held "
        "before: that would make it late.",
    )
    quantity = fields.Integer(
        string="More Units Than", help="Of one SKU in one order. 0: no matter."
    )
    factor = fields.Float(
        string="Times the Usual",
        help="More units than so many times the middle of the SKU's latest hundred "
        "orders. 0: no matter.",
    )
    words = fields.Text(
        groups="acorn_base.group_operator",
        help="One in each line: whole words anywhere in the address, in the buyer's "
        "name and e-mail or in the delivery note.",
    )
    postcodes = fields.Text(
        groups="acorn_base.group_operator",
        help="One in each line; a star stands for any end: 98*.",
    )
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many("res.country.state", string="States")
    user_ids = fields.Many2many(
        "res.users",
        string="Released by",
        domain=lambda self: [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref("acorn_base.group_user").ids),
        ],
        help="Operators of Acorn release orders anyway; these people, too.",
    )
    held_count = fields.Integer(string="Held Now", compute="_compute_held_count")

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("name", "active", "company_id", "shop_ids", "kind", "amount"),
            *("currency_id", "count", "days", "hours", "quantity", "factor"),
            *("words", "postcodes", "country_ids", "state_ids", "user_ids"),
        ]

    def _compute_held_count(self):
        counts = dict(
            self.env["acorn.hold"]._read_group(
                [("rule_id", "in", self.ids), ("state", "=", "held")],
                ["rule_id"],
                ["__count"],
            )
        )
        for rule in self:
            rule.held_count = counts.get(rule, 0)

    @api.constrains(
        *("kind", "amount", "count", "days", "hours", "quantity", "factor"),
        *("words", "postcodes", "country_ids", "state_ids"),
    )
    def _check_parameters(self):
        for rule in self:
            if not rule._is_complete():
                raise ValidationError(
                    self.env._(
                        "The rule %s says not yet what it holds: fill in its limits.",
                        rule.name,
                    )
                )

    def _is_complete(self):
        rule = self._parameters()
        return {
            "high_value": rule.amount > 0,
            "address_changed": rule.count >= 1,
            "buyer_orders": rule.count >= 2 and rule.days >= 1,
            "banned": rule.words or rule.postcodes,
            "quantity": rule.quantity > 0 or rule.factor >= 1,
            "ship_by": rule.hours >= 0,
            "destination": rule.countries or rule.states,
        }.get(self.kind, True)

    def _parameters(self):
        """Return what the rule says as ``holds.Rule``."""
        self.ensure_one()
        # sudo: its words are for managers, and it is applied whoever sets that off.
        rule_sudo = self.sudo()
        currency = rule_sudo.currency_id
        return holds.Rule(
            amount=Decimal(f"{rule_sudo.amount:.{currency.decimal_places}f}"),
            currency=currency.name,
            count=rule_sudo.count,
            days=rule_sudo.days,
            hours=rule_sudo.hours,
            quantity=rule_sudo.quantity,
            factor=Decimal(str(rule_sudo.factor)),
            words=_lines(rule_sudo.words),
            postcodes=_lines(rule_sudo.postcodes),
            countries=frozenset(rule_sudo.country_ids.mapped("code")),
            states=frozenset(
                (state.country_id.code, normalised(word))
                for state in rule_sudo.state_ids
                for word in (state.code, state.name)
            ),
        )

    @api.model
    def _of(self, shop):
        """Return the rules of a shop."""
        # sudo: rules are applied by the work itself, whoever set it off.
        return self.sudo().search(
            [
                ("company_id", "in", shop.company_id._acorn_path_ids()),
                ("off_shop_ids", "not in", shop.ids),
                "|",
                ("shop_ids", "=", False),
                ("shop_ids", "in", shop.ids),
            ]
        )

    def _judge(self, shop, pairs):
        """Return what these rules hold.

        :param pairs: (sale order, ``records.Order`` or None when only time has passed)
        :return: list of (sale order, rule, ``holds.Reason``)
        """
        parameters = {rule: rule._parameters() for rule in self}
        facts = self.env["acorn.hold.facts"]._gather(shop, pairs, self)
        return [
            (order, rule, reason)
            for order, known in facts
            for rule in self
            if (reason := holds.judge(rule.kind, known, parameters[rule]))
        ]

    # === ACTIONS === #

    def action_check_open_orders(self):
        """Judge again what has not been shipped yet, by all rules of the shops."""
        self.check_access("write")
        shops = self.shop_ids
        if any(not rule.shop_ids for rule in self):
            domain = [("company_id", "in", self.company_id._acorn_below().ids)]
            shops |= shops.search(domain)
        for shop in shops:
            self.env["acorn.hold"]._hold_open_orders(shop)
        return self.action_open_holds()

    def action_open_holds(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_hold_action"
        )
        return action | {"domain": [("rule_id", "in", self.ids)]}


def _lines(text):
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
