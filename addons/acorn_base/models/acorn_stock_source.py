from odoo import api, fields, models


class AcornStockSource(models.Model):
    """A place whose goods a quantity group sells, in order of priority."""

    _name = "acorn.stock.source"
    _description = "Stock Source"
    _order = "group_id, sequence, id"
    _check_company_auto = True

    group_id = fields.Many2one(
        "acorn.quantity.group",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    shop_id = fields.Many2one(related="group_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="group_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('acorn_network', '=', False)]",
    )
    place_id = fields.Many2one(
        "stock.location",
        string="Only In",
        ondelete="restrict",
        check_company=True,
        domain="[('warehouse_id', '=', warehouse_id), ('usage', '=', 'internal')]",
        help="Only what lies in this location and below it is sold. When empty all of "
        "the warehouse's stock is.",
    )
    location_id = fields.Many2one(
        "stock.location",
        string="Location",
        compute="_compute_location_id",
        store=True,
        precompute=True,
        index=True,
    )

    _location_unique = models.Constraint(
        "UNIQUE (group_id, location_id)", "A group sells from each place only once."
    )

    @api.depends("warehouse_id.lot_stock_id", "place_id")
    def _compute_location_id(self):
        for source in self:
            source.location_id = source.place_id or source.warehouse_id.lot_stock_id

    @api.depends("location_id.complete_name")
    def _compute_display_name(self):
        for source in self:
            source.display_name = source.location_id.complete_name
