from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

LIFETIME = timedelta(days=180)  # Amazon asks for a new client secret after it
OVERLAP = timedelta(days=7)  # the earlier secret still works beside the new one
ADMIN = "acorn_base.group_admin"  # others choose an app by its name


class AcornAmazonApp(models.Model):
    """An application registered at Amazon, in whose name shops are talked to.

    A private application serves ten selling accounts at most: many shops need several.
    """

    _name = "acorn.amazon.app"
    _description = "Amazon App"
    _inherit = ["acorn.secret.mixin", "acorn.audited"]
    _order = "name, id"
    _acorn_audience = "admin"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Leave empty to use the app for shops of all companies.",
    )
    public = fields.Boolean(
        help="Listed in Amazon's app store: each seller authorises it anew every 365 "
        "days. The authorisation of a private app does not end.",
    )
    client_id = fields.Char(
        string="Client ID",
        required=True,
        groups=ADMIN,
        help="Seller Central / Apps and Services / Develop Apps, then View beside the "
        "app under LWA credentials. It begins with amzn1.application-oa2-client.",
    )
    client_secret = fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        compute_sudo=True,
        copy=False,
        groups=ADMIN,
        help="Beside the client identifier. It begins with amzn1.oa2-cs.v1. Kept "
        "encrypted and never shown again.",
    )
    client_secret_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False)
    client_secret_mask = fields.Char(readonly=True, copy=False, groups=ADMIN)
    secret_entered_at = fields.Datetime(readonly=True, copy=False, groups=ADMIN)
    secret_expires_on = fields.Date(
        compute="_compute_secret_expires_on",
        store=True,
        readonly=False,
        copy=False,
        groups=ADMIN,
        help="Amazon asks for a new client secret every 180 days. The exact day stands "
        "beside the secret in Seller Central.",
    )
    earlier_secret_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False)
    earlier_secret_until = fields.Datetime(
        string="Earlier Secret Kept Until",
        readonly=True,
        copy=False,
        groups=ADMIN,
        help="After a new secret is made the earlier one works for 7 more days.",
    )
    shop_ids = fields.One2many("acorn.shop", "amazon_app_id", string="Shops")
    shop_count = fields.Integer(compute="_compute_shop_count")

    @api.model
    def _get_secrets(self):
        return [*super()._get_secrets(), "client_secret"]

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("name", "active", "company_id", "public", "client_id"),
            *("secret_expires_on",),
        ]

    @api.depends("secret_entered_at")
    def _compute_secret_expires_on(self):
        for app in self:
            entered = app.secret_entered_at
            app.secret_expires_on = entered and (entered + LIFETIME).date()

    @api.model_create_multi
    def create(self, vals_list):
        # The web client sends every field of a new record: an empty date is no wish.
        for vals in vals_list:
            if not vals.get("secret_expires_on"):
                vals.pop("secret_expires_on", None)
        return super().create(vals_list)

    @api.depends("shop_ids")
    def _compute_shop_count(self):
        for app in self:
            app.shop_count = len(app.shop_ids)

    def _sealed_values(self, name, plain):
        """Keep the earlier secret as long as Amazon does: the new one may be wrong."""
        now = fields.Datetime.now()
        # sudo: the columns are closed to everyone.
        earlier = plain and self.sudo().client_secret_sealed
        return {
            **super()._sealed_values(name, plain),
            "secret_entered_at": plain and now,
            "earlier_secret_sealed": earlier,
            "earlier_secret_until": earlier and now + OVERLAP,
        }

    def action_restore_secret(self):
        """Go back to the earlier secret, which Amazon takes until its time is over."""
        self.ensure_one()
        self.check_access("write")
        until = self.earlier_secret_until
        if not until:
            raise UserError(self.env._("There is no earlier secret any more."))
        self._enter_secret("client_secret", self._open_secret("earlier_secret"))
        self.secret_expires_on = until

    @api.autovacuum
    def _gc_earlier_secrets(self):
        self.search([("earlier_secret_until", "<", fields.Datetime.now())]).write(
            {"earlier_secret_sealed": False, "earlier_secret_until": False}
        )

    def action_open_shops(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_shop_action"
        )
        return action | {"domain": [("amazon_app_id", "in", self.ids)]}
