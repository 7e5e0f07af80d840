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
    def _link_offers(self, shop, refs):
        """Link lines of transactions to the offers and products that are there.

        :return: the days of what was linked
        """
        self.env["acorn.offer"].flush_model(["shop_id", "sku", "product_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE acorn_transaction_line line
                   SET offer_id = offer.id, product_id = offer.product_id
                  FROM acorn_transaction given, acorn_offer offer
                 WHERE given.shop_id = %(shop)s AND given.ref = ANY(%(refs)s)
                   AND line.transaction_id = given.id AND line.offer_id IS NULL
                   AND offer.shop_id = given.shop_id AND offer.sku = line.sku
                RETURNING given.posted_on
                """,
                shop=shop.id,
                refs=refs,
            )
        )
        return {row[0] for row in self.env.cr.fetchall()}

    @api.model
    def _classify_open(self, company, channel):
        """Classify anew what is not settled yet: the fee map has changed."""
        self._classify(
            company,
            channel,
            SQL(
                """
                transaction_id IN (
                    SELECT given.id FROM acorn_transaction given
                      JOIN acorn_shop shop ON shop.id = given.shop_id
                     WHERE given.counted AND shop.channel = %s
                       AND given.company_id = %s
                )
                """,
                channel,
                company.id,
            ),
        )

    @api.model
    def _classify(self, company, channel, which):
        """Find the fee rules of lines.

        :param which: SQL, the condition that chooses the lines
        """
        FeeRule = self.env["acorn.fee.rule"]
        FeeRule._classify(company, channel, self._table, which)
        self.invalidate_model(["rule_id", "nature"])
