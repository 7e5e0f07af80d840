from odoo import api, fields, models

REASONS = [
    ("account", "Account"),
    ("stream", "Stream"),
    ("unknown_sku", "Unknown SKU"),
    ("unknown_status", "Unknown status"),
    ("backwards", "Status went backwards"),
    ("cancel_request", "Buyer asks to cancel"),
    ("cancelled_late", "Cancelled after delivery"),
    ("shipment", "Shipment not confirmed"),
    ("amended", "Changed after delivery"),
    ("reconciliation", "Reconciliation"),
]


class AcornAlert(models.Model):
    """Something a person should look at; closes itself when its cause is gone."""

    _name = "acorn.alert"
    _description = "Alert"
    _order = "state desc, severity, id desc"

    name = fields.Char(string="Alert", required=True)
    shop_id = fields.Many2one(
        "acorn.shop", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    reason = fields.Selection(REASONS, required=True)
    subject = fields.Char(
        required=True, help="What it is about within its reason: an order, a SKU."
    )
    text = fields.Text(string="What to do")
    severity = fields.Selection(
        [("info", "Information"), ("warning", "Warning"), ("error", "Error")],
        default="warning",
        required=True,
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")], default="open", required=True, index=True
    )
    order_id = fields.Many2one("sale.order", index="btree_not_null", ondelete="cascade")
    handled_by_id = fields.Many2one("res.users", readonly=True)
    handled_at = fields.Datetime(readonly=True)

    _open_unique = models.UniqueIndex(
        "(shop_id, reason, subject) WHERE state = 'open'",
        "This is already an open alert.",
    )

    @api.model
    def _raise_alert(
        self, shop, reason, subject, text, *, severity="warning", order=None
    ):
        """Open an alert, or refresh the one that is open for the same subject."""
        # sudo: alerts are raised by the work itself, whoever set it off.
        alert_sudo = self.sudo().search(
            [*self._domain(shop, reason, subject), ("state", "=", "open")], limit=1
        )
        values = {"text": text, "severity": severity}
        if alert_sudo:
            alert_sudo.write(values)
            return alert_sudo
        label = dict(self._fields["reason"]._description_selection(self.env))[reason]
        # sudo: see above.
        return self.sudo().create(
            {
                **values,
                "name": f"{label}: {subject}",
                "shop_id": shop.id,
                "reason": reason,
                "subject": subject,
                "order_id": order.id if order else False,
            }
        )

    @api.model
    def _resolve(self, shop, reason, subjects=None):
        """Close open alerts whose cause is gone."""
        domain = [
            ("shop_id", "=", shop.id),
            ("reason", "=", reason),
            ("state", "=", "open"),
        ]
        if subjects is not None:
            domain.append(("subject", "in", list(subjects)))
        # sudo: see _raise_alert.
        self.sudo().search(domain).write(
            {"state": "done", "handled_at": fields.Datetime.now()}
        )

    @api.model
    def _domain(self, shop, reason, subject):
        return [
            ("shop_id", "=", shop.id),
            ("reason", "=", reason),
            ("subject", "=", subject),
        ]

    def action_done(self):
        self.write(
            {
                "state": "done",
                "handled_by_id": self.env.uid,
                "handled_at": fields.Datetime.now(),
            }
        )

    def action_open_order(self):
        self.ensure_one()
        return self.order_id._get_records_action()
