import base64

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..amounts import live_quantity
from ..groups import COMMERCIAL
from ..quiet import BULK, QUIET, in_bulk
from ..records import SHIPPED
from .acorn_shipping import PICKING_CHANGED

# Pick, pack, ship: no delivery has more steps.
STEPS = 3

# Of a barcode, in pixels.
BAR_WIDTH, BAR_HEIGHT = 2, 100

# Kinds of operations with which goods leave; the second where a supplier ships.
LEAVING = ("outgoing", "dropship")
# No person writes these.
OWN = {"acorn_known", "acorn_told", "acorn_number", "acorn_push_error"}

ORIGIN_LINK = "mail.message_origin_link"


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "acorn.shipping"]

    acorn_shop_id = fields.Many2one(
        "acorn.shop",
        string="Shop",
        compute="_compute_acorn_site_id",
        store=True,
        index="btree_not_null",
    )
    acorn_site_id = fields.Many2one(
        "acorn.site",
        string="Site",
        compute="_compute_acorn_site_id",
        store=True,
        index="btree_not_null",
    )
    acorn_ref = fields.Char(related="sale_id.acorn_ref", string="Channel Order")
    acorn_ship_by = fields.Datetime(
        related="sale_id.acorn_ship_by", store=True, string="Ship By"
    )
    acorn_late = fields.Boolean(compute="_compute_acorn_late")
    acorn_known = fields.Boolean(
        string="Known at the Channel",
        readonly=True,
        copy=False,
        help="The channel knows that these goods have left.",
    )
    acorn_push_error = fields.Text(string="Not Confirmed", readonly=True, copy=False)
    acorn_number = fields.Char(
        string="Number at the Channel",
        readonly=True,
        copy=False,
        help="By this number the channel knows the parcel of a delivery that has no "
        "packages. Another tracking number changes that same parcel there.",
    )
    acorn_told = fields.Char(
        readonly=True,
        copy=False,
        help="Carrier and tracking number as last told, to be compared with what they "
        "are.",
    )
    acorn_package_ids = fields.One2many(
        "stock.package",
        string="Packages Shipped",
        compute="_compute_acorn_package_ids",
        inverse="_inverse_acorn_package_ids",
        readonly=False,
    )
    acorn_block_reason = fields.Text(compute="_compute_acorn_block_reason")
    acorn_held = fields.Boolean(related="sale_id.acorn_held", string="Held")
    acorn_message_ids = fields.One2many("acorn.message", "picking_id")
    acorn_has_gifts = fields.Boolean(compute="_compute_acorn_has_gifts")
    acorn_return_id = fields.Many2one(
        related="move_ids.acorn_return_id", string="Channel Return"
    )

    _acorn_owed_index = models.Index(
        "(acorn_site_id) WHERE state = 'done' AND acorn_known IS NOT TRUE"
        " AND acorn_site_id IS NOT NULL"
    )
    _acorn_changed_index = models.Index(f"(acorn_site_id) WHERE {PICKING_CHANGED}")
    _acorn_ship_by_index = models.Index(
        "(acorn_ship_by) WHERE acorn_ship_by IS NOT NULL"
        " AND state NOT IN ('done', 'cancel')"
    )
    _acorn_refused_index = models.Index(
        "(acorn_site_id) WHERE acorn_push_error IS NOT NULL"
    )

    @api.depends(
        "sale_id.acorn_shop_id",
        "sale_id.acorn_site_id",
        "move_ids.acorn_shop_id",
        "move_ids.acorn_site_id",
    )
    def _compute_acorn_site_id(self):
        for picking in self:
            source = picking.sale_id
            if not source.acorn_shop_id:  # a return of goods that no order is known for
                source = picking.move_ids.filtered("acorn_shop_id")[:1]
            picking.acorn_shop_id = source.acorn_shop_id
            picking.acorn_site_id = source.acorn_site_id

    @api.depends(
        "sale_id.acorn_cancel_requested",
        "sale_id.acorn_cancel_declined",
        "sale_id.acorn_cancelling",
        "sale_id.acorn_status",
        "sale_id.acorn_unmapped",
        "sale_id.acorn_held",
        "sale_id.state",
    )
    def _compute_acorn_block_reason(self):
        for picking in self:
            # sudo: who packs need not be able to read orders.
            order_sudo = picking.sale_id.sudo()
            leaves = picking.picking_type_code in LEAVING
            picking.acorn_block_reason = (
                leaves and order_sudo.acorn_ref and order_sudo._acorn_block_reason()
            ) or False

    @api.depends("move_ids.acorn_gift_message", "move_ids.acorn_gift_wrap")
    def _compute_acorn_has_gifts(self):
        for picking in self:
            picking.acorn_has_gifts = any(
                move.acorn_gift_message or move.acorn_gift_wrap
                for move in picking.move_ids
            )

    @api.depends("acorn_ship_by", "state")
    def _compute_acorn_late(self):
        now = fields.Datetime.now()
        for picking in self:
            waits = picking.state not in ("done", "cancel")
            by = picking.acorn_ship_by
            picking.acorn_late = bool(waits and by and by < now)

    @api.depends("move_line_ids.result_package_id")
    def _compute_acorn_package_ids(self):
        for picking in self:
            packages = picking.move_line_ids.result_package_id
            picking.acorn_package_ids = packages.sorted("id")

    def _inverse_acorn_package_ids(self):
        """What is written in the list are the packages themselves."""

    def _has_field_access(self, field, operation):
        """What the channel knows of a delivery is not for warehouse users to say."""
        closed = operation == "write" and field.name in OWN
        if closed and not self.env.su and not self.env.user.has_group(COMMERCIAL):
            return False
        return super()._has_field_access(field, operation)

    def action_acorn_open_return(self):
        self.ensure_one()
        return self.acorn_return_id._get_records_action()

    def button_validate(self):
        for picking in self.filtered("acorn_block_reason"):
            raise UserError(picking.acorn_block_reason)
        if all(picking.acorn_ref for picking in self):
            self = self.with_context(skip_sms=True)
        result = super().button_validate()
        if any(picking.acorn_ref for picking in self):
            self.env["acorn.shop"]._wake_lanes()  # the channel hears of it at once
        return result

    def _action_done(self):
        """What is held leaves in no way; only what the channel says has left, has."""
        if not in_bulk(self, "acorn_checked"):
            for picking in self.filtered("acorn_held"):
                if picking.acorn_block_reason:
                    raise UserError(picking.acorn_block_reason)
        return super()._action_done()

    def _send_confirmation_email(self):
        """Buyers of a channel get no text messages from here: the channel informs
        them, and forbids sellers to."""
        ours = self.filtered("acorn_ref")
        super(StockPicking, ours.with_context(skip_sms=True))._send_confirmation_email()
        return super(StockPicking, self - ours)._send_confirmation_email()

    def message_post_with_source(self, source_ref, **kwargs):
        """Nor do they get the company's mail about the delivery."""
        if in_bulk(self, "acorn_confirm_only") and source_ref == ORIGIN_LINK:
            return self.env["mail.message"]  # written for all at once
        template = self.company_id.stock_mail_confirmation_template_id
        is_template = isinstance(source_ref, models.BaseModel)
        if is_template and template and source_ref == template and self.acorn_ref:
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, **kwargs)

    def send_to_shipper(self):
        """As at the validation of a delivery, prices are found and written for people
        who may not see what the order is worth."""
        self.check_access("write")
        # sudo: as Odoo itself does when a delivery is validated.
        self_sudo = self.sudo()
        return super(StockPicking, self_sudo).send_to_shipper()

    def _add_delivery_cost_to_so(self):
        """What a channel's buyer paid is settled: shipping costs change nothing."""
        if not self.sale_id.acorn_ref:
            return super()._add_delivery_cost_to_so()
        return None

    # === PICK AND PRINT === #

    def _acorn_pick_order(self):
        """Return deliveries in the order of a walk through the warehouse."""
        return self.sorted(
            lambda picking: (
                min(
                    picking.move_line_ids.location_id.mapped("complete_name"),
                    default="",
                ),
                picking.acorn_ship_by or picking.scheduled_date,
                picking.id,
            )
        )

    def action_acorn_print_labels(self):
        """Ask which labels of these deliveries are to be printed."""
        self.check_access("write")
        wizard = self.env["acorn.print.labels"].create(
            {"picking_ids": [Command.set(self.ids)]}
        )
        return wizard._open()

    def action_acorn_print_packing_slips(self):
        report = self.env.ref("acorn_base.action_report_packing_slip")
        return report.report_action(self._acorn_pick_order())

    def _acorn_slip_number(self):
        """Return the number by which people and scanners know a delivery."""
        return self.acorn_ref or self.origin or self.name

    def _acorn_slip_barcode(self):
        """Return the address of a picture of that number, as lines for scanners.

        Drawn as lines, not as pixels: that needs nothing to be installed.
        """
        drawing = createBarcodeDrawing(
            "Code128",
            value=self._acorn_slip_number(),
            format="svg",
            humanReadable=False,
            quiet=True,
            barWidth=BAR_WIDTH,
            barHeight=BAR_HEIGHT,
        )
        picture = base64.b64encode(drawing.asString("svg").encode()).decode()
        return f"data:image/svg+xml;base64,{picture}"

    # === FOLLOW THE CHANNEL === #

    def _acorn_note_origin(self):
        """Write Odoo's own note of where each delivery comes from."""
        render = self.env["ir.qweb"]._render
        self._message_log_batch(
            {
                picking.id: render(
                    ORIGIN_LINK,
                    {"self": picking, "origin": picking.sale_id},
                    minimal_qcontext=True,
                )
                for picking in self
            }
        )

    @api.model
    def _acorn_deliver(self, pairs):
        """Deliver here what the channel says has left.

        Quantities delivered here already, by this method or by people, count.

        :param pairs: (sale order, ``records.Order``) of confirmed orders
        """
        done = self.browse()
        for _step in range(STEPS):
            owed = {}
            for order, record in pairs:
                owed |= owed_quantities(order, record)
            todo = self.browse().union(*(line.order_id.picking_ids for line in owed))
            todo = todo.filtered(
                lambda picking, done=done: (
                    picking.state not in ("done", "cancel", "waiting")
                    and picking.picking_type_code != "incoming"
                    and picking.backorder_id not in done
                )
            )
            if not todo:
                break
            todo._acorn_fulfil(owed)
            done |= todo
        for order, record in pairs:
            (order.picking_ids & done)._acorn_mark_known(record)

    def _acorn_fulfil(self, owed):
        """Make the deliveries' moves done, as far as the channel has shipped them."""
        open_moves = self.sorted("id").move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        shipped = open_moves._acorn_divide(owed)
        touched = self.browse()
        for picking, moves in open_moves.grouped("picking_id").items():
            if not any(shipped[move] for move in moves):
                continue  # its goods stay reserved
            for move in moves:
                quantity = shipped[move]
                if move.quantity != quantity:
                    move.quantity = quantity
                if move.picked != (quantity > 0):
                    move.picked = quantity > 0
            touched |= picking
        if touched:
            touched._acorn_done()

    def _acorn_done(self):
        """Make deliveries done, all at once."""
        moves = self.move_ids
        arrivals = moves.location_dest_id
        places = moves.location_id | arrivals
        # What people may have put in is checked; all else is of the order's company.
        self.move_line_ids.filtered(
            lambda line: (
                line.lot_id
                or line.package_id
                or line.result_package_id
                or line.owner_id
            )
        )._check_company()
        quick = dict(QUIET)
        if not moves._acorn_is_pushed_on(arrivals):
            quick["acorn_no_push"] = BULK
        Quant = self.env["stock.quant"]
        warehouse = self.picking_type_id.warehouse_id[:1]
        with Quant._acorn_ledger(moves.product_id, places, warehouse) as ledger:
            self.with_context(**ledger, **quick)._action_done()
        moves._acorn_tell_orderpoints()

    def _acorn_mark_known(self, record):
        parcels = [parcel for parcel in record.packages if parcel.tracking]
        for picking in self.filtered(lambda picking: picking.state == "done"):
            picking.acorn_known = True
            if parcels and not picking.carrier_tracking_ref:
                picking.carrier_tracking_ref = ",".join(p.tracking for p in parcels)


def owed_quantities(order, record):
    """Return the quantities that have left at the channel and not yet here, by line.

    What came back is no matter here: it had left.
    """
    lines = {line.acorn_line_ref: line for line in order.order_line if line.move_ids}
    owed = {}
    for item in record.lines:
        line = lines.get(item.ref)
        if not line:
            continue
        shipped = item.quantity_shipped
        if record.status == SHIPPED and not shipped:
            shipped = live_quantity(item, record)
        gone = line.move_ids.filtered(
            lambda move: (
                move.state == "done" and move.location_dest_id.usage == "customer"
            )
        )
        _wanted, left = line._acorn_count(gone)
        if shipped > left:
            owed[line] = shipped - left
    return owed
