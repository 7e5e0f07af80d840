from odoo import api, fields, models
from odoo.exceptions import UserError


class AcornForgetBuyer(models.TransientModel):
    _name = "acorn.forget.buyer"
    _description = "Forget a Buyer"

    order_ids = fields.Many2many(
        "sale.order",
        string="Orders",
        readonly=True,
        default=lambda self: self._default_order_ids(),
    )

    @api.model
    def _default_order_ids(self):
        """The orders of the buyers on whose contacts or orders this was opened."""
        records = self.env[self.env.context.get("active_model") or "sale.order"].browse(
            self.env.context.get("active_ids")
        )
        if records._name == "sale.order":
            records = records.filtered("acorn_ref").partner_id
        shared = records.filtered(lambda partner: not partner.acorn_shop_id)
        buyers = records - shared
        # sudo: looked for among all, shown as far as the user may see them.
        found_sudo = self.env["acorn.shop"]._orders_of_buyer(buyers)
        return found_sudo.sudo(False)._filtered_access("read")

    def action_forget(self):
        """Remove the personal data of these orders and of their buyers."""
        if not self.order_ids:
            raise UserError(
                self.env._("This is no buyer of a shop: nothing can be removed here.")
            )
        self.order_ids.check_access("write")
        # sudo: removing reaches documents and mails that nobody may change by hand.
        self.env["acorn.shop"].sudo()._forget(self.order_ids.sudo())
        return {"type": "ir.actions.act_window_close"}
