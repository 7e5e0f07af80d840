from odoo import fields, models


class AcornTransaction(models.Model):
    """Money that an order, a refund or a fee moved, before it is settled."""

    _name = "acorn.transaction"
    _description = "Transaction of a Channel"
    _inherit = ["acorn.transaction.intake", "acorn.transaction.count"]
    _order = "posted_at desc, id desc"
    _rec_name = "ref"

    ref = fields.Char(string="Reference", required=True, readonly=True)
    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    site_id = fields.Many2one(
        "acorn.site", readonly=True, index=True, ondelete="restrict"
    )
    type = fields.Char(readonly=True)
    description = fields.Char(readonly=True)
    status = fields.Selection(
        [
            ("deferred", "Deferred"),
            ("released", "Released"),
            ("deferred_released", "Deferred, Then Released"),
        ],
        readonly=True,
    )
    posted_at = fields.Datetime(readonly=True)
    posted_on = fields.Date(readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    total = fields.Monetary(readonly=True)
    order_ref = fields.Char(string="Order Reference", readonly=True)
    order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", ondelete="set null"
    )
    settlement_ref = fields.Char(readonly=True)
    settlement_id = fields.Many2one(
        "acorn.settlement", readonly=True, index="btree_not_null", ondelete="set null"
    )
    deferred_ref = fields.Char(readonly=True)
    release_ref = fields.Char(readonly=True)
    deferral = fields.Char(readonly=True)
    matures_at = fields.Datetime(string="Release Date", readonly=True)
    digest = fields.Char(readonly=True, help="Of what the channel said.")
    paid_out = fields.Boolean(
        readonly=True, help="Another transaction pays it out: it is the same money."
    )
    counted = fields.Boolean(
        string="Not Settled Yet",
        readonly=True,
        help="No settlement has it yet, and no other transaction pays it out.",
    )
    line_ids = fields.One2many("acorn.transaction.line", "transaction_id")

    _ref_unique = models.UniqueIndex("(shop_id, ref)", "A transaction is kept once.")
    _counted_index = models.Index("(shop_id, posted_on) WHERE counted")
    _order_ref_index = models.Index("(shop_id, order_ref) WHERE order_ref IS NOT NULL")
    _deferred_ref_index = models.Index(
        "(shop_id, deferred_ref) WHERE deferred_ref IS NOT NULL"
    )
