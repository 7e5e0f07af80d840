from odoo import api, fields, models

from .acorn_stage import STATUSES


class AcornReconciliationCount(models.Model):
    """How many orders of one status there were on both sides."""

    _name = "acorn.reconciliation.count"
    _description = "Orders by Status"
    _order = "id"
    _rec_name = "status"

    reconciliation_id = fields.Many2one(
        "acorn.reconciliation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="reconciliation_id.company_id", store=True, index=True
    )
    status = fields.Selection(STATUSES, readonly=True)
    there = fields.Integer(string="At the Channel", readonly=True)
    here = fields.Integer(readonly=True)
    difference = fields.Integer(compute="_compute_difference")

    @api.depends("there", "here")
    def _compute_difference(self):
        for count in self:
            count.difference = count.here - count.there
