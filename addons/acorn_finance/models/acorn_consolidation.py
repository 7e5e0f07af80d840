from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..consolidate import RESULT, Balance, MissingRate, consolidate
from ..month_rates import MonthRates

# What companies booked: the result of the period by month, all else at its end.
# Only invoices between companies of the group say who the other one is.
BALANCES = """
    SELECT item.company_id, account.id, account.account_type,
           CASE WHEN account.account_type IN %(result)s AND item.date >= %(since)s
                THEN date_trunc('month', item.date)::date END AS month,
           CASE WHEN move.move_type IN %(invoices)s THEN member.id END AS partner,
           SUM(item.balance)::text
      FROM account_move_line item
      JOIN account_move move ON move.id = item.move_id
      JOIN account_account account ON account.id = item.account_id
 LEFT JOIN res_partner partner ON partner.id = item.partner_id
 LEFT JOIN res_company member
        ON member.partner_id = partner.commercial_partner_id
       AND member.id IN %(companies)s AND member.id != item.company_id
     WHERE item.parent_state = 'posted' AND item.date <= %(until)s
       AND item.company_id IN %(companies)s
  GROUP BY 1, 2, 3, 4, 5
    HAVING SUM(item.balance) != 0
"""
INVOICES = ("out_invoice", "out_refund", "in_invoice", "in_refund")


class AcornConsolidation(models.Model):
    """The figures of a unit and all below it in one currency, as of a period."""

    _name = "acorn.consolidation"
    _description = "Consolidation"
    _inherit = ["mail.thread"]
    _order = "date_to desc, id desc"

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company",
        string="Unit",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="It and all units below it are added up.",
    )
    company_ids = fields.Many2many(
        "res.company", string="Companies", compute="_compute_company_ids", store=True
    )
    currency_id = fields.Many2one(
        "res.currency",
        string="Group Currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    date_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.today().replace(month=1, day=1),
    )
    date_to = fields.Date(required=True, default=fields.Date.today)
    state = fields.Selection(
        [("draft", "Rates to Choose"), ("done", "Computed")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
    )
    rate_ids = fields.One2many(
        "acorn.consolidation.rate", "consolidation_id", copy=True
    )
    line_ids = fields.One2many("acorn.consolidation.line", "consolidation_id")
    profit = fields.Monetary(
        compute="_compute_profit", help="Of the period; a loss is negative."
    )
    internal_sales = fields.Monetary(
        compute="_compute_profit", help="Sold within the group, and taken out."
    )

    _dates_check = models.Constraint(
        "CHECK (date_from <= date_to)", "A period ends after it begins."
    )

    @api.depends("company_id.name", "date_from", "date_to")
    def _compute_name(self):
        for each in self:
            since, until = (format_date(self.env, day) for day in each._period())
            each.name = f"{each.company_id.name} {since} – {until}"

    def _period(self):
        return self.date_from, self.date_to

    @api.depends("company_id.acorn_path")
    def _compute_company_ids(self):
        for each in self:
            each.company_ids = each.company_id.sudo()._acorn_below()  # sudo: all count

    @api.depends("line_ids.amount")
    def _compute_profit(self):
        found = self.env["acorn.consolidation.line"]._read_group(
            [("consolidation_id", "in", self.ids), ("account_type", "in", RESULT)],
            ["consolidation_id", "kind", "account_type"],
            ["amount:sum"],
        )
        for each in self:
            rows = [row[1:] for row in found if row[0] == each]
            each.profit = -sum(amount for _kind, _type, amount in rows)
            each.internal_sales = sum(
                amount
                for kind, account_type, amount in rows
                if kind == "internal" and account_type.startswith("income")
            )

    def write(self, vals):
        if vals.keys() & {"company_id", "currency_id", "date_from", "date_to"}:
            self._forget()
        return super().write(vals)

    def _forget(self):
        """Figures of other companies, another currency or period say nothing now."""
        computed = self.line_ids.filtered(lambda line: line.kind != "adjustment")
        # sudo: figures are computed, never removed by people.
        computed.sudo().unlink()
        self.state = "draft"

    # === RATES === #

    def action_propose_rates(self):
        """Fill in what is missing: averages of months, and the rates at the end."""
        self.ensure_one()
        rates = MonthRates(self.env, self.date_from, self.date_to)
        known = {(rate.currency_id, rate.month) for rate in self.rate_ids}
        wanted = [
            (currency, month)
            for currency in self.company_ids.currency_id - self.currency_id
            for month in [*rates.months, False]
        ]
        self.env["acorn.consolidation.rate"].create(
            [
                {
                    "consolidation_id": self.id,
                    "currency_id": currency.id,
                    "month": month,
                    "rate": rates.rate(currency, self.currency_id, month) or 0.0,
                }
                for currency, month in wanted
                if (currency, month) not in known
            ]
        )
        return True

    def _rates(self):
        """Return {(currency, month or None): rate} of the currencies of all books."""
        chosen = {
            (rate.currency_id.name, rate.month or None): Decimal(str(rate.rate))
            for rate in self.rate_ids
            if rate.rate
        }
        months = MonthRates(self.env, self.date_from, self.date_to).months
        own = self.currency_id.name
        return chosen | {(own, month): Decimal(1) for month in [*months, None]}

    # === FIGURES === #

    def action_compute(self):
        """Add up the books of all companies anew; adjustments by hand stay."""
        self.ensure_one()
        self._check_companies()
        self.action_propose_rates()
        self._check_adjustments()
        try:
            lines = consolidate(
                self._balances(), self._rates(), self.currency_id.decimal_places
            )
        except MissingRate as missing:
            raise UserError(self._missing_rate(*missing.args)) from missing
        self._forget()
        # sudo: figures are computed, never written by people.
        Line_sudo = self.env["acorn.consolidation.line"].sudo()
        Line_sudo.create([self._line_values(line) for line in lines])
        self.state = "done"
        return True

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_finance.acorn_consolidation_line_action"
        )
        return action | {
            "domain": [("consolidation_id", "=", self.id)],
            "context": {"default_consolidation_id": self.id},
        }

    def _check_companies(self):
        closed = self.company_ids - self.env.companies
        if closed:
            raise UserError(
                self.env._(
                    "%(companies)s belong to this unit. Tick all of its companies at "
                    "the top of the page, then compute again; whom they are not given "
                    "to cannot add them up.",
                    companies=", ".join(closed.sudo().mapped("name")),  # sudo: names
                )
            )

    def _check_adjustments(self):
        by_hand = self.line_ids.filtered(lambda line: line.kind == "adjustment")
        rest = sum(by_hand.mapped("amount"))
        if not self.currency_id.is_zero(rest):
            raise UserError(
                self.env._(
                    "The adjustments add up to %s. Add what is missing: they must add "
                    "up to nil, like an entry.",
                    self.currency_id.format(rest),
                )
            )

    def _missing_rate(self, currency, month):
        if month:
            return self.env._(
                "There is no rate of %(currency)s for %(month)s. Enter it under Rates, "
                "or import exchange rates.",
                currency=currency,
                month=format_date(self.env, month, date_format="MMMM yyyy"),
            )
        return self.env._(
            "There is no rate of %(currency)s at the end of the period. Enter it under "
            "Rates, or import exchange rates.",
            currency=currency,
        )

    def _balances(self):
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                BALANCES,
                result=RESULT,
                since=self.date_from,
                until=self.date_to,
                companies=tuple(self.company_ids.ids),
                invoices=INVOICES,
            )
        )
        currency_of = {each.id: each.currency_id.name for each in self.company_ids}
        for company, account, account_type, month, partner, amount in rows:
            # Results of former periods are part of the equity.
            former = account_type in RESULT and not month
            yield Balance(
                company=company,
                currency=currency_of[company],
                account_type="equity_unaffected" if former else account_type,
                amount=Decimal(amount),
                account=account,
                month=month,
                partner=0 if former else partner or 0,
            )

    def _line_values(self, line):
        return {
            "consolidation_id": self.id,
            "kind": line.kind,
            "company_id": line.company,
            "account_id": line.account or False,
            "account_type": line.account_type,
            "local_amount": line.local or 0.0,
            "rate": line.rate or 0.0,
            "amount": line.amount,
            "partner_company_id": line.partner or False,
        }
