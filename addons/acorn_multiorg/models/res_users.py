from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import config

ADMINISTRATORS = ("acorn_base.group_admin", "base.group_erp_manager")
REACHED = {"acorn_site_ids", "acorn_shop_ids", "acorn_given_company_ids"}
SECOND_FACTOR = "acorn_multiorg.second_factor"
# Who signs in with a second factor.
TWICE = "acorn_multiorg.group_finance,acorn_multiorg.group_administrator"


class ResUsers(models.Model):
    _inherit = "res.users"

    acorn_scope_ids = fields.One2many("acorn.scope", "user_id", string="Scopes")
    acorn_site_ids = fields.Many2many(
        "acorn.site",
        "acorn_site_res_users_rel",
        "res_users_id",
        "acorn_site_id",
        string="Sites",
        readonly=True,
        copy=False,
        context={"active_test": False},
        help="All that the scopes give.",
    )
    acorn_shop_ids = fields.Many2many(
        "acorn.shop",
        "acorn_shop_res_users_rel",
        "res_users_id",
        "acorn_shop_id",
        string="Shops",
        readonly=True,
        copy=False,
        context={"active_test": False},
        help="All that the scopes give.",
    )

    acorn_reaches_all = fields.Boolean(
        compute="_compute_acorn_reaches_all",
        compute_sudo=True,
        help="Rules that name every site would cost and narrow nothing.",
    )
    acorn_given_company_ids = fields.Many2many(
        "res.company",
        "acorn_given_company_rel",
        "user_id",
        "company_id",
        string="Companies by Scopes",
        readonly=True,
        copy=False,
        help="They go when the scopes that gave them go.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals or "company_ids" in vals:
            self.env["acorn.scope"]._sync(self)
        return result

    def _has_field_access(self, field, operation):
        """What scopes give nobody writes by hand."""
        if operation == "write" and field.name in REACHED and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def _acorn_change_companies(self, gives, takes):
        """Give and take companies that scopes are the reason for.

        The main company changes to one that is left. Odoo wants one: the last one stays
        until there is another.

        :param gives, takes: ids of ``res.company``
        """
        left = (self.company_ids.filtered("active").ids + list(gives)) or []
        left = [each for each in left if each not in takes]
        main = self.company_id.id
        if main in takes and not left:
            takes = [each for each in takes if each != main]
        elif main in takes:
            main = left[0]
        commands = [Command.link(each) for each in gives]
        commands += [Command.unlink(each) for each in takes]
        if commands:
            values = {"company_ids": commands, "acorn_given_company_ids": commands}
            self.write(values | {"company_id": main})

    def _acorn_is_administrator(self):
        """Return whether only administrators may change what the user may see."""
        return any(self.has_group(group) for group in ADMINISTRATORS)

    # === SECOND FACTOR === #

    acorn_second_factor = fields.Selection(
        [
            ("no", "Not Asked For"),
            ("app", "Authenticator App"),
            ("mail", "Code by E-Mail"),
            ("unsendable", "Missing: This Server Sends No E-Mail"),
            ("address", "Missing: No E-Mail Address"),
        ],
        string="Second Factor",
        compute="_compute_acorn_second_factor",
        compute_sudo=True,
        help="Finance and Administrators sign in with a second factor: a code that is "
        "mailed to them, or an authenticator app if they set one up.",
    )

    @api.depends("email", "group_ids", "totp_secret")
    def _compute_acorn_second_factor(self):
        wanted = self.env["ir.config_parameter"].get_param(SECOND_FACTOR)
        sends = bool(wanted) and self._acorn_sends_mail()
        for user in self:
            if user.totp_enabled:
                user.acorn_second_factor = "app"
            elif not wanted or not user.has_groups(TWICE):
                user.acorn_second_factor = "no"
            elif not sends:
                user.acorn_second_factor = "unsendable"
            else:
                user.acorn_second_factor = "mail" if user.email else "address"

    @api.model
    def _acorn_sends_mail(self):
        """Return whether this server was told how to send e-mail.

        Odoo's own guess, a mail server on this machine, is no answer.
        """
        # sudo: whether there is one, not which.
        told = config["smtp_server"] and "smtp_server" in (
            config._cli_options.keys()
            | config._env_options.keys()
            | config._file_options.keys()
        )
        return bool(told or self.env["ir.mail_server"].sudo().search_count([], limit=1))

    def _mfa_type(self):
        """Let who keeps books or the system show twice who it is.

        Nobody is locked out by a code that cannot reach them: this is told instead.
        """
        known = super()._mfa_type()
        if known is None and self.acorn_second_factor == "mail":
            return "totp_mail"
        return known

    # === SCOPE === #

    def _acorn_knows_names_only(self):
        """Return whether the user works with what shops sell, not with shops."""
        return self._is_internal() and not self.has_group("acorn_base.group_user")

    def _acorn_everywhere(self):
        """Return whether scopes do not narrow what the user sees of channels.

        Portal users see by Odoo's own rules what is addressed to them.
        """
        self.ensure_one()
        return (
            self._is_superuser()
            or self.share
            or self.has_group("acorn_base.group_admin")
        )

    @api.depends("acorn_site_ids", "acorn_shop_ids")
    def _compute_acorn_reaches_all(self):
        everything = [
            self.env[model].with_context(active_test=False).search_count([])
            for model in ("acorn.site", "acorn.shop")
        ]
        for user in self:
            reached = [len(user.acorn_site_ids), len(user.acorn_shop_ids)]
            user.acorn_reaches_all = reached == everything

    def _acorn_site_ids(self):
        """Return the ids of the sites a user works with, or None: all of them."""
        return self._acorn_reached("acorn_site_ids")

    def _acorn_shop_ids(self):
        """Return the ids of the shops a user works with, or None: all of them."""
        return self._acorn_reached("acorn_shop_ids")

    def _acorn_reached(self, name):
        # sudo: what limits people is read for them.
        user_sudo = self.sudo()
        if self._acorn_everywhere() or user_sudo.acorn_reaches_all:
            return None
        return tuple(user_sudo[name].ids)

    def _acorn_grants_roles(self):
        """Return whether the user may give roles other than the least ones."""
        return self._is_superuser() or self.has_group("acorn_base.group_admin")

    def _acorn_unit_ids(self):
        """Return the ids of the units whose rules a user sets, or None: all of them.

        Those of the scopes, as a whole, and all below them.
        """
        if self._acorn_everywhere():
            return None
        # sudo: as for sites.
        scopes_sudo = self.sudo().acorn_scope_ids
        whole_sudo = scopes_sudo.filtered(lambda s: s.active and not s.region_ids)
        units_sudo = whole_sudo.unit_id
        return tuple(units_sudo._acorn_below().ids) if units_sudo else ()

    def _acorn_companies(self, first):
        """Return the context of work in all companies of the user, one first."""
        ids = sorted(self._get_company_ids(), key=lambda id_: (id_ != first.id, id_))
        return {"allowed_company_ids": ids}

    # === WHO MAY DO WHAT === #

    def _acorn_roles(self):
        """Return the groups of the roles that were given, without those they imply."""
        # sudo: what people may do is looked at by those who may not change it.
        self_sudo = self.sudo()
        privilege_sudo = self_sudo.env.ref("acorn_multiorg.res_groups_privilege_role")
        roles_sudo = self_sudo.group_ids.filtered_domain(
            [("privilege_id", "=", privilege_sudo.id)]
        )
        implied = roles_sudo.mapped(lambda r: r.all_implied_ids - r)
        return (roles_sudo - implied).sorted("sequence").with_env(self.env)

    def action_acorn_preview(self):
        """Show what the person sees, and why."""
        self.ensure_one()
        preview = self.env["acorn.preview"].create({"user_id": self.id})
        return preview._get_action()
