from collections import Counter
from decimal import Decimal

from odoo import api, models

from ..sourcing import Want, exactly
from .acorn_order_sources import Shares


class AcornLineSources(models.AbstractModel):
    """Which stock source gives which part of a line of an order."""

    _name = "acorn.line.sources"
    _description = "Order Line Sources"

    # === WHAT IS WANTED === #

    def _acorn_wants(self):
        """Return what sources are asked for: list of ``sourcing.Want``."""
        lines = self.filtered(lambda line: line._acorn_is_sourced())
        boms = self._acorn_kit_boms(lines.product_id)
        return [
            line._acorn_want(
                line.product_uom_id._compute_quantity(
                    line.product_uom_qty, line.product_id.uom_id
                ),
                boms,
            )
            for line in lines
        ]

    def _acorn_is_sourced(self):
        """Whether stock serves this line: not a service, nor what is bought or made to
        order, nor what a person gave a route of its own."""
        product = self.product_id
        if product.type != "consu" or self.product_uom_qty <= 0 or self.route_ids:
            return False
        if not (product.route_ids or product.categ_id.total_route_ids):
            return True
        Rule, order = self.env["stock.rule"], self.order_id
        values = {
            "warehouse_id": order.warehouse_id,
            "company_id": order.company_id,
            "packaging_uom_id": self.product_uom_id,
            "route_ids": Rule.route_id,
        }
        rule = Rule._get_rule(product, self._get_location_final(), values)
        pulls = rule.action in ("pull", "pull_push")
        return not rule or (pulls and rule.procure_method != "make_to_order")

    def _acorn_want(self, quantity, boms):
        """:param quantity: in the unit of the product
        :param boms: what ``_acorn_kit_boms`` returns
        """
        product = self.product_id
        bom_sudo = boms.get(product)
        parts = {product: Decimal(1)}
        if bom_sudo:
            parts = self._acorn_kit_parts(bom_sudo, quantity)
        counted = {part.id: each for part, each in parts.items() if part.is_storable}
        return Want(self.id, exactly(quantity), counted, bool(bom_sudo))

    @api.model
    def _acorn_kit_boms(self, products):
        """Return the bill of materials of each product that leaves as its parts."""
        if "mrp.bom" not in self.env or not products:
            return {}
        # sudo: who applies orders need not be able to read bills of materials.
        bom_sudo = self.env["mrp.bom"].sudo()
        found = bom_sudo._bom_find(
            products, company_id=self.env.company.id, bom_type="phantom"
        )
        return {product: bom for product, bom in found.items() if bom}

    def _acorn_kit_parts(self, bom_sudo, quantity):
        """Return how much of each part is in one kit: dict product → ``Decimal``."""
        count = self.product_id.uom_id._compute_quantity(
            quantity, bom_sudo.product_uom_id, round=False
        )
        _boms, lines = bom_sudo.explode(
            self.product_id,
            count / bom_sudo.product_qty,
            never_attribute_values=self.product_no_variant_attribute_value_ids,
        )
        parts = Counter()
        for line, data in lines:
            part = line.product_id.with_env(self.env)
            needed = line.product_uom_id._compute_quantity(
                data["qty"], part.uom_id, round=False
            )
            if part.type == "consu" and needed:
                parts[part] += exactly(needed) / exactly(quantity)
        return parts

    # === SHARES === #

    def _acorn_shares(self, quantity):
        """Return where a quantity is to be procured, or is procured no more.

        :param quantity: in the unit of the product; negative where less is wanted
        :return: list of (values of the procurement, quantity); empty where Odoo's own
            way is right
        """
        if not self.order_id.acorn_ref:
            return []
        if quantity < 0:
            return self._acorn_give_back(exactly(-quantity))
        known = self.env.context.get("acorn_shares")
        if isinstance(known, Shares):
            given = known.get(self.id, [])
        else:
            given = self._acorn_find_more(quantity)
        return [
            (source.location_id._acorn_procurement_values(), count)
            for source, count in given
        ]

    def _acorn_find_more(self, quantity):
        """Choose sources for what was added to an order: best one that sends a
        delivery of it anyway."""
        order = self.order_id
        sources = order._acorn_sources()
        if not sources or not self._acorn_is_sourced():
            return []
        want = self._acorn_want(quantity, self._acorn_kit_boms(self.product_id))
        waiting = order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        at_hand = waiting.picking_type_id.warehouse_id.ids
        stock = order._acorn_stock_of([want], sources)
        return sources._acorn_give([want], stock, at_hand)[self.id]

    # === MOVES IN BULK === #

    def _acorn_make_references(self):
        """Give each order the reference that its deliveries share."""
        firsts = [
            lines[0]
            for order, lines in self.grouped("order_id").items()
            if not order.stock_reference_ids
        ]
        self.env["stock.reference"].create(
            [line._prepare_reference_vals() for line in firsts]
        )

    def _acorn_move_values(self, rules):
        """Return the values of the moves that Odoo's procurement makes of a line.

        :param rules: dict (line, warehouse) → the rule by which it leaves
        """
        self.ensure_one()
        values = self._prepare_procurement_values()
        values.setdefault("priority", "0")
        uom = self.product_id.uom_id
        quantity, uom = self.product_uom_id._adjust_uom_quantities(
            self.product_uom_qty, uom
        )
        return [
            rules[self, each.values["warehouse_id"]]._get_stock_move_values(*each)
            for each in self._create_procurements(quantity, uom, values)
        ]

    # === LESS === #

    def _acorn_give_back(self, quantity):
        """Choose the deliveries that a line needs no more.

        First what waits for goods, then what the last source has reserved.
        """
        waiting = self._acorn_open()
        back, left = Counter(), quantity
        for reserved_too in (False, True):
            for place in reversed(waiting):
                wanted, reserved = waiting[place]
                can = wanted - back[place] - (0 if reserved_too else reserved)
                taken = max(Decimal(0), min(left, can))
                back[place] += taken
                left -= taken
        shares = [
            (place._acorn_procurement_values(), -float(taken))
            for place, taken in back.items()
            if taken
        ]
        if shares and left:
            shares.append(({}, -float(left)))  # what has left: a return, as Odoo does
        return shares

    def _acorn_open(self):
        """Return what of this line has not left, by the place from which it will.

        :return: dict location → (quantity, reserved of it), by priority of the sources
        """
        moves = self._acorn_first_moves().filtered(
            lambda move: (
                move.state not in ("done", "cancel") and move.location_id.warehouse_id
            )
        )
        # sudo: who changes an order need not be able to read what a shop is set to.
        sources_sudo = self.order_id.sudo().acorn_site_id.quantity_group_id.source_ids
        known = list(sources_sudo.location_id.ids)
        places = moves.location_id.sorted(
            lambda place: known.index(place.id) if place.id in known else len(known)
        )
        return {
            place: tuple(
                exactly(count)
                for count in self._acorn_count(
                    moves.filtered(lambda move, place=place: move.location_id == place)
                )
            )
            for place in places
        }

    def _acorn_first_moves(self):
        """Return the moves that procurements made of this line, no further steps."""
        if self.move_ids.product_id <= self.product_id:
            return self._get_outgoing_incoming_moves(strict=False)[0]
        kit_moves = self._get_incoming_outgoing_moves_filter()["incoming_moves"]
        return self.move_ids.filtered(kit_moves)

    def _acorn_parts_in(self, moves):
        """Return what is in one unit of this line when its moves carry a kit's parts.

        :return: dict product → quantity; empty when they carry the product itself
        """
        if moves.product_id <= self.product_id:
            return {}
        bom_sudo = self._acorn_kit_boms(self.product_id).get(self.product_id)
        if not bom_sudo:
            return {}
        parts = self._acorn_kit_parts(bom_sudo, self.product_uom_qty or 1)
        return {part: float(each) for part, each in parts.items()}

    def _acorn_count(self, moves):
        """Return how many units of this line moves carry, and how many of these have
        their goods. Of a kit whole ones count.
        """
        wanted, reserved = Counter(), Counter()
        for move in moves:
            unit, product = move.product_uom, move.product_id
            for counter, count in (
                (wanted, move.product_uom_qty),
                (reserved, move.quantity),
            ):
                counter[product] += unit._compute_quantity(count, product.uom_id)
        parts = self._acorn_parts_in(moves)
        if not parts:
            return sum(wanted.values()), sum(reserved.values())
        return tuple(
            int(min(counter[part] / each for part, each in parts.items()) + 1e-6)
            for counter in (wanted, reserved)
        )
