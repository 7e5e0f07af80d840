from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Customer service writes notes and messages on what it may only read."""
        operations = super()._mail_get_operation_for_mail_message_operation(
            message_operation
        )
        if message_operation == "create" and self.env.user._is_internal():
            # sudo: whether an order came through a channel, before access is checked.
            channel_sudo = self.sudo().filtered("acorn_shop_id")
            operations |= dict.fromkeys(channel_sudo.with_env(self.env), "read")
        return operations
