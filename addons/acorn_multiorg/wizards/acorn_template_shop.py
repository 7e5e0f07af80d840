from odoo import api, fields, models
from odoo.exceptions import UserError


class AcornTemplateShop(models.TransientModel):
    """Asks for a name and a unit, and makes a shop with a template's settings."""

    _name = "acorn.template.shop"
    _description = "New Shop from a Template"

    template_id = fields.Many2one("acorn.shop.template")
    name = fields.Char()
    # Companies of the own scopes that are not ticked now cannot be read otherwise.
    allowed_ids = fields.Many2many(
        "res.company", compute="_compute_allowed_ids", compute_sudo=True
    )
    unit_id = fields.Many2one("res.company")
    channel = fields.Selection(
        selection=lambda self: self.env["acorn.shop"]._get_channels(),
        default=lambda self: self.env["acorn.shop"]._default_channel(),
    )

    @api.model
    def _action_open(self):
        """Open the dialog on all companies of the person, the current one first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_multiorg.acorn_template_shop_window"
        )
        return action | {"context": self.env.user._acorn_companies(self.env.company)}

    @api.depends("template_id")
    @api.depends_context("uid")
    def _compute_allowed_ids(self):
        allowed = self.env["acorn.new.unit"]._allowed()
        for wizard in self:
            template = wizard.template_id
            wizard.allowed_ids = allowed.filtered(template._is_for)

    @api.onchange("template_id")
    def _onchange_template_id(self):
        """Choose the unit where there is one only, or the template's."""
        allowed = self.allowed_ids._origin
        own = allowed & (self.template_id.unit_id._origin or self.env.company)
        self.unit_id = own or (allowed if len(allowed) == 1 else False)

    def action_make(self):
        """Make the shop; its page Connection comes next."""
        self.ensure_one()
        unit = self.unit_id
        if not self.name or not unit or not self.channel or not self.template_id:
            raise UserError(
                self.env._("Enter the template, the name, the unit and the channel.")
            )
        # The server asks anew: what the dialog offers can be changed on the way.
        if unit not in self.allowed_ids:
            raise UserError(
                self.env._(
                    "You cannot make a shop with this template in %s. Choose a unit "
                    "in your scope that the template is for.",
                    unit.name,
                )
            )
        shop = self.template_id._make_shop(self.name, unit, self.channel)
        return {
            "type": "ir.actions.act_window",
            "res_model": "acorn.shop",
            "res_id": shop.id,
            "view_mode": "form",
        }
