import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import split_every

from ..attempt import CROSSED, attempt
from ..holds import is_covered
from .acorn_hold_rule import KINDS
from .acorn_inbox import BATCH
from .hold_sentences import SENTENCES

_logger = logging.getLogger(__name__)

SEVERAL = 10  # orders that an alert names


class AcornHold(models.Model):
    """Why an order must not ship until a person has looked at it.

    Its goods stay reserved meanwhile, and at the channel it stays as it is: the
    promised time goes on.
    """

    _name = "acorn.hold"
    _description = "Hold"
    _order = "ship_by, id"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "sale.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        bypass_search_access=True,  # who sees the queue may look for a number
    )
    shop_id = fields.Many2one(
        related="order_id.acorn_shop_id", store=True, index=True, string="Shop"
    )
    site_id = fields.Many2one(
        related="order_id.acorn_site_id", store=True, index=True, string="Site"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    ship_by = fields.Datetime(
        related="order_id.acorn_ship_by", store=True, index=True, string="Ship By"
    )
    rule_id = fields.Many2one(
        "acorn.hold.rule", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    reason = fields.Text(
        readonly=True,
        groups="sales_team.group_sale_salesman",
        help="It may tell amounts and what is known of the buyer.",
    )
    marks = fields.Json(
        readonly=True, help="What the reason rests on, to know it again."
    )
    state = fields.Selection(
        [
            ("held", "Held"),
            ("released", "Released"),
            ("over", "No Longer Needed"),
        ],
        default="held",
        required=True,
        readonly=True,
        index=True,
    )
    released_by_id = fields.Many2one("res.users", readonly=True)
    released_at = fields.Datetime(readonly=True)
    release_reason = fields.Text(readonly=True)
    may_release = fields.Boolean(compute="_compute_may_release")

    _held_unique = models.UniqueIndex(
        "(order_id, rule_id) WHERE state = 'held'", "A rule holds an order once."
    )

    @api.depends("order_id.name")
    def _compute_display_name(self):
        for hold in self:
            # sudo: who sees the queue may know the order's number.
            hold.display_name = hold.sudo().order_id.name

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_may_release(self):
        releasable = self._releasable_by(self.env.user)
        for hold in self:
            hold.may_release = hold in releasable

    def _releasable_by(self, user):
        """Return what a person may release: operators all, others if the rule names
        them."""
        # sudo: who asks need not be able to read rules.
        held_sudo = self.sudo().filtered(lambda hold: hold.state == "held")
        if user.has_group("acorn_base.group_operator"):
            return held_sudo
        return held_sudo.filtered(lambda hold: user in hold.rule_id.user_ids)

    # === HOLD === #

    @api.model
    def _hold(self, shop, found):
        """Hold orders, unless a person has released them for the same reason before.

        :param found: list of (sale order, rule, ``holds.Reason``)
        """
        known = self._known(found)
        fresh = []
        for order, rule, reason in found:
            earlier = known.get((order.id, rule.id), self.browse())
            still = earlier.filtered(lambda hold: hold.state == "held")
            released = earlier.filtered(lambda hold: hold.state == "released")
            values = self._reason_values(reason)
            if still:
                if still.marks != values["marks"]:
                    still.write(values)
            elif not is_covered(reason.marks, released.mapped("marks")):
                ids = {"order_id": order.id, "rule_id": rule.id, "kind": rule.kind}
                fresh.append({**ids, **values})
        if fresh:
            # sudo: holds are made by the work itself, whoever set it off.
            self.sudo().create(fresh)._note_on_orders()
            self._tell(shop)

    @api.model
    def _known(self, found):
        """Return the holds of these orders by (order id, rule id)."""
        if not found:
            return {}
        # sudo: see _hold.
        holds_sudo = self.sudo().search(
            [
                ("order_id", "in", [order.id for order, _rule, _reason in found]),
                ("rule_id", "in", [rule.id for _order, rule, _reason in found]),
            ]
        )
        return holds_sudo.grouped(lambda hold: (hold.order_id.id, hold.rule_id.id))

    @api.model
    def _reason_values(self, reason):
        text = str(SENTENCES[reason.code])  # in the language of self.env
        return {"reason": text % reason.values, "marks": reason.marks}

    def _note_on_orders(self):
        """Write into the orders' chatter that they are held; people who pack may read
        it, so it tells no amount and nothing of the buyer."""
        self.order_id._message_log_batch(
            {
                order.id: self.env._("Held: %s", holds._kind_words())
                for order, holds in self.grouped("order_id").items()
            }
        )

    def _kind_words(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return ", ".join(dict.fromkeys(labels[hold.kind] for hold in self))

    def _end(self):
        """The orders are cancelled, or have left by other ways: nothing to decide."""
        # sudo: see _hold.
        ended_sudo = self.sudo().filtered(lambda hold: hold.state == "held")
        ended_sudo.write({"state": "over"})
        for shop in ended_sudo.shop_id:
            self._tell(shop)

    @api.model
    def _tell(self, shop):
        """Let one alert of the shop say what is held now; it goes when nothing is."""
        # sudo: see _hold.
        held_sudo = self.sudo().search(
            [("shop_id", "=", shop.id), ("state", "=", "held")]
        )
        orders = held_sudo.order_id
        if not orders:
            self.env["acorn.alert"]._resolve(shop, "held")
            return
        self.env["acorn.alert"]._raise_alert(
            shop,
            "held",
            shop.name,
            self.env._(
                "%(count)s orders are held, the most urgent: %(orders)s. They do not "
                "ship before someone releases or cancels them under Acorn / Orders / "
                "Held Orders.",
                count=len(orders),
                orders=", ".join(orders[:SEVERAL].mapped("acorn_ref")),
            ),
        )

    # === TIME PASSES, RULES CHANGE === #

    @api.model
    def _cron_late(self):
        """Hold the orders whose promised time comes while their goods are missing."""
        rules = self.env["acorn.hold.rule"].search([("kind", "=", "ship_by")])
        shops = self.env["acorn.shop"].search(
            [
                ("company_id", "in", rules.company_id._acorn_below().ids),
                ("state", "!=", "draft"),
            ]
        )
        for shop in shops:
            shop = shop._speaking(shop.with_company(shop.company_id))
            try:
                attempt(self.env, lambda s=shop: s.env[self._name]._hold_late(s))
                self.env["ir.cron"]._commit_progress(1)
            except CROSSED:
                _logger.info("Late orders of shop %s are held later", shop.id)
                self.env.cr.rollback()  # a lane wrote the same order

    @api.model
    def _hold_late(self, shop):
        rules = self.env["acorn.hold.rule"]._of(shop)
        rules = rules.filtered(lambda rule: rule.kind == "ship_by")
        if not rules:
            return
        hours = timedelta(hours=max(rules.mapped("hours")))
        until = (shop._now() + hours).replace(tzinfo=None)
        orders = self._open_orders(shop, [("acorn_ship_by", "<=", until)])
        self._hold(shop, rules._judge(shop, [(order, None) for order in orders]))

    @api.model
    def _open_orders(self, shop, domain=()):
        """Return what a shop has still to ship itself."""
        return self.env["sale.order"].search(
            [
                ("acorn_shop_id", "=", shop.id),
                ("acorn_to_ship", "=", True),
                ("acorn_history", "=", False),
                *domain,
            ]
        )

    @api.model
    def _hold_open_orders(self, shop):
        """Judge again all that is still to be shipped, by what was received of it."""
        # sudo: documents are closed to people, and the work is the system's.
        shop_sudo = shop.sudo()
        orders_sudo = shop_sudo.env[self._name]._open_orders(shop_sudo)
        if not orders_sudo:
            return
        channel = shop_sudo._channel()
        for batch in split_every(BATCH, orders_sudo.ids, orders_sudo.browse):
            messages = batch.mapped("acorn_message_id")
            messages = messages.filtered(lambda message: not message.purged_at)
            pairs = []
            for message in messages:
                attempt(
                    self.env,
                    lambda m=message, p=pairs: p.append(
                        (m.order_id, channel.parse(m._document()))
                    ),
                )
            batch._acorn_hold(shop_sudo, pairs)

    # === RELEASE === #

    def _release(self, reason):
        """Let orders ship after all; who said so, when and why is kept."""
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why these orders are released."))
        self.check_access("read")
        # sudo: nobody edits a hold; who may release it is checked here.
        held_sudo = self.sudo().filtered(lambda hold: hold.state == "held")
        if refused_sudo := held_sudo - self._releasable_by(self.env.user):
            raise AccessError(
                self.env._(
                    "%s is released by operators of Acorn, and by whom its rule names.",
                    ", ".join(refused_sudo.mapped("order_id.acorn_ref")),
                )
            )
        held_sudo.write(
            {
                "state": "released",
                "released_by_id": self.env.uid,
                "released_at": fields.Datetime.now(),
                "release_reason": reason,
            }
        )
        held_sudo.order_id._message_log_batch(
            {
                order.id: self.env._("Released: %s", reason)
                for order in held_sudo.order_id
            }
        )
        for shop in held_sudo.shop_id:
            self._tell(shop)

    def _ask_to_release(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release"),
            "res_model": "acorn.hold.release",
            "view_mode": "form",
            "target": "new",
            "context": {"default_hold_ids": self.ids},
        }

    def action_release(self):
        """Ask why, then let these orders ship."""
        return self.filtered(lambda hold: hold.state == "held")._ask_to_release()

    def action_open_order(self):
        self.ensure_one()
        return self.order_id._get_records_action()
