from odoo import SUPERUSER_ID, api, models

SIGNS = {"old": "−", "new": "+"}  # beside names that left a list or joined it


class AcornAudited(models.AbstractModel):
    """Settings whose changes ``acorn.audit`` keeps.

    A model that takes it names in ``_acorn_audited`` the fields that count. Secrets of
    ``acorn.secret.mixin`` count without being named; their last four characters are
    all that is kept.
    """

    _name = "acorn.audited"
    _description = "Settings whose changes are kept"

    _acorn_audience = "manager"  # who reads of it, see ``acorn.audit.audience``
    _acorn_audit_robot = True  # whether Acorn's own changes are kept, too

    # === WHAT MODELS OVERRIDE === #

    @api.model
    def _acorn_audited(self):
        """Return the names of the fields that count; an addon appends its own."""
        return []

    def _acorn_audit_filter(self):
        """Return those of the records that count."""
        return self

    def _acorn_audit_place(self):
        """Return the shop and the company that a record is of; either may be empty."""
        shop = self._acorn_audit_first("acorn.shop", "shop_id", "site_id.shop_id")
        company = self._acorn_audit_first("res.company", "company_id", "unit_id")
        return shop, company or shop.company_id

    def _acorn_audit_text(self, name, value):
        """Return how people read a value that ``_acorn_audit_raw`` gave."""
        field = self._fields[name]
        if field.relational:
            records = self.env[field.comodel_name].browse(value).exists()
            return ", ".join(records.mapped("display_name"))
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if value is False or value is None:
            return ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type in ("float", "monetary"):
            return f"{value:.15g}"
        return f"{value} UTC" if field.type == "datetime" else str(value)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if records._acorn_audit_counts():
            # Secrets have been noted when they were sealed.
            rows = records._acorn_audit_rows("create", self._acorn_audited())
            self._acorn_audit_keep(rows)
        return records

    def write(self, vals):
        names = self._acorn_audit_watched() & vals.keys()
        if not names or not self._acorn_audit_counts():
            return super().write(vals)
        counted = self._acorn_audit_filter()
        before = self._acorn_audit_raw(names)
        result = super().write(vals)
        counted |= self._acorn_audit_filter()
        counted._acorn_audit_note_changes(before)
        return result

    def unlink(self):
        rows = []
        if self._acorn_audit_counts():
            rows = self._acorn_audit_rows("unlink", self._acorn_audit_watched())
        result = super().unlink()
        self._acorn_audit_keep(rows)
        return result

    # === NOTES === #

    def _acorn_audit_counts(self):
        """Return whether what happens now is somebody's decision.

        What addons bring along when they are installed or upgraded is none.
        """
        robot = self.env.uid == SUPERUSER_ID
        return bool(self) and self.pool.ready and (self._acorn_audit_robot or not robot)

    @api.model
    def _acorn_audit_sealed(self):
        """Return {what a secret is stored in: its name}."""
        secrets = getattr(self, "_get_secrets", list)()
        return {f"{name}_sealed": name for name in secrets}

    @api.model
    def _acorn_audit_watched(self):
        return {*self._acorn_audited(), *self._acorn_audit_sealed()}

    @api.model
    def _acorn_audit_named(self):
        """Return the names under which changes of fields are kept."""
        return [*self._acorn_audited(), *self._acorn_audit_sealed().values()]

    def _acorn_audit_elevated(self):
        # sudo: who changes a setting need not see all that names what it was.
        return self.sudo().with_context(active_test=False)

    def _acorn_audit_raw(self, names):
        """Return {record id: {field name: value}}, records as tuples of ids."""
        records_sudo = self._acorn_audit_elevated()
        sealed = self._acorn_audit_sealed()

        def raw(record, name):
            if name in sealed:
                return record[name], record[f"{sealed[name]}_mask"]
            relational = self._fields[name].relational
            return tuple(record[name].ids) if relational else record[name]

        return {
            record.id: {name: raw(record, name) for name in names}
            for record in records_sudo
        }

    def _acorn_audit_note_changes(self, before):
        """Keep what differs from values read before, one row for each field."""
        names = next(iter(before.values())).keys()
        after = self._acorn_audit_raw(names)
        rows = []
        for record in self._acorn_audit_elevated():
            old, new = before[record.id], after[record.id]
            rows += [
                record._acorn_audit_row("write", [name])
                | record._acorn_audit_words(name, old[name], new[name])
                for name in self._fields
                if name in names and record._acorn_audit_differs(name, old, new)
            ]
        self._acorn_audit_keep(rows)

    def _acorn_audit_differs(self, name, old, new):
        if self._fields[name].relational:
            return set(old[name]) != set(new[name])
        return (old[name] or False) != (new[name] or False)

    def _acorn_audit_words(self, name, old, new):
        """Return the values of a change for ``acorn.audit``."""
        sealed = self._acorn_audit_sealed()
        if name in sealed:
            return {"field": sealed[name], "old": old[1], "new": new[1]}
        if self._fields[name].type not in ("one2many", "many2many"):
            return {
                "field": name,
                "old": self._acorn_audit_text(name, old),
                "new": self._acorn_audit_text(name, new),
            }
        moved = {"old": set(old) - set(new), "new": set(new) - set(old)}
        return {"field": name} | {
            side: f"{SIGNS[side]} {self._acorn_audit_text(name, tuple(sorted(ids)))}"
            for side, ids in moved.items()
            if ids
        }

    def _acorn_audit_rows(self, action, names):
        """Return rows with all that new or leaving records say.

        What only administrators may read has a row of its own.
        """
        rows, names = [], [name for name in self._fields if name in set(names)]
        records = self._acorn_audit_filter()._acorn_audit_elevated()
        raw = records._acorn_audit_raw(names)
        side = "new" if action == "create" else "old"
        for record in records:
            lines = {}
            for name in names:
                if line := record._acorn_audit_line(name, raw[record.id][name]):
                    audience = record._acorn_audit_read_by([name])
                    lines.setdefault(audience, []).append(line)
            rows += [
                record._acorn_audit_row(action, [])
                | {"audience": audience, side: "\n".join(each)}
                for audience, each in (lines or {self._acorn_audience: []}).items()
            ]
        return rows

    def _acorn_audit_line(self, name, value):
        sealed = self._acorn_audit_sealed()
        label = self._fields[sealed.get(name, name)]._description_string(self.env)
        text = value[1] if name in sealed else self._acorn_audit_text(name, value)
        return text and value and f"{label}: {text}"

    def _acorn_audit_row(self, action, names):
        user = self.env.user
        shop, company = self._acorn_audit_place()
        return {
            "user_ref": user.id,
            "user_name": f"{user.name} ({user.login})",
            "action": action,
            "model": self._name,
            "res_id": self.id,
            "record_name": self.display_name,
            "shop_ref": shop.id,
            "shop_name": shop.name,
            "company_ref": company.id,
            "company_name": company.name,
            "audience": self._acorn_audit_read_by(names),
        }

    def _acorn_audit_read_by(self, names):
        """Return who may read of a change: no more people than may read the field."""
        groups = {self._fields[name].groups for name in names} - {None}
        closed = groups - {"acorn_base.group_manager"}
        return "admin" if closed else self._acorn_audience

    def _acorn_audit_first(self, model, *paths):
        """Return the record itself, or the first one that a path leads to."""
        if self._name == model:
            return self
        for path in paths:
            if path.split(".")[0] in self._fields and (found := self.mapped(path)):
                return found[:1]
        return self.env[model]

    @api.model
    def _acorn_audit_keep(self, rows):
        if rows:
            # sudo: nobody writes the trail but these notes.
            self.env["acorn.audit"].sudo().create(rows)
