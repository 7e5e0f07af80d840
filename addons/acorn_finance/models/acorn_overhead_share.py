from odoo import api, fields, models


class AcornOverheadShare(models.Model):
    """What a shop bears of an overhead."""

    _name = "acorn.overhead.share"
    _description = "Share of an Overhead"
    _order = "overhead_id, id"
    _rec_name = "shop_id"
    _check_company_auto = True

    overhead_id = fields.Many2one(
        "acorn.overhead", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="overhead_id.company_id", store=True, index=True, precompute=True
    )
    shop_id = fields.Many2one(
        "acorn.shop", required=True, index=True, check_company=True, ondelete="cascade"
    )
    percent = fields.Float(string="Share, %", required=True, digits=(5, 2))

    _shop_unique = models.UniqueIndex(
        "(overhead_id, shop_id)", "A shop has one share of an overhead."
    )
    _percent_positive = models.Constraint(
        "CHECK (percent > 0)", "A share is more than 0 %."
    )

    @api.model_create_multi
    def create(self, vals_list):
        shares = super().create(vals_list)
        shares.overhead_id._mark_months()
        return shares

    def write(self, vals):
        result = super().write(vals)
        self.overhead_id._mark_months()
        return result

    def unlink(self):
        self.overhead_id._mark_months()
        return super().unlink()
