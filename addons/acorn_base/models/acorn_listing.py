from collections import defaultdict

from odoo import api, fields, models

from ..channel import UTC


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

        What changed after the report was made stays as it is known.

        :param snapshot: ``records.ListingSnapshot``; what it lacks is no longer listed
        """
        known = self.search([("site_id", "=", site.id)])
        seen = self._bring(site, known, snapshot.listings, snapshot.taken_at)
        gone = (known - seen)._not_newer_than(snapshot.taken_at)
        gone._write_changes({"status": "gone"})

    @api.model
    def _apply_changes(self, site, changes):
        """Take over listings that are new or were changed, and leave the others.

        :param changes: ``records.ListingChange``s of the site, in any order
        """
        skus = {change.listing.sku for change in changes}
        known = self.search([("site_id", "=", site.id), ("sku", "in", list(skus))])
        newest = {
            change.listing.sku: change
            for change in sorted(changes, key=lambda change: change.changed_at)
        }
        by_time = defaultdict(list)
        for change in newest.values():
            by_time[change.changed_at].append(change.listing)
        for changed_at, listings in by_time.items():
            self._bring(site, known, listings, changed_at)

    @api.model
    def _bring(self, site, known, records, seen_at):
        """Bring listings to what the channel showed at a time; return the known ones.

        :param known: the site's listings, at least those with these SKUs
        """
        offers = self._offers_of(site.shop_id, records)
        by_offer = {listing.offer_id: listing for listing in known}
        seen, new, shown = [], [], {}
        for record in records:
            offer = offers[record.sku]
            listing = by_offer.get(offer, self.browse())
            seen.append(listing.id)
            if listing and not listing._not_newer_than(seen_at):
                continue
            values = self._values(record, seen_at)
            if listing:
                listing._write_changes(values)
            else:
                new.append({"site_id": site.id, "offer_id": offer.id, **values})
            if record.quantity is not None and not record.by_channel:
                shown[record.sku] = record.quantity
        self.create(new)
        if shown:
            self.env["acorn.offer.quantity"]._note_shown(site, shown, seen_at)
        return self.browse(filter(None, seen))

    def _not_newer_than(self, moment):
        """Return those that nothing is known of from a later time."""
        moment = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        return self.filtered(lambda one: not one.seen_at or one.seen_at <= moment)

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
                if (value or value is False) and offer[name] != value
            }
            if changed:
                offer.write(changed)
        self.env["acorn.offer"].concat(*offers.values())._match_products()
        return offers

    @api.model
    def _values(self, record, seen_at):
        values = {
            "title": record.title,
            "listing_ref": record.listing_ref,
            "price": float(record.price) if record.price is not None else 0.0,
            "quantity": record.quantity or 0,
            "by_channel": record.by_channel,
            "status": record.status or False,
            "seen_at": seen_at.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        }
        if record.by_channel is None:
            del values["by_channel"]
        return values

    def _write_changes(self, values):
        for listing in self:
            changed = {
                name: value for name, value in values.items() if listing[name] != value
            }
            if changed:
                listing.write(changed)
