from odoo import fields, models


class AcornOfferMappingError(models.TransientModel):
    """A row of the file that could not be used."""

    _name = "acorn.offer.mapping.error"
    _description = "Row That Cannot Be Used"
    _order = "row, id"

    mapping_id = fields.Many2one(
        "acorn.offer.mapping", required=True, index=True, ondelete="cascade"
    )
    row = fields.Integer()
    shop = fields.Char()
    sku = fields.Char(string="SKU")
    reason = fields.Char()
