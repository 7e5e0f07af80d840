"""The table of what is set at a unit and inherited below: one line per setting.

The ordinary field of a shop (or of a company, for what shops read there) keeps the
value that counts, and all code reads that. ``acorn.setting`` keeps who set it where.
Values are plain JSON, so that they can be kept, compared and copied to other shops:

    setting = SETTINGS["interval"]
    value = setting.value(shop)
    setting.apply(other_shops, value)  # these have it as their own from now on
    setting.describe(env, value)
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """A plain value: a number, or a choice."""

    name: str
    on_unit: str = ""  # the company's field that keeps it, too
    on_shop: bool = True

    def field(self, env):
        if self.on_shop:
            return env["acorn.shop"]._fields[self.name]
        return env["res.company"]._fields[self.on_unit]

    def label(self, env):
        """Return what people call it."""
        return self.field(env)._description_string(env)

    def help(self, env):
        return self.field(env)._description_help(env) or ""

    def kept_in(self, nodes):
        """Return the name of the field of shops or companies that keeps it, if any."""
        if nodes._name == "res.company":
            return self.on_unit
        return self.name if self.on_shop else ""

    def value(self, node):
        """Return what counts for a shop (or company) now."""
        return node[self.kept_in(node)]

    def apply(self, shops, value):
        """Make it the shops' own value."""
        shops.env["acorn.setting"]._set(shops, self.name, value)

    def keep(self, nodes, value):
        """Write the value that counts into the fields of shops or companies."""
        nodes.write({self.kept_in(nodes): value})

    def default(self, env):
        """Return what counts where nobody has set anything."""
        model = env["acorn.shop" if self.on_shop else "res.company"]
        if self.on_unit:
            model = env["res.company"]
        name = self.kept_in(model)
        return model.default_get([name]).get(name) or self.nothing(env)

    def nothing(self, env):
        return 0 if self.field(env).type == "integer" else False

    def is_valid(self, env, value):
        if self.field(env).type == "integer":
            return type(value) is int and value >= 0
        return value in dict(self.field(env).selection)

    def fits(self, node, value):
        """Return whether a shop (or company) can have the value at all."""
        company = node if node._name == "res.company" else node.company_id
        return self.suits(node.env, company, value)

    def suits(self, env, company, value):
        return True

    def describe(self, env, value):
        """Return the value in words."""
        if self.field(env).type == "integer":
            return str(value)
        return dict(self.field(env)._description_selection(env)).get(value, "")


class Record(Setting):
    """A record of Odoo's, by its id: it may belong to one company only."""

    def record(self, env, value):
        # sudo: it counts, and has a name, below the unit that it belongs to.
        model_sudo = env[self.field(env).comodel_name].sudo()
        return model_sudo.browse(value or []).exists()

    def value(self, node):
        return super().value(node).id

    def is_valid(self, env, value):
        return value is False or (type(value) is int and bool(self.record(env, value)))

    def suits(self, env, company, value):
        """Return whether a company's shops can have it: not if it is another's."""
        record = self.record(env, value)
        if not record:
            return not value
        if record._name == "res.users":
            return company in record.company_ids
        return bool(record.filtered_domain(record._check_company_domain(company)))

    def describe(self, env, value):
        return self.record(env, value).display_name or ""


class Stages(Setting):
    """The stage table: [{"status", "names": {language: name}, "color"}], in order."""

    def value(self, node):
        return [
            {
                "status": stage.status,
                "names": _names(stage),
                "color": stage.color,
            }
            for stage in node.stage_ids.sorted(lambda stage: (stage.sequence, stage.id))
        ]

    def keep(self, nodes, value):
        Stage = nodes.env["acorn.stage"]
        stages = Stage.search([("shop_id", "in", nodes.ids)])
        wanted = {line["status"] for line in value}
        stages.filtered(lambda stage: stage.status not in wanted).unlink()
        languages = [code for code, _name in nodes.env["res.lang"].get_installed()]
        for sequence, line in enumerate(value, start=1):
            plain = {"sequence": 10 * sequence, "color": line["color"]}
            same = stages.exists().filtered_domain([("status", "=", line["status"])])
            same.write(plain)
            same |= Stage.create(
                [
                    {
                        **plain,
                        "shop_id": shop.id,
                        "status": line["status"],
                        "name": _name_in(line, "en_US"),
                    }
                    for shop in nodes - same.shop_id
                ]
            )
            for code in languages:
                same.with_context(lang=code).write({"name": _name_in(line, code)})

    def default(self, env):
        lines = []
        languages = [code for code, _name in env["res.lang"].get_installed()]
        for code in languages:
            values = env["acorn.stage"].with_context(lang=code)._default_values()
            lines = lines or [
                {"status": each["status"], "names": {}, "color": 0} for each in values
            ]
            for line, each in zip(lines, values, strict=True):
                line["names"][code] = each["name"]
        return lines

    def is_valid(self, env, value):
        statuses = dict(env["acorn.stage"]._fields["status"].selection)
        return (
            isinstance(value, list)
            and all(line["status"] in statuses and line["names"] for line in value)
            and len({line["status"] for line in value}) == len(value)
        )

    def describe(self, env, value):
        return ", ".join(_name_in(line, env.lang) for line in value or ())


def _names(stage):
    texts, _context = stage.get_field_translations("name")
    return {text["lang"]: text["value"] or text["source"] for text in texts}


def _name_in(line, code):
    names = line["names"]
    return names.get(code) or names.get("en_US") or next(iter(names.values()))


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("interval"),
        Stages("stage_ids"),
        Record("warehouse_id"),
        Record("carrier_id"),
        Setting("auto_ship"),
        Setting("ship_by_hours"),
        Setting("alarm_minutes", on_unit="acorn_alarm_minutes"),
        Setting("quiet_hours", on_unit="acorn_quiet_hours"),
        Setting("most_pending", on_unit="acorn_most_pending", on_shop=False),
        Setting("guard_factor"),
        Setting("guard_zero"),
        Record("team_id"),
        Record("user_id"),
    )
}
