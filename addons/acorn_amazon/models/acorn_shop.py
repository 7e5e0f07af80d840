import os
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..channel import AmazonAccount, AmazonChannel
from .error_sentences import ROLES, SENTENCES
from .return_words import REASONS

# The server's environment alone decides where credentials are sent to: never a field.
ENDPOINTS = {"endpoint": "ACORN_SPAPI_ENDPOINT", "lwa_endpoint": "ACORN_LWA_ENDPOINT"}

AUTHORISED_FOR = timedelta(days=365)  # public apps; of private ones no end is known

# What says to Amazon who the shop is, besides its app.
CREDENTIALS = ("amazon_region", "amazon_seller_id", "amazon_refresh_token")


class AcornShop(models.Model):
    _name = "acorn.shop"
    _inherit = ["acorn.shop", "acorn.secret.mixin"]

    amazon_app_id = fields.Many2one(
        "acorn.amazon.app",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="acorn_base.group_manager",
        tracking=True,
        help="The app in whose name Acorn talks to Amazon for this shop.",
    )
    amazon_secret_expires_on = fields.Date(
        related="amazon_app_id.secret_expires_on",
        string="Secret Expires On",
        groups="acorn_base.group_admin",
    )
    amazon_region = fields.Selection(
        [("na", "North America"), ("eu", "Europe"), ("fe", "Far East")],
        groups="acorn_base.group_manager",
        tracking=True,
        help="North America: US, Canada, Mexico, Brazil. Europe: also Turkey, the "
        "Middle East, Egypt, South Africa and India. Far East: Japan, Australia, "
        "Singapore. A seller has one account in each: connect each as its own shop.",
    )
    amazon_seller_id = fields.Char(
        string="Seller ID",
        groups="acorn_base.group_manager",
        tracking=True,
        help="Seller Central / Settings / Account Info / Business Information / Your "
        "Merchant Token.",
    )
    amazon_refresh_token = fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_secrets",
        compute_sudo=True,
        copy=False,
        groups="acorn_base.group_manager",
        help="Seller Central / Apps and Services / Develop Apps: open the menu beside "
        "Edit App, Authorise, then Authorise App. It begins with Atzr| and is shown "
        "there only once. Kept encrypted and never shown again.",
    )
    amazon_refresh_token_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False)
    amazon_refresh_token_mask = fields.Char(
        readonly=True, copy=False, groups="acorn_base.group_manager"
    )

    amazon_authorized_on = fields.Date(
        string="Authorised On",
        copy=False,
        groups="acorn_base.group_manager",
        help="The day the refresh token was made at Amazon; by default that on which "
        "it was entered here. A public app is authorised anew every 365 days.",
    )

    _amazon_account_unique = models.UniqueIndex(
        "(amazon_region, amazon_seller_id)"
        " WHERE active AND state IN ('live', 'paused') AND channel = 'amazon'",
        "This Amazon account is already connected as another shop. Archive that one "
        "first: connected twice, every order would come twice.",
    )

    @api.model
    def _get_secrets(self):
        return [*super()._get_secrets(), "amazon_refresh_token"]

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("amazon_app_id", "amazon_region", "amazon_seller_id"),
            *("amazon_authorized_on",),
        ]

    def _sealed_values(self, name, plain):
        values = super()._sealed_values(name, plain)
        if name == "amazon_refresh_token":
            values["amazon_authorized_on"] = plain and fields.Date.context_today(self)
        return values

    # === CHANNEL === #

    @api.model
    def _get_channels(self):
        return [*super()._get_channels(), ("amazon", self.env._("Amazon"))]

    def _get_channel_class(self):
        self.ensure_one()
        return (
            AmazonChannel if self.channel == "amazon" else super()._get_channel_class()
        )

    def _channel_account(self):
        if self.channel != "amazon":
            return super()._channel_account()
        # sudo: whoever may work with the shop lets it talk to Amazon; as whom it does
        # is for administrators only.
        shop_sudo = self.sudo().with_context(active_test=False)
        shop_sudo._amazon_check_complete()
        closed = shop_sudo.site_ids.filtered(lambda site: not site.active)
        return AmazonAccount(
            client_id=shop_sudo.amazon_app_id.client_id,
            client_secret=shop_sudo.amazon_app_id._open_secret("client_secret"),
            refresh_token=shop_sudo._open_secret("amazon_refresh_token"),
            region=shop_sudo.amazon_region,
            seller_id=shop_sudo.amazon_seller_id,
            closed_sites=tuple(closed.mapped("channel_ref")),
            sites=tuple((shop_sudo.site_ids - closed).mapped("channel_ref")),
        )

    def _amazon_check_complete(self):
        """Raise ``UserError`` naming what has not been entered yet."""
        missing = [
            record._fields[name]._description_string(self.env)
            for record, names in (
                (self, ("amazon_app_id", *CREDENTIALS)),
                (self.amazon_app_id, ("client_id", "client_secret")),
            )
            for name in names
            if record and not record[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "%(shop)s lacks: %(fields)s. An administrator of Acorn enters it "
                    "on the shop's page Connection, or in its Amazon app.",
                    shop=self.name,
                    fields=", ".join(missing),
                )
            )

    def _channel_options(self):
        if self.channel != "amazon":
            return super()._channel_options()
        # sudo: see _channel_account.
        shop_sudo = self.sudo()
        return {
            **{
                option: os.environ[variable]
                for option, variable in ENDPOINTS.items()
                if os.environ.get(variable)
            },
            "throttle": self.env["acorn.amazon.budget"]._throttle_of(shop_sudo),
            "token_store": self.env["acorn.amazon.token"]._store_of(shop_sudo),
            "record": self.env["acorn.call"]._recorder_of(shop_sudo),
        }

    def _credentials_ending(self):
        # sudo: whoever sees the shop is told in time, not what its credentials are.
        app_sudo, ending = self.sudo().amazon_app_id, super()._credentials_ending()
        if self.channel != "amazon" or not app_sudo:
            return ending
        if app_sudo.secret_expires_on:
            subject = self.env._("Client secret of the app %s", app_sudo.name)
            text = self.env._(
                "Make a new client secret in Seller Central / Apps and Services / "
                "Develop Apps and enter it in the Amazon app here: without it nothing "
                "is fetched or sent any more."
            )
            ending.append((subject, app_sudo.secret_expires_on, text))
        # sudo: see above.
        authorized_on = self.sudo().amazon_authorized_on
        if app_sudo.public and authorized_on:
            subject = self.env._("Amazon's authorisation of %s", self.name)
            text = self.env._(
                "Authorise the app anew in Seller Central and enter the new refresh "
                "token on the shop's page Connection: without it nothing is fetched or "
                "sent any more."
            )
            ending.append((subject, authorized_on + AUTHORISED_FOR, text))
        return ending

    def _budget_use(self):
        amazon = self.filtered(lambda shop: shop.channel == "amazon")
        return {
            **super()._budget_use(),
            **self.env["acorn.amazon.budget"]._use_of(amazon),
        }

    def _support_settings(self):
        settings = super()._support_settings()
        if self.channel != "amazon":
            return settings
        # sudo: which region it is in is no secret of the administrators.
        return {**settings, "amazon_region": self.sudo().amazon_region}

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"amazon_app_id", *CREDENTIALS}:
            self.env["acorn.amazon.token"]._forget(self)
        return result

    # === CONNECTION === #

    def action_check_connection(self):
        """Tell, besides, where Amazon lets the seller sell nothing."""
        action = super().action_check_connection()
        suspended = self.site_ids.filtered("suspended")
        if self.channel != "amazon" or self.problem or not suspended:
            return action
        for site in suspended:
            self.env["acorn.alert"]._raise_alert(
                self,
                "account",
                site.name,
                self._amazon_suspended(site),
                severity="error",
            )
        return self._notify(
            "\n".join(self._amazon_suspended(site) for site in suspended), "warning"
        )

    def _go_live(self):
        if self.channel == "amazon":
            self._amazon_check_free()
        return super()._go_live()

    def _amazon_check_free(self):
        """Raise ``UserError`` naming the shop that has the same account, if one has."""
        # sudo: it may be of a company that the user does not see.
        shop_sudo = self.sudo()
        other_sudo = shop_sudo.search(
            [
                ("id", "!=", self.id),
                ("channel", "=", "amazon"),
                ("state", "in", ("live", "paused")),
                ("amazon_region", "=", shop_sudo.amazon_region),
                ("amazon_seller_id", "=", shop_sudo.amazon_seller_id),
            ],
            limit=1,
        )
        if other_sudo:
            raise UserError(
                self.env._(
                    "%(seller)s is already connected as the shop %(other)s of "
                    "%(company)s. Use that shop, or archive it first: connected twice, "
                    "every order would come twice.",
                    seller=shop_sudo.amazon_seller_id,
                    other=other_sudo.name,
                    company=other_sudo.company_id.name,
                )
            )

    def _amazon_suspended(self, site):
        return self.env._(
            "Amazon has suspended your listings on %s: nothing is sold there. Open "
            "Performance / Account Health in Seller Central and follow what it asks "
            "for, then press Test Connection.",
            site.name,
        )

    # === WORDS === #

    def _return_reason_name(self, word):
        known = REASONS.get(word)
        if self.channel != "amazon" or not known:
            return super()._return_reason_name(word)
        return str(known)  # in the language of self.env

    # === ERRORS === #

    def _explain(self, error):
        sentence = SENTENCES.get(getattr(error, "code", ""))
        if self.channel != "amazon" or not sentence:
            return super()._explain(error)
        template = str(sentence)  # in the language of self.env
        text = template % self._amazon_values_of(error)
        if not error.reference:
            return text
        return self.env._(
            "%(text)s (Amazon's request id: %(reference)s)",
            text=text,
            reference=error.reference,
        )

    def _amazon_values_of(self, error):
        """Return what sentences about an error may name."""
        said = str(error)
        operation = said.partition(":")[0]
        role = ROLES.get(operation, "Inventory and Order Tracking")
        regions = self._fields["amazon_region"]._description_selection(self.env)
        return {
            "said": said,
            "operation": operation,
            "role": error.values.get("role", role),
            "minutes": max(1, round(getattr(error, "seconds", 0) / 60)),
            "region": next(
                (f"({label})" for key, label in regions if f"region {key}," in said), ""
            ),
        }
