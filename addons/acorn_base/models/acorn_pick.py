from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .acorn_pick_scan import counted_up

MODELS = {"picking": "stock.picking", "batch": "stock.picking.batch"}
MOST = 80  # deliveries on one page: what is due first
BACKORDER = "stock.backorder.confirmation"


class AcornPick(models.AbstractModel):
    """What the Pick page on a phone asks and tells, as plain data.

    A task is a delivery or a batch of deliveries. All is done with the rights of the
    user: who may work on deliveries in Odoo may here, and nobody else.
    """

    _name = "acorn.pick"
    _description = "Pick"
    _inherit = ["acorn.pick.scan"]

    # === THE PAGE === #

    @api.model
    def page(self):
        """Return the user's tasks and those of nobody, what is due first on top."""
        batches = self._due(self.env["stock.picking.batch"], self._batch_domain())
        pickings = self._due(
            self.env["stock.picking"],
            self._picking_domain()
            & Domain("user_id", "in", (False, self.env.uid))
            & (Domain("batch_id", "=", False) | Domain("batch_id.state", "=", "draft")),
        )
        tasks = [self._told(task) for task in (*batches, *pickings) if task]
        return sorted(tasks, key=lambda task: (not task["mine"], task["ship_by"]))

    @api.model
    def find(self, code):
        """Return the task of which a number was scanned, as ``{kind, id}``."""
        return self._found(code.strip()) or {
            "text": self.env._(
                "No delivery that is to be picked goes by %s. Scan the number of an "
                "order or of a delivery.",
                code.strip(),
            )
        }

    # === ONE TASK === #

    @api.model
    def take(self, kind, task_id):
        """Make a task the user's and return it with its lines."""
        task = self._task(kind, task_id)
        self._refuse_blocked(task)
        self._refuse_others(task)
        if task.user_id != self.env.user:
            # Two at once: the later one is run again by Odoo, and then refused.
            task.user_id = self.env.user
        return self._told(task) | self._told_lines(task)

    @api.model
    def leave(self, kind, task_id):
        """Give a task back to everybody, as if nothing had been counted."""
        task = self._mine(kind, task_id)
        task.move_line_ids.filtered("acorn_counted").write({"acorn_counted": 0})
        task.user_id = False

    @api.model
    def scan(self, kind, task_id, code):
        """Count what was scanned up by one, or say why not.

        :return: dict ``ok``, ``text``, ``line`` (an id or False), ``task``; or
            ``found`` when it was the number of another task
        """
        task = self._mine(kind, task_id)
        line, units, text = self._match(self._lines(task), code.strip())
        if line:
            line.acorn_counted = counted_up(line, units)
        elif (found := self._found(code.strip())) and found != {
            "kind": kind,
            "id": task_id,
        }:
            return {"ok": True, "text": "", "line": False, "found": found}
        elif found:
            return self._said(task, True, self.env._("You are picking this one."))
        return self._said(task, bool(line), text, line.id)

    @api.model
    def count(self, kind, task_id, line_id, quantity):
        """Set by hand what was counted of a line."""
        task = self._mine(kind, task_id)
        line = self._lines(task).filtered(lambda line: line.id == line_id)
        if line:
            line.acorn_counted = min(max(quantity, 0), line.quantity)
        return self._said(task, True, "", line.id)

    @api.model
    def finish(self, kind, task_id, rest=False):
        """Validate what was counted.

        :param rest: what becomes of goods that are missing: ``"later"`` (a backorder),
            ``"never"``, or False when the user has not been asked yet
        :return: dict with ``short``, the list of what is missing, when it is to be
            asked; else ``done`` and ``action``, what Odoo asks further, or False
        """
        task = self._mine(kind, task_id)
        self._refuse_blocked(task)
        lines, pickings = self._lines(task), self._pickings(task)
        if not any(line.acorn_counted for line in lines):
            raise UserError(
                self.env._("Nothing is counted yet: scan the goods, or press +.")
            )
        short = self._short(pickings)
        if short and rest not in ("later", "never"):
            return {"short": short}
        for line in lines:
            line.picked = line.acorn_counted > 0
            if line.picked and line.quantity != line.acorn_counted:
                line.quantity = line.acorn_counted
        ended = pickings.filtered(
            lambda picking: rest == "never" and self._short(picking)
        )
        action = self._validate(task, rest)
        self._tell_ended(ended.filtered(lambda picking: picking.state == "done"))
        open_left = pickings.filtered(lambda p: p.state not in ("done", "cancel"))
        # Those of a batch of which nothing was there wait for another turn.
        counted = open_left.filtered(lambda p: any(p.move_line_ids.mapped("picked")))
        return {"done": not counted, "action": isinstance(action, dict) and action}

    @api.model
    def _tell_ended(self, pickings):
        """Say that the channel still waits for what is never shipped."""
        # sudo: who packs need not be able to read orders.
        for order_sudo in pickings.sudo().sale_id.filtered("acorn_ref"):
            order_sudo._acorn_alert(
                "amended",
                self.env._(
                    "Not all of this order was shipped, and the rest never will be. "
                    "Cancel or refund the rest at the channel."
                ),
            )

    @api.model
    def _validate(self, task, rest):
        if task._name == "stock.picking.batch":
            for picking in self._open_pickings(task) - self._pickings(task):
                picking._message_log(body=self._blocked(picking))
                picking.batch_id = False
            action = task.action_done()
        else:
            action = task.button_validate()
        if isinstance(action, dict) and action.get("res_model") == BACKORDER:
            wizard = self.env[BACKORDER].with_context(**action["context"]).create({})
            later = rest == "later"
            action = wizard.process() if later else wizard.process_cancel_backorder()
        return action

    # === WHAT MAY BE PICKED === #

    @api.model
    def _picking_domain(self):
        """Return what finds deliveries, and what is picked and packed for them."""
        warehouses = self.env["stock.warehouse"].search([("acorn_network", "=", False)])
        steps = warehouses.pick_type_id | warehouses.pack_type_id
        return (
            Domain("picking_type_id", "in", steps.ids)
            | (
                Domain("picking_type_code", "=", "outgoing")
                & Domain("picking_type_id.warehouse_id", "in", warehouses.ids)
            )
        ) & Domain("state", "=", "assigned")

    @api.model
    def _batch_domain(self):
        return (
            Domain("state", "=", "in_progress")
            & Domain("user_id", "in", (False, self.env.uid))
            & Domain("picking_ids", "any", self._picking_domain())
        )

    @api.model
    def _due(self, model, domain):
        """Return what is due first; a batch is due when its first delivery is."""
        if model._name == "stock.picking.batch":
            return model.search(domain)
        query = model._search(domain)
        order = query.left_join(query.table, "sale_id", "sale_order", "id", "sale")
        query.order = SQL(
            "COALESCE(%s, %s, %s), %s",
            SQL.identifier(order, "acorn_ship_by"),
            *(
                SQL.identifier(query.table, name)
                for name in ("date_deadline", "scheduled_date", "id")
            ),
        )
        query.limit = MOST
        return model.browse(query)

    @api.model
    def _found(self, code):
        numbers = ("acorn_ref", "name", "origin", "carrier_tracking_ref")
        named = Domain.OR(Domain(name, "=", code) for name in numbers)
        [picking] = self._due(
            self.env["stock.picking"], self._picking_domain() & named
        )[:1] or [False]
        if not picking:
            return None
        if picking.batch_id.state == "in_progress":
            return {"kind": "batch", "id": picking.batch_id.id}
        return {"kind": "picking", "id": picking.id}

    @api.model
    def _task(self, kind, task_id):
        task = self.env[MODELS[kind]].browse(task_id).exists()
        task.check_access("write")
        if not task or not self._open_pickings(task):
            raise UserError(
                self.env._(
                    "%s is not ready to be picked any more. Go back to the list.",
                    task.display_name or self.env._("This delivery"),
                )
            )
        return task

    @api.model
    def _mine(self, kind, task_id):
        task = self._task(kind, task_id)
        self._refuse_others(task)
        if task.user_id != self.env.user:
            raise UserError(
                self.env._("%s was given back. Open it again.", task.display_name)
            )
        return task

    @api.model
    def _refuse_others(self, task):
        if task.user_id and task.user_id != self.env.user:
            raise UserError(
                self.env._(
                    "%(user)s is picking %(task)s. Choose another one, or change the "
                    "Responsible on it.",
                    user=task.user_id.name,
                    task=task.display_name,
                )
            )

    @api.model
    def _refuse_blocked(self, task):
        if not self._pickings(task):
            raise UserError(
                "\n".join(
                    self._blocked(picking) for picking in self._open_pickings(task)
                )
            )

    @api.model
    def _open_pickings(self, task):
        pickings = task.picking_ids if task._name == "stock.picking.batch" else task
        return pickings.filtered(lambda picking: picking.state == "assigned")

    @api.model
    def _pickings(self, task):
        """Return the deliveries of a task that may leave."""
        return self._open_pickings(task).filtered(lambda p: not self._blocked(p))

    @api.model
    def _blocked(self, picking):
        # sudo: who packs need not be able to read all of an order.
        order_sudo = picking.sale_id.sudo()
        return (order_sudo.acorn_ref and order_sudo._acorn_block_reason()) or ""

    @api.model
    def _lines(self, task):
        """Return the lines to pick on one walk through the warehouse."""
        lines = self._pickings(task).move_line_ids.filtered("quantity")
        return lines.sorted(
            lambda line: (
                line.location_id.complete_name,
                line.product_id.display_name,
                line.id,
            )
        )

    # === IN PLAIN DATA === #

    @api.model
    def _told(self, task):
        pickings = self._open_pickings(task)
        ship_by = min(map(self._ship_by, pickings))
        allowed = self._pickings(task)
        lines = (allowed or pickings).move_line_ids
        return {
            "kind": "batch" if task._name == "stock.picking.batch" else "picking",
            "id": task.id,
            "name": task.name,
            "number": self._number(task),
            "ship_by": fields.Datetime.to_string(ship_by),
            "late": ship_by < fields.Datetime.now(),
            "mine": task.user_id == self.env.user,
            "deliveries": len(pickings),
            "products": len(lines.product_id),
            "units": sum(lines.mapped("quantity")),
            "counted": sum(lines.mapped("acorn_counted")),
            "carrier": ", ".join(pickings.carrier_id.mapped("name")),
            "gift": any(pickings.mapped("acorn_has_gifts")),
            "blocked": [
                {"number": self._number(picking), "reason": self._blocked(picking)}
                for picking in pickings - allowed
            ],
            "startable": bool(allowed),
            "picking_ids": allowed.ids,
        }

    @api.model
    def _told_lines(self, task):
        return {
            "lines": [
                {
                    "id": line.id,
                    "place": line.location_id.display_name,
                    "package": line.package_id.name or "",
                    "product": line.product_id.with_context(
                        display_default_code=False
                    ).display_name,
                    "product_id": line.product_id.id,
                    "code": line.product_id.default_code or "",
                    "lot": line.lot_id.name or "",
                    "unit": line.product_uom_id.name,
                    "quantity": line.quantity,
                    "counted": line.acorn_counted,
                    "number": self._number(line.picking_id),
                    "gift": line.move_id.acorn_gift_message or "",
                    "wrap": line.move_id.acorn_gift_wrap or "",
                }
                for line in self._lines(task)
            ]
        }

    @api.model
    def _said(self, task, ok, text, line_id=False):
        told = self._told(task) | self._told_lines(task)
        return {"ok": ok, "text": text, "line": line_id, "task": told}

    @api.model
    def _short(self, pickings):
        """Return what was ordered and not counted."""
        short = []
        for move in pickings.move_ids:
            if move.state in ("done", "cancel"):
                continue
            counted = sum(
                line.product_uom_id._compute_quantity(
                    line.acorn_counted, move.product_uom
                )
                for line in move.move_line_ids
            )
            missing = move.product_uom_qty - counted
            if move.product_uom.compare(missing, 0) > 0:
                short.append(
                    {
                        "product": move.product_id.display_name,
                        "missing": missing,
                        "unit": move.product_uom.name,
                        "number": self._number(move.picking_id),
                    }
                )
        return short

    @api.model
    def _ship_by(self, picking):
        return picking.acorn_ship_by or picking.date_deadline or picking.scheduled_date

    @api.model
    def _number(self, task):
        """Return the number that people know: the order's, else the document's."""
        if task._name == "stock.picking.batch":
            return task.description or task.name
        return task._acorn_slip_number()
