from odoo import fields, models


class AcornSettingStage(models.TransientModel):
    """A line of the stage table in the dialog that sets it."""

    _name = "acorn.setting.stage"
    _description = "Stage to Set"
    _order = "sequence, id"

    edit_id = fields.Many2one("acorn.setting.edit", required=True, ondelete="cascade")
    sequence = fields.Integer(default=100)
    status = fields.Selection(
        selection=lambda self: (
            self.env["acorn.stage"]._fields["status"]._description_selection(self.env)
        ),
        string="Channel Status",
        required=True,
    )
    name = fields.Char(string="Stage", required=True)
    names = fields.Json(help="In all languages.")
    color = fields.Integer()

    def _value(self):
        """Return the line as ``settings.Stages`` has it: other languages stay."""
        code = self.env.lang or "en_US"
        names = {"en_US": self.name, **(self.names or {}), code: self.name}
        return {"status": self.status, "names": names, "color": self.color}
