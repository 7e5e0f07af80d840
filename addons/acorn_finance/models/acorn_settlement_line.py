from odoo import fields, models

from .loose_link import LooseMany2one
from .nature_words import nature_words


class AcornSettlementLine(models.Model):
    """One amount of a settlement, as the file has it, and what it belongs to."""

    _name = "acorn.settlement.line"
    _description = "Settlement Line"
    _order = "settlement_id, number"
    _rec_name = "description"
    _log_access = False  # a hundred thousand of them come at once

    settlement_id = fields.Many2one(
        "acorn.settlement", required=True, readonly=True, index=True, ondelete="cascade"
    )
    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    number = fields.Integer(string="Line", readonly=True)
    transaction_type = fields.Char(readonly=True)
    amount_type = fields.Char(readonly=True)
    description = fields.Char(readonly=True)
    amount = fields.Monetary(readonly=True)
    posted_at = fields.Datetime(readonly=True)
    posted_on = fields.Date(
        readonly=True, help="The date where the site is: it decides the month."
    )
    site_ref = fields.Char(readonly=True, help="The channel's reference of the site.")
    site_name = fields.Char(readonly=True, help="As the file names it.")
    order_ref = fields.Char(string="Order Reference", readonly=True)
    merchant_order_ref = fields.Char(readonly=True)
    adjustment_ref = fields.Char(readonly=True)
    shipment_ref = fields.Char(readonly=True)
    line_ref = fields.Char(string="Order Line Reference", readonly=True)
    fulfilment = fields.Selection(
        [("fba", "By the Channel"), ("fbm", "By the Seller")], readonly=True
    )
    sku = fields.Char(string="SKU", readonly=True)
    quantity = fields.Integer(readonly=True)
    promotion_ref = fields.Char(readonly=True)

    # What it belongs to, where that is certain.
    site_id = fields.Many2one(
        "acorn.site", readonly=True, index=True, ondelete="restrict"
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", ondelete="set null"
    )
    offer_id = fields.Many2one(
        "acorn.offer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    # What it is for.
    rule_id = fields.Many2one(
        "acorn.fee.rule",
        string="Fee Rule",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    nature = fields.Selection(lambda self: nature_words(self.env), readonly=True)
    # Set in a hundred thousand lines at once when their settlement is posted: neither a
    # key nor an index makes each of them slow. Ask with the settlement or the shop.
    move_line_id = LooseMany2one(
        "account.move.line", string="Journal Item", readonly=True
    )

    _unknown_index = models.Index("(settlement_id) WHERE rule_id IS NULL")
    _order_ref_index = models.Index("(shop_id, order_ref)")
    _amount_index = models.Index("(shop_id, posted_on, amount)")

    def init(self):
        # Room beside each line, so that its journal item is noted where it stands.
        self.env.cr.execute("ALTER TABLE acorn_settlement_line SET (fillfactor = 50)")
