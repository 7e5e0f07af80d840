from odoo import api, fields, models
from odoo.exceptions import UserError

from ..groups import COMMERCIAL
from ..quiet import in_bulk
from ..records import PARTIALLY_SHIPPED, PENDING, UNSHIPPED
from .acorn_order_follow import CONFIRMED
from .acorn_stage import STATUSES


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "acorn.order.cancel"]

    acorn_shop_id = fields.Many2one(
        "acorn.shop",
        string="Shop",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    acorn_site_id = fields.Many2one(
        "acorn.site",
        string="Site",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    acorn_ref = fields.Char(string="Channel Order", readonly=True, copy=False)
    acorn_seller_ref = fields.Char(string="Seller's Number", readonly=True, copy=False)
    acorn_status = fields.Selection(
        STATUSES, string="Channel Status", readonly=True, copy=False, index=True
    )
    acorn_status_text = fields.Char(
        string="Status in the Channel's Words", readonly=True, copy=False
    )
    acorn_stage_id = fields.Many2one(
        "acorn.stage",
        string="Stage",
        compute="_compute_acorn_stage_id",
        compute_sudo=True,
    )
    acorn_by_channel = fields.Boolean(
        string="Fulfilled by Channel", readonly=True, copy=False
    )
    acorn_on_channel = fields.Boolean(
        string="Sold on the Channel",
        readonly=True,
        copy=False,
        help="Otherwise the channel only ships it: it is no revenue of the channel.",
    )
    acorn_provisional = fields.Boolean(
        string="Known from a Report Only",
        readonly=True,
        copy=False,
        help="A report or a file told of this order. Amounts, buyer and address are "
        "completed when the channel itself tells of it; nothing is invoiced before.",
    )
    acorn_history = fields.Boolean(
        string="Shipped Before Stock Was Counted",
        readonly=True,
        copy=False,
        help="The counted stock already lacks these goods: the order moves none.",
    )
    acorn_updated_at = fields.Datetime(
        string="Changed at the Channel", readonly=True, copy=False
    )
    acorn_ship_after = fields.Datetime(
        string="Ship Not Before", readonly=True, copy=False
    )
    acorn_ship_by = fields.Datetime(
        string="Ship By", readonly=True, copy=False, index="btree_not_null"
    )
    acorn_deliver_after = fields.Datetime(
        string="Deliver Not Before", readonly=True, copy=False
    )
    acorn_deliver_by = fields.Datetime(string="Deliver By", readonly=True, copy=False)
    acorn_service_level = fields.Char(string="Service Level", readonly=True, copy=False)
    acorn_delivery_note = fields.Text(string="Delivery Note", readonly=True, copy=False)
    acorn_programs = fields.Char(string="Programs", readonly=True, copy=False)
    acorn_replaces = fields.Char(
        string="Replaces", readonly=True, copy=False, help="Orders this one replaces."
    )
    acorn_buyer_tax_number = fields.Char(
        string="Buyer's Tax Number", readonly=True, copy=False
    )
    acorn_buyer_tax_name = fields.Char(
        string="Buyer's Legal Name", readonly=True, copy=False
    )
    acorn_channel_tax = fields.Monetary(
        string="Tax Owed by the Channel",
        groups=COMMERCIAL,
        readonly=True,
        copy=False,
        help="The buyer paid it and the channel hands it over: it is neither revenue "
        "nor a debt of this company, and not in the order's total.",
    )
    acorn_total = fields.Monetary(
        string="Paid by the Buyer", readonly=True, copy=False, groups=COMMERCIAL
    )
    acorn_cancel_requested = fields.Boolean(
        string="Buyer Asks to Cancel", readonly=True, copy=False
    )
    acorn_cancel_reason = fields.Char(
        string="Buyer's Reason", readonly=True, copy=False
    )
    acorn_cancel_declined = fields.Boolean(
        string="Ship Nevertheless", readonly=True, copy=False
    )
    acorn_parcels = fields.Json(
        readonly=True,
        copy=False,
        help="Numbers of the parcels the channel knows, and of those told by Acorn.",
    )
    acorn_purged_at = fields.Datetime(
        string="Personal Data Removed At", readonly=True, copy=False
    )
    acorn_tax_kept = fields.Boolean(
        string="Tax Facts Kept",
        readonly=True,
        copy=False,
        help="The buyer's name, address and tax number stay while taxes need them.",
    )
    acorn_unmapped = fields.Boolean(
        string="Unknown SKU", compute="_compute_acorn_unmapped", store=True
    )
    acorn_cancel_pending = fields.Boolean(
        string="Waits for a Decision", compute="_compute_acorn_todo", store=True
    )
    acorn_to_ship = fields.Boolean(
        string="To Ship", compute="_compute_acorn_todo", store=True
    )
    acorn_message_id = fields.Many2one(
        "acorn.message",
        string="Message",
        compute="_compute_acorn_message_id",
        compute_sudo=True,
        groups="acorn_base.group_user",
    )

    # What Odoo lets every warehouse user read.
    amount_untaxed = fields.Monetary(groups=COMMERCIAL)
    amount_tax = fields.Monetary(groups=COMMERCIAL)
    amount_total = fields.Monetary(groups=COMMERCIAL)
    amount_to_invoice = fields.Monetary(groups=COMMERCIAL)
    amount_invoiced = fields.Monetary(groups=COMMERCIAL)
    amount_paid = fields.Float(groups=COMMERCIAL)
    amount_undiscounted = fields.Float(groups=COMMERCIAL)
    tax_totals = fields.Binary(groups=COMMERCIAL)
    access_token = fields.Char(groups=COMMERCIAL)  # opens the page that shows them
    partner_credit_warning = fields.Text(groups=COMMERCIAL)
    acorn_return_ids = fields.One2many(
        "acorn.return",
        "order_id",
        string="Returns",
        groups="acorn_base.group_user,stock.group_stock_user",
    )
    acorn_return_count = fields.Integer(
        compute="_compute_acorn_return_count", compute_sudo=True
    )

    _acorn_ref_unique = models.UniqueIndex(
        "(acorn_shop_id, acorn_ref) WHERE acorn_ref IS NOT NULL",
        "An order of a shop exists once.",
    )
    _acorn_unpurged_index = models.Index(
        "(acorn_shop_id) WHERE acorn_purged_at IS NULL AND acorn_ref IS NOT NULL"
    )
    _acorn_to_ship_index = models.Index("(acorn_ship_by) WHERE acorn_to_ship")
    _acorn_cancelling_index = models.Index(
        "(acorn_shop_id) WHERE acorn_cancelling = 'waiting'"
    )

    @api.model
    def _has_field_access(self, field, operation):
        """Warehouse users write on orders (Odoo lets them); what the channel said and
        what people decided is not theirs to change."""
        closed = operation == "write" and field.name.startswith("acorn_")
        if closed and not self.env.su and not self.env.user.has_group(COMMERCIAL):
            return False
        return super()._has_field_access(field, operation)

    # === INVOICES === #

    def _prepare_invoice(self):
        return super()._prepare_invoice() | {
            "acorn_shop_id": self.acorn_shop_id.id,
            "acorn_site_id": self.acorn_site_id.id,
        }

    @api.model
    def _get_invoice_grouping_keys(self):
        """An invoice is of one site: who works with that site sees it."""
        return [*super()._get_invoice_grouping_keys(), "acorn_shop_id", "acorn_site_id"]

    # === COMPUTE === #

    @api.depends("acorn_shop_id", "acorn_status")
    def _compute_acorn_stage_id(self):
        stages = {
            (stage.shop_id, stage.status): stage
            for stage in self.env["acorn.stage"].search(
                [("shop_id", "in", self.acorn_shop_id.ids)]
            )
        }
        for order in self:
            order.acorn_stage_id = stages.get((order.acorn_shop_id, order.acorn_status))

    @api.depends("order_line.acorn_unmapped")
    def _compute_acorn_unmapped(self):
        for order in self:
            order.acorn_unmapped = any(order.order_line.mapped("acorn_unmapped"))

    @api.depends(
        "acorn_by_channel",
        "acorn_cancel_declined",
        "acorn_cancel_requested",
        "acorn_cancelling",
        "acorn_status",
        "delivery_status",
        "state",
    )
    def _compute_acorn_todo(self):
        for order in self:
            order.acorn_cancel_pending = order._acorn_cancel_pending()
            order.acorn_to_ship = (
                order.state == "sale"
                and not order.acorn_by_channel
                and not order._acorn_cancel_waits()
                and order.acorn_status in (UNSHIPPED, PARTIALLY_SHIPPED)
                and order.delivery_status != "full"
            )

    def _acorn_is_owed(self):
        """Whether the buyer still waits for something that only this address tells."""
        return (
            self.state != "cancel"
            and self.acorn_status in (PENDING, UNSHIPPED, PARTIALLY_SHIPPED)
            and self.delivery_status != "full"
        )

    def _compute_acorn_return_count(self):
        counts = dict(
            self.env["acorn.return"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.acorn_return_count = counts.get(order, 0)

    def _compute_acorn_message_id(self):
        messages = {
            message.order_id: message
            for message in self.env["acorn.message"].search(
                [
                    ("order_id", "in", self.ids),
                    ("direction", "=", "in"),
                    ("kind", "=", "order"),
                ]
            )
        }
        for order in self:
            order.acorn_message_id = messages.get(order)

    # A channel's tax changes without any price: totals must follow it, too.
    @api.depends("order_line.price_total")
    def _compute_amounts(self):
        return super()._compute_amounts()

    def _compute_pricelist_id(self):
        """A channel's order keeps the pricelist of its site: it carries the currency,
        which a new partner would otherwise reset."""
        return super(
            SaleOrder, self.filtered(lambda o: not o.acorn_ref)
        )._compute_pricelist_id()

    def _check_company(self, fnames=None):
        """What is made of the shop's own records was checked when these were set."""
        if in_bulk(self, "acorn_checked"):
            return None
        return super()._check_company(fnames)

    # === LETTERS === #

    def _notify_by_email_prepare_rendering_context(self, message, *args, **kwargs):
        """Letters about an order reach people who may not know what it is worth, and
        are set off by such people, too."""
        # sudo: Odoo writes the amount into a subtitle; it is taken out here.
        order_sudo = self.sudo().with_context(acorn_letter=True)
        context = super(
            SaleOrder, order_sudo
        )._notify_by_email_prepare_rendering_context(message, *args, **kwargs)
        subtitles = context["subtitles"][:1]  # the second one is the amount
        return {**context, "record": self, "subtitles": subtitles}

    def _track_filter_for_display(self, tracking_values):
        shown = super()._track_filter_for_display(tracking_values)
        if self.env.context.get("acorn_letter"):
            return shown._filter_free_field_access()
        return shown

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        # sudo: Odoo looks at the amount to find out what there is to sign or to pay.
        return super(SaleOrder, self.sudo())._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )

    # === ACTIONS === #

    def action_acorn_ship_nevertheless(self):
        """Decide against the buyer's request to cancel: the delivery may leave."""
        self._acorn_check_decides()
        for order in self:
            order.acorn_cancel_declined = True
            order.message_post(
                body=self.env._("Shipped although the buyer asked to cancel.")
            )
            self.env["acorn.alert"]._resolve(
                order.acorn_shop_id, "cancel_request", [order.acorn_ref]
            )

    def action_acorn_open_offers(self):
        """Open the offers of these orders that have no product yet."""
        lines = self.order_line.filtered("acorn_unmapped")
        offers = lines.acorn_offer_id
        return offers._get_records_action(name=self.env._("Offers"))

    def action_acorn_open_returns(self):
        self.ensure_one()
        return self.acorn_return_ids._get_records_action(name=self.env._("Returns"))

    def action_acorn_open_message(self):
        self.ensure_one()
        return self.acorn_message_id._get_records_action()

    def action_confirm(self):
        early = self.filtered(
            lambda order: order.acorn_ref and order.acorn_status not in CONFIRMED
        )
        if early:
            raise UserError(
                self.env._(
                    "%s cannot be confirmed: the channel has not released it yet.",
                    ", ".join(early.mapped("name")),
                )
            )
        return super().action_confirm()

    def action_cancel(self):
        """Ask for the reason where the channel has to be told."""
        locked = any(order.locked for order in self)
        if not locked and any(order._acorn_is_open_there() for order in self):
            return self._acorn_cancel_wizard()
        return super().action_cancel()

    def _action_cancel(self):
        result = super()._action_cancel()
        self.filtered("acorn_held")._acorn_open_holds()._end()
        return result

    def _can_be_edited_on_portal(self):
        return False if self.acorn_ref else super()._can_be_edited_on_portal()
