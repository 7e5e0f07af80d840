from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ANSWERS = [("yes", "Yes"), ("no", "No")]


class AcornNewUnit(models.TransientModel):
    """Asks in plain words, says what will be made, and makes the right thing."""

    _name = "acorn.new.unit"
    _description = "New Unit"
    _inherit = ["acorn.unit.maker"]

    name = fields.Char()
    # Companies of the own scopes that are not ticked now cannot be read otherwise.
    allowed_ids = fields.Many2many(
        "res.company", compute="_compute_allowed_ids", compute_sudo=True
    )
    unit_id = fields.Many2one("res.company", string="Below")
    same_entity = fields.Selection(ANSWERS, string="Same legal entity?")
    same_money = fields.Selection(ANSWERS, string="Same currency and country?")
    own_books = fields.Selection(ANSWERS, string="Own books to close?")
    own_people = fields.Selection(ANSWERS, string="Own people and warehouse?")
    kind = fields.Selection(
        [
            ("shop", "Shop"),
            ("branch", "Branch Company"),
            ("company", "Company of Its Own"),
        ],
        compute="_compute_kind",
    )
    level = fields.Selection(
        [("branch", "Branch, with stores below it"), ("store", "Store")],
        compute="_compute_level",
        store=True,
        readonly=False,
    )
    unit_level = fields.Selection(related="unit_id.acorn_level", string="Level Above")
    channel = fields.Selection(
        lambda self: self.env["acorn.shop"]._get_channels(),
        default=lambda self: self.env["acorn.shop"]._default_channel(),
    )
    country_id = fields.Many2one("res.country")
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        context={"active_test": False},
    )
    problem = fields.Text(compute="_compute_problem")
    summary = fields.Html(compute="_compute_summary", sanitize=False)

    @api.model
    def _action_open(self):
        """Open the dialog on all companies of the person, the current one first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_multiorg.acorn_new_unit_window"
        )
        return action | {"context": self.env.user._acorn_companies(self.env.company)}

    # === WHERE === #

    @api.depends_context("uid")
    def _compute_allowed_ids(self):
        self.allowed_ids = self._allowed()

    @api.model
    def _allowed(self):
        """Return the units below which the person may make new ones."""
        # sudo: administrators and group managers see units that are not theirs yet.
        Companies_sudo = self.env["res.company"].sudo()
        if self.env.user._acorn_everywhere():
            return Companies_sudo.search([])
        scopes_sudo = self.env.user.sudo().acorn_scope_ids
        whole = scopes_sudo.filtered(lambda s: s.active and not s.region_ids)
        return whole.unit_id._acorn_below()

    # === WHAT === #

    @api.depends("same_entity", "same_money", "own_books", "own_people")
    def _compute_kind(self):
        for wizard in self:
            wizard.kind = wizard._kind()

    def _kind(self):
        if self.same_entity == "no" or self.same_money == "no":
            return "company"
        if not (self.same_entity and self.same_money and self.own_books):
            return False
        if self.own_books == "yes":
            return "branch"
        return "shop" if self.own_people else False

    @api.depends("unit_id")
    def _compute_level(self):
        for wizard in self:
            below_branch = wizard.unit_id.acorn_level == "branch"
            wizard.level = "store" if below_branch else "branch"

    @api.depends("country_id")
    def _compute_currency_id(self):
        for wizard in self:
            country = wizard.country_id
            wizard.currency_id = country.currency_id or wizard.currency_id

    # === WHY NOT === #

    @api.depends("name", "unit_id", "kind", "country_id", "currency_id", "channel")
    def _compute_problem(self):
        for wizard in self:
            wizard.problem = wizard._problem()

    def _problem(self):
        """Return why the unit cannot be made yet, or False."""
        if not self.kind or not self.unit_id or not self.name:
            return False
        if self.kind == "shop":
            return not self.channel and self.env._(
                "No sales channel is installed: install the app of one first."
            )
        return (
            self._place_problem()
            or self._name_problem()
            or (self.kind == "company" and self._chart_problem())
        )

    def _place_problem(self):
        # sudo: as for the units that may be chosen.
        return self.unit_id.sudo().acorn_level == "store" and self.env._(
            "%s is a store: nothing but its shops is below it. Choose the branch "
            "above, or answer that no books of its own are needed.",
            self.unit_id.name,
        )

    def _name_problem(self):
        # sudo: names of companies are unique, those of strangers included.
        Companies_sudo = self.env["res.company"].sudo().with_context(active_test=False)
        taken = Companies_sudo.search_count([("name", "=", self.name)], limit=1)
        return bool(taken) and self.env._(
            "There is a company %s already, perhaps an archived one. Choose another "
            "name.",
            self.name,
        )

    def _chart_problem(self):
        if not self.country_id or not self.currency_id:
            return False
        _code, chart = self._chart_of(self.country_id)
        return not chart["installed"] and self._missing_sentence(self.country_id, chart)

    # === THE SUMMARY === #

    @api.depends(
        *("name", "unit_id", "kind", "level", "country_id", "currency_id"),
        "own_people",
    )
    def _compute_summary(self):
        for wizard in self:
            if not (wizard.kind and wizard.unit_id and wizard.name):
                wizard.summary = False
                continue
            parts = (
                (self.env._("Why this is right"), [wizard._why()]),
                (self.env._("What is made"), wizard._what()),
                (self.env._("What cannot be changed later"), wizard._for_ever()),
            )
            wizard.summary = Markup().join(_section(*part) for part in parts)

    def _why(self):
        if self.kind == "shop":
            return self.env._(
                "A shop of %s: the same legal entity, currency and books. Its figures "
                "are told apart by its analytic account; stock, cost prices and the "
                "tax return stay together.",
                self.unit_id.name,
            )
        if self.kind == "branch":
            return self.env._(
                "A branch company: the same legal entity, currency and country, and "
                "books that it closes itself. It uses the chart of accounts, taxes and "
                "fiscal year of %s.",
                self.unit_id.name,
            )
        return self.env._(
            "A company of its own: another legal entity, currency or country needs "
            "its own chart of accounts, taxes and fiscal year. A branch shares all of "
            "these."
        )

    def _what(self):
        """Return a sentence for each thing that will be made."""
        made = {
            "shop": self._what_shop,
            "branch": self._what_company,
            "company": self._what_company,
        }[self.kind]()
        # sudo: as for the units that may be chosen.
        if not self.unit_id.sudo().acorn_level:
            made.append(
                self.env._("%s becomes a headquarters.", self.unit_id.name),
            )
        return made

    def _what_shop(self):
        names = {"name": self.name, "unit": self.unit_id.name}
        made = [
            self.env._(
                "Shop %(name)s in %(unit)s, not connected yet: its form opens next.",
                **names,
            ),
            self.env._("Analytic account %(name)s in the plan Shops.", **names),
            self.env._("Sales team %(name)s.", **names),
            self.env._(
                "Journal Clearing %(name)s, for what the channel owes.", **names
            ),
        ]
        if self.own_people == "yes":
            made.append(
                self.env._(
                    "Warehouse %(name)s, from which the shop's sites ship.", **names
                )
            )
        return made

    def _what_company(self):
        levels = dict(
            self.env["res.company"]
            ._fields["acorn_level"]
            ._description_selection(self.env)
        )
        made = [
            self.env._(
                "Company %(name)s, a %(level)s below %(unit)s.",
                name=self.name,
                level=levels.get(self.level, "").lower(),
                unit=self.unit_id.name,
            ),
            self.env._("Warehouse %s.", self.name),
            self.env._(
                "Cost prices as in %s, converted where the currency differs.",
                self.unit_id.name,
            ),
            self.env._("You and those who work above it may choose the company."),
        ]
        if self.kind == "company" and self.country_id:
            _code, chart = self._chart_of(self.country_id)
            made.append(
                self.env._(
                    "Chart of accounts %(chart)s, in %(currency)s.",
                    chart=chart["name"],
                    currency=self.currency_id.name or "-",
                )
            )
        return made

    def _for_ever(self):
        """Return a sentence for each thing that stays as it is made now."""
        if self.kind == "shop":
            return [
                self.env._("The company of a shop, once it has orders."),
                self.env._("All else can be changed: name, team, warehouse, accounts."),
            ]
        if self.kind == "branch":
            return [
                self.env._(
                    "It is a branch of %s for ever: it cannot move to another company, "
                    "nor become one of its own.",
                    self.unit_id.name,
                ),
                self.env._(
                    "Currency, chart of accounts and fiscal year: they are those of "
                    "the company above."
                ),
                self.env._("With documents it is archived, never deleted."),
            ]
        return [
            self.env._("It can never become a branch of another company."),
            self.env._(
                "Currency and chart of accounts, as soon as there is one entry."
            ),
            self.env._("With documents it is archived, never deleted."),
            self.env._("The unit above it can be changed at any time."),
        ]

    # === DO IT === #

    def action_create_unit(self):
        """Make what the summary says, or nothing."""
        self.ensure_one()
        self._check_ready()
        # sudo: the unit was checked to be one of the person's.
        superior_sudo = self.unit_id.sudo()
        if not superior_sudo.acorn_level:
            superior_sudo.acorn_level = "headquarters"
        make = {
            "shop": self._make_own_shop,
            "branch": self._make_own_branch,
            "company": self._make_own_company,
        }[self.kind]
        record_sudo = make(superior_sudo)
        self.env["acorn.scope"]._sync()
        return self.env["acorn.unit"]._opening(record_sudo)

    def _check_ready(self):
        if self.unit_id not in self._allowed():
            raise AccessError(
                self.env._(
                    "You may make units below your own ones only. Choose one of these, "
                    "or ask an administrator."
                )
            )
        missing = not (self.name and self.kind) or (
            self.kind == "company" and not (self.country_id and self.currency_id)
        )
        if missing:
            raise UserError(
                self.env._("Some questions have no answer yet. Answer them first.")
            )
        if self.problem:
            raise UserError(self.problem)

    def _make_own_shop(self, superior):
        values = {
            "name": self.name,
            "channel": self.channel,
            "company_id": superior.id,
        }
        return self._make_shop(values, self.own_people == "yes")

    def _make_own_branch(self, superior):
        return self._make_branch(self._company_values(), superior)

    def _make_own_company(self, superior):
        place = {"country_id": self.country_id.id, "currency_id": self.currency_id.id}
        return self._make_root({**self._company_values(), **place}, superior)

    def _company_values(self):
        return {"name": self.name, "acorn_level": self.level}


def _section(title, sentences):
    items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences)
    return Markup("<h6>%s</h6><ul>%s</ul>") % (title, items)
