from datetime import timedelta

from odoo import api, fields, models

from ..findings import RANK

REASONS = [
    ("account", "Account"),
    ("stream", "Stream"),
    ("unknown_sku", "Unknown SKU"),
    ("unknown_status", "Unknown status"),
    ("backwards", "Status went backwards"),
    ("cancel_request", "Buyer asks to cancel"),
    ("cancelled_late", "Cancelled after delivery"),
    ("shipment", "Shipment not confirmed"),
    ("ship_by", "Ship-by time passes"),
    ("cancellation", "Cancellation not taken"),
    ("amended", "Changed after delivery"),
    ("reconciliation", "Reconciliation"),
    ("no_pull", "No successful fetch"),
    ("failing", "Fetching fails"),
    ("no_orders", "No orders"),
    ("pile_up", "Documents pile up"),
    ("failed", "Failed messages"),
    ("no_receipt", "No answer from the channel"),
    ("credentials", "Credentials end"),
    ("paused", "Paused by a person"),
    ("blind", "Cannot be judged"),
    ("webhook", "Webhook fails"),
    ("cover", "Stock runs short"),
    ("stock_refused", "Quantity refused"),
    ("stock_failed", "Quantities cannot be compared"),
    ("stock_guard", "Quantity waits for release"),
    ("stock_negative", "Negative stock"),
    ("held", "Held orders"),
    ("channel_stock", "Channel's stock differs"),
    ("stock_event", "Stock events not booked"),
]
# Odoo's own e-mails about the assignment would come beside ours.
QUIET = {
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_quick_update": True,
}
BRIEFLY = timedelta(minutes=15)  # closed for less, the same thing has never gone away


class AcornAlert(models.Model):
    """Something a person should look at; closes itself when its cause is gone."""

    _name = "acorn.alert"
    _description = "Alert"
    _inherit = ["acorn.notice", "mail.thread", "mail.activity.mixin"]
    _order = "level desc, id desc"
    _rec_names_search = ["number", "name"]
    _mail_post_access = "read"

    number = fields.Char(readonly=True, index="trigram")
    name = fields.Char(string="Alert", required=True, readonly=True)
    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    reason = fields.Selection(REASONS, required=True, readonly=True)
    subject = fields.Char(
        required=True,
        readonly=True,
        help="What it is about within its reason: an order, a SKU.",
    )
    text = fields.Text(string="What to do", readonly=True)
    severity = fields.Selection(
        [("info", "Information"), ("warning", "Warning"), ("error", "Error")],
        default="warning",
        required=True,
        readonly=True,
    )
    level = fields.Integer(readonly=True, help="The severity, finer: what is worst.")
    state = fields.Selection(
        [("open", "Open"), ("acknowledged", "Acknowledged"), ("done", "Done")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Owner", readonly=True, index=True, tracking=True
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    occurrences = fields.Integer(
        readonly=True, default=1, help="How often it was met since it was opened."
    )
    last_seen = fields.Datetime(readonly=True, default=fields.Datetime.now)
    handled_by_id = fields.Many2one("res.users", readonly=True)
    handled_at = fields.Datetime(readonly=True)
    closed_at = fields.Datetime(readonly=True)

    _open_unique = models.UniqueIndex(
        "(shop_id, reason, subject) WHERE state != 'done'",
        "This is already an open alert.",
    )

    color = fields.Integer(compute="_compute_color")

    @api.depends("severity", "state")
    def _compute_color(self):
        colors = {"error": 1, "warning": 3, "info": 4}
        for alert in self:
            alert.color = 0 if alert.state == "done" else colors[alert.severity]

    @api.depends("number", "name")
    def _compute_display_name(self):
        for alert in self:
            alert.display_name = f"{alert.number or ''} {alert.name or ''}".strip()

    @api.model
    def _number_all(self):
        """Give those a number that were opened before alerts had any."""
        for alert in self.search([("number", "=", False)], order="id"):
            alert.number = self.env["ir.sequence"].next_by_code("acorn.alert")

    # === RAISE === #

    @api.model
    def _raise_alert(
        self, shop, reason, subject, text, *, severity="warning", order=None
    ):
        """Open an alert, or refresh the one that is open for the same subject."""
        return self._raise_all(
            [
                {
                    "shop_id": shop.id,
                    "reason": reason,
                    "subject": subject,
                    "text": text,
                    "severity": severity,
                    "level": RANK[severity],
                    "order_id": order.id if order else False,
                }
            ]
        )

    @api.model
    def _raise_findings(self, findings):
        names = ("shop_id", "reason", "subject", "text", "severity", "level")
        return self._raise_all(
            [{name: getattr(finding, name) for name in names} for finding in findings]
        )

    @api.model
    def _raise_all(self, causes):
        """Open an alert for each cause that has none, refresh the others; in one go."""
        wanted = {_key(cause): cause for cause in causes}
        known_sudo = self._find_known(wanted)
        for key, alert_sudo in known_sudo.items():
            alert_sudo._meet_again(wanted[key])
        fresh = [cause for key, cause in wanted.items() if key not in known_sudo]
        alerts_sudo = self.browse().concat(*known_sudo.values())
        return alerts_sudo | self._open(fresh)

    @api.model
    def _find_known(self, wanted):
        """Return the alerts that stand for the same things, by their keys."""
        briefly = fields.Datetime.now() - BRIEFLY
        # sudo: alerts are raised by the work itself, whoever set it off.
        alerts_sudo = self.sudo().search(
            [
                ("shop_id", "in", list({shop_id for shop_id, _r, _s in wanted})),
                ("reason", "in", list({reason for _s, reason, _t in wanted})),
                ("subject", "in", list({subject for _s, _r, subject in wanted})),
                "|",
                ("state", "!=", "done"),
                ("closed_at", ">=", briefly),
            ],
            order="closed_at, id",  # open ones come last, and so win
        )
        known = {
            (alert.shop_id.id, alert.reason, alert.subject): alert
            for alert in alerts_sudo
        }
        return {key: known[key] for key in wanted if key in known}

    def _meet_again(self, cause):
        """Note that the cause is still there; told again only when it got worse."""
        reopened = self.state == "done"
        values = {
            "text": cause["text"],
            "severity": cause["severity"],
            "level": cause["level"],
            "occurrences": self.occurrences + 1,
            "last_seen": fields.Datetime.now(),
        }
        if reopened:
            values |= {"state": "open", "closed_at": False}
        if cause["level"] > self.told_level:
            values["to_tell"] = True
        self.write(values)
        if reopened and not self.to_tell:
            self._schedule()

    @api.model
    def _open(self, causes):
        labels = dict(self._fields["reason"]._description_selection(self.env))
        # sudo: alerts and their numbers are given by the work itself.
        alerts_sudo, sequence_sudo = self.sudo(), self.env["ir.sequence"].sudo()
        shops = self.env["acorn.shop"].browse(cause["shop_id"] for cause in causes)
        # In the order of the causes; sudo for the same reason.
        owners = {shop.id: shop._alert_owner() for shop in shops.sudo()}
        return alerts_sudo.with_context(**QUIET).create(
            [
                {
                    **cause,
                    "number": sequence_sudo.next_by_code("acorn.alert"),
                    "name": f"{labels[cause['reason']]}: {cause['subject']}",
                    "user_id": owners[cause["shop_id"]].id,
                    "to_tell": cause["level"] > 0,
                }
                for cause in causes
            ]
        )

    # === CLOSE === #

    @api.model
    def _resolve(self, shop, reason, subjects=None):
        """Close alerts whose cause is gone."""
        domain = [
            ("shop_id", "=", shop.id),
            ("reason", "=", reason),
            ("state", "!=", "done"),
        ]
        if subjects is not None:
            domain.append(("subject", "in", list(subjects)))
        # sudo: see _find_known.
        self.sudo().search(domain)._close()

    @api.model
    def _resolve_others(self, shops, reasons, findings):
        """Close the shops' alerts for these reasons that are not among the findings."""
        found = {(f.shop_id, f.reason, f.subject) for f in findings}
        # sudo: see _find_known.
        alerts_sudo = self.sudo().search(
            [
                ("shop_id", "in", shops.ids),
                ("reason", "in", reasons),
                ("state", "!=", "done"),
            ]
        )
        alerts_sudo.filtered(
            lambda alert: (alert.shop_id.id, alert.reason, alert.subject) not in found
        )._close()

    def _close(self, **values):
        if not self:
            return
        closed = {"state": "done", "closed_at": fields.Datetime.now()}
        self.write({**closed, "to_tell": False, **values})
        by_person = values.get("handled_by_id")
        text = "" if by_person else self.env._("The cause is gone.")
        self.activity_ids.action_feedback(feedback=text)

    # === ACTIONS === #

    def _as_person(self):
        """Return what the person may act on: all that they may see, by actions only."""
        self.check_access("read")
        # sudo: nobody edits an alert; these actions are what people may do with it.
        alerts_sudo = self.sudo()
        return alerts_sudo.filtered(lambda alert: alert.state != "done")

    def _handled(self):
        return {"handled_by_id": self.env.uid, "handled_at": fields.Datetime.now()}

    def action_acknowledge(self):
        """Tell the others that somebody is at it; it still closes by itself."""
        alerts_sudo = self._as_person()
        alerts_sudo.write({"state": "acknowledged", **self._handled()})

    def action_take_over(self):
        """Become the owner, and get the activity."""
        alerts_sudo = self._as_person().with_context(**QUIET)
        alerts_sudo.write(
            {"state": "acknowledged", "user_id": self.env.uid, **self._handled()}
        )
        alerts_sudo.activity_ids.write({"user_id": self.env.uid})

    def action_done(self):
        self._as_person()._close(**self._handled())

    def action_open_order(self):
        self.ensure_one()
        return self.order_id._get_records_action()

    def action_open_place(self):
        """Open what the next step is about: the failed messages, or the shop."""
        self.ensure_one()
        if self.reason == "held":
            return self.shop_id.action_open_holds()
        if self.reason in ("stock_refused", "stock_guard", "stock_negative"):
            return self.shop_id.action_open_quantities(self.reason)
        if self.reason == "failed":
            return self.shop_id.action_open_attention()
        if self.reason == "shipment":
            return self.shop_id.action_open_unconfirmed()
        if self.reason == "ship_by":
            return self.shop_id.action_open_due()
        if self.reason in ("pile_up", "no_receipt"):
            return self.shop_id.action_open_messages()
        if self.reason == "cover":
            return self.env["acorn.cover.shop"]._action_short(self.shop_id)
        if self.reason == "channel_stock":
            return self.env["acorn.channel.stock"]._action_open_differing(self.shop_id)
        if self.reason == "stock_event":
            return self.env["acorn.stock.event"]._action_open_unbooked(self.shop_id)
        return self.shop_id._get_records_action()


def _key(cause):
    return cause["shop_id"], cause["reason"], cause["subject"]
