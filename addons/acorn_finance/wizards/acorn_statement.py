from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import date_utils

MOST_COLUMNS = 36


class AcornStatement(models.TransientModel):
    """Asks for which companies, shops and period a statement of MIS Builder is."""

    _name = "acorn.statement"
    _description = "Financial Statement"
    _rec_name = "report_id"

    report_id = fields.Many2one(
        "mis.report",
        string="Statement",
        required=True,
        default=lambda self: self.env.ref("acorn_finance.mis_profit_and_loss"),
    )
    unit_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    below = fields.Boolean(string="With All Units Below It", default=True)
    company_ids = fields.Many2many(
        "res.company", string="Companies", compute="_compute_company_ids"
    )
    left_out = fields.Char(
        compute="_compute_company_ids",
        help="Units below that are not chosen at the top right.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Figures of companies with other currencies are converted at the rate of "
        "the last day of each column.",
    )
    shop_ids = fields.Many2many(
        "acorn.shop",
        string="Shops",
        domain="[('company_id', 'in', company_ids)]",
        help="Empty: everything in the books. Else the journal entries of these shops.",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._last_month()[0]
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: self._last_month()[1]
    )
    columns = fields.Selection(
        [("total", "The Period"), ("month", "Months"), ("shop", "Shops")],
        default="total",
        required=True,
    )
    target_move = fields.Selection(
        [("posted", "Posted Entries"), ("all", "Posted and Draft Entries")],
        string="Entries",
        default="posted",
        required=True,
    )

    @api.model
    def _last_month(self):
        today = fields.Date.context_today(self)
        return date_utils.get_month(today - relativedelta(months=1))

    @api.depends("unit_id", "below")
    @api.depends_context("allowed_company_ids")
    def _compute_company_ids(self):
        for wizard in self:
            # sudo: to tell how many units are missing; only a person's own are named.
            units_sudo = wizard.unit_id.sudo()
            if wizard.below and units_sudo:
                units_sudo = units_sudo._acorn_below()
            wizard.company_ids = self.env.companies & units_sudo
            left_out_sudo = units_sudo - self.env.companies
            wizard.left_out = wizard._names(left_out_sudo)

    def _names(self, units_sudo):
        own_sudo = units_sudo & self.env.user.company_ids
        names = own_sudo.mapped("name")
        if others := len(units_sudo - own_sudo):
            names.append(self.env._("%s without access", others))
        return ", ".join(names)

    @api.depends("unit_id")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.unit_id.currency_id

    # === OPEN === #

    def action_open(self):
        instance = self._make_instance()
        # The page asks the context which report it shows.
        here = {"active_model": instance._name, "active_id": instance.id}
        return instance.preview() | {"name": instance.name, "context": here}

    def action_export(self):
        return self._make_instance().export_xls()

    def action_print(self):
        return self._make_instance().print_pdf()

    def _make_instance(self):
        """Return a report of MIS Builder, which removes it after a day."""
        self.ensure_one()
        if not self.company_ids:
            raise UserError(
                self.env._(
                    "%s is not chosen at the top right. Choose it there, and open the "
                    "statement again.",
                    self.unit_id.name,
                )
            )
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins."))
        # sudo: only managers may set up reports for everyone; this one is made for a
        # day, and its figures are read with the rights of whoever looks at it.
        instance_sudo = self.env["mis.report.instance"].sudo().create(self._instance())
        return instance_sudo.sudo(False)

    def _instance(self):
        domain = [("acorn_shop_id", "in", self.shop_ids.ids)] if self.shop_ids else []
        return {
            "name": self._title(),
            "report_id": self.report_id.id,
            "company_id": False,
            "multi_company": True,
            "company_ids": [fields.Command.set(self.company_ids.ids)],
            "currency_id": self.currency_id.id,
            "target_move": self.target_move,
            "temporary": True,
            "analytic_domain": repr(domain),
            "display_columns_description": True,
            "landscape_pdf": self.columns != "total",
            "period_ids": [
                fields.Command.create(
                    {
                        "name": name,
                        "sequence": sequence,
                        "mode": "fix",
                        "manual_date_from": since,
                        "manual_date_to": until,
                        "analytic_domain": repr(domain),
                    }
                )
                for sequence, (name, since, until, domain) in enumerate(self._columns())
            ],
        }

    def _title(self):
        shops = ", ".join(self.shop_ids.mapped("name"))
        return f"{self.report_id.name} – {shops or self.unit_id.name}"

    def _columns(self):
        """Return [(name, first day, last day, domain of journal items)]."""
        whole = (self.env._("Total"), self.date_from, self.date_to, [])
        if self.columns == "month":
            columns = self._months()
        elif self.columns == "shop":
            shops = self.shop_ids or self.env["acorn.shop"].search(
                [("company_id", "in", self.company_ids.ids)]
            )
            columns = [
                (
                    f"{shop.name} ({shop.id})",
                    self.date_from,
                    self.date_to,
                    [("acorn_shop_id", "=", shop.id)],
                )
                for shop in shops
            ] + [whole]
        else:
            columns = [whole]
        if len(columns) > MOST_COLUMNS:
            raise UserError(
                self.env._(
                    "%(count)s columns are more than a page can hold. Choose at most "
                    "%(most)s months or shops.",
                    count=len(columns),
                    most=MOST_COLUMNS - 1,
                )
            )
        return columns

    def _months(self):
        columns = []
        since = self.date_from
        while since <= self.date_to:
            until = min(date_utils.end_of(since, "month"), self.date_to)
            columns.append((f"{since:%Y-%m}", since, until, []))
            since = until + relativedelta(days=1)
        return columns
