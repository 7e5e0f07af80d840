from odoo import api, fields, models
from odoo.tools import SQL

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

    @api.model
    def _complete(self, shop, transaction_ids):
        """Link lines to offers and products, and say what each amount is for."""
        self.env["acorn.offer"].flush_model(["shop_id", "sku", "product_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE acorn_transaction_line line
                   SET offer_id = offer.id, product_id = offer.product_id
                  FROM acorn_offer offer
                 WHERE line.transaction_id = ANY(%(ids)s)
                   AND offer.shop_id = line.shop_id AND offer.sku = line.sku
                """,
                ids=transaction_ids,
            )
        )
        self._classify(shop, transaction_ids)

    @api.model
    def _classify(self, shop, transaction_ids):
        """Apply the fee map: of the rules that fit, the one that says most."""
        self.env["acorn.fee.rule"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH word AS (
                    SELECT DISTINCT transaction_type, amount_type, description
                      FROM acorn_transaction_line
                     WHERE transaction_id = ANY(%(ids)s)
                ), known AS (
                    SELECT word.*, best.id AS rule_id, best.nature
                      FROM word
                      LEFT JOIN LATERAL (
                          SELECT rule.id, rule.nature FROM acorn_fee_rule rule
                           WHERE rule.active AND rule.company_id = %(company)s
                             AND rule.channel = %(channel)s
                             AND lower(rule.transaction_type)
                                 IN ('*', lower(word.transaction_type))
                             AND lower(rule.amount_type)
                                 IN ('*', lower(word.amount_type))
                             AND lower(rule.description)
                                 IN ('*', lower(word.description))
                           ORDER BY rule.transaction_type = '*',
                                    rule.amount_type = '*',
                                    rule.description = '*', rule.id
                           LIMIT 1
                      ) best ON TRUE
                )
                UPDATE acorn_transaction_line line
                   SET rule_id = known.rule_id, nature = known.nature
                  FROM known
                 WHERE line.transaction_id = ANY(%(ids)s)
                   AND line.transaction_type = known.transaction_type
                   AND line.amount_type = known.amount_type
                   AND line.description = known.description
                """,
                ids=transaction_ids,
                company=shop.company_id.id,
                channel=shop.channel,
            )
        )
