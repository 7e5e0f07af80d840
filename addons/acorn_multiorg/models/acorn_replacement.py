from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

# What people write; the rest is written by what they do.
ASKED = {"order_id", "return_id", "reason", "line_ids"}
ANSWERED = {"answer"}


class AcornReplacement(models.Model):
    """Customer service asks to send goods again; operations decides."""

    _name = "acorn.replacement"
    _description = "Replacement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    name = fields.Char(compute="_compute_name", store=True)
    order_id = fields.Many2one(
        "sale.order", required=True, index=True, ondelete="restrict"
    )
    return_id = fields.Many2one("acorn.return", index="btree_not_null")
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    shop_id = fields.Many2one(
        related="order_id.acorn_shop_id", store=True, index="btree_not_null"
    )
    site_id = fields.Many2one(
        related="order_id.acorn_site_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    line_ids = fields.One2many("acorn.replacement.line", "replacement_id")
    reason = fields.Text(required=True)
    answer = fields.Text(help="Why it is refused.")
    state = fields.Selection(
        [("requested", "Requested"), ("approved", "Approved"), ("refused", "Refused")],
        default="requested",
        required=True,
        index=True,
        tracking=True,
    )
    decided_by_id = fields.Many2one("res.users", tracking=True)
    decided_at = fields.Datetime()
    sent_order_id = fields.Many2one("sale.order", string="Sent With", index=True)

    @api.depends("order_id")
    def _compute_name(self):
        for replacement in self:
            number = replacement.order_id.acorn_ref or replacement.order_id.name
            replacement.name = self.env._("Replacement of %s", number)

    # === ASK === #

    @api.model
    def _action_new(self, order, lines=None, quantity=0, back=None):
        """Open a new request.

        :param order: the sale order whose goods are sent again
        :param lines: of these lines; by default of all
        :param quantity: of each; by default all that was sold
        :param back: the return that it is asked for at
        """
        if not order.acorn_shop_id:
            raise UserError(
                self.env._("No order is known here whose goods could be sent again.")
            )
        goods = (lines or order.order_line).filtered(
            lambda line: line.product_id.type == "consu" and not line.acorn_unmapped
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Request Replacement"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_order_id": order.id,
                "default_return_id": back.id if back else False,
                "default_line_ids": [
                    Command.create(
                        {
                            "order_line_id": line.id,
                            "quantity": quantity or line.product_uom_qty,
                        }
                    )
                    for line in goods
                ],
            },
        }

    @api.model_create_multi
    def create(self, vals_list):
        """Tell who answers for the shop; nobody approves by asking."""
        asked = [{k: v for k, v in vals.items() if k in ASKED} for vals in vals_list]
        replacements = super().create(asked)
        for replacement in replacements:
            replacement._check_asked()
            # sudo: who answers for a shop is known to those who set it up, and follows
            # what customer service only reads.
            replacement_sudo = replacement.sudo()
            owner_sudo = replacement_sudo.shop_id._alert_owner()
            replacement_sudo.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=owner_sudo.id or self.env.uid,
                summary=self.env._("Approve or refuse a replacement"),
            )
        return replacements

    def _check_asked(self):
        self.order_id.check_access("read")
        if not self.shop_id or not self.line_ids or not self.reason.strip():
            raise UserError(
                self.env._(
                    "Say of which order of a shop, which goods and why they are sent "
                    "again."
                )
            )

    def write(self, vals):
        own = vals.keys() & self._fields.keys() - ANSWERED
        own = {name for name in own if not name.startswith(("activity_", "message_"))}
        if own and not self.env.su:
            raise AccessError(
                self.env._(
                    "A request is not changed any more. Refuse it, and ask anew for "
                    "what is right."
                )
            )
        return super().write(vals)

    # === DECIDE === #

    def _decide(self, state):
        self.check_access("write")
        if done := self.filtered(lambda each: each.state != "requested"):
            raise UserError(
                self.env._("It is decided already: %s.", ", ".join(done.mapped("name")))
            )
        # sudo: who may decide was checked just above; people write the answer only.
        decided_sudo = self.sudo()
        decided_sudo.lock_for_update()
        decided_sudo.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        decided_sudo.activity_unlink(["mail.mail_activity_data_todo"])
        return decided_sudo

    def action_approve(self):
        """Make the orders with which the goods leave, at no price."""
        for replacement_sudo in self._decide("approved"):
            company = replacement_sudo.company_id
            # sudo: who approves need not be able to make orders in all companies.
            orders_sudo = self.env["sale.order"].sudo().with_company(company)
            order_sudo = orders_sudo.create(replacement_sudo._order_values())
            order_sudo.action_confirm()
            replacement_sudo.sent_order_id = order_sudo
            replacement_sudo.order_id.message_post(
                body=self.env._("Goods are sent again with %s.", order_sudo.name)
            )

    def _order_values(self):
        """Return the values of an order to the same address, which no channel knows."""
        order = self.order_id
        by_channel = order.acorn_by_channel
        warehouse = self.site_id.warehouse_id if by_channel else order.warehouse_id
        return {
            "partner_id": order.partner_id.id,
            "partner_invoice_id": order.partner_invoice_id.id,
            "partner_shipping_id": order.partner_shipping_id.id,
            "company_id": order.company_id.id,
            "warehouse_id": warehouse.id,
            "pricelist_id": order.pricelist_id.id,
            "team_id": order.team_id.id,
            "user_id": order.user_id.id,
            "origin": order.name,
            "acorn_shop_id": order.acorn_shop_id.id,
            "acorn_site_id": order.acorn_site_id.id,
            "acorn_replaces": order.acorn_ref,
            "order_line": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "product_uom_qty": line.quantity,
                        "product_uom_id": line.order_line_id.product_uom_id.id,
                        "price_unit": 0,
                        "discount": 0,
                        "tax_ids": [Command.clear()],
                    }
                )
                for line in self.line_ids
            ],
        }

    def action_refuse(self):
        """Refuse the requests; each says why."""
        if silent := self.filtered(lambda each: not (each.answer or "").strip()):
            raise UserError(
                self.env._(
                    "Write under Answer why this is refused: %s.",
                    ", ".join(silent.mapped("name")),
                )
            )
        for replacement_sudo in self._decide("refused"):
            replacement_sudo.message_post(body=replacement_sudo.answer)

    def action_open_sent(self):
        self.ensure_one()
        return self.sent_order_id._get_records_action()
