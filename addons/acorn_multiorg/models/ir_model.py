from odoo import api, models

# Of no shop, but looked at by everybody who works with shops.
BESIDE = ("product.template", "stock.quant", "acorn.audit", "acorn.scope")
OWN = ("shop_id", "site_id", "shop_ids")
CHANNELS = ("acorn_shop_id", "acorn_site_id")


class IrModel(models.Model):
    _inherit = "ir.model"

    @api.model
    def _acorn_carriers(self):
        """Return the names of all models with data of shops, and a few beside them."""
        return sorted(
            name
            for name, Model in self.env.registry.items()
            if not (Model._abstract or Model._transient)
            and (name in BESIDE or _of_shops(name, Model._fields))
        )


def _of_shops(name, fields):
    if name.startswith("acorn."):
        return name == "acorn.shop" or not fields.keys().isdisjoint(OWN)
    return not fields.keys().isdisjoint(CHANNELS)
