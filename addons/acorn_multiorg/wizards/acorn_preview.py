from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tools.safe_eval import safe_eval

from ..preview import COUNTED, OPERATIONS, shown_count, shown_domain

NAMES = 5  # of records of each model
LOOKED_AT = 200  # newest records, to find names that the viewer may read, too


class AcornPreview(models.TransientModel):
    """Shows what a person sees, and which rights and rules are the reason.

    Looked up as that person, each time: nothing is kept but what was shown.
    """

    _name = "acorn.preview"
    _description = "Access Preview"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        ondelete="cascade",
        domain="[('id', 'in', choice_ids)]",
    )
    choice_ids = fields.Many2many("res.users", compute="_compute_choice_ids")
    company_names = fields.Char(string="Companies", readonly=True)
    role_names = fields.Char(string="Roles", readonly=True)
    scope_names = fields.Text(string="Scopes", readonly=True)
    menus = fields.Text(readonly=True)
    line_ids = fields.One2many(
        "acorn.preview.line", "preview_id", string="Documents", readonly=True
    )

    @api.depends_context("uid")
    def _compute_choice_ids(self):
        self.choice_ids = self._people()

    @api.model_create_multi
    def create(self, vals_list):
        previews = super().create(vals_list)
        previews._look()
        return previews

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            self._look()
        return result

    def action_look(self):
        """Look again: rights may have changed meanwhile."""
        self.ensure_one()
        self._look()
        return self._get_action()

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Access Preview"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    # === WHO MAY LOOK AT WHOM === #

    @api.model
    def _people(self):
        """Return whom the user may look at.

        Administrators look at all who work in Odoo, group managers at those whose
        scopes are all within their own.
        """
        # sudo: group managers need not be able to read accounts.
        users_sudo = self.env["res.users"].sudo()
        internal = users_sudo.search([("share", "=", False)])
        if self.env.user.has_group("acorn_base.group_admin"):
            return internal.with_env(self.env)
        # sudo: scopes elsewhere count, too.
        scopes_sudo = self.env["acorn.scope"].sudo()
        grantable = self.env["acorn.scope"]._grantable()
        within = scopes_sudo.browse(grantable or ()).user_id
        elsewhere = scopes_sudo.search([("id", "not in", list(grantable or ()))])
        people = (within - elsewhere.user_id) & internal
        people = people.filtered(lambda each: not each._acorn_is_administrator())
        return people.with_env(self.env)

    def _check_people(self):
        refused = self.user_id - self._people()
        if refused:
            # sudo: the sentence names whom the user chose.
            names = ", ".join(refused.sudo().mapped("name"))
            raise AccessError(
                self.env._(
                    "You cannot look at what %s sees: a group manager looks at people "
                    "whose scopes are all within the own ones; ask an administrator "
                    "of Acorn.",
                    names,
                )
            )

    # === WHAT THEY SEE === #

    def _look(self):
        """Write down what the people see now."""
        self._check_people()
        self.env.flush_all()
        for preview in self:
            # sudo: what was looked up is written for the viewer, who may only read it.
            preview_sudo = preview.sudo()
            preview_sudo.write(preview._values())

    def _values(self):
        # sudo: who looks at a person may know roles, companies and scopes.
        person_sudo = self.user_id.sudo()
        # sudo: the names of roles.
        groups_sudo = person_sudo._acorn_roles().sudo()
        scopes = person_sudo.acorn_scope_ids
        return {
            "company_names": ", ".join(person_sudo.company_ids.mapped("name")),
            "role_names": ", ".join(groups_sudo.mapped("name")),
            "scope_names": "\n".join(f"{each.node}: {each.reach}" for each in scopes)
            or self._no_scope(),
            "menus": "\n".join(self._menus()),
            "line_ids": [Command.clear(), *map(Command.create, self._lines())],
        }

    def _no_scope(self):
        if self.user_id._acorn_everywhere():
            return self.env._("None is needed: administrators of Acorn see all shops.")
        return self.env._("None: nothing of any shop is seen.")

    def _as_person(self, model):
        """Return a model as the person has it, with all own companies ticked."""
        # sudo: which companies these are.
        person_sudo = self.user_id.sudo()
        companies = person_sudo.company_id | person_sudo.company_ids
        context = {
            "allowed_company_ids": companies.ids,
            "lang": self.env.user.lang,
            "tz": self.env.user.tz,
        }
        return self.env(user=person_sudo.id, su=False, context=context)[model]

    def _menus(self):
        """Return the paths of all menus of the person that open something."""
        menus = self._as_person("ir.ui.menu").load_menus(False)
        found = []

        def walk(menu_id, path):
            menu = menus[menu_id]
            path = [*path, menu["name"]]
            if not menu["children"]:
                found.append(" / ".join(path))
            for child in menu["children"]:
                walk(child, path)

        for menu_id in menus["root"]["children"]:
            walk(menu_id, [])
        return found

    def _lines(self):
        lines = [self._line(model) for model in self.env["ir.model"]._acorn_carriers()]
        return sorted(lines, key=lambda line: (not line["reads"], line["name"]))

    def _line(self, model):
        Model = self._as_person(model)
        rights = {each: Model.has_access(each) for each, _field in OPERATIONS}
        # sudo: the name of a model.
        model_sudo = self.env["ir.model"].sudo()._get(model)
        line = {
            "name": model_sudo.name,
            "model": model,
            "count_shown": "",
            "rule_ids": [Command.create(rule) for rule in self._rules(Model)],
            "groups_shown": self._rights_shown(model),
        }
        line |= {field: rights[operation] for operation, field in OPERATIONS}
        if rights["read"]:
            line["count_shown"] = shown_count(Model.search_count([], limit=COUNTED + 1))
            line["sample"] = ", ".join(self._sample(Model))
        return line

    def _sample(self, Model):
        """Return a few names of what the person sees newest, and the viewer, too."""
        if not Model._auto:  # an analysis: its rows have no names
            return []
        everything = self.env.user.has_group("acorn_base.group_admin")
        found = Model.search(
            [], order="id desc", limit=NAMES if everything else LOOKED_AT
        )
        if not everything:
            companies = self.env.user.company_ids.ids
            found = found.with_env(self.env(su=False))
            found = found.with_context(allowed_company_ids=companies)
            found = found._filtered_access("read")[:NAMES]
        try:
            return [each.display_name or "" for each in found]
        except AccessError:  # a name of things that are not for the reader's eyes
            return []

    # === WHY === #

    def _rights_shown(self, model):
        """Return which of the person's groups give what, in words."""
        # sudo: rights are looked at for the person.
        access_sudo = self.env["ir.model.access"].sudo()
        person_sudo = self.user_id.sudo()
        given_sudo = access_sudo.search(
            Domain("model_id.model", "=", model)
            & (
                Domain("group_id", "=", False)
                | Domain("group_id", "in", person_sudo.all_group_ids.ids)
            )
        )
        words = {
            "perm_read": self.env._("Read"),
            "perm_write": self.env._("Write"),
            "perm_create": self.env._("Create"),
            "perm_unlink": self.env._("Delete"),
        }
        shown = []
        for field, word in words.items():
            giving = given_sudo.filtered(field)
            names = [
                each.group_id.full_name or self.env._("everybody") for each in giving
            ]
            names = ", ".join(dict.fromkeys(names)) or self.env._("no group of theirs")
            shown.append(f"{word}: {names}")
        return "\n".join(shown)

    def _rules(self, Model):
        """Return the values of the record rules that hold for the person."""
        Rules = Model.env["ir.rule"]
        context = Rules._eval_context()
        found = {}
        for name in (Model._name, *Model._inherits):
            for operation, field in OPERATIONS:
                for rule in Rules._get_rules(name, operation):
                    found.setdefault(rule.id, {})[field] = True
        values = []
        # sudo: rules are looked at for the person.
        for rule_sudo in self.env["ir.rule"].sudo().browse(found):
            domain = rule_sudo.domain_force
            domain = safe_eval(domain, context) if domain else []
            groups = rule_sudo.groups & self.user_id.sudo().all_group_ids
            values.append(
                {
                    "rule_id": rule_sudo.id,
                    "name": rule_sudo.name or rule_sudo.model_id.name,
                    "groups_shown": ", ".join(groups.mapped("full_name"))
                    or self.env._("everybody"),
                    "domain_shown": shown_domain(domain),
                    **found[rule_sudo.id],
                }
            )
        return values
