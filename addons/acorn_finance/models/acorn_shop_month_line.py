from odoo import fields, models


class AcornShopMonthLine(models.Model):
    """The figures of a shop's month in one currency."""

    _name = "acorn.shop.month.line"
    _description = "Figures of a Shop's Month"
    _order = "month_id, currency_id"
    _rec_name = "currency_id"
    _log_access = False

    month_id = fields.Many2one(
        "acorn.shop.month", required=True, readonly=True, index=True, ondelete="cascade"
    )
    shop_id = fields.Many2one("acorn.shop", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    settled = fields.Monetary(
        readonly=True, help="What settlements have of the month, by the site's dates."
    )
    posted = fields.Monetary(readonly=True, help="Of it, what is in the books.")
    payable = fields.Monetary(
        string="Paid Out", readonly=True, help="By settlements that end in the month."
    )
    banked = fields.Monetary(
        string="At the Bank",
        readonly=True,
        help="Of it, what the statement has.",
    )
    not_posted = fields.Monetary(compute="_compute_difference")
    not_banked = fields.Monetary(compute="_compute_difference")

    def _compute_difference(self):
        for line in self:
            line.not_posted = line.currency_id.round(line.settled - line.posted)
            line.not_banked = line.currency_id.round(line.payable - line.banked)

    def _figures(self):
        """Return {currency id: (settled, posted, payable, banked)}, rounded."""
        return {
            line.currency_id.id: tuple(
                line.currency_id.round(line[name])
                for name in ("settled", "posted", "payable", "banked")
            )
            for line in self
        }
