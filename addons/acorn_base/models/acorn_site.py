from odoo import api, fields, models


class AcornSite(models.Model):
    _name = "acorn.site"
    _description = "Site"
    _inherit = ["acorn.audited", "acorn.kept"]
    _order = "shop_id, sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True,
        help="Orders of an inactive site are kept aside. They become sale orders when "
        "it is switched on again.",
    )
    shop_id = fields.Many2one(
        "acorn.shop", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    code = fields.Char(string="Country Code", required=True)
    country_id = fields.Many2one(
        "res.country", compute="_compute_country_id", store=True
    )
    channel_ref = fields.Char(
        string="Channel Reference",
        required=True,
        help="The channel's identifier of the site (marketplace id).",
    )
    network = fields.Char(
        string="Fulfilment Network",
        help="Sites of one network are served from the same warehouses of the channel.",
    )
    suspended = fields.Boolean(
        readonly=True, help="The channel has suspended the listings on this site."
    )
    currency_id = fields.Many2one("res.currency", required=True)
    pricelist_id = fields.Many2one("product.pricelist", check_company=True)
    quantity_group_id = fields.Many2one(
        "acorn.quantity.group",
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('shop_id', '=', shop_id)]",
        help="Sites of one group show one quantity of a SKU and sell from one set of "
        "places.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        inverse="_inverse_warehouse_id",
        store=True,
        precompute=True,
        check_company=True,
        help="Ships first what the seller fulfils: the first source of the quantity "
        "group.",
    )
    fba_warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Channel's Warehouse",
        check_company=True,
        help="Stands for the warehouses from which the channel fulfils (FBA).",
    )
    tax_id = fields.Many2one(
        "account.tax",
        string="Sales Tax",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale')]",
        help="Carries the tax that the channel computed and the seller owes; its rate "
        "is not used.",
    )
    language = fields.Char()
    timezone = fields.Char(default="UTC")
    team_id = fields.Many2one("crm.team", string="Sales Team", check_company=True)
    region_ids = fields.Many2many("acorn.region", string="Regions")
    user_ids = fields.Many2many(
        "res.users", string="People", help="Who works with this site."
    )

    _channel_ref_unique = models.Constraint(
        "UNIQUE (shop_id, channel_ref)", "A shop has each site only once."
    )

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("name", "active", "currency_id", "pricelist_id"),
            *("quantity_group_id", "warehouse_id", "fba_warehouse_id", "tax_id"),
            *("language", "timezone", "team_id", "region_ids", "user_ids"),
        ]

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active"):
            self.env["acorn.message"]._unpark(self)
            self.shop_id._wake_lanes()
        return result

    @api.depends(
        "quantity_group_id.source_ids.warehouse_id",
        "quantity_group_id.source_ids.sequence",
    )
    def _compute_warehouse_id(self):
        for site in self:
            site.warehouse_id = site.quantity_group_id.source_ids[:1].warehouse_id

    def _inverse_warehouse_id(self):
        """Make it the first source of the group, and so that of all its sites."""
        for site in self.filtered("quantity_group_id"):
            sources = site.quantity_group_id.source_ids
            if sources[:1].warehouse_id == site.warehouse_id:
                continue
            again = sources.filtered(
                lambda s, site=site: s.warehouse_id == site.warehouse_id
            )
            (again | sources[:1]).unlink()
            if site.warehouse_id:
                site.quantity_group_id.source_ids = [
                    fields.Command.create(
                        {"warehouse_id": site.warehouse_id.id, "sequence": 0}
                    )
                ]

    @api.depends("code")
    def _compute_country_id(self):
        countries = self.env["res.country"].search(
            [("code", "in", self.mapped("code"))]
        )
        by_code = {country.code: country for country in countries}
        for site in self:
            site.country_id = by_code.get(site.code)

    @api.model
    def _update_from_channel(self, shop, infos):
        """Create the sites the account sells on; keep what people set on known ones.

        :param infos: tuple of ``records.SiteInfo``
        """
        known = {
            site.channel_ref: site
            for site in self.with_context(active_test=False).search(
                [("shop_id", "=", shop.id)]
            )
        }
        for info in infos:
            site = known.get(info.ref)
            if site:
                site.suspended = info.suspended
                if not site.quantity_group_id:
                    site._join_group(info.stock_group or info.code)
            else:
                known[info.ref] = self._create_from_channel(shop, info)

    def _join_group(self, name):
        """Join the shop's group of that name; its goods go on leaving from where they
        leave now."""
        warehouse = self.warehouse_id
        # sudo: as for new sites, below.
        group_sudo = self.env["acorn.quantity.group"].sudo()
        group = group_sudo._get_or_create(self.shop_id, name, warehouse)
        if warehouse and warehouse not in group.source_ids.warehouse_id:
            group.source_ids = [
                fields.Command.create({"warehouse_id": warehouse.id, "sequence": 20})
            ]
        self.quantity_group_id = group

    @api.model
    def _create_from_channel(self, shop, info):
        # sudo: connecting a shop sets up what its sites need, whatever the rights of
        # the person on currencies, warehouses and taxes.
        shop_sudo = shop.sudo().with_company(shop.company_id)
        Warehouse = shop_sudo.env["stock.warehouse"]
        site = self.create(
            {
                "shop_id": shop.id,
                "name": info.name,
                "code": info.code,
                "channel_ref": info.ref,
                "network": info.network or info.code,
                "suspended": info.suspended,
                "language": info.language,
                "timezone": info.timezone,
                "currency_id": shop_sudo.env["res.currency"]
                ._acorn_get(info.currency)
                .id,
                "quantity_group_id": shop_sudo.env["acorn.quantity.group"]
                ._get_or_create(shop_sudo, info.stock_group or info.code)
                .id,
                "fba_warehouse_id": Warehouse._acorn_of_network(
                    shop_sudo, info.network or info.code
                ).id,
                "tax_id": shop_sudo.company_id._acorn_tax().id,
            }
        )
        site.pricelist_id = site._get_pricelist(site.currency_id)
        return site

    def _get_pricelist(self, currency):
        """Return the site's pricelist in a currency: it keeps that of orders."""
        self.ensure_one()
        if self.pricelist_id.currency_id == currency:
            return self.pricelist_id
        # sudo: orders are applied by people without rights on pricelists, too.
        pricelist_sudo = self.env["product.pricelist"].sudo()
        return pricelist_sudo.search(
            [("acorn_site_id", "=", self.id), ("currency_id", "=", currency.id)],
            limit=1,
        ) or pricelist_sudo.create(
            {
                "name": f"{self.name} {currency.name}",
                "company_id": self.company_id.id,
                "currency_id": currency.id,
                "acorn_site_id": self.id,
            }
        )

    def _installed_language(self):
        """Return the site's language when it is installed, so that papers use it."""
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        return self.language if self.language in installed else False
