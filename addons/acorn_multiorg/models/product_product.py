from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _compute_quantities_dict(
        self, lot_id, owner_id, package_id, from_date=False, to_date=False
    ):
        """What others' orders take is gone for everybody, whoever sees the orders."""
        # sudo: numbers only, of the companies and places that the user looks at.
        products_sudo = self.sudo()
        return super(ProductProduct, products_sudo)._compute_quantities_dict(
            lot_id, owner_id, package_id, from_date, to_date
        )
