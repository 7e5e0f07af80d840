from odoo import api, fields, models
from odoo.exceptions import UserError

from ..groups import COMMERCIAL

# The states of a return that follow from what the channel says alone.
TOLD = [
    ("requested", "Requested"),
    ("expected", "Expected"),
    ("closed", "Closed"),
    ("refused", "Refused"),
]
# What units are found to be. 'mixed' when one return brought several kinds.
DISPOSITIONS = [
    ("sellable", "Sellable"),
    ("damaged", "Damaged"),
    ("defective", "Defective"),
    ("expired", "Expired"),
    ("incomplete", "Incomplete"),
    ("wrong", "Wrong Item"),
    ("other", "Other"),
]
MONEY = COMMERCIAL  # who sees amounts and what buyers write


class AcornReturn(models.Model):
    """Units of one SKU that a buyer sends back: to this company, or to the channel."""

    _name = "acorn.return"
    _description = "Return"
    _inherit = [
        "acorn.return.flow",
        "acorn.return.expect",
        "acorn.return.judge",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "request_date desc, id desc"
    _rec_names_search = ["name", "order_ref", "authorisation", "tracking", "unit_ref"]

    name = fields.Char(string="Number", required=True, readonly=True, copy=False)
    ref = fields.Char(string="Channel Reference", required=True, readonly=True)
    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    site_id = fields.Many2one("acorn.site", readonly=True, index="btree_not_null")
    order_ref = fields.Char(string="Channel Order", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    order_line_id = fields.Many2one(
        "sale.order.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    offer_id = fields.Many2one("acorn.offer", readonly=True, index="btree_not_null")
    sku = fields.Char(string="SKU", readonly=True)
    title = fields.Char(readonly=True)
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        index="btree_not_null",
    )
    quantity = fields.Integer(readonly=True)
    by_channel = fields.Boolean(
        string="To the Channel",
        readonly=True,
        help="The goods go to the channel's own warehouse; nothing is received here.",
    )
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("expected", "Expected"),
            ("received", "To Check"),
            ("closed", "Closed"),
            ("refused", "Refused"),
        ],
        compute="_compute_goods",
        store=True,
        index=True,
        tracking=True,
    )
    told = fields.Selection(
        TOLD, required=True, readonly=True, help="What the channel says alone."
    )
    decision = fields.Selection(
        [("expect", "Expect the Goods"), ("close", "Closed by a Person")],
        readonly=True,
        copy=False,
    )
    status_text = fields.Char(
        string="Status in the Channel's Words", readonly=True, tracking=True
    )
    request_date = fields.Date(string="Requested On", readonly=True, index=True)
    arrival_date = fields.Date(
        string="Arrived On",
        readonly=True,
        tracking=True,
        help="As the carrier or the channel says.",
    )
    reason_id = fields.Many2one("acorn.return.reason", readonly=True, index=True)
    comment = fields.Text(string="The Buyer Says", readonly=True, groups=MONEY)
    authorisation = fields.Char(
        string="Return Number", readonly=True, help="Stands on the parcel (RMA)."
    )
    unit_ref = fields.Char(string="Unit Label", readonly=True)
    carrier = fields.Char(readonly=True)
    tracking = fields.Char(string="Tracking Number", readonly=True)
    place = fields.Char(string="Channel's Warehouse", readonly=True)
    resolution = fields.Char(readonly=True, help="What the buyer gets.")
    goods_kept = fields.Boolean(
        string="The Buyer Keeps the Goods", readonly=True, tracking=True
    )
    disposition = fields.Selection(
        [*DISPOSITIONS, ("mixed", "Mixed")], readonly=True, tracking=True, index=True
    )
    disposition_text = fields.Char(
        string="Disposition in the Channel's Words", readonly=True
    )
    problem = fields.Text(
        string="Needs Attention", readonly=True, help="Why the goods are not expected."
    )
    move_ids = fields.One2many("stock.move", "acorn_return_id", readonly=True)
    picking_ids = fields.Many2many("stock.picking", compute="_compute_picking_ids")
    picking_count = fields.Integer(compute="_compute_picking_ids")
    received_quantity = fields.Integer(
        string="Received", compute="_compute_goods", store=True
    )
    checked_quantity = fields.Integer(
        string="Checked", compute="_compute_goods", store=True
    )
    sellable_quantity = fields.Integer(
        string="Sellable Units", compute="_compute_goods", store=True
    )

    # What finance takes over from here: facts, no bookings.
    currency_id = fields.Many2one("res.currency", readonly=True)
    refund_amount = fields.Monetary(
        string="Refunded", readonly=True, tracking=True, groups=MONEY
    )
    refund_told_at = fields.Datetime(
        string="Told of the Refund",
        readonly=True,
        groups=MONEY,
        help="The channel tells no date of the refund: this is when it first told "
        "this amount.",
    )
    label_cost = fields.Monetary(readonly=True, groups=MONEY)
    label_payer = fields.Char(
        string="Label Paid By",
        readonly=True,
        groups=MONEY,
        help="In the channel's words.",
    )
    claimed = fields.Boolean(
        string="Buyer's Claim",
        readonly=True,
        tracking=True,
        groups=MONEY,
        help="The buyer has claimed the money from the channel.",
    )
    claim_ref = fields.Char(string="Own Claim", readonly=True, groups=MONEY)
    claim_state = fields.Char(string="State of the Claim", readonly=True, groups=MONEY)
    claim_paid = fields.Monetary(
        string="Paid by the Channel", readonly=True, groups=MONEY
    )

    _ref_unique = models.Constraint(
        "UNIQUE (shop_id, ref)", "A return of a shop exists once."
    )
    _orderless_index = models.Index("(shop_id, order_ref) WHERE order_id IS NULL")
    _due_index = models.Index("(shop_id) WHERE state = 'expected'")

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            values.setdefault(
                "name", self.env["ir.sequence"].next_by_code("acorn.return") or "RET-?"
            )
        return super().create(vals_list)

    # === COMPUTE === #

    @api.depends("name", "sku")
    def _compute_display_name(self):
        for each in self:
            each.display_name = f"{each.name} ({each.sku})" if each.sku else each.name

    @api.depends(
        "offer_id.product_id",
        "order_line_id.acorn_unmapped",
        "order_line_id.product_id",
    )
    def _compute_product_id(self):
        for each in self:
            line = each.order_line_id
            known = line and not line.acorn_unmapped
            each.product_id = line.product_id if known else each.offer_id.product_id

    @api.depends("move_ids.picking_id")
    def _compute_picking_ids(self):
        for each in self:
            # sudo: how many there are may be known to whoever sees the return.
            each.picking_ids = each.sudo().move_ids.picking_id
            each.picking_count = len(each.picking_ids)

    @api.depends(
        "by_channel",
        "decision",
        "disposition",
        "move_ids.acorn_disposition",
        "move_ids.quantity",
        "move_ids.state",
        "quantity",
        "told",
    )
    def _compute_goods(self):
        for each in self:
            if each.by_channel:
                sellable = each.disposition == "sellable"
                each.received_quantity = each.checked_quantity = each.quantity
                each.sellable_quantity = each.quantity if sellable else 0
            else:
                arrivals, checks = each._arrivals(), each._checks()
                good = checks.filtered(lambda m: m.acorn_disposition == "sellable")
                shelved = each._units(each._shelved())
                each.received_quantity = each._units(arrivals)
                each.checked_quantity = each._units(checks) + shelved
                each.sellable_quantity = each._units(good) + shelved
            each.state = each._state_of_goods()

    def _state_of_goods(self):
        if self.by_channel:
            return self.told
        if self.received_quantity > self.checked_quantity:
            return "received"
        if self.decision == "close":
            return "closed"
        if self._awaited():
            return "expected"
        if self.received_quantity:
            return "closed"
        return "expected" if self.decision == "expect" else self.told

    # === ACTIONS === #

    def _check_may_decide(self):
        """Operators decide about returns; nobody edits what the channel told."""
        self.check_access("write")

    def action_expect(self):
        """Expect the goods, whatever the channel says."""
        self._check_may_decide()
        for each in self:
            if each.by_channel:
                raise UserError(
                    self.env._("%s goes to the channel: nothing comes here.", each.name)
                )
        self.write({"decision": "expect"})
        self._expect_each()

    def action_close(self):
        """Expect nothing more; a receipt that is open is cancelled."""
        self._check_may_decide()
        self._cancel_receipts()
        self.write({"decision": "close", "problem": False})

    def action_check(self):
        """Open the wizard in which goods are received and judged."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receive and Check"),
            "res_model": "acorn.return.check",
            "view_mode": "form",
            "target": "new",
            "context": {"default_acorn_return_id": self.id},
        }

    def action_open_pickings(self):
        self.ensure_one()
        return self.picking_ids._get_records_action(name=self.env._("Transfers"))

    def action_open_order(self):
        self.ensure_one()
        return self.order_id._get_records_action()
