import base64

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..amounts import live_quantity
from ..attempt import attempt
from ..channel import UTC, instant
from ..quiet import BULK, QUIET, in_bulk
from ..records import SHIPPED, Shipment, ShipmentItem

# Pick, pack, ship: no delivery has more steps.
STEPS = 3

# Of a barcode, in pixels.
BAR_WIDTH, BAR_HEIGHT = 2, 100

ORIGIN_LINK = "mail.message_origin_link"


class StockPicking(models.Model):
    _inherit = "stock.picking"

    acorn_site_id = fields.Many2one(
        related="sale_id.acorn_site_id",
        store=True,
        index="btree_not_null",
        string="Site",
    )
    acorn_ref = fields.Char(related="sale_id.acorn_ref", string="Channel Order")
    acorn_ship_by = fields.Datetime(related="sale_id.acorn_ship_by", string="Ship By")
    acorn_known = fields.Boolean(
        string="Known at the Channel",
        readonly=True,
        copy=False,
        help="The channel knows that these goods have left.",
    )
    acorn_push_error = fields.Text(string="Not Confirmed", readonly=True, copy=False)
    acorn_block_reason = fields.Text(compute="_compute_acorn_block_reason")
    acorn_message_ids = fields.One2many("acorn.message", "picking_id")
    acorn_has_gifts = fields.Boolean(compute="_compute_acorn_has_gifts")

    _acorn_owed_index = models.Index(
        "(acorn_site_id) WHERE state = 'done' AND acorn_known IS NOT TRUE"
        " AND acorn_site_id IS NOT NULL"
    )

    @api.depends(
        "sale_id.acorn_cancel_requested",
        "sale_id.acorn_cancel_declined",
        "sale_id.acorn_status",
        "sale_id.acorn_unmapped",
        "sale_id.state",
    )
    def _compute_acorn_block_reason(self):
        for picking in self:
            # sudo: who packs need not be able to read orders.
            order_sudo = picking.sale_id.sudo()
            leaves = picking.picking_type_code == "outgoing"
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

    def button_validate(self):
        for picking in self.filtered("acorn_block_reason"):
            raise UserError(picking.acorn_block_reason)
        if all(picking.acorn_ref for picking in self):
            self = self.with_context(skip_sms=True)
        result = super().button_validate()
        if any(picking.acorn_ref for picking in self):
            self.env["acorn.shop"]._wake_lanes()  # the channel hears of it at once
        return result

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
        touched = self.browse()
        for picking in self:
            moves = picking.move_ids.filtered(
                lambda m: m.state not in ("done", "cancel")
            )
            if not any(owed.get(move.sale_line_id) for move in moves):
                continue  # its goods stay reserved
            for move in moves:
                line = move.sale_line_id
                quantity = min(owed.get(line, 0), move.product_uom_qty)
                owed[line] = owed.get(line, 0) - quantity
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

    # === TELL THE CHANNEL === #

    @api.model
    def _acorn_untold_domain(self, shop):
        """Return what finds the deliveries that left and the channel does not know."""
        return [
            ("acorn_site_id.shop_id", "=", shop.id),
            ("state", "=", "done"),
            ("acorn_known", "=", False),
            ("location_dest_id.usage", "=", "customer"),
            ("sale_id.acorn_by_channel", "=", False),
            ("sale_id.acorn_history", "=", False),
        ]

    @api.model
    def _acorn_owed(self, shop):
        """Return the deliveries that the channel is to be told of.

        Those of an order that only a report told of wait: its lines may have no
        references yet that the channel would know.
        """
        return self.search(
            [
                *self._acorn_untold_domain(shop),
                ("sale_id.acorn_provisional", "=", False),
            ]
        )

    @api.model
    def _acorn_collect(self, shop):
        """Write the instructions that are owed: see ``acorn.outbox._authors``."""
        for picking in self._acorn_owed(shop):
            failure = attempt(self.env, picking._acorn_instruct)
            if failure and not failure.retry:
                picking._acorn_set_error(failure.text)

    @api.model
    def _acorn_settle(self, message, receipt):
        """Keep what became of an instruction."""
        if message.state in ("done", "skipped"):
            message.picking_id._acorn_confirmed(message)
        elif message.state == "failed":
            message.picking_id._acorn_refused(message)

    def _acorn_note_told(self, numbers):
        """Note the parcels of which a person told the channel by other ways."""
        told = self.filtered(
            lambda picking: (
                picking.state == "done"
                and not picking.acorn_known
                and picking.carrier_tracking_ref in numbers
            )
        )
        if not told:
            return
        told.write({"acorn_known": True, "acorn_push_error": False})
        # sudo: whoever applies the order may not write on messages.
        messages_sudo = told.sudo().acorn_message_ids
        messages_sudo.filtered(lambda m: m.state != "skipped")._finish()

    def _acorn_instruct(self):
        """Write an instruction for each parcel of a delivery that left."""
        missing = self._acorn_missing()
        if missing:
            if self.acorn_push_error != missing:
                self._acorn_set_error(missing)
            return
        order = self.sale_id
        for package, items in self._acorn_parcels().items():
            key = f"{order.acorn_ref}/{self.id}-{package.id or 0}"
            self.env["acorn.message"]._instruct(
                order.acorn_shop_id,
                "shipment",
                key,
                self._acorn_instruction(key, items),
                site_id=self.acorn_site_id.id,
                order_id=order.id,
                picking_id=self.id,
            )

    def _acorn_missing(self):
        """Return what a person has to fill in before the channel can be told, or ''."""
        if not self.carrier_id:
            return self.env._("Choose the carrier: the channel must be told who ships.")
        if not self.carrier_tracking_ref:
            return self.env._("Enter the tracking number: the channel asks for it.")
        return ""

    def _acorn_parcels(self):
        """Return what each package holds; goods without a package are one parcel.

        :return: dict package → list of [item reference, whole units]
        """
        parcels = {}
        for line in self.move_line_ids:
            item = line.move_id.sale_line_id
            if not item.acorn_line_ref:
                continue
            counts = parcels.setdefault(line.result_package_id, {})
            quantity = line.product_uom_id._compute_quantity(
                line.quantity, item.product_uom_id
            )
            counts[item.acorn_line_ref] = counts.get(item.acorn_line_ref, 0) + quantity
        return {
            package: [
                [ref, int(count)] for ref, count in sorted(counts.items()) if count
            ]
            for package, counts in sorted(parcels.items(), key=lambda item: item[0].id)
        }

    def _acorn_instruction(self, key, items):
        carrier = self.carrier_id
        return {
            "order_ref": self.sale_id.acorn_ref,
            "site": self.acorn_site_id.channel_ref,
            "package_ref": self.sale_id._acorn_parcel_number(key),
            "shipped_at": self.date_done.replace(tzinfo=UTC).isoformat(),
            "carrier_code": carrier.acorn_code or "Other",
            "carrier_name": carrier.name,
            "service": carrier.acorn_service or carrier.name,
            "tracking": self.carrier_tracking_ref,
            "items": items,
        }

    @api.model
    def _acorn_record(self, kind, instruction):
        """Build the record to send from a stored instruction."""
        return Shipment(
            **{
                **instruction,
                "shipped_at": instant(instruction["shipped_at"]),
                "items": tuple(ShipmentItem(*item) for item in instruction["items"]),
            }
        )

    def _acorn_confirmed(self, message):
        """The channel has taken note of a parcel; of all of them, this is done."""
        for picking in self:
            messages = picking.acorn_message_ids | message
            if all(m.state in ("done", "skipped") for m in messages):
                picking.write({"acorn_known": True, "acorn_push_error": False})
                self.env["acorn.alert"]._resolve(
                    message.shop_id, "shipment", [picking.acorn_ref]
                )

    def _acorn_refused(self, message):
        for picking in self:
            picking._acorn_set_error(message.error)

    def _acorn_set_error(self, text):
        self.acorn_push_error = text
        self.sale_id._acorn_alert("shipment", f"{self.name}: {text}")

    def action_acorn_retry(self):
        """Tell the channel again, after what was wrong has been put right."""
        self.check_access("write")
        self.write({"acorn_push_error": False})
        # sudo: who packs need not be able to read shops and their messages.
        messages_sudo = self.sudo().acorn_message_ids
        messages_sudo._reopen(messages_sudo.filtered(lambda m: m.state == "failed"))
        self.sudo().acorn_site_id.shop_id._wake_lanes()


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
        left = sum(
            move.product_uom._compute_quantity(move.quantity, line.product_uom_id)
            for move in line.move_ids
            if move.state == "done" and move.location_dest_id.usage == "customer"
        )
        if shipped > left:
            owed[line] = shipped - left
    return owed
