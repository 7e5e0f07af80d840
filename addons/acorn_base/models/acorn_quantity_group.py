from odoo import api, fields, models


class AcornQuantityGroup(models.Model):
    """Sites of a shop that show one quantity of a SKU, and where its goods come from.

    A channel that keeps one quantity for several sites would take what is told for one
    of them as the quantity of all: whoever speaks last would win. So the group is told,
    not the site.
    """

    _name = "acorn.quantity.group"
    _description = "Quantity Group"
    _inherit = ["acorn.audited"]
    _order = "shop_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    shop_id = fields.Many2one(
        "acorn.shop", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    site_ids = fields.One2many("acorn.site", "quantity_group_id", string="Sites")
    source_ids = fields.One2many(
        "acorn.stock.source",
        "group_id",
        string="Sources",
        copy=True,
        help="What these sites may sell lies here. Orders are taken from the first "
        "source that has the goods.",
    )

    _name_unique = models.Constraint(
        "UNIQUE (shop_id, name)", "A shop has each quantity group only once."
    )

    @api.model
    def _acorn_audited(self):
        return [*super()._acorn_audited(), "name", "site_ids"]

    @api.model
    def _get_or_create(self, shop, name, warehouse=None):
        """Return the group of a shop by its name, or a new one.

        :param warehouse: where a new one sells from; by default the company's first
        """
        group = self.search([("shop_id", "=", shop.id), ("name", "=", name)], limit=1)
        if group:
            return group
        warehouse = warehouse or self.env["stock.warehouse"]._acorn_own(shop)
        sources = [fields.Command.create({"warehouse_id": warehouse.id})]
        return self.create(
            {
                "shop_id": shop.id,
                "name": name,
                "source_ids": sources if warehouse else False,
            }
        )
