from odoo import api, models
from odoo.exceptions import UserError


class AcornKept(models.AbstractModel):
    """What cannot be deleted as long as documents tell of it: it is archived."""

    _name = "acorn.kept"
    _description = "Kept With Its Documents"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_acorn_kept(self):
        # sudo: documents that the person does not see are documents, too.
        everything_sudo = self.env["base"].sudo().with_context(active_test=False).env
        fields_of = self._acorn_kept_with()
        for record_sudo in self.with_env(everything_sudo):
            models_of = {
                model: None
                for model, field in fields_of
                if everything_sudo[model].search_count(
                    [(field, "=", record_sudo.id)], limit=1
                )
            }
            if models_of:
                raise UserError(record_sudo._acorn_kept_sentence(models_of))

    @api.model
    def _acorn_kept_with(self):
        """Return (model, field) of what PostgreSQL would not let hang in the air."""
        return [
            (model, name)
            for model, Model in self.env.registry.items()
            if Model._auto
            for name, field in Model._fields.items()
            if field.type == "many2one"
            and field.store
            and field.comodel_name == self._name
            and field.ondelete == "restrict"
        ]

    def _acorn_kept_sentence(self, names):
        models_sudo = (self.env["ir.model"]._get(name) for name in names)
        return self.env._(
            "%(name)s cannot be deleted: something tells of it (%(what)s). Archive it "
            "instead (Actions, Archive): it is out of the way then, and what it has "
            "done and earned stays known.",
            name=self.display_name,
            what=", ".join(sorted(model.name for model in models_sudo)),
        )
