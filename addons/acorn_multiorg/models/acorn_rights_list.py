from base64 import b64encode
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.acorn_base import sheet

UNUSED_PARAMETER = "acorn_multiorg.unused_days"
UNUSED_DAYS = 90
# Groups of Odoo and of Acorn that give much; those that are not there are left out.
WIDE_GROUPS = (
    *("base.group_system", "base.group_erp_manager", "base.group_allow_export"),
    *("account.group_account_manager", "account.group_account_user"),
    *("sales_team.group_sale_manager", "stock.group_stock_manager"),
    *("acorn_base.group_admin", "acorn_base.group_manager", "acorn_base.group_cost"),
)


class AcornRightsList(models.Model):
    """Who may do what, at one time: an XLSX file for those who look after rights."""

    _name = "acorn.rights.list"
    _description = "List of Rights"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "made_on desc, id desc"
    _rec_name = "file_name"

    made_on = fields.Datetime(required=True, readonly=True)
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        readonly=True,
    )
    people_count = fields.Integer(string="People", readonly=True)
    unused_count = fields.Integer(string="Unused Accounts", readonly=True)
    wide_count = fields.Integer(string="People with Wide Grants", readonly=True)
    file = fields.Binary(attachment=True, readonly=True)
    file_name = fields.Char(readonly=True)

    # === MAKING === #

    def action_make(self):
        """Make a list of now in the user's language, and open it."""
        if not self.env.user.has_group("acorn_base.group_admin"):
            raise AccessError(
                self.env._("The list of rights is made by administrators of Acorn.")
            )
        made = self._make(self.env.user)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("List of Rights"),
            "res_model": self._name,
            "res_id": made.id,
            "view_mode": "form",
        }

    @api.model
    def _cron_make(self):
        """Make a list in each language of the administrators, and tell them."""
        # sudo: a cron looks for all of them.
        users_sudo = self.env["res.users"].sudo()
        admins_sudo = users_sudo.search([("share", "=", False)]).filtered(
            lambda user: user.has_group("acorn_base.group_admin")
        )
        for admins in admins_sudo.grouped("lang").values():
            made = self._make(admins[0])
            for admin in admins:
                made._tell(admin)

    def _tell(self, admin):
        """Give an administrator the list to look through; Odoo writes an e-mail."""
        self = self.with_context(lang=admin.lang)
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=admin.id,
            summary=self.env._("Look through who may do what"),
            note=self.env._(
                "%(people)s people, %(unused)s unused accounts, %(wide)s with wide "
                "grants.",
                people=self.people_count,
                unused=self.unused_count,
                wide=self.wide_count,
            ),
        )

    @api.model
    def _make(self, reader):
        """Return a new list in the reader's language and time zone."""
        # sudo: the list tells of all people, whoever wrote or asked for it; only
        # administrators read it.
        self_sudo = self.sudo().with_context(lang=reader.lang, tz=reader.tz)
        rows = self_sudo._rows()
        now = fields.Datetime.now()
        content = sheet.write(self_sudo._columns(), [row["cells"] for row in rows])
        made_sudo = self_sudo.create(
            {
                "made_on": now,
                "lang": reader.lang,
                "people_count": len(rows),
                "unused_count": sum(row["unused"] for row in rows),
                "wide_count": sum(row["wide"] for row in rows),
                "file": b64encode(content),
                "file_name": self_sudo.env._("Rights %s.xlsx", now.date()),
            }
        )
        return made_sudo.with_env(self.env)

    # === WHAT IT SAYS === #

    def _columns(self):
        return [
            (self.env._("Person"), 28),
            (self.env._("Login"), 28),
            (self.env._("Roles"), 28),
            (self.env._("Scopes"), 44),
            (self.env._("Companies"), 36),
            (self.env._("Groups That Give Much"), 60),
            (self.env._("Last Sign-In"), 18),
            (self.env._("Second Factor"), 14),
            (self.env._("API Keys"), 10),
            (self.env._("Unused"), 24),
            (self.env._("Wide Grants"), 60),
        ]

    def _rows(self):
        """Return a dict for each internal person: the cells, and what is counted."""
        people = self.env["res.users"].search([("share", "=", False)], order="name")
        keys = dict(
            self.env["res.users.apikeys"]._read_group(
                [("user_id", "in", people.ids)], ["user_id"], ["__count"]
            )
        )
        return [self._row(person, keys.get(person, 0)) for person in people]

    def _row(self, person, keys):
        roles = person._acorn_roles()
        unused = self._unused(person)
        wide = self._wide(person, roles, keys)
        cells = [
            person.name,
            person.login,
            self._names(roles),
            "\n".join(person.acorn_scope_ids.mapped("node")),
            self._names(person.company_ids),
            self._names(self._wide_groups() & person.all_group_ids, "full_name"),
            self._shown_time(person.login_date),
            self.env._("yes") if person.totp_enabled else self.env._("no"),
            str(keys),
            unused,
            "\n".join(wide),
        ]
        return {"cells": cells, "unused": bool(unused), "wide": bool(wide)}

    def _names(self, records, name="name"):
        return ", ".join(records.mapped(name))

    def _shown_time(self, moment):
        if not moment:
            return self.env._("never")
        local = fields.Datetime.context_timestamp(self, moment)
        return local.strftime("%Y-%m-%d %H:%M")

    def _wide_groups(self):
        refs = (self.env.ref(name, False) for name in WIDE_GROUPS)
        return self.env["res.groups"].union(*filter(None, refs))

    def _unused(self, person):
        """Return in words that nobody has signed in for long, or nothing."""
        days = int(
            self.env["ir.config_parameter"].get_param(UNUSED_PARAMETER, UNUSED_DAYS)
        )
        last = person.login_date or person.create_date
        if not days or last > fields.Datetime.now() - timedelta(days=days):
            return ""
        if person.login_date:
            return self.env._("no sign-in for %s days", days)
        return self.env._("never signed in")

    def _wide(self, person, roles, keys):
        """Return in words what is worth a second look."""
        top = person.acorn_scope_ids.filtered(
            lambda scope: scope.unit_id and not scope.unit_id.acorn_superior_id
        )
        asked = person.has_group("acorn_base.group_admin") or person.has_group(
            "acorn_multiorg.group_finance"
        )
        facts = (
            (person.has_group("acorn_base.group_admin"), self.env._("administrator")),
            (person.has_group("base.group_system"), self.env._("Odoo's settings")),
            (
                person.has_group("base.group_erp_manager"),
                self.env._("gives rights in Odoo"),
            ),
            (
                top.filtered(lambda scope: not scope.region_ids),
                self.env._("scope at headquarters"),
            ),
            (len(roles) > 1, self.env._("several roles")),
            (
                asked and not person.totp_enabled,
                self.env._("no second factor, though the role asks for one"),
            ),
            (keys, self.env._("API keys")),
        )
        return [words for fact, words in facts if fact]
