from odoo import fields, models


class AcornPayout(models.Model):
    """A transfer of a channel to the seller's bank."""

    _name = "acorn.payout"
    _description = "Payout"
    _inherit = ["mail.thread", "acorn.payout.intake"]
    _order = "created_at desc, id desc"
    _rec_name = "ref"

    ref = fields.Char(string="Reference", required=True, readonly=True)
    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    status = fields.Selection(
        [
            ("started", "Started"),
            ("sent", "On Its Way"),
            ("paid", "Paid"),
            ("failed", "Failed"),
            ("none", "Nothing to Pay"),
        ],
        readonly=True,
        tracking=True,
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    created_at = fields.Datetime(string="Started At", readonly=True)
    account_tail = fields.Char(
        string="Bank Account", readonly=True, help="Its last digits."
    )
    trace_ref = fields.Char(string="Trace Reference", readonly=True)
    settlement_ref = fields.Char(string="Settlement References", readonly=True)
    settlement_ids = fields.One2many(
        "acorn.settlement", "payout_id", string="Settlements"
    )
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _ref_unique = models.UniqueIndex("(shop_id, ref)", "A payout is kept once.")
