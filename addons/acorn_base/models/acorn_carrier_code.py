from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AcornCarrierCode(models.Model):
    """The word by which a channel knows a delivery method, where it is special."""

    _name = "acorn.carrier.code"
    _description = "Carrier Code"
    _inherit = ["acorn.audited"]
    _order = "carrier_id, channel, shop_id, site_id, id"
    _rec_name = "code"
    _check_company_auto = True

    carrier_id = fields.Many2one(
        "delivery.carrier",
        string="Delivery Method",
        required=True,
        index=True,
        ondelete="cascade",
    )
    channel = fields.Selection(
        selection=lambda self: self.env["acorn.shop"]._get_channels(),
        compute="_compute_channel",
        store=True,
        readonly=False,
        help="Empty: all channels.",
    )
    shop_id = fields.Many2one(
        "acorn.shop",
        compute="_compute_shop_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        help="Empty: all shops.",
    )
    site_id = fields.Many2one(
        "acorn.site",
        domain="[('shop_id', '=?', shop_id)]",
        ondelete="cascade",
        help="Empty: all sites.",
    )
    unit_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="Shops of this company and of units below it. Empty: all.",
    )
    country_id = fields.Many2one(
        "res.country", help="Sites of this country only. Empty: of all countries."
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, index=True
    )
    known_id = fields.Many2one(
        "acorn.known.carrier",
        string="Carrier",
        domain="['|', ('channel', '=', channel), ('channel', '=', False)]",
        help="Carriers that the channel is known to know: fills in the code.",
    )
    code = fields.Char(
        required=True,
        compute="_compute_code",
        store=True,
        readonly=False,
        help="Exactly as the channel writes it, capitals and blanks included.",
    )
    name = fields.Char(
        help="Who carries it: the channel asks for it when the code is Other.",
    )
    service = fields.Char(help="Shipping service as the channel calls it.")

    _place_unique = models.UniqueIndex(
        "(carrier_id, coalesce(channel, ''), coalesce(shop_id, 0),"
        " coalesce(site_id, 0), coalesce(country_id, 0), coalesce(unit_id, 0))",
        "This delivery method has a code for that place already.",
    )

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("carrier_id", "channel", "shop_id", "site_id", "country_id"),
            *("code", "name", "service"),
        ]

    @api.depends("site_id")
    def _compute_shop_id(self):
        for code in self:
            code.shop_id = code.site_id.shop_id or code.shop_id

    @api.depends("shop_id")
    def _compute_channel(self):
        for code in self:
            code.channel = code.shop_id.channel or code.channel

    @api.depends("shop_id.company_id", "unit_id", "carrier_id.company_id")
    def _compute_company_id(self):
        for code in self:
            code.company_id = (
                code.shop_id.company_id or code.unit_id or code.carrier_id.company_id
            )

    @api.depends("known_id")
    def _compute_code(self):
        for code in self:
            code.code = code.known_id.code or code.code

    @api.constrains("code", "name")
    def _check_name(self):
        for code in self:
            if code.code.strip().lower() == "other" and not (code.name or "").strip():
                raise ValidationError(
                    self.env._(
                        "The code Other needs a name: buyers are told who brings the "
                        "parcel. Enter it for %s.",
                        code.carrier_id.name,
                    )
                )

    def _for(self, site):
        """Return of one carrier's codes that for a site: the most special one."""
        units = site.shop_id.company_id._acorn_path_ids()
        fitting = self.filtered(lambda code: code._fits(site, units))
        return fitting.sorted(
            lambda code: (
                bool(code.site_id),
                bool(code.shop_id),
                units.index(code.unit_id.id) if code.unit_id else -1,
                bool(code.country_id),
                bool(code.channel),
            ),
            reverse=True,
        )[:1]

    def _fits(self, site, units):
        shop = site.shop_id
        return (
            self.site_id in (site, site.browse())
            and self.shop_id in (shop, shop.browse())
            and (not self.unit_id or self.unit_id.id in units)
            and self.channel in (shop.channel, False)
            and (not self.country_id or self.country_id.code == site.code)
        )
