from odoo import api, models

# Of no shop, but looked at by everybody who works with shops.
BESIDE = ("product.template", "stock.quant", "acorn.audit", "acorn.scope")


class IrModel(models.Model):
    _inherit = "ir.model"

    @api.model
    def _acorn_carriers(self):
        """Return the names of all models with data of shops, and a few beside them."""
        return sorted(
            name
            for name, Model in self.env.registry.items()
            if not (Model._abstract or Model._transient)
            and (
                name in BESIDE
                or "acorn_shop_id" in Model._fields
                or "acorn_site_id" in Model._fields
                or (
                    name.startswith("acorn.")
                    and {"shop_id", "site_id"} & set(Model._fields)
                )
                or name == "acorn.shop"
            )
        )
