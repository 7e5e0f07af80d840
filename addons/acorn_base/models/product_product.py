from odoo import api, fields, models

from ..groups import COST

# Which product a sale order line that is no item is booked on.
CHARGE_PRODUCTS = {
    "shipping": "acorn_base.product_shipping",
    "gift_wrap": "acorn_base.product_gift_wrap",
    "discount": "acorn_base.product_discount",
    "cod": "acorn_base.product_cod",
    "tip": "acorn_base.product_tip",
    "other": "acorn_base.product_other",
}
PLACEHOLDER = "acorn_base.product_placeholder"


class ProductProduct(models.Model):
    _inherit = "product.product"

    standard_price = fields.Float(groups=COST)
    avg_cost = fields.Monetary(groups=COST)
    total_value = fields.Monetary(groups=COST)

    def _update_standard_price(self, *args, **kwargs):
        # sudo: whoever ships goods lets them be valued without seeing the value.
        return super(ProductProduct, self.sudo())._update_standard_price(
            *args, **kwargs
        )

    @api.model
    def _acorn_charge_product(self, kind):
        return self._acorn_own_product(CHARGE_PRODUCTS[kind])

    @api.model
    def _acorn_placeholder(self):
        """Return the service that stands for SKUs nobody has mapped yet."""
        return self._acorn_own_product(PLACEHOLDER)

    @api.model
    def _acorn_own_product(self, name):
        # ``env.ref`` would ask PostgreSQL each time, for each line of an order.
        return self.browse(self.env["ir.model.data"]._xmlid_to_res_id(name, True))
