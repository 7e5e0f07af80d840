from odoo import api, fields, models

from ..sourcing import Source, share_out


class AcornStockSource(models.Model):
    """A place whose goods a quantity group sells, in order of priority."""

    _name = "acorn.stock.source"
    _description = "Stock Source"
    _inherit = ["acorn.audited"]
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
        compute="_compute_location_id",
        store=True,
        precompute=True,
        index=True,
    )

    _location_unique = models.Constraint(
        "UNIQUE (group_id, location_id)", "A group sells from each place only once."
    )

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("group_id", "sequence", "warehouse_id", "place_id"),
        ]

    @api.depends("warehouse_id.lot_stock_id", "place_id")
    def _compute_location_id(self):
        for source in self:
            source.location_id = source.place_id or source.warehouse_id.lot_stock_id

    @api.depends("location_id.complete_name")
    def _compute_display_name(self):
        for source in self:
            source.display_name = source.location_id.complete_name

    # === SOURCING === #

    def _acorn_give(self, wants, stock, at_hand=()):
        """Share lines out over these sources, in their order of priority.

        :param wants: list of ``sourcing.Want``
        :param stock: ``sourcing.Stock``, from which is taken
        :param at_hand: ids of warehouses that send a delivery of the order anyway
        :return: dict key of a line → list of (source, quantity as Odoo keeps it)
        """
        places = {
            Source(source.warehouse_id.id, source.location_id.parent_path): source
            for source in self
        }
        shares = share_out(wants, list(places), stock, at_hand)
        return {
            key: [(places[place], float(quantity)) for place, quantity in each]
            for key, each in shares.items()
        }
