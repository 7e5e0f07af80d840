from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MANAGER = "acorn_multiorg.group_shop_manager"
SHARED = timedelta(days=1)  # changes of one person are added up for so long


class AcornStockChange(models.Model):
    """A count or a scrap that is larger than one person may do alone."""

    _name = "acorn.stock.change"
    _description = "Stock Change That Waits for Release"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "product_id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, index=True)
    product_id = fields.Many2one("product.product", required=True, index=True)
    location_id = fields.Many2one("stock.location", required=True)
    lot_id = fields.Many2one("stock.lot", index="btree_not_null")
    package_id = fields.Many2one("stock.package", index="btree_not_null")
    owner_id = fields.Many2one("res.partner", index="btree_not_null")
    scrap_id = fields.Many2one("stock.scrap", index="btree_not_null")
    on_hand = fields.Float(digits="Product Unit", help="When it was asked for.")
    difference = fields.Float(digits="Product Unit")
    user_id = fields.Many2one("res.users", string="Asked By", required=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("released", "Released"), ("refused", "Refused")],
        default="waiting",
        required=True,
        index=True,
        tracking=True,
    )
    decided_by_id = fields.Many2one("res.users", tracking=True)
    decided_at = fields.Datetime()

    _one_waits = models.UniqueIndex(
        "(product_id, location_id, COALESCE(lot_id, 0), COALESCE(package_id, 0),"
        " COALESCE(owner_id, 0)) WHERE state = 'waiting' AND scrap_id IS NULL",
        "A count of these goods waits already.",
    )

    # === LIMIT === #

    @api.model
    def _is_limited(self, user):
        """Return whether the user's changes of stock have a limit."""
        return not user._is_superuser() and not user.has_group(MANAGER)

    @api.model
    def _is_beyond(self, company, product, on_hand, difference):
        """Return whether the user may not change a quantity by so much alone.

        What the user has changed since yesterday counts, too: ten small changes are a
        large one.
        """
        # sudo: limits are read for those who do not set them.
        company_sudo = company.sudo()
        units = company_sudo.acorn_stock_limit_units
        percent = company_sudo.acorn_stock_limit_percent
        change = abs(difference)
        if not change or not (units or percent):
            return False
        before = self._changed_lately(company, product)
        total = change + before
        return bool(
            (units and total > units)
            or (percent and on_hand > 0 and total > (on_hand + before) * percent / 100)
        )

    @api.model
    def _changed_lately(self, company, product):
        """Return how many units the user has counted and scrapped since yesterday."""
        # sudo: adds up what the user did, in places of others, too.
        moves_sudo = self.env["stock.move"].sudo()
        [(quantity,)] = moves_sudo._read_group(
            [
                ("create_uid", "=", self.env.uid),
                ("product_id", "=", product.id),
                ("company_id", "=", company.id),
                ("state", "=", "done"),
                ("date", ">=", fields.Datetime.now() - SHARED),
                "|",
                ("is_inventory", "=", True),
                ("scrap_id", "!=", False),
            ],
            aggregates=["product_qty:sum"],
        )
        return quantity or 0.0

    # === ASK === #

    @api.model
    def _ask(self, vals_list):
        """Keep changes until a shop manager has looked at them, and tell one."""
        # sudo: nobody edits what waits; it is made by counting and scrapping.
        changes_sudo = self.sudo()
        for vals in vals_list:
            vals = {**vals, "user_id": self.env.uid}
            known = changes_sudo.search(
                [
                    ("state", "=", "waiting"),
                    *(
                        (name, "=", vals.get(name))
                        for name in ("product_id", "location_id", "lot_id")
                    ),
                    *(
                        (name, "=", vals.get(name))
                        for name in ("package_id", "owner_id", "scrap_id")
                    ),
                ],
                limit=1,
            )
            if known:
                known.write(vals)
            else:
                changes_sudo.create(vals)._tell()

    def _tell(self):
        """Give each shop manager of the company an activity."""
        for change in self:
            managers = self.env.ref(MANAGER).all_user_ids.filtered(
                lambda user, change=change: (
                    user.active and change.company_id in user.company_ids
                )
            )
            for manager in managers:
                change.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=manager.id,
                    summary=self.env._("Release or refuse a change of stock"),
                )

    # === DECIDE === #

    def _decide(self, state):
        self.check_access("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Shop managers release and refuse changes of stock.")
            )
        if done := self.filtered(lambda change: change.state != "waiting"):
            raise UserError(
                self.env._(
                    "%s does not wait any more.",
                    ", ".join(done.product_id.mapped("display_name")),
                )
            )
        # sudo: nobody edits what waits; who may decide was looked at just above.
        changes_sudo = self.sudo()
        changes_sudo.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        changes_sudo.activity_unlink(["mail.mail_activity_data_todo"])
        return changes_sudo

    def action_release(self):
        """Change the stock by what was counted, whatever has moved since."""
        for change_sudo in self._decide("released"):
            if change_sudo.scrap_id:
                change_sudo._check_scrap()
                change_sudo.scrap_id.do_scrap()
                continue
            quant_sudo = change_sudo._quant()
            counted = quant_sudo.quantity + change_sudo.difference
            quant_sudo.inventory_quantity = counted
            quant_sudo._apply_inventory()

    def _check_scrap(self):
        """Refuse to release what is no longer what was asked for."""
        scrap = self.scrap_id
        if scrap.state != "draft" or scrap._acorn_units() != -self.difference:
            raise UserError(
                self.env._(
                    "%s was changed since it was asked for. Refuse this request, and "
                    "let it be asked for again.",
                    scrap.display_name,
                )
            )

    def action_refuse(self):
        """Leave the stock as it is."""
        for change_sudo in self._decide("refused").filtered(lambda c: not c.scrap_id):
            change_sudo._quant().action_clear_inventory_quantity()

    def _quant(self):
        """Return the quant of the goods; an empty one when there is none left."""
        Quant = self.env["stock.quant"].with_context(inventory_mode=False)
        place = {
            "lot_id": self.lot_id,
            "package_id": self.package_id,
            "owner_id": self.owner_id,
        }
        quants = Quant._gather(self.product_id, self.location_id, strict=True, **place)
        if found := quants.filtered(lambda quant: quant.lot_id == self.lot_id)[:1]:
            return found
        ids = {name: record.id for name, record in place.items()}
        return Quant.create(
            {
                "product_id": self.product_id.id,
                "location_id": self.location_id.id,
                **ids,
            }
        )
