from odoo import fields, models
from odoo.exceptions import UserError


class AcornReturnJudge(models.AbstractModel):
    """How the goods of a return are received, judged, and put where they belong.

    With the rights of the person: whoever may work with stock.
    """

    _name = "acorn.return.judge"
    _description = "Judged Return"
    _inherit = ["acorn.return.goods"]

    # === RECEIVE AND JUDGE === #

    def _receive(self, units):
        """Receive units that are expected; the others wait in a backorder."""
        self.ensure_one()
        awaited = self._awaited()
        if units > self._units(awaited):
            raise UserError(
                self.env._(
                    "%(name)s: only %(count)s are expected. Change the receipt if more "
                    "have come.",
                    name=self.display_name,
                    count=self._units(awaited),
                )
            )
        left = {product: units * part for product, part in self._per_unit().items()}
        for move in awaited:
            taken = min(left.get(move.product_id, 0), move.product_qty)
            left[move.product_id] = left.get(move.product_id, 0) - taken
            move.quantity = move.product_id.uom_id._compute_quantity(
                taken, move.product_uom
            )
            move.picked = taken > 0
        awaited.picking_id.filtered(
            lambda picking: any(move.picked for move in picking.move_ids)
        )._action_done()

    def _judge(self, units, disposition, destination):
        """Put units that were received where they belong.

        :param destination: 'stock', 'quarantine' or 'scrap'
        :return: transfers that a person has to finish (lots, serials)
        """
        self.ensure_one()
        if not 0 < units <= self.received_quantity - self.checked_quantity:
            raise UserError(
                self.env._(
                    "%(name)s: %(count)s units wait to be checked.",
                    name=self.display_name,
                    count=self.received_quantity - self.checked_quantity,
                )
            )
        parts = {product: units * part for product, part in self._per_unit().items()}
        put = self._scrap if destination == "scrap" else self._transfer
        moves = put(parts, destination)
        moves.write({"acorn_return_id": self.id, "acorn_disposition": disposition})
        self._note_judgement()
        return moves.picking_id.filtered(lambda picking: picking.state != "done")

    def _transfer(self, parts, destination):
        source = (self._arrivals() - self._shelved())[-1:]
        # sudo: a warehouse's places are made when they are first needed.
        warehouse_sudo = source.picking_id.picking_type_id.warehouse_id.sudo()
        place = (
            warehouse_sudo.lot_stock_id
            if destination == "stock"
            else warehouse_sudo._acorn_quarantine_place()
        )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse_sudo.int_type_id.id,
                "location_id": source.location_dest_id.id,
                "location_dest_id": place.id,
                "origin": self.name,
                "move_ids": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": source.location_dest_id.id,
                            "location_dest_id": place.id,
                        }
                    )
                    for product, quantity in parts.items()
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self._check_there(picking.move_ids)
        if all(product.tracking == "none" for product in parts):
            picking.move_ids.picked = True
            picking._action_done()
        return picking.move_ids

    def _check_there(self, moves):
        for move in moves:
            if move.product_uom.compare(move.quantity, move.product_uom_qty) < 0:
                raise UserError(self._gone(move.product_id, move.location_id))

    def _gone(self, product, place):
        return self.env._(
            "%(product)s is not at %(place)s any more: somebody has moved it. Find out "
            "where it is, and correct the stock there.",
            product=product.display_name,
            place=place.display_name,
        )

    def _scrap(self, parts, _destination):
        source = (self._arrivals() - self._shelved())[-1:]
        scraps = self.env["stock.scrap"].create(
            [
                {
                    "product_id": product.id,
                    "product_uom_id": product.uom_id.id,
                    "scrap_qty": quantity,
                    "location_id": source.location_dest_id.id,
                    "company_id": self.company_id.id,
                    "origin": self.name,
                }
                for product, quantity in parts.items()
            ]
        )
        for scrap in scraps:
            if not scrap.check_available_qty():
                raise UserError(self._gone(scrap.product_id, scrap.location_id))
        # sudo: what came back broken was counted with the return; nothing limits it.
        scraps.sudo().do_scrap()
        return scraps.move_ids

    def _note_judgement(self):
        """Keep what was found; several findings are 'mixed'."""
        found = set(
            self.move_ids.filtered("acorn_disposition").mapped("acorn_disposition")
        )
        # sudo: who works with stock says what was found, and edits nothing else.
        self.sudo().disposition = found.pop() if len(found) == 1 else "mixed"
