from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache

PREVIEW = 1000  # orders of a shop that are shown


LEVELS = [
    ("headquarters", "Headquarters"),
    ("branch", "Branch"),
    ("store", "Store"),
]


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "acorn.audited"]

    acorn_level = fields.Selection(LEVELS, string="Level")
    acorn_superior_id = fields.Many2one(
        "res.company",
        string="Superior Unit",
        index=True,
        ondelete="restrict",
        help="The unit above in the group. It says who sees and steers whom, not whose "
        "books are whose, and may change.",
    )
    acorn_path = fields.Char(
        compute="_compute_acorn_path",
        store=True,
        recursive=True,
        index=True,
        help="Ids from the top unit down to this one: 1/5/7/.",
    )

    acorn_tax_id = fields.Many2one(
        "account.tax",
        string="Tax of Sales Channels",
        check_company=True,
        help="Carries the tax that channels computed and this company owes.",
    )

    acorn_alarm_minutes = fields.Integer(
        string="Alarm After Minutes",
        default=30,
        help="For new shops: without a successful fetch for so long somebody is told.",
    )
    acorn_quiet_hours = fields.Integer(
        string="Tell After Hours Without Orders",
        help="For new shops: when nobody orders for so long, it is said. 0: never.",
    )
    acorn_most_pending = fields.Integer(
        string="Most Pending Documents",
        default=1000,
        help="When more documents of a shop wait to be worked off, somebody is told.",
    )

    acorn_purge_days = fields.Integer(
        string="Remove Personal Data After (Days)",
        default=30,
        required=True,
        help="So many days after an order was delivered or cancelled.",
    )
    acorn_tax_days = fields.Integer(
        string="Keep Tax Facts For (Days)",
        default=0,
        required=True,
        help="Name, address and tax number of buyers with an invoice or a tax number "
        "stay for so many days after delivery. 0: they go with the rest.",
    )

    acorn_speed_days = fields.Integer(
        string="Sales Speed Over (Days)",
        default=30,
        required=True,
        help="How far back sales are looked at to tell how long goods last.",
    )
    acorn_safety_days = fields.Integer(
        string="Safety Days",
        default=7,
        required=True,
        help="For new reordering rules: so long shall goods last when the next arrive.",
    )
    acorn_review_days = fields.Integer(
        string="Days Between Orders",
        default=14,
        required=True,
        help="An order that Acorn proposes lasts for so long beyond lead time and "
        "safety days.",
    )

    _acorn_cover_check = models.Constraint(
        "CHECK (acorn_speed_days BETWEEN 1 AND 366 AND acorn_safety_days >= 0 "
        "AND acorn_review_days >= 0)",
        "Sales are looked at for 1 to 366 days; the other days are no less than 0.",
    )

    _acorn_days_check = models.Constraint(
        "CHECK (acorn_purge_days >= 1 AND acorn_tax_days >= 0)",
        "Personal data is kept for one day at least, and tax facts for no less than 0.",
    )

    @api.model
    def _acorn_audited(self):
        own = [
            name
            for name, field in self._fields.items()
            if name.startswith("acorn_")
            and field.store
            and not field.readonly
            and field.type != "one2many"
        ]
        return [*super()._acorn_audited(), "name", "active", *own]

    @api.depends("acorn_superior_id.acorn_path")
    def _compute_acorn_path(self):
        for company in self:
            above = company.acorn_superior_id.acorn_path or ""
            company.acorn_path = f"{above}{company.id}/" if company.id else False

    def write(self, vals):
        result = super().write(vals)
        if "acorn_superior_id" in vals:
            # Record rules and settings ask often what is above a unit.
            self.env.registry.clear_cache()
        return result

    def _acorn_path_ids(self):
        """Return the ids of the units and of all above them: of one, from the top."""
        return list(dict.fromkeys(each for unit in self for each in unit._acorn_way()))

    @ormcache("self.id")
    def _acorn_way(self):
        # sudo: rules of units above count below, whoever works there.
        unit_sudo = self.sudo()
        return [int(each) for each in (unit_sudo.acorn_path or "").split("/")[:-1]]

    def _acorn_below(self):
        """Return the units and all that are below them, at any depth."""
        return self.search(
            Domain.OR([("acorn_path", "=like", f"{unit.acorn_path}%")] for unit in self)
        )

    def _acorn_purge_preview(self):
        """Open the orders whose personal data would be removed now."""
        shops = (
            self.env["acorn.shop"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.id)])
        )
        due = self.env["sale.order"].union(
            *(shop._purge_due(limit=PREVIEW) for shop in shops)
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.sale_order_action"
        )
        title = self.env._("Personal data would be removed now")
        return action | {
            "name": title,
            "display_name": title,
            "domain": [("id", "in", due.ids)],
            "context": {"create": False},
            "help": self.env._(
                "Nothing would be removed now: no personal data is older than the "
                "settings say."
            ),
        }

    def _acorn_tax(self):
        """Return the tax whose amounts come from the channels; make it once.

        Its own rate is nil: each order line brings the amount that the channel
        computed, which no percentage gives back to the cent.
        """
        self.ensure_one()
        if not self.acorn_tax_id:
            self.acorn_tax_id = self.env["account.tax"].create(
                {
                    "name": self.env._("Tax by sales channel"),
                    "description": self.env._("As computed by the sales channel"),
                    "invoice_label": self.env._("Tax"),
                    "amount_type": "percent",
                    "amount": 0,
                    "type_tax_use": "sale",
                    "price_include_override": "tax_excluded",
                    "company_id": self.id,
                    "country_id": (self.account_fiscal_country_id or self.country_id).id
                    or self.env.ref("base.us").id,
                    "tax_group_id": self._acorn_tax_group().id,
                }
            )
        return self.acorn_tax_id

    def _acorn_tax_group(self):
        """Return a group of its own: another one's name would be shown in totals."""
        country = self.account_fiscal_country_id or self.country_id
        return self.env["account.tax.group"].create(
            {
                "name": self.env._("Tax"),
                "company_id": self.id,
                "country_id": country.id,
            }
        )
