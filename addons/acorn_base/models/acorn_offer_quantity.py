from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

RELEASED_FOR = timedelta(hours=1)  # so long the guards let a released change pass


class AcornOfferQuantity(models.Model):
    """How much of an offer one quantity group may sell, and what the channel knows."""

    _name = "acorn.offer.quantity"
    _description = "Quantity"
    _inherit = ["acorn.stock.why", "acorn.stock.telling"]
    _order = "shop_id, group_id, offer_id, id"

    offer_id = fields.Many2one(
        "acorn.offer", required=True, index=True, readonly=True, ondelete="cascade"
    )
    group_id = fields.Many2one(
        "acorn.quantity.group",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    shop_id = fields.Many2one(related="offer_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="offer_id.company_id", store=True, index=True)
    sku = fields.Char(related="offer_id.sku")
    product_id = fields.Many2one(related="offer_id.product_id")
    sent = fields.Integer(string="Told", readonly=True)
    sent_handling = fields.Integer(string="Handling Time Told", readonly=True)
    sent_at = fields.Datetime(string="Told At", readonly=True)
    state = fields.Selection(
        [
            ("new", "Not Told"),
            ("sending", "Being Told"),
            ("waiting", "Told"),
            ("accepted", "Accepted"),
            ("done", "Shown"),
            ("refused", "Refused"),
            ("held", "Waits for Release"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
    )
    error = fields.Text(readonly=True)
    message_id = fields.Many2one(
        "acorn.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    wanted = fields.Integer(
        readonly=True, help="What would be told, were it not held or sent already."
    )
    free_until = fields.Datetime(
        readonly=True, help="Until then the guards let it pass: a person released it."
    )
    shown = fields.Integer(readonly=True, help="What the channel showed last.")
    shown_at = fields.Datetime(readonly=True)

    _offer_group_unique = models.Constraint(
        "UNIQUE (offer_id, group_id)", "An offer has one quantity in each group."
    )

    @api.depends("offer_id.sku", "group_id.name")
    def _compute_display_name(self):
        for quantity in self:
            quantity.display_name = f"{quantity.sku} ({quantity.group_id.name})"

    # === ALERTS === #

    @api.model
    def _alert_refused(self, shop):
        self._alert_count(
            shop,
            "stock_refused",
            "refused",
            self.env._(
                "The channel refuses the quantity of %(count)s offers (%(skus)s). Read "
                "why under Stock / Quantities, put it right there or on the offer, "
                "then press Tell Again."
            ),
        )

    @api.model
    def _alert_held(self, shop):
        self._alert_count(
            shop,
            "stock_guard",
            "held",
            self.env._(
                "The quantities of %(count)s offers (%(skus)s) would change so much "
                "that they wait for a person. Look at them under Stock / Quantities, "
                "then press Release, or correct the stock."
            ),
        )

    @api.model
    def _alert_negative(self, shop, skus):
        Alert = self.env["acorn.alert"]
        if not skus:
            Alert._resolve(shop, "stock_negative", [shop.name])
            return
        text = self.env._(
            "Odoo counts fewer than none of %(skus)s, so 0 is told. Count these goods "
            "and correct the stock.",
            skus=", ".join(skus[:10]) + (", …" if len(skus) > 10 else ""),
        )
        Alert._raise_alert(shop, "stock_negative", shop.name, text)

    @api.model
    def _alert_count(self, shop, reason, state, text):
        """Raise one alert for all offers of a shop in one state, or close it."""
        Alert = self.env["acorn.alert"]
        domain = [("shop_id", "=", shop.id), ("state", "=", state)]
        count = self.search_count(domain)
        if not count:
            Alert._resolve(shop, reason, [shop.name])
            return
        first = self.search(domain, limit=5).mapped("sku")
        skus = ", ".join(first) + (", …" if count > len(first) else "")
        text = text % {"count": count, "skus": skus}
        Alert._raise_alert(shop, reason, shop.name, text, severity="error")

    # === ACTIONS === #

    def action_release(self):
        """Let changes pass that the guards hold; who did it is kept on the offers."""
        self._check_manager()
        # sudo: quantities are written by the work itself, people only release them.
        held_sudo = self.sudo().filtered(lambda quantity: quantity.state == "held")
        until = fields.Datetime.now() + RELEASED_FOR
        held_sudo.write({"free_until": until, "state": "new"})
        held_sudo.offer_id._message_log_batch(
            {
                quantity.offer_id.id: self.env._(
                    "Released for %(group)s: %(wanted)s instead of %(told)s.",
                    group=quantity.group_id.name,
                    wanted=quantity.wanted,
                    told=quantity.sent if quantity.sent_at else quantity.shown,
                )
                for quantity in held_sudo
            }
        )
        for shop in held_sudo.shop_id:
            self._alert_held(shop)
        self._wake()

    def action_tell_again(self):
        """Tell the channel anew, whatever it was told before."""
        self.offer_id.check_access("write")
        # sudo: see action_release.
        self.sudo().filtered(lambda q: q.state != "held").state = "new"
        for shop in self.shop_id:
            self._alert_refused(shop)
        self._wake()

    def _check_manager(self):
        """What goes beyond a limit is not let through by those who set quantities."""
        self.offer_id.check_access("write")
        if not (self.env.su or self.env.user.has_group("acorn_base.group_manager")):
            raise AccessError(
                self.env._(
                    "Managers of Acorn release quantities that wait because they "
                    "change too much. Ask one of them."
                )
            )

    @api.model
    def _wake(self):
        """Let the comparison run at once."""
        # sudo: whoever moves stock has no rights on crons.
        self.env.ref("acorn_base.ir_cron_stock").sudo()._trigger()
