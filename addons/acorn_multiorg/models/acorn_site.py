from odoo import api, models

from .acorn_shop import NAMED

SITE_NAMED = NAMED | {"shop_id", "code"}


class AcornSite(models.Model):
    _inherit = "acorn.site"

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        pairs = zip(sites, vals_list, strict=True)
        sites.browse(s.id for s, vals in pairs if "region_ids" not in vals)._acorn_tag()
        self.env["acorn.scope"]._sync(shops=sites.shop_id)
        return sites

    @api.model
    def _has_field_access(self, field, operation):
        """As for shops: who works here is said by scopes, others know the name only."""
        if operation == "write" and field.name == "user_ids" and not self.env.su:
            return False
        if (
            field.name not in SITE_NAMED
            and not self.env.su
            and self.env.user._acorn_knows_names_only()
        ):
            return False
        return super()._has_field_access(field, operation)

    def write(self, vals):
        shops = self.shop_id
        if "shop_id" in vals:
            shops.browse(vals["shop_id"]).check_access("write")
        result = super().write(vals)
        if self._acorn_moving() & vals.keys():
            self.env["acorn.scope"]._sync(shops=shops | self.shop_id)
        return result

    def unlink(self):
        shops = self.shop_id
        result = super().unlink()
        self.env["acorn.scope"]._sync(shops=shops.exists())
        return result

    def _acorn_moving(self):
        """Return the fields that say who works here."""
        return {"shop_id", "region_ids"}

    def _acorn_tag(self):
        """Tag sites with the regions of their countries."""
        regions = self.env["acorn.region"].search([("country_ids", "!=", False)])
        for country, sites in self.grouped("country_id").items():
            sites.region_ids = regions.filtered(
                lambda region, country=country: country in region.country_ids
            )
