from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from time import monotonic

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.acorn_base import sheet
from odoo.addons.acorn_base.attempt import attempt
from odoo.addons.acorn_base.models.acorn_shop_batch import BatchColumn

SECONDS = 40  # a request: what is left is connected with the next press of the button


class AcornBatch(models.TransientModel):
    """Shops from a sheet: checked row by row, made, connected and tested.

    The file is read while it arrives and is not kept. What is secret in it waits
    encrypted, and is gone as soon as its row has been tried.
    """

    _name = "acorn.batch"
    _description = "Connect Shops by File"

    state = fields.Selection(
        [("choose", "Choose"), ("check", "Check"), ("done", "Done")], default="choose"
    )
    channel = fields.Selection(
        selection=lambda self: self.env["acorn.shop"]._get_channels(),
        required=True,
        default=lambda self: self.env["acorn.shop"]._default_channel(),
    )
    file = fields.Binary(
        string="Filled-in File",
        compute="_compute_file",
        inverse="_inverse_file",
        attachment=False,
    )
    file_name = fields.Char()
    exported = fields.Binary(attachment=False, readonly=True)
    row_ids = fields.One2many("acorn.batch.row", "batch_id", readonly=True)
    ready_count = fields.Integer(compute="_compute_counts")
    wrong_count = fields.Integer(compute="_compute_counts")
    done_count = fields.Integer(compute="_compute_counts")

    @api.depends("row_ids.state")
    def _compute_counts(self):
        for batch in self:
            states = Counter(batch.row_ids.mapped("state"))
            batch.ready_count = states["ready"]
            batch.wrong_count = states["wrong"] + states["failed"]
            batch.done_count = states["done"]

    # === THE SHEET === #

    def _columns(self):
        """Return the sheet's columns, those of the channel between the general ones."""
        return [
            BatchColumn(
                "name", self.env._("Name"), self.env._("What the shop is called here.")
            ),
            BatchColumn(
                "unit",
                self.env._("Unit"),
                self.env._("The company that the shop belongs to."),
            ),
            *self.env["acorn.shop"]._batch_columns(self.channel),
            BatchColumn(
                "template",
                self.env._("Template"),
                self.env._("The template whose settings the shop gets; may be empty."),
            ),
        ]

    def action_download(self):
        """Download an empty sheet with the columns, and what goes into each."""
        self.ensure_one()
        columns = self._columns()
        return self._download(
            sheet.write(
                [(column.title, 28) for column in columns],
                [],
                [(column.title, column.hint) for column in columns],
            ),
            "shops.xlsx",
        )

    def action_download_result(self):
        """Download the rows with what became of each, without what is secret."""
        self.ensure_one()
        columns = [column for column in self._columns() if not column.secret]
        states = dict(self.row_ids._fields["state"]._description_selection(self.env))
        titles = [
            self.env._("Row"),
            *(column.title for column in columns),
            self.env._("State"),
            self.env._("Result"),
        ]
        rows = [
            [
                str(row.number),
                *(row.texts.get(column.key, "") for column in columns),
                states[row.state],
                row.result or "",
            ]
            for row in self.row_ids
        ]
        widths = [8, *[24] * len(columns), 16, 80]
        data = sheet.write(list(zip(titles, widths, strict=True)), rows)
        return self._download(data, "result.xlsx")

    def _download(self, data, name):
        self.exported = b64encode(data)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/exported/{name}?download=1",
            "target": "download",
        }

    # === READ === #

    def _compute_file(self):
        self.file = False

    def _inverse_file(self):
        for batch in self.filtered("file"):
            batch._read(b64decode(batch.file))
        # What was uploaded must not be read from the cache by what follows.
        self.invalidate_recordset(["file"])

    def _read(self, data):
        """Keep the rows of a file, what is secret in them encrypted."""
        columns = self._columns()
        secret = {column.key for column in columns if column.secret}
        shown = {"name", "unit", "template"}
        rows = []
        for row in self._rows_of(data, columns):
            texts = {k: v for k, v in row.values.items() if k not in secret}
            more = [v for k, v in texts.items() if v and k not in shown]
            formulas = self.env._("It holds a formula: paste its value.")
            rows.append(
                {
                    "number": row.number,
                    **{key: row.values[key] for key in shown},
                    "details": " · ".join(more),
                    "texts": texts,
                    "secrets_sealed": not row.formulas
                    and self.row_ids._seal({key: row.values[key] for key in secret}),
                    "state": "wrong" if row.formulas else "ready",
                    "result": row.formulas and formulas,
                }
            )
        # sudo: nobody reads or writes the sealed column but Acorn.
        self.sudo().write(
            {"row_ids": [Command.clear(), *map(Command.create, rows)]},
        )

    def _rows_of(self, data, columns):
        english = self.with_context(lang="en_US")._columns()
        titles = {
            column.key: (column.title, same.title)
            for column, same in zip(columns, english, strict=True)
        }
        try:
            return sheet.read(data, titles)
        except sheet.TooLarge:
            problem = self.env._("The file is too large. Divide it into several files.")
        except sheet.ColumnsMissing as error:
            problem = self.env._(
                "The first row of the file lacks these columns: %s. Download the empty "
                "sheet here, fill it in, and keep its first row.",
                ", ".join(titles[key][0] for key in error.args),
            )
        except sheet.NotASheet:
            problem = self.env._(
                "This is no XLSX file, or a damaged one. Download the empty sheet "
                "here, fill it in, and save it as XLSX."
            )
        raise UserError(problem)

    # === CHECK === #

    def action_check(self):
        """Tell what is wrong with each row before anything is made."""
        self.ensure_one()
        if not self.row_ids:
            raise UserError(
                self.env._("The file has no rows. Enter a shop in each, and choose it.")
            )
        self._check(self.row_ids.filtered(lambda row: row.state == "ready"))
        self.state = "check"
        return self._reopen()

    def _check(self, rows):
        said = {row.number: row._says() for row in rows}
        problems = defaultdict(list)
        self._check_names(said, problems)
        places = {number: self._place(values) for number, values in said.items()}
        for number, (unit, template, sentences) in places.items():
            said[number]["unit"] = unit
            said[number]["template"] = template
            problems[number] += sentences
        self._check_shops(said, problems)
        found = self.env["acorn.shop"]._batch_problems(self.channel, said)
        for row in rows:
            if sentences := problems[row.number] + found.get(row.number, []):
                row.write({"state": "wrong", "result": " ".join(sentences)})
                row._forget_secrets()

    def _check_names(self, said, problems):
        first = {}
        for number, values in said.items():
            key = (values["name"].casefold(), values["unit"].casefold())
            if not values["name"]:
                problems[number].append(self.env._("The name is missing."))
            elif key in first:
                problems[number].append(
                    self.env._("Row %s has the same name and unit.", first[key])
                )
            first.setdefault(key, number)

    def _check_shops(self, said, problems):
        """Tell which shops there are already."""
        names = [values["name"] for values in said.values()]
        # sudo: a name is taken in a unit whoever sees the shop.
        shops_sudo = self.env["acorn.shop"].sudo().search([("name", "in", names)])
        taken = {(shop.name, shop.company_id) for shop in shops_sudo}
        for number, values in said.items():
            if (values["name"], values["unit"]) in taken:
                problems[number].append(
                    self.env._("The unit has a shop of this name already.")
                )

    def _place(self, values):
        """Return the unit and the template that a row means, and what is wrong."""
        sentences = []
        # sudo: a name is enough to say where a shop belongs.
        units_sudo = self.env["acorn.new.unit"]._allowed().sudo()
        unit_sudo = units_sudo.filtered(lambda unit: unit.name == values["unit"])
        if len(unit_sudo) != 1:
            sentences.append(self._unit_sentence(values["unit"], unit_sudo))
            unit_sudo = unit_sudo.browse()
        Template = self.env["acorn.shop.template"]
        template = Template.browse()
        if values["template"]:
            named = Template.search([("name", "=", values["template"])])
            template = named.filtered(lambda t: t._is_for(unit_sudo))[:1]
            if unit_sudo and not template:
                sentences.append(
                    self.env._(
                        "There is no template %s for this unit.", values["template"]
                    )
                )
        return unit_sudo.sudo(False), template, sentences

    def _unit_sentence(self, name, units):
        if not name:
            return self.env._("The unit is missing.")
        if units:
            return self.env._("Several units are called %s.", name)
        return self.env._(
            "There is no unit %s where you may make shops. Write it as under "
            "Organisation / Units.",
            name,
        )

    # === CONNECT === #

    def action_connect(self):
        """Make, connect and test the shops of the rows that are ready, each by itself.

        A row's shop is kept when its connection works: what failed is corrected in the
        sheet and uploaded again.
        """
        self.ensure_one()
        until = monotonic() + SECONDS
        for row in self.row_ids.filtered(lambda row: row.state == "ready"):
            if monotonic() > until:
                return self._reopen()
            self._connect(row)
            # Whatever becomes of the other rows.
            self.env["ir.cron"]._commit_progress()
        self.state = "done"
        return self._reopen()

    def _connect(self, row):
        failure = attempt(self.env, lambda: self._make(row))
        if failure:
            self.env.invalidate_all()
            row.write({"state": "failed", "result": self._explain(failure)})
        row._forget_secrets()

    def _explain(self, failure):
        if failure.trace:
            return self.env._(
                "Something unexpected happened, and the shop was not made. The "
                "server's log tells an administrator what."
            )
        return failure.text

    def _make(self, row):
        values = row._says()
        unit, template, sentences = self._place(values)
        if sentences:
            raise UserError(" ".join(sentences))
        shop = template._make_shop(values["name"], unit, self.channel)
        shop._batch_enter(values)
        shop.action_check_connection()
        if shop.state != "live":
            raise UserError(shop.problem)
        sites = ", ".join(shop.site_ids.mapped("name"))
        row.write(
            {
                "state": "done",
                "shop_id": shop.id,
                "result": self.env._("Connected: %s.", sites),
            }
        )

    def action_discard(self):
        """Forget what is secret in rows that were not used, and close."""
        self.row_ids._forget_secrets()
        return {"type": "ir.actions.act_window_close"}

    @api.autovacuum
    def _gc_rows(self):
        """Forget what is secret in rows whose page was left an hour ago."""
        left = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        self.env["acorn.batch.row"].search(
            [("create_date", "<", left)]
        )._forget_secrets()

    def action_open_shops(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_shop_action"
        )
        return action | {"domain": [("id", "in", self.row_ids.shop_id.ids)]}

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Connect Shops by File"),
        }
