import logging
import time

from odoo.exceptions import AccessError, MissingError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .carriers import CARRIERS
from .group_world import SHOPS, WorldCase
from .matrix import MATRIX, READINGS, RIGHTS, ROLES, SCOPES

_logger = logging.getLogger(__name__)
REFUSALS = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
# Of Acorn, and tell nothing of any shop.
NO_SHOPS = {"acorn.known.carrier", "acorn.region", "acorn.return.reason"}
# Who sees what of these is not said by the scope's shops; each has tests of its own.
OF_PEOPLE = {"acorn.scope", "acorn.unit", "acorn.audit"}
# Of units, templates and warehouses; each has tests of its own.
OF_UNITS = {
    *("acorn.setting", "acorn.setting.line", "acorn.drift", "acorn.stock.change"),
    *("acorn.replacement", "acorn.replacement.line"),
    *("acorn.shop.template", "acorn.shop.template.line"),
}
# In a scope as soon as they are there: their create looks, and test_roles at it.
MADE_FIRST = {"acorn.shop", "acorn.site"}
# Guard what no role may do by itself, only with a right of Odoo's own beside it
# (test_roles), or settings that come from a unit above: these have tests of their own.
BESIDE_ROLES = {
    "Carrier Code: change what is one's own",
    "Hold Rule: change what is one's own",
    "Stock Rule: change what is one's own",
    "Profit: accountants see what is of no shop, too",
    "Profit: managers see what is of shops",
    "Profit of Months: accountants see what is of no shop",
    "Profit of Months: managers see what is of shops",
    "Profit of SKUs: accountants see what is of no shop, too",
    "Profit of SKUs: managers see what is of shops",
    "Contact: only administrators delete a channel's",
    "Sales Order: only administrators delete a channel's",
    "Stock Move: only administrators delete a channel's",
}
# Odoo's own, of a company: a warehouse is where deliveries of many shops may leave.
OF_COMPANIES = {
    "stock.warehouse",
    # Of the books of companies: their rules stand beside those of the finance addon.
    *("acorn.fee.rule", "acorn.nature.account", "acorn.stock.value"),
    *("acorn.overhead", "acorn.tax.report"),
    *("acorn.consolidation", "acorn.consolidation.rate", "acorn.consolidation.line"),
}


@tagged("post_install", "-at_install")
class TestIsolation(WorldCase):
    """Every role × scope × model × operation: what is reached, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        node = {
            "headquarters": {"unit_id": cls.hq.id},
            "branch": {"unit_id": cls.units["us"].id},
            "store": {"unit_id": cls.units["store"].id},
            "shop": {"shop_id": cls.shops["us1"].id},
            "site": {"site_id": cls.sites["de1", "DE"].id},
            "region": {
                "unit_id": cls.hq.id,
                "region_ids": [Command.set(cls.america.ids)],
            },
            "none": {},
        }
        # Whether people may export at all is a right of Odoo's own.
        export = cls.env.ref("base.group_allow_export")
        cls.people = {}
        for role in ROLES:
            groups = () if role == "no_role" else (f"group_{role}",)
            for scope, (units, _sites) in SCOPES.items():
                person = cls.make_person(f"{role} {scope}", *groups)
                home = cls.units[units[0]]
                person.write(
                    {
                        "company_id": home.id,
                        "company_ids": [Command.set(home.ids)],
                        "group_ids": [Command.link(export.id)],
                    }
                )
                if node[scope]:
                    cls.env["acorn.scope"].create({"user_id": person.id, **node[scope]})
                cls.people[role, scope] = person
        cls.env.flush_all()
        cls.env.invalidate_all()

    # === WHAT IS EXPECTED === #

    def expected(self, role, scope, model):
        """Return operation → set of keys of the records that it reaches."""
        letters = MATRIX[model][role]
        units, sites = SCOPES[scope]
        of_companies = {k for k in self.records[model] if SHOPS[k[0]][0] in units}
        if role == "administrator":
            within = of_companies
        else:
            shops = {shop for shop, _site in sites}
            within = {
                (shop, site)
                for shop, site in self.records[model]
                if ((shop, site) in sites if site else shop in shops)
            }
        cell = {
            operation: within if letter in letters else set()
            for letter, operation in RIGHTS.items()
        }
        if model in MADE_FIRST and "c" in letters:
            cell["create"] = of_companies
        return cell | {reading: cell["read"] for reading in READINGS}

    # === WHAT IS SO === #

    def actual(self, role, scope, model):
        """Return operation → set of keys, as the person's own requests find them."""
        person = self.people[role, scope]
        companies = person.company_id | person.company_ids
        context = {"allowed_company_ids": companies.ids, "active_test": False}
        Model = self.env(user=person.id, su=False, context=context)[model]
        keys = {record.id: key for key, record in self.records[model].items()}
        records = Model.browse(keys)
        cell = {
            mode: {keys[each] for each in self._reached(records, mode)._ids}
            for mode in RIGHTS.values()
        }
        for reading in READINGS:
            try:
                found = getattr(self, f"_{reading}")(records)
            except AccessError:
                found = ()
            cell[reading] = {keys[each] for each in found}
        return cell

    def _reached(self, records, mode):
        """Rows of an analysis of other companies are not there to be filtered."""
        if records._auto:
            return records._filtered_access(mode)
        if not records.browse().has_access(mode):
            return records.browse()
        return records.search([("id", "in", records.ids)])

    def _search(self, records):
        return records.search([("id", "in", records.ids)])._ids

    def _grouped(self, records):
        """The number of a group tells of each record alone."""
        domain = [("id", "in", records.ids)]
        groups = records.formatted_read_group(domain, [], ["__count", "id:array_agg"])
        self.assertEqual(groups[0]["__count"], len(groups[0]["id:array_agg"] or ()))
        return groups[0]["id:array_agg"] or ()

    def _export(self, records):
        """What is exported with something closed beside it is refused as a whole."""
        known = ("name", "create_date", "company_id", "ref")
        name = next(name for name in known if name in records._fields)
        try:
            return self._exported(records, name)
        except (AccessError, MissingError):  # the latter: rows of an analysis
            return self._exported(self._reached(records, "read"), name)

    def _exported(self, records, name):
        records.invalidate_model([name])
        rows = records.export_data([".id", name])["datas"]
        return [int(row[0]) for row in rows]

    def _name_search(self, records):
        found = records.name_search("", [("id", "in", records.ids)], limit=1000)
        return [each for each, _name in found]

    def differences(self, model, people=None):
        """Yield (role, scope, operation, too many, too few) of a model's cells."""
        for role, scope in people or self.people:
            expected = self.expected(role, scope, model)
            actual = self.actual(role, scope, model)
            self.assertEqual(expected.keys(), actual.keys())
            for operation, keys in expected.items():
                if keys != actual[operation]:
                    more, less = actual[operation] - keys, keys - actual[operation]
                    yield (
                        role,
                        scope,
                        operation,
                        sorted(more, key=str),
                        sorted(less, key=str),
                    )

    # === TESTS === #

    def test_every_cell_is_as_promised(self):
        started = time.monotonic()
        wrong = []
        with mute_logger(*REFUSALS):
            for model in self.carriers:
                wrong += [(model, *each) for each in self.differences(model)]
        _logger.info("%s\n%.0f s", self.table(wrong), time.monotonic() - started)
        self.assertFalse(wrong, "\n".join(map(str, wrong)))

    def table(self, wrong):
        """Return the cells as text: for each model and role, a column for each scope.

        rwcd and s(earch) g(rouped) e(xport) n(ame search), and how many records;
        ! where it is not as promised.
        """
        broken = {each[:3] for each in wrong}
        lines = []
        for model in self.carriers:
            lines.append(f"{model:28}" + "".join(f"{scope:>15}" for scope in SCOPES))
            for role in ROLES:
                row = [self.shown(role, scope, model, broken) for scope in SCOPES]
                lines.append(f"  {role:26}" + "".join(f"{cell:>15}" for cell in row))
        return "\n".join(lines)

    def shown(self, role, scope, model, broken):
        cell = self.expected(role, scope, model)
        letters = "".join(
            letter
            for letter, operation in (RIGHTS | {o[0]: o for o in READINGS}).items()
            if cell[operation]
        )
        mark = "!" if (model, role, scope) in broken else ""
        return f"{letters or '-'} {len(cell['read'])}{mark}"

    def test_no_cell_is_missing(self):
        self.assertEqual(MATRIX.keys(), CARRIERS.keys())
        for model, roles in MATRIX.items():
            self.assertEqual(set(roles), set(ROLES), model)
        for model in self.carriers:
            self.assertTrue(self.records[model], model)
            keys = set(self.records[model])
            self.assertEqual({shop for shop, _site in keys}, set(SHOPS), model)
        self.assertEqual(len(self.people), len(ROLES) * len(SCOPES))

    def test_every_model_with_data_of_shops_is_in_the_matrix(self):
        known = MATRIX.keys() | NO_SHOPS | OF_PEOPLE | OF_UNITS | OF_COMPANIES
        found = {name for name in self.registry if self.carries(name)} - known
        # What is left is closed to everybody but administrators; who connects shops
        # may read by which account.
        open_to = {
            (name, role, mode)
            for name in found
            for role in ROLES[:-1]
            for mode in RIGHTS.values()
            if not (mode == "read" and role.endswith("manager"))
            and self.env[name]
            .with_user(self.people[role, "headquarters"])
            .has_access(mode)
        }
        self.assertFalse(open_to)
        self.assertFalse({name for name in found if not name.startswith("acorn.")})

    def carries(self, name):
        """Return whether a model may carry data of shops, by itself.

        What it has through ``_inherits`` is guarded by the rules of the parent.
        """
        Model = self.registry[name]
        if Model._abstract or Model._transient:
            return False
        fields = (Model._fields.get(f"acorn_{node}_id") for node in ("shop", "site"))
        own = any(field and not field.inherited for field in fields)
        return own or name.startswith("acorn.")

    def test_any_one_rule_that_is_gone_is_noticed(self):
        first = ("administrator", "none"), ("finance", "none"), ("service", "site")
        people = [*first, *(each for each in self.people if each not in first)]
        unnoticed = []
        with mute_logger(*REFUSALS):
            for rule in self.rules():
                rule.active = False
                model = rule.model_id.model
                if not next(self.differences(model, people), None):
                    unnoticed.append(rule.name)
                rule.active = True
        self.assertEqual(set(unnoticed), BESIDE_ROLES)

    def rules(self):
        """Return the rules of Acorn about models of the matrix."""
        known = self.env["ir.model.data"].search(
            [("model", "=", "ir.rule"), ("module", "=like", "acorn\\_%")]
        )
        rules = self.env["ir.rule"].browse(known.mapped("res_id"))
        return rules.filtered(lambda rule: rule.model_id.model in MATRIX)
