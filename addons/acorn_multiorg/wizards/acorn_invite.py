from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import email_normalize

# The least first: customer service reads and writes notes; the warehouse moves stock.
ROLES = [
    ("service", "Customer Service"),
    ("warehouse", "Warehouse"),
    ("operations", "Operations"),
    ("finance", "Finance"),
    ("shop_manager", "Shop Manager"),
    ("group_manager", "Group Manager"),
]
BY_GROUP_MANAGERS = {"service", "warehouse"}


class AcornInvite(models.TransientModel):
    """Makes the account of a new employee, with a scope and the least role."""

    _name = "acorn.invite"
    _description = "Invite a Person"

    name = fields.Char(required=True)
    email = fields.Char(string="E-mail", required=True, help="Is the login, too.")
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.user.lang or "en_US",
    )
    role = fields.Selection(
        ROLES,
        required=True,
        default="service",
        help="Customer Service has the fewest rights: it reads orders, writes notes, "
        "while the warehouse moves stock. Other roles are given by administrators.",
    )
    unit_id = fields.Many2one("res.company")
    shop_id = fields.Many2one("acorn.shop")
    site_id = fields.Many2one("acorn.site")
    region_ids = fields.Many2many("acorn.region", string="Only Regions")

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id:
            self.shop_id = self.site_id = False

    @api.onchange("shop_id")
    def _onchange_shop_id(self):
        if self.shop_id:
            self.unit_id = self.site_id = False

    @api.onchange("site_id")
    def _onchange_site_id(self):
        if self.site_id:
            self.unit_id = self.shop_id = False

    def action_invite(self):
        """Make the account and its scope; Odoo's own letter asks for a password."""
        self.ensure_one()
        self._check_role()
        email = self._check_email()
        user = self._make_user(email)
        self.env["acorn.scope"].create(self._scope_values(user))
        # sudo: group managers have no right on accounts; this one was made just now.
        user_sudo = user.sudo().with_context(create_user=True)
        user_sudo.action_reset_password()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s gets an e-mail to choose a password.", email),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_role(self):
        if self.env.user._acorn_grants_roles() or self.role in BY_GROUP_MANAGERS:
            return
        raise AccessError(
            self.env._(
                "You may invite people as Customer Service or Warehouse; other roles "
                "are given by an administrator."
            )
        )

    def _check_email(self):
        """Return the address as Odoo compares it."""
        email = email_normalize(self.email)
        if not email:
            raise UserError(
                self.env._("%s is not an e-mail address; correct it.", self.email)
            )
        # sudo: archived accounts count, too, and those of portal users.
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        known = users_sudo.search(
            ["|", ("login", "=ilike", email), ("email_normalized", "=", email)], limit=1
        )
        if known:
            raise UserError(
                self.env._(
                    "There is an account with %s already. Give that person a scope "
                    "instead; an archived account is restored by an administrator.",
                    email,
                )
            )
        return email

    def _make_user(self, email):
        """Return the new person, who is in the company of the node for a start.

        It counts as given by the scope, which tells the companies once it is made.
        """
        company = self.unit_id or (self.shop_id or self.site_id).company_id
        if not company:
            raise UserError(
                self.env._("Choose where the person works: a unit, a shop or a site.")
            )
        # sudo: group managers may make no accounts but by this wizard, which decides
        # on all that an account may do.
        users_sudo = self.env["res.users"].sudo().with_context(no_reset_password=True)
        groups = self.env.ref("base.group_user") | self.env.ref(
            f"acorn_multiorg.group_{self.role}"
        )
        user_sudo = users_sudo.create(
            {
                "name": self.name,
                "login": email,
                "email": email,
                "lang": self.lang,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "acorn_given_company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(groups.ids)],
            }
        )
        return user_sudo.with_env(self.env)

    def _scope_values(self, user):
        return {
            "user_id": user.id,
            "unit_id": self.unit_id.id,
            "shop_id": self.shop_id.id,
            "site_id": self.site_id.id,
            "region_ids": [Command.set(self.region_ids.ids)],
        }
