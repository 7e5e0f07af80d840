from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

COUNTS = ("unposted_count", "unbanked_count", "open_count")
MONTHS = 13  # looked through every hour, and older ones when something of them changes

SETTLED = """
    SELECT date_trunc('month', line.posted_on)::date AS month, line.currency_id,
           sum(line.amount) AS settled,
           coalesce(sum(line.amount) FILTER (WHERE settlement.state = 'posted'), 0)
           AS posted, 0 AS payable, 0 AS banked,
           count(DISTINCT settlement.id) FILTER (WHERE settlement.state != 'posted')
           AS unposted_count, 0 AS unbanked_count, 0 AS open_count
      FROM acorn_settlement_line line
      JOIN acorn_settlement settlement ON settlement.id = line.settlement_id
     WHERE line.shop_id = %(shop)s AND line.posted_on >= %(since)s
       AND line.posted_on < %(until)s
     GROUP BY 1, 2
"""
PAID_OUT = """
    SELECT date_trunc('month', date_to)::date, currency_id, 0, 0, sum(total),
           coalesce(sum(total) FILTER (WHERE bank_state = 'banked'), 0),
           0, count(*) FILTER (WHERE bank_state = 'waiting'), 0
      FROM acorn_settlement
     WHERE shop_id = %(shop)s AND date_to >= %(since)s AND date_to < %(until)s
     GROUP BY 1, 2
"""
OPEN = """
    SELECT date_trunc('month', posted_on)::date, currency_id, 0, 0, 0, 0, 0, 0, count(*)
      FROM acorn_transaction
     WHERE shop_id = %(shop)s AND counted AND posted_on >= %(since)s
       AND posted_on < %(until)s
     GROUP BY 1, 2
"""
FIGURES = f"""
    SELECT month, currency_id, sum(settled), sum(posted), sum(payable), sum(banked),
           sum(unposted_count)::int, sum(unbanked_count)::int, sum(open_count)::int
      FROM ({SETTLED} UNION ALL {PAID_OUT} UNION ALL {OPEN}) part
     GROUP BY 1, 2 ORDER BY 1, 2
"""


class AcornShopMonth(models.Model):
    """A shop's month: whether settlements, books and bank agree, and who said so."""

    _name = "acorn.shop.month"
    _description = "Shop's Month"
    _inherit = ["mail.thread"]
    _order = "month desc, shop_id"

    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    state = fields.Selection(
        [("open", "Not Reconciled"), ("reconciled", "Reconciled")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
    )
    user_id = fields.Many2one("res.users", string="Reconciled By", readonly=True)
    reconciled_at = fields.Datetime(readonly=True)
    line_ids = fields.One2many("acorn.shop.month.line", "month_id", string="Figures")
    unposted_count = fields.Integer(string="Settlements Not Posted", readonly=True)
    unbanked_count = fields.Integer(string="Payouts Not at the Bank", readonly=True)
    open_count = fields.Integer(string="Transactions Not Settled", readonly=True)
    missing_count = fields.Integer(
        compute="_compute_missing_count", store=True, string="Open Points"
    )
    missing = fields.Text(compute="_compute_missing", string="What Is Missing")

    _month_unique = models.UniqueIndex("(shop_id, month)", "A month is kept once.")

    @api.depends("shop_id", "month")
    def _compute_display_name(self):
        for month in self:
            name = format_date(self.env, month.month, date_format="MMM y")
            month.display_name = f"{month.shop_id.name or ''} {name}".strip()

    @api.depends(*COUNTS)
    def _compute_missing_count(self):
        for month in self:
            month.missing_count = sum(month[name] for name in COUNTS)

    @api.depends(*COUNTS, "month")
    @api.depends_context("lang")
    def _compute_missing(self):
        for month in self:
            month.missing = "\n".join(month._missing()) or False

    def _missing(self):
        """Return in words what has to be done before the month may be marked."""
        self.ensure_one()
        if self.month + relativedelta(months=1) > fields.Date.context_today(self):
            yield self.env._("The month is not over.")
        if self.unposted_count:
            yield self.env._("Settlements not posted: %s.", self.unposted_count)
        if self.unbanked_count:
            yield self.env._("Payouts not at the bank: %s.", self.unbanked_count)
        if self.open_count:
            yield self.env._("Transactions not settled: %s.", self.open_count)

    # === ACTIONS === #

    def action_mark(self):
        """Say that settlements, books and bank agree; refused while something is
        missing."""
        self._check_accountant()
        for month in self.filtered(lambda month: month.state == "open"):
            # sudo: nobody edits figures; an accountant says that they are right.
            month_sudo = month.sudo()
            month_sudo._refresh_month()
            if month.missing:
                raise UserError(
                    self.env._(
                        "%(month)s cannot be marked yet:\n%(missing)s",
                        month=month.display_name,
                        missing=month.missing,
                    )
                )
            month_sudo.write(
                {
                    "state": "reconciled",
                    "user_id": self.env.uid,
                    "reconciled_at": fields.Datetime.now(),
                }
            )

    def action_unmark(self):
        self._check_accountant()
        # sudo: as above.
        self.sudo()._unmark(self.env._("Opened again by a person."))

    def _check_accountant(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("account.group_account_user")):
            raise AccessError(self.env._("Accountants mark months as reconciled."))

    def _unmark(self, note):
        marked = self.filtered(lambda month: month.state == "reconciled")
        for month in marked:
            month.message_post(body=note)
        marked.write({"state": "open", "user_id": False, "reconciled_at": False})

    def action_open_settlements(self):
        self.ensure_one()
        end = self.month + relativedelta(months=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "acorn.settlement",
            "view_mode": "list,form",
            "domain": [
                ("shop_id", "=", self.shop_id.id),
                ("date_from", "<", end),
                ("date_to", ">=", self.month),
            ],
        }

    # === FIGURES === #

    @api.model
    def _cron_refresh(self):
        since = fields.Date.today().replace(day=1) - relativedelta(months=MONTHS)
        # sudo: the system looks after every shop.
        shops_sudo = self.env["acorn.shop"].sudo()
        for shop_sudo in shops_sudo.search([("state", "!=", "draft")]):
            self.sudo()._refresh(shop_sudo, since, fields.Date.today())  # In sudo, too.
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _touch(self, shop, since, until):
        """Something of these days has changed: look at once at months that are marked.

        :param since, until: dates or times
        """
        # sudo: whoever changes something need not see what it opens again.
        marked_sudo = self.sudo().search(
            [
                ("shop_id", "=", shop.id),
                ("state", "=", "reconciled"),
                ("month", ">=", fields.Date.to_date(since).replace(day=1)),
                ("month", "<=", fields.Date.to_date(until)),
            ]
        )
        for month_sudo in marked_sudo:
            month_sudo._refresh_month()

    def _refresh_month(self):
        self.ensure_one()
        self._refresh(self.shop_id, self.month, self.month)

    @api.model
    def _refresh(self, shop, since, until):
        """Bring the figures of a shop's months up to date, those between two days."""
        since = since.replace(day=1)
        until = until.replace(day=1) + relativedelta(months=1)
        for name in ("settlement", "settlement.line", "transaction"):
            self.env[f"acorn.{name}"].flush_model()
        rows = self.env.execute_query(
            SQL(FIGURES, shop=shop.id, since=since, until=until)
        )
        known = self.search(
            [("shop_id", "=", shop.id), ("month", ">=", since), ("month", "<", until)]
        ).grouped("month")
        figures = {month: [] for month in known}
        for month, *row in rows:
            figures.setdefault(month, []).append(row)
        for month, of_month in figures.items():
            record = known.get(month) or self.create(
                {"shop_id": shop.id, "month": month}
            )
            record._bring(of_month)

    def _bring(self, rows):
        """Write what differs; a month that was marked is open again.

        :param rows: a list for each currency: its id, four amounts, three counts
        """
        Currency = self.env["res.currency"]
        amounts = {
            currency_id: tuple(
                Currency.browse(currency_id).round(float(amount)) for amount in four
            )
            for currency_id, *four, _unposted, _unbanked, _open in rows
            if any(four)
        }
        counts = {
            name: sum(row[5 + number] for row in rows)
            for number, name in enumerate(COUNTS)
        }
        differing = {name: n for name, n in counts.items() if self[name] != n}
        moved = self.line_ids._figures() != amounts
        if moved:
            self.line_ids.unlink()
            names = ("settled", "posted", "payable", "banked")
            self.env["acorn.shop.month.line"].create(
                [
                    {
                        "month_id": self.id,
                        "shop_id": self.shop_id.id,
                        "company_id": self.company_id.id,
                        "currency_id": currency_id,
                        **dict(zip(names, four, strict=True)),
                    }
                    for currency_id, four in amounts.items()
                ]
            )
        if differing:
            self.write(differing)
        if moved or differing:
            self._unmark(
                self.env._("Opened again: something of this month has changed.")
            )
