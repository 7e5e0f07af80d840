from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..quiet import in_bulk
from ..sourcing import Stock, exactly


class Ledger(NamedTuple):
    """The locked quants of a batch; nobody outside can send one in a context."""

    ids: dict  # product id → ids of its quants
    places: tuple  # paths of the locations below which they lie
    changed: set  # ids of quants of which what depends on them is not told yet


NO_LEDGER = Ledger({}, (), set())
TURNS = 4  # quants of one product in one place, at the most
CHANGING = ("quantity", "reserved_quantity", "in_date")


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model
    @contextmanager
    def _acorn_ledger(self, products, locations, warehouse, patient=False):
        """Lock the quants of products once; yield a context that keeps them at hand.

        Odoo looks for the quant, locks it and adds up anew at each change of each move
        line. In a batch that moves the same products again and again, these are most
        of the statements. Records with the yielded context do the same on the quants
        that are locked already. Products of which somebody else holds a quant go
        Odoo's way.

        :param locations: with all that lies below them
        :param warehouse: out of which goods are moved
        :param patient: wait for whoever holds a quant, as reserving asks for
        """
        plain = products.filtered(lambda product: product.tracking == "none")
        # sudo: as Odoo's own methods, which nobody may call from outside.
        found_sudo = self.sudo().search(
            [
                ("product_id", "in", plain.ids),
                ("location_id", "child_of", locations.ids),
            ],
            order="id",
        )
        quants_sudo = found_sudo._acorn_of_warehouse(warehouse)
        if patient:
            quants_sudo._acorn_lock()
        locked_sudo = quants_sudo.try_lock_for_update(allow_referencing=True)
        ledger = {
            product.id: [] for product in plain - (quants_sudo - locked_sudo).product_id
        }
        for quant_sudo in locked_sudo:
            if quant_sudo.product_id.id in ledger:
                ledger[quant_sudo.product_id.id].append(quant_sudo.id)
        places = tuple(location.parent_path for location in locations)
        changed = set()
        yield {"acorn_ledger": Ledger(ledger, places, changed)}
        # sudo: see above.
        self.sudo().browse(changed).exists().modified(CHANGING)

    def _acorn_lock(self):
        """Lock these quants, after whoever holds one of them is done.

        Odoo reserves beside a quant that somebody else is changing, and so may promise
        a unit twice. When it has been changed PostgreSQL says so after the wait: the
        batch begins anew, and sees it.
        """
        if self.ids:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM stock_quant WHERE id IN %s ORDER BY id"
                    " FOR NO KEY UPDATE",
                    self._ids,
                )
            )

    def _acorn_of_warehouse(self, warehouse):
        """Leave out the quants by which other warehouses count what is everybody's.

        All warehouses deliver to one place. If all counted there in one quant, only
        one of them could work at a time: of two transactions that change the same row
        PostgreSQL sends one back. So each has a quant of its own there, which Odoo's
        scheduler merges when it tidies up.
        """
        shared = self.filtered(lambda quant: quant.location_id.usage == "customer")
        # sudo: other companies' warehouses have their turn, too.
        warehouse_sudo = warehouse.sudo().with_context(active_test=False)
        turn = warehouse_sudo.search_count([("id", "<", warehouse.id)]) % TURNS
        mine = self - shared
        for quants in shared.grouped(lambda q: (q.product_id, q.location_id)).values():
            mine |= quants.filtered(
                lambda q: not (q.lot_id or q.package_id or q.owner_id)
            )[turn : turn + 1]
        return mine

    def _acorn_ledger_at_hand(self):
        ledger = self.env.context.get("acorn_ledger")
        return ledger if isinstance(ledger, Ledger) else NO_LEDGER

    def _acorn_in_ledger(self, product, location):
        """Return the ids of the product's locked quants, None if it has none."""
        ids, places, _changed = self._acorn_ledger_at_hand()
        if product.id not in ids or not location.parent_path.startswith(places):
            return None
        return ids[product.id]

    # === WHAT IS NOT FOR SALE === #

    def _acorn_passes_over(self, location):
        """Whether goods that are not for sale are left when some are looked for.

        Whoever moves goods out of a location that is not for sale finds them, except
        for an order of a channel.
        """
        return not location.acorn_withheld or in_bulk(self, "acorn_for_sale")

    def _get_gather_domain(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        domain = super()._get_gather_domain(
            product_id, location_id, lot_id, package_id, owner_id, strict
        )
        if strict or not self._acorn_passes_over(location_id):
            return domain
        return domain & Domain("location_id.acorn_withheld", "=", False)

    @api.model
    def _acorn_stock(self, products, locations):
        """Return what channels' orders may take of products: a ``sourcing.Stock``.

        :param locations: with all that lies below them
        """
        # sudo: who changes an order need not be able to read stock.
        quants_sudo = self.sudo().search(
            [
                ("product_id", "in", products.ids),
                ("location_id", "child_of", locations.ids),
                ("location_id.acorn_withheld", "=", False),
            ],
            order="in_date, id",
        )
        heaps = {}
        for quant in quants_sudo:
            free = exactly(quant.quantity) - exactly(quant.reserved_quantity)
            heap = (quant.location_id.parent_path, free)
            heaps.setdefault(quant.product_id.id, []).append(heap)
        return Stock(heaps)

    # === THE LEDGER === #

    @api.model
    def _gather(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
        qty=0,
    ):
        ids = self._acorn_in_ledger(product_id, location_id)
        special = lot_id or package_id or owner_id
        strategy = ids is not None and self._get_removal_strategy(
            product_id, location_id
        )
        if ids is None or special or strategy != "fifo":
            return super()._gather(
                product_id, location_id, lot_id, package_id, owner_id, strict, qty
            )
        path = location_id.parent_path
        passes_over = self._acorn_passes_over(location_id)
        found = self.browse(ids).filtered(
            lambda quant: (
                quant.location_id == location_id
                and not (quant.lot_id or quant.package_id or quant.owner_id)
                if strict
                else quant.location_id.parent_path.startswith(path)
                and not (passes_over and quant.location_id.acorn_withheld)
            )
        )
        if len(found) < 2:
            return found
        return found.sorted(lambda quant: (not quant.lot_id, quant.in_date, quant.id))

    @api.model
    def _update_available_quantity(
        self,
        product_id,
        location_id,
        quantity=False,
        reserved_quantity=False,
        lot_id=None,
        package_id=None,
        owner_id=None,
        in_date=None,
    ):
        ids = self._acorn_in_ledger(product_id, location_id)
        special = lot_id or package_id or owner_id
        if ids is None or special or not (quantity or reserved_quantity):
            return super()._update_available_quantity(
                product_id,
                location_id,
                quantity,
                reserved_quantity,
                lot_id,
                package_id,
                owner_id,
                in_date,
            )
        # sudo: as Odoo's own method does here.
        quants = self.sudo()._gather(product_id, location_id, strict=True)
        return quants._acorn_change(
            product_id, location_id, quantity, reserved_quantity, in_date
        )

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        for quant in quants:
            ids = self._acorn_in_ledger(quant.product_id, quant.location_id)
            if ids is not None and quant.id not in ids:
                ids.append(quant.id)
        return quants

    def unlink(self):
        gone = set(self.ids)
        for ids in self._acorn_ledger_at_hand().ids.values():
            ids[:] = [id_ for id_ in ids if id_ not in gone]
        return super().unlink()

    def _acorn_put(self, values):
        """Write values; what depends on them is told when the batch is done.

        An addon that overrides ``write`` of quants does not hear of it (none of Odoo's
        does); what it needs to know is told by the moves.
        """
        for name, value in values.items():
            field = self._fields[name]
            if self[name] != value:
                field._update_cache(
                    self, field.convert_to_cache(value, self), dirty=True
                )
        self._acorn_ledger_at_hand().changed.add(self.id)

    def _acorn_change(self, product, location, quantity, reserved, in_date):
        """Change the first of these locked quants of one place, or make one.

        :return: what is available there now, and since when
        """
        dates = [in_date] if in_date else []
        if not location.should_bypass_reservation():
            dates += [
                quant.in_date
                for quant in self
                if quant.in_date and quant.product_uom_id.compare(quant.quantity, 0) > 0
            ]
        values = {"in_date": min(dates, default=fields.Datetime.now())}
        quant = self[:1]
        if quantity:
            values["quantity"] = quant.quantity + quantity
        if reserved:
            values["reserved_quantity"] = max(0, quant.reserved_quantity + reserved)
        if quant:
            quant._acorn_put(values)
        else:
            quant = self.create(
                {"product_id": product.id, "location_id": location.id, **values}
            )
        everything = self | quant
        left = sum(q.quantity - q.reserved_quantity for q in everything)
        return left, values["in_date"]
