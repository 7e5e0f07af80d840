from odoo import api, fields, models


class AcornListing(models.Model):
    """What buyers see of an offer on one site."""

    _name = "acorn.listing"
    _description = "Listing"
    _order = "site_id, offer_id, id"

    offer_id = fields.Many2one(
        "acorn.offer", required=True, index=True, ondelete="cascade"
    )
    site_id = fields.Many2one(
        "acorn.site", required=True, index=True, ondelete="cascade"
    )
    shop_id = fields.Many2one(related="site_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    sku = fields.Char(related="offer_id.sku")
    product_id = fields.Many2one(related="offer_id.product_id")
    title = fields.Char()
    listing_ref = fields.Char(string="ASIN")
    price = fields.Monetary()
    currency_id = fields.Many2one(related="site_id.currency_id")
    quantity = fields.Integer(string="Quantity Shown")
    by_channel = fields.Boolean(string="Fulfilled by Channel")
    status = fields.Selection(
        [
            ("active", "Active"),
            ("inactive", "Inactive"),
            ("incomplete", "Incomplete"),
            ("gone", "No Longer Listed"),
        ]
    )
    seen_at = fields.Datetime(help="When the channel last reported it.")

    _offer_site_unique = models.Constraint(
        "UNIQUE (site_id, offer_id)", "An offer is listed once on a site."
    )

    @api.depends("offer_id.sku", "site_id.name")
    def _compute_display_name(self):
        for listing in self:
            listing.display_name = f"{listing.offer_id.sku} ({listing.site_id.name})"

    @api.model
    def _apply_snapshot(self, site, snapshot):
        """Bring the listings of a site to what the channel reported.

        :param snapshot: ``records.ListingSnapshot``; what it lacks is no longer listed
        """
        offers = self._offers_of(site.shop_id, snapshot.listings)
        known = {
            listing.offer_id: listing
            for listing in self.search([("site_id", "=", site.id)])
        }
        seen = self.browse()
        new = {}
        for record in snapshot.listings:
            offer = offers[record.sku]
            values = self._values(record, snapshot.taken_at)
            if offer in known:
                known[offer]._write_changes(values)
                seen |= known[offer]
            else:
                new[offer] = {"site_id": site.id, "offer_id": offer.id, **values}
        (self.browse().concat(*known.values()) - seen)._write_changes(
            {"status": "gone"}
        )
        self.create(list(new.values()))
        self._tell_shown(site, snapshot.listings, snapshot.taken_at)

    @api.model
    def _tell_shown(self, site, records, seen_at):
        """Let quantities know what buyers can order of what the seller ships."""
        shown = {
            record.sku: record.quantity
            for record in records
            if record.quantity is not None and not record.by_channel
        }
        self.env["acorn.offer.quantity"]._note_shown(site, shown, seen_at)

    @api.model
    def _offers_of(self, shop, records):
        wanted = {
            record.sku: {
                "title": record.title,
                "listing_ref": record.listing_ref,
                "barcode": record.barcode,
                "by_channel": record.by_channel,
            }
            for record in records
        }
        offers = self.env["acorn.offer"]._get_or_create(shop, wanted)
        for sku, offer in offers.items():
            changed = {
                name: value
                for name, value in wanted[sku].items()
                if (value or name == "by_channel") and offer[name] != value
            }
            if changed:
                offer.write(changed)
        self.env["acorn.offer"].concat(*offers.values())._match_products()
        return offers

    @api.model
    def _values(self, record, seen_at):
        return {
            "title": record.title,
            "listing_ref": record.listing_ref,
            "price": float(record.price) if record.price is not None else 0.0,
            "quantity": record.quantity or 0,
            "by_channel": record.by_channel,
            "status": record.status or False,
            "seen_at": seen_at.replace(tzinfo=None, microsecond=0),
        }

    def _write_changes(self, values):
        for listing in self:
            changed = {
                name: value for name, value in values.items() if listing[name] != value
            }
            if changed:
                listing.write(changed)
