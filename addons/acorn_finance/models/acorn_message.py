from odoo import models


class AcornMessage(models.Model):
    _inherit = "acorn.message"

    def _apply_settlement(self):
        for message in self:
            shop = message.shop_id
            record = shop._channel().parse(message._document())
            self.env["acorn.settlement"]._acorn_apply(shop, record, message)
            message._finish()

    def _apply_transaction(self):
        channel = self.shop_id._channel()
        records = [channel.parse(message._document()) for message in self]
        self.env["acorn.transaction"]._acorn_apply(self.shop_id, records)
        for message in self:
            message._finish()

    def _apply_payout(self):
        channel = self.shop_id._channel()
        records = [channel.parse(message._document()) for message in self]
        self.env["acorn.payout"]._acorn_apply(self.shop_id, records)
        for message in self:
            message._finish()

    def _apply_product_day(self):
        for message in self:
            shop = message.shop_id
            record = shop._channel().parse(message._document())
            self.env["acorn.product.day"]._acorn_apply(shop, record)
            message._finish()
