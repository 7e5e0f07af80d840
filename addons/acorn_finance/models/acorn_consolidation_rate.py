from odoo import fields, models


class AcornConsolidationRate(models.Model):
    """The rate that was chosen for a currency: of a month, or at the end."""

    _name = "acorn.consolidation.rate"
    _description = "Rate of a Consolidation"
    _order = "currency_id, month nulls last, id"
    _rec_name = "currency_id"

    consolidation_id = fields.Many2one(
        "acorn.consolidation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="consolidation_id.company_id", store=True)
    currency_id = fields.Many2one("res.currency", required=True)
    month = fields.Date(help="Its first day. Empty: the rate at the end of the period.")
    rate = fields.Float(
        digits=(16, 8), help="Group currency for one unit. 0: not known yet."
    )

    _month_unique = models.UniqueIndex(
        "(consolidation_id, currency_id, COALESCE(month, '1900-01-01'))",
        "A currency has one rate for each month, and one at the end.",
    )
    _rate_check = models.Constraint("CHECK (rate >= 0)", "A rate is positive.")
