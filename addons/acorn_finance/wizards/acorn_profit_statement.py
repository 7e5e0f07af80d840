from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.acorn_base.natures import PROFIT_LINES

# Sums, and the line of profit after which each stands.
SUMS = {
    "promotions": "net_sales",
    "reimbursements": "proceeds",
    "landed_cost": "contribution",
    "overheads": "net_profit",
}


class AcornProfitStatement(models.TransientModel):
    """Profit from sales to what is left, line by line, of what a person chooses."""

    _name = "acorn.profit.statement"
    _description = "Profit Statement"

    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: (
            fields.Date.context_today(self) + relativedelta(months=1, day=1, days=-1)
        ),
    )
    compare = fields.Selection(
        [("period", "The Period Before"), ("year", "The Year Before")],
        string="Compared with",
        default="period",
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        default=lambda self: self._units_that_add_up(),
        domain="[('id', 'in', allowed_company_ids)]",
    )
    shop_ids = fields.Many2many("acorn.shop", string="Shops")
    site_ids = fields.Many2many("acorn.site", string="Sites")
    categ_id = fields.Many2one("product.category", string="Product Category")
    offer_ids = fields.Many2many("acorn.offer", string="SKUs")
    fulfilment = fields.Selection([("fba", "By the Channel"), ("fbm", "By the Seller")])
    settled_only = fields.Boolean(help="Without what is estimated until it is settled.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    line_ids = fields.One2many(
        "acorn.profit.statement.line", "statement_id", readonly=True
    )

    @api.model
    def _units_that_add_up(self):
        """Return the units in the currency of the first chosen; none where all are."""
        units = self.env.companies
        same = units.filtered(
            lambda unit: unit.currency_id == self.env.company.currency_id
        )
        return same if same < units else self.env["res.company"]

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = self.env._(
                "Profit %(since)s – %(until)s",
                since=statement.date_from,
                until=statement.date_to,
            )

    @api.model
    def action_open(self):
        """Open the statement of this month."""
        statement = self.create({})
        return statement._get_records_action(name=self.env._("Profit Statement"))

    @api.model_create_multi
    def create(self, vals_list):
        statements = super().create(vals_list)
        statements._fill()
        return statements

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"line_ids", "currency_id"}:
            self._fill()
        return result

    def action_show(self):
        """Show the statement of what is chosen now."""
        self._fill()

    def action_open_list(self):
        """Open the lines as a list, which Odoo exports."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "acorn.profit.statement.line",
            "view_mode": "list",
            "domain": [("statement_id", "=", self.id)],
        }

    # === LINES === #

    def _fill(self):
        for statement in self:
            now = statement._amounts(statement.date_from, statement.date_to)
            before = statement._amounts(*statement._period_before())
            statement.write(
                {
                    "currency_id": statement._currency().id,
                    "line_ids": [
                        Command.clear(),
                        *map(Command.create, statement._line_values(now, before)),
                    ],
                }
            )

    def _line_values(self, now, before):
        """Return the values of the lines, and of the sums between them.

        :param now, before: {line of profit: (amount, of it estimated)}
        """
        rows, total, estimated, earlier = [], 0.0, 0.0, 0.0
        for line in PROFIT_LINES:
            amount, of_it = now.get(line, (0.0, 0.0))
            previous = before.get(line, (0.0, 0.0))[0]
            total, estimated = total + amount, estimated + of_it
            earlier += previous
            rows.append((line, amount, of_it, previous))
            if line in SUMS:
                rows.append((SUMS[line], total, estimated, earlier))
        sales = next(row[1] for row in rows if row[0] == "net_sales")
        return [
            {
                "sequence": number,
                "line": line,
                "amount": amount,
                "estimated_amount": of_it,
                "previous": previous,
                "share": amount / sales if sales else 0.0,
            }
            for number, (line, amount, of_it, previous) in enumerate(rows)
        ]

    def _amounts(self, since, until):
        if not since:
            return {}
        groups = self.env["acorn.profit.day"]._read_group(
            self._domain(since, until), ["profit_line", "estimated"], ["amount:sum"]
        )
        amounts = {}
        for line, estimated, amount in groups:
            whole, of_it = amounts.get(line, (0.0, 0.0))
            amounts[line] = whole + amount, of_it + (amount if estimated else 0.0)
        return amounts

    def _currency(self):
        currencies = (self.company_ids or self.env.companies).currency_id
        if len(currencies) > 1:
            raise UserError(
                self.env._(
                    "The units keep their books in %s, which do not add up. Choose "
                    "units with the same currency.",
                    ", ".join(currencies.mapped("name")),
                )
            )
        return currencies

    def _period_before(self):
        if not self.compare:
            return None, None
        since, until = self.date_from, self.date_to
        if self.compare == "year":
            year = relativedelta(years=1)
            return since - year, until - year
        after = until + timedelta(days=1)
        if since.day == after.day == 1:
            months = (after.year - since.year) * 12 + after.month - since.month
            return since - relativedelta(months=months), since - timedelta(days=1)
        return since - (after - since), since - timedelta(days=1)

    def _domain(self, since, until):
        """Return what the figures of a period are read from."""
        companies = self.company_ids or self.env.companies
        domain = Domain(
            [
                ("day", ">=", since),
                ("day", "<=", until),
                ("company_id", "in", companies.ids),
            ]
        )
        for name, records in (
            ("shop_id", self.shop_ids),
            ("site_id", self.site_ids),
            ("offer_id", self.offer_ids),
        ):
            if records:
                domain &= Domain(name, "in", records.ids)
        if self.categ_id:
            domain &= Domain("categ_id", "child_of", self.categ_id.id)
        if self.fulfilment:
            domain &= Domain("fulfilment", "=", self.fulfilment)
        if self.settled_only:
            domain &= Domain("estimated", "=", False)
        return domain
