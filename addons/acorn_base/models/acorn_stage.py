from odoo import api, fields, models

STATUSES = [
    ("pending_availability", "Awaiting Release"),
    ("pending", "Pending"),
    ("unshipped", "Unshipped"),
    ("partially_shipped", "Partially Shipped"),
    ("shipped", "Shipped"),
    ("cancelled", "Cancelled"),
    ("unfulfillable", "Cannot Be Fulfilled"),
    ("unknown", "Unknown"),
]


class AcornStage(models.Model):
    """What people see as the stage of an order: words only, nothing acts on them."""

    _name = "acorn.stage"
    _description = "Order Stage"
    _inherit = ["acorn.audited"]
    _order = "sequence, id"

    shop_id = fields.Many2one(
        "acorn.shop", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    status = fields.Selection(STATUSES, string="Channel Status", required=True)
    name = fields.Char(string="Stage", required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()

    _status_unique = models.Constraint(
        "UNIQUE (shop_id, status)",
        "Each status of the channel has one stage in a shop.",
    )

    @api.model
    def _acorn_audited(self):
        return [*super()._acorn_audited(), "status", "name", "shop_id"]

    @api.model
    def _translate_defaults(self, stages):
        """Give stages that were just made their names in each installed language."""
        names = {
            code: {
                values["status"]: values["name"]
                for values in self.with_context(lang=code)._default_values()
            }
            for code, _name in self.env["res.lang"].get_installed()
        }
        for stage in stages:
            in_languages = {code: each[stage.status] for code, each in names.items()}
            stage.update_field_translations("name", in_languages)

    @api.model
    def _default_values(self):
        names = {
            "pending_availability": self.env._("Pre-order"),
            "pending": self.env._("To process"),
            "unshipped": self.env._("To ship"),
            "partially_shipped": self.env._("Partly shipped"),
            "shipped": self.env._("Shipped"),
            "cancelled": self.env._("Cancelled"),
            "unfulfillable": self.env._("To check"),
            "unknown": self.env._("To check"),
        }
        return [
            {"status": status, "name": name, "sequence": 10 * position}
            for position, (status, name) in enumerate(names.items(), start=1)
        ]
