from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

TRIGGER = """
    CREATE OR REPLACE FUNCTION acorn_audit_refuse() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'The audit trail is only added to: nobody changes or deletes it'
            USING ERRCODE = 'insufficient_privilege';
    END $$ LANGUAGE plpgsql;
    CREATE OR REPLACE TRIGGER acorn_audit_keep_rows
        BEFORE UPDATE OR DELETE ON acorn_audit
        FOR EACH ROW EXECUTE FUNCTION acorn_audit_refuse();
    CREATE OR REPLACE TRIGGER acorn_audit_keep_table
        BEFORE TRUNCATE ON acorn_audit
        FOR EACH STATEMENT EXECUTE FUNCTION acorn_audit_refuse();
"""


class AcornAudit(models.Model):
    """Who changed what, from what to what, and when: written once and kept.

    It names what it tells of and refers to nothing: people, shops and companies may be
    deleted, what they did stays. ``acorn.audited`` writes it.
    """

    _name = "acorn.audit"
    _description = "Audited Change"
    _log_access = False  # its references to users would be changed with them
    _order = "id desc"
    _rec_name = "record_name"

    at = fields.Datetime(
        string="Time",
        required=True,
        readonly=True,
        index=True,
        default=fields.Datetime.now,
    )
    user_ref = fields.Integer(string="Person's Number", readonly=True, aggregator=None)
    user_name = fields.Char(string="Person", required=True, readonly=True, index=True)
    action = fields.Selection(
        [("create", "Created"), ("write", "Changed"), ("unlink", "Deleted")],
        required=True,
        readonly=True,
    )
    model = fields.Selection("_get_models", string="Kind", required=True, readonly=True)
    res_id = fields.Integer(string="Number", readonly=True, aggregator=None)
    record_name = fields.Char(string="Of", readonly=True)
    field = fields.Char(string="Technical Name", readonly=True)
    label = fields.Char(string="What", compute="_compute_label", search="_search_label")
    old = fields.Text(string="From", readonly=True)
    new = fields.Text(string="To", readonly=True)
    shop_ref = fields.Integer(
        string="Shop's Number", readonly=True, aggregator=None, index=True
    )
    shop_name = fields.Char(string="Shop", readonly=True)
    company_ref = fields.Integer(
        string="Company's Number", readonly=True, aggregator=None
    )
    company_name = fields.Char(string="Company", readonly=True)
    audience = fields.Selection(
        [
            ("manager", "Managers"),
            ("group", "Group Managers"),
            ("admin", "Administrators"),
        ],
        string="Read by",
        required=True,
        readonly=True,
        help="Managers read what concerns their shops and companies; administrators "
        "read all.",
    )

    _record_index = models.Index("(model, res_id)")

    def init(self):
        self.env.cr.execute(TRIGGER)

    @api.model
    def _get_models(self):
        # sudo: names of models, for whoever reads the trail.
        models_sudo = self.env["ir.model"].sudo()
        names = [
            name
            for name, model in self.env.registry.items()
            if hasattr(model, "_acorn_audited") and not model._abstract
        ]
        return [(name, models_sudo._get(name).name or name) for name in sorted(names)]

    @api.depends("model", "field")
    @api.depends_context("lang")
    def _compute_label(self):
        for audit in self:
            known = audit.model in self.env and self.env[audit.model]._fields
            field = known and known.get(audit.field)
            audit.label = field._description_string(self.env) if field else audit.field

    def _search_label(self, operator, value):
        """Search what people read, in their language: it is not what is stored."""
        if operator != "ilike":
            return NotImplemented
        found = [Domain("field", "ilike", value)]
        for name, _label in self._get_models():
            model = self.env[name]
            labels = {
                field: model._fields[field]._description_string(self.env).casefold()
                for field in model._acorn_audit_named()
            }
            meant = [
                field for field, label in labels.items() if value.casefold() in label
            ]
            found.append(Domain("model", "=", name) & Domain("field", "in", meant))
        return Domain.OR(found)

    # === NOBODY CHANGES IT === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse()

    def _refuse(self):
        raise AccessError(
            self.env._(
                "Acorn alone writes the audit trail. Nobody changes or deletes what it "
                "says, administrators included."
            )
        )

    # === NAVIGATION === #

    def action_open_record(self):
        """Open what was changed, if it is still there."""
        self.ensure_one()
        known = self.model in self.env
        if not known or not (
            record := self.env[self.model].browse(self.res_id).exists()
        ):
            raise UserError(self.env._("%s has been deleted since.", self.record_name))
        return record.get_formview_action()
