from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    acorn_scope_ids = fields.One2many("acorn.scope", "user_id", string="Scopes")
    acorn_site_ids = fields.Many2many(
        "acorn.site",
        "acorn_site_res_users_rel",
        "res_users_id",
        "acorn_site_id",
        string="Sites",
        readonly=True,
        context={"active_test": False},
        help="All that the scopes give.",
    )
    acorn_shop_ids = fields.Many2many(
        "acorn.shop",
        "acorn_shop_res_users_rel",
        "res_users_id",
        "acorn_shop_id",
        string="Shops",
        readonly=True,
        context={"active_test": False},
        help="All that the scopes give.",
    )

    def _acorn_everywhere(self):
        """Return whether scopes do not narrow what the user sees of channels.

        Portal users see by Odoo's own rules what is addressed to them.
        """
        self.ensure_one()
        return (
            self._is_superuser()
            or self.share
            or self.has_group("acorn_base.group_admin")
        )

    def _acorn_site_ids(self):
        """Return the ids of the sites a user works with, or None: all of them."""
        # sudo: what limits people is read for them.
        user_sudo = self.sudo()
        return None if self._acorn_everywhere() else tuple(user_sudo.acorn_site_ids.ids)

    def _acorn_shop_ids(self):
        """Return the ids of the shops a user works with, or None: all of them."""
        # sudo: as for sites.
        user_sudo = self.sudo()
        return None if self._acorn_everywhere() else tuple(user_sudo.acorn_shop_ids.ids)

    def _acorn_unit_ids(self):
        """Return the ids of the units whose rules a user sets, or None: all of them.

        Those of the scopes, as a whole, and all below them.
        """
        if self._acorn_everywhere():
            return None
        # sudo: as for sites.
        scopes_sudo = self.sudo().acorn_scope_ids
        whole_sudo = scopes_sudo.filtered(lambda s: s.active and not s.region_ids)
        units_sudo = whole_sudo.unit_id
        return tuple(units_sudo._acorn_below().ids) if units_sudo else ()
