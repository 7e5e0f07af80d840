from odoo import api, fields, models
from odoo.fields import Domain

from ..groups import COST
from ..quiet import BULK, QUIET, in_bulk
from .acorn_return import DISPOSITIONS


class StockMove(models.Model):
    _inherit = "stock.move"

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
    acorn_event_id = fields.Many2one(
        "acorn.stock.event", string="Channel's Event", index="btree_not_null"
    )
    acorn_return_id = fields.Many2one(
        "acorn.return",
        string="Return",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    acorn_disposition = fields.Selection(
        DISPOSITIONS,
        string="Disposition",
        readonly=True,
        copy=False,
        help="What returned goods were found to be when this move put them away.",
    )
    acorn_gift_message = fields.Text(related="sale_line_id.acorn_gift_message")
    acorn_gift_wrap = fields.Char(related="sale_line_id.acorn_gift_wrap")

    # What goods cost is not for those who move them.
    price_unit = fields.Float(groups=COST)
    standard_price = fields.Float(groups=COST)
    # Odoo writes it anew when a copy is done; until then it means nothing.
    value = fields.Monetary(groups=COST, copy=False)
    value_manual = fields.Monetary(groups=COST)
    remaining_value = fields.Monetary(groups=COST)
    value_justification = fields.Text(groups=COST)
    value_computed_justification = fields.Text(groups=COST)

    @api.depends(
        "sale_line_id.acorn_shop_id",
        "sale_line_id.acorn_site_id",
        "acorn_return_id.shop_id",
        "acorn_return_id.site_id",
        "acorn_event_id.shop_id",
    )
    def _compute_acorn_site_id(self):
        for move in self:
            line, come_back = move.sale_line_id, move.acorn_return_id
            move.acorn_site_id = line.acorn_site_id or come_back.site_id
            move.acorn_shop_id = (
                line.acorn_shop_id or come_back.shop_id or move.acorn_event_id.shop_id
            )

    # === VALUE === #

    @api.model
    def _has_field_access(self, field, operation):
        """What is left of a move is written with its cost, whoever splits it."""
        if operation == "write" and field.name == "price_unit":
            return True
        return super()._has_field_access(field, operation)

    def _set_value(self, correction_quantity=None):
        # sudo: whoever ships goods lets them be valued without seeing the value.
        return super(StockMove, self.sudo())._set_value(correction_quantity)

    def _create_account_move(self):
        # sudo: see _set_value.
        entry_sudo = super(StockMove, self.sudo())._create_account_move()
        return entry_sudo.sudo(self.env.su)

    def _merge_moves(self, merge_into=False):
        # sudo: moves at different costs are not merged.
        merged_sudo = super(StockMove, self.sudo())._merge_moves(merge_into)
        return merged_sudo.sudo(self.env.su)

    def _prepare_move_split_vals(self, qty):
        # sudo: what is left of a move keeps its cost.
        return super(StockMove, self.sudo())._prepare_move_split_vals(qty)

    # === PLACES === #

    def _acorn_start(self):
        """Return the location where the delivery of this move starts.

        Goods that are sold from some places of a warehouse leave it together.
        """
        start, inside = self.rule_id.location_src_id, self.location_id.parent_path
        if (
            self.acorn_site_id
            and start
            and (inside or "").startswith(start.parent_path)
        ):
            return start
        return self.location_id

    def _key_assign_picking(self):
        keys, start = super()._key_assign_picking(), self._acorn_start()
        if start == self.location_id:
            return keys
        mine = self.location_id
        return tuple(
            start if key._name == mine._name and key == mine else key for key in keys
        )

    def _search_picking_for_assignation_domain(self):
        domain = super()._search_picking_for_assignation_domain()
        start = self._acorn_start()
        if start == self.location_id:
            return domain
        return list(
            Domain(domain).map_conditions(
                lambda condition: (
                    Domain("location_id", "=", start.id)
                    if condition.field_expr == "location_id"
                    else condition
                )
            )
        )

    def _get_new_picking_values(self):
        start = self.browse().location_id.union(*(m._acorn_start() for m in self))
        if start == self.location_id:
            return super()._get_new_picking_values()
        one = self.filtered(lambda move: move.location_id == self[:1].location_id)
        values = super(StockMove, one)._get_new_picking_values()
        return {**values, "location_id": start.id}

    def _acorn_divide(self, owed):
        """Share out what has left at the channel over moves that wait here.

        First what has its goods, wherever: a source that has none gave none.

        :param owed: dict sale order line → units that have left
        :return: dict move → quantity that leaves
        """
        groups = self.grouped(lambda move: (move.picking_id, move.sale_line_id))
        counts = {
            (picking, line): line._acorn_count(moves)
            for (picking, line), moves in groups.items()
            if line in owed
        }
        units, left = dict.fromkeys(groups, 0), dict(owed)
        for has_goods in (True, False):
            for key, (wanted, reserved) in counts.items():
                can = min(wanted, reserved) if has_goods else wanted
                taken = min(left[key[1]], can - units[key])
                if taken > 0:
                    units[key] += taken
                    left[key[1]] -= taken
        leaving = {}
        for key, moves in groups.items():
            leaving |= moves._acorn_divide_units(key[1], units[key])
        return leaving

    def _acorn_divide_units(self, line, units):
        """Return what of each of these moves leaves when units of their line do."""
        leaving = dict.fromkeys(self, 0)
        if not units:
            return leaving
        parts = line._acorn_parts_in(self) or dict.fromkeys(self.product_id, 1)
        left = {product: units * each for product, each in parts.items()}
        for quantity in ("quantity", "product_uom_qty"):
            for move in self:
                can = min(move[quantity], move.product_uom_qty) - leaving[move]
                taken = min(left.get(move.product_id, 0), can)
                if taken > 0:
                    leaving[move] += taken
                    left[move.product_id] -= taken
        return leaving

    def _update_reserved_quantity_vals(
        self,
        need,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        """Orders of channels never take what is not for sale."""
        if location_id.acorn_withheld and self.acorn_site_id:
            self = self.with_context(acorn_for_sale=BULK)
        return super()._update_reserved_quantity_vals(
            need, location_id, lot_id, package_id, owner_id, strict
        )

    # === IN BULK === #

    @api.model
    def _acorn_create(self, lines, rules):
        """Make the deliveries of sale order lines, as Odoo's procurement would.

        :param rules: dict (line, warehouse) → the rule by which it leaves
        :return: their moves, confirmed and not reserved yet
        """
        lines._acorn_make_references()
        moves = self.create(
            [values for line in lines for values in line._acorn_move_values(rules)]
        )
        # In the order of creation: the pickings' numbers follow the orders'.
        groups = moves.grouped(lambda move: move._key_assign_picking())
        pickings = (
            self.env["stock.picking"]
            .with_context(**QUIET)
            .create([group._get_new_picking_values() for group in groups.values()])
        )
        for picking, group in zip(pickings, groups.values(), strict=True):
            group.write({"picking_id": picking.id})
            in_bulk = group.with_context(acorn_confirm_only=BULK)
            in_bulk._assign_picking_post_process(new=True)
        pickings._acorn_note_origin()
        moves.with_context(acorn_confirm_only=BULK)._action_confirm(merge=False)
        return moves

    def _should_assign_at_confirm(self):
        """Moves made in bulk are reserved in bulk, after they are confirmed."""
        if in_bulk(self, "acorn_confirm_only"):
            return False
        return super()._should_assign_at_confirm()

    def _check_company(self, fnames=None):
        """Moves made in bulk are of the company of their order; once is enough."""
        if in_bulk(self, "acorn_checked"):
            return None
        return super()._check_company(fnames)

    def _update_orderpoints(self):
        """Of moves made in bulk the orderpoints are told at the end, all at once."""
        if self.env["stock.quant"]._acorn_ledger_at_hand().ids:
            return None
        return super()._update_orderpoints()

    def _skip_push(self):
        """Where no rule pushes goods on, none needs to be looked for, move by move."""
        return in_bulk(self, "acorn_no_push") or super()._skip_push()

    def _should_bypass_reservation(self, forced_location=False):
        """Lines that are made for a quantity that is reserved already reserve none."""
        if in_bulk(self, "acorn_reserved"):
            return True
        return super()._should_bypass_reservation(forced_location)

    def _acorn_reserve(self, left):
        """Reserve goods for moves that were just confirmed, all of them at once.

        :param left: those whose goods have left, whatever the stock here says
        """
        values_list, partial = [], self.browse()
        # What bypasses reservation has its lines since it was confirmed.
        self = self.filtered(lambda move: not move._should_bypass_reservation())
        for move in self - left:
            values, taken = move._update_reserved_quantity_vals(
                move.product_qty, move.location_id, strict=False
            )
            for each in values:
                move._acorn_reserve_line(each)
            values_list += values
            if (
                taken > 0
                and move.product_id.uom_id.compare(taken, move.product_qty) < 0
            ):
                partial |= move
        for move in self & left:
            values = move._prepare_move_line_vals(quantity=move.product_qty)
            move._acorn_reserve_line(values)
            values_list.append({**values, "picked": True})
        lines = (
            self.env["stock.move.line"]
            .with_context(acorn_reserved=BULK)
            .create(values_list)
        )
        partial.write({"state": "partially_available"})
        (lines.move_id - partial).write({"state": "assigned"})
        if self.location_dest_id.putaway_rule_ids:
            lines._apply_putaway_strategy()
        # Nothing is left to reserve: packages, waves and other addons have their turn.
        self.browse(lines.move_id.ids)._action_assign()

    def _acorn_reserve_line(self, values):
        if not self.product_id.is_storable:
            return
        self.env["stock.quant"]._update_reserved_quantity(
            self.product_id,
            self.env["stock.location"].browse(values["location_id"]),
            self.product_uom._compute_quantity(
                values["quantity"], self.product_id.uom_id
            ),
            lot_id=self.env["stock.lot"].browse(values.get("lot_id") or ()),
            package_id=self.env["stock.package"].browse(values.get("package_id") or ()),
            owner_id=self.env["res.partner"].browse(values.get("owner_id") or ()),
        )

    def _acorn_tell_orderpoints(self):
        """Let the orderpoints of moves made in bulk compute anew; return them."""
        # sudo: as Odoo's own method, whoever moves the goods.
        orderpoints_sudo = (
            self.env["stock.warehouse.orderpoint"]
            .sudo()
            .search([("product_id", "in", self.product_id.ids)])
        )
        orderpoints_sudo.invalidate_recordset(["qty_to_order", "qty_forecast"])
        to_order = orderpoints_sudo._fields["qty_to_order_computed"]
        self.env.add_to_compute(to_order, orderpoints_sudo)
        return orderpoints_sudo

    def _acorn_trigger_orderpoints(self):
        """Replenish what falls short, where somebody asked for that."""
        orderpoints_sudo = self._acorn_tell_orderpoints()
        automatic = orderpoints_sudo.filtered(lambda o: o.trigger == "auto").product_id
        self.filtered(lambda move: move.product_id in automatic)._trigger_scheduler()

    @api.model
    def _acorn_is_pushed_on(self, places):
        """Tell whether a rule sends goods on that arrive at one of these places."""
        # sudo: a rule of any company counts.
        rule_sudo = self.env["stock.rule"].sudo()
        pushing = [
            ("action", "in", ("push", "pull_push")),
            ("location_src_id", "parent_of", places.ids),
        ]
        return bool(rule_sudo.search_count(pushing, limit=1))
