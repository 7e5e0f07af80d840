from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AcornOverhead(models.Model):
    """What a company spends for all its shops, and how they bear it.

    It is what is booked on accounts, month by month: rent, wages, software. Items of a
    shop's own entries stay with the shop.
    """

    _name = "acorn.overhead"
    _description = "Overhead"
    _inherit = ["acorn.audited"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="What two overheads could take counts for the first."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        string="Unit",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    account_ids = fields.Many2many(
        "account.account",
        "acorn_overhead_account_rel",
        "overhead_id",
        "account_id",
        string="Accounts",
        required=True,
        check_company=True,
    )
    key = fields.Selection(
        [
            ("revenue", "By Revenue"),
            ("units", "By Units Sold"),
            ("ads", "By Cost of Advertising"),
            ("fixed", "Fixed Shares"),
        ],
        string="Shared Out",
        default="revenue",
        required=True,
        help="By what was sold in the same month, down to SKUs, or as you say.",
    )
    date_from = fields.Date(string="From", help="Empty: from the beginning.")
    date_to = fields.Date(string="To", help="Empty: every month from then on.")
    shop_ids = fields.Many2many(
        "acorn.shop",
        "acorn_overhead_shop_rel",
        "overhead_id",
        "shop_id",
        string="Shops",
        check_company=True,
        help="Who bears it. Empty: all shops of the unit.",
    )
    share_ids = fields.One2many(
        "acorn.overhead.share", "overhead_id", string="Shares", copy=True
    )
    percent = fields.Float(string="Shared Out, %", compute="_compute_percent")

    @api.depends("share_ids.percent")
    def _compute_percent(self):
        for overhead in self:
            overhead.percent = sum(overhead.share_ids.mapped("percent"))

    @api.constrains("share_ids", "key")
    def _check_percent(self):
        for overhead in self:
            if overhead.key == "fixed" and not 0 < round(overhead.percent, 6) <= 100:
                raise ValidationError(
                    self.env._(
                        "The shares of %(name)s are %(percent)s %% together. Make it "
                        "100 %%, or less: the rest stays with the unit.",
                        name=overhead.name,
                        percent=round(overhead.percent, 2),
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for overhead in self:
            since, until = overhead.date_from, overhead.date_to
            if since and until and since > until:
                raise ValidationError(
                    self.env._(
                        "%s ends before it begins. Change one of the dates.",
                        overhead.name,
                    )
                )

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("name", "active", "account_ids", "key", "date_from", "date_to"),
            "shop_ids",
        ]

    # === WHAT CHANGES, COUNTS === #

    @api.model_create_multi
    def create(self, vals_list):
        overheads = super().create(vals_list)
        overheads._mark_months()
        return overheads

    def write(self, vals):
        self._mark_months()
        result = super().write(vals)
        self._mark_months()
        return result

    def unlink(self):
        self._mark_months()
        return super().unlink()

    def _mark_months(self):
        """What is booked on the accounts is shared out anew."""
        self.env["acorn.profit.mark"]._mark_accounts(self.company_id, self.account_ids)
