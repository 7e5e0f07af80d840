from odoo import fields, models

from .nature_words import nature_words


class AcornTransactionLine(models.Model):
    _name = "acorn.transaction.line"
    _description = "Amount of a Transaction"
    _order = "transaction_id, id"
    _rec_name = "description"
    _log_access = False

    transaction_id = fields.Many2one(
        "acorn.transaction",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    shop_id = fields.Many2one("acorn.shop", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    transaction_type = fields.Char(readonly=True)
    amount_type = fields.Char(readonly=True)
    description = fields.Char(readonly=True)
    amount = fields.Monetary(readonly=True)
    sku = fields.Char(string="SKU", readonly=True)
    quantity = fields.Integer(readonly=True)
    fulfilment = fields.Selection(
        [("fba", "By the Channel"), ("fbm", "By the Seller")], readonly=True
    )
    offer_id = fields.Many2one(
        "acorn.offer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    rule_id = fields.Many2one(
        "acorn.fee.rule", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    nature = fields.Selection(lambda self: nature_words(self.env), readonly=True)
