from odoo import api, fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    acorn_shop_id = fields.Many2one(
        related="move_id.acorn_shop_id", store=True, index="btree_not_null"
    )
    # An entry of a shop may have items of several of its sites.
    acorn_site_id = fields.Many2one(
        "acorn.site",
        string="Site",
        compute="_compute_acorn_site_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="restrict",
    )

    @api.depends("move_id.acorn_site_id")
    def _compute_acorn_site_id(self):
        for line in self:
            line.acorn_site_id = line.move_id.acorn_site_id or line.acorn_site_id
