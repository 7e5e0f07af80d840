import csv
import io
from base64 import b64encode
from datetime import timedelta
from urllib.parse import quote

from odoo import api, fields, models

from ..channel import UTC, Refused
from ..records import ITEM, Shipment, ShipmentItem, is_named

KEPT_FOR = timedelta(days=7)  # the files hold buyers' addresses
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run such a cell


class AcornExport(models.Model):
    """A file to work with while the channel cannot be reached; it expires."""

    _name = "acorn.export"
    _description = "Export"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    shop_id = fields.Many2one(
        "acorn.shop", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("order", "Open Orders"),
            ("stock", "Stock"),
            ("shipment", "Parcels Not Told Yet"),
        ],
        required=True,
        readonly=True,
    )
    row_count = fields.Integer(string="Rows", readonly=True)
    file = fields.Binary(attachment=True, readonly=True)
    expires_at = fields.Datetime(
        required=True,
        readonly=True,
        index=True,
        help="Removed then: the file may hold names and addresses.",
    )

    # === MAKE === #

    def action_write(self):
        """Write the files of all shops now, and show them in the list that is open."""
        self.env["acorn.shop"].search([("state", "!=", "draft")]).action_export()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _make(self, shop):
        """Write the files of a shop, and remove those that are too many."""
        made = self.browse()
        for kind in ("order", "stock", "shipment"):
            file = getattr(self, f"_file_of_{kind}s")(shop)
            if file:
                made |= self._keep(shop, kind, *file)
        for kind in ("order", "stock", "shipment"):
            mine = [("shop_id", "=", shop.id), ("kind", "=", kind)]
            self.search(mine, offset=max(shop.export_keep, 1)).unlink()
        # sudo: when it was done is no setting of the person who did it.
        shop_sudo = shop.sudo()
        shop_sudo.exported_at = fields.Datetime.now()
        return made

    @api.model
    def _keep(self, shop, kind, extension, content, row_count):
        now = fields.Datetime.now()
        return self.create(
            {
                "name": f"{kind}s {shop.name} {now:%Y-%m-%d %H%M}.{extension}",
                "shop_id": shop.id,
                "kind": kind,
                "row_count": row_count,
                "file": b64encode(content),
                "expires_at": now + KEPT_FOR,
            }
        )

    # === WHAT IS IN THEM === #

    @api.model
    def _file_of_orders(self, shop):
        """Return what is to be shipped, with addresses, the most urgent first."""
        orders = self.env["sale.order"].search(
            [("acorn_shop_id", "=", shop.id), ("acorn_to_ship", "=", True)],
            order="acorn_ship_by, id",
        )
        rows = [
            self._order_row(order, line, line.product_uom_qty - line.qty_delivered)
            for order in orders
            for line in order.order_line
            if line.acorn_charge == ITEM and line.product_uom_qty > line.qty_delivered
        ]
        return self._csv(rows, self._order_columns())

    @api.model
    def _order_columns(self):
        return [
            self.env._("Order"),
            self.env._("Item"),
            self.env._("SKU"),
            self.env._("Product"),
            self.env._("Quantity"),
            self.env._("Ship By (UTC)"),
            self.env._("Service Level"),
            self.env._("Name"),
            self.env._("Company"),
            self.env._("Street"),
            self.env._("Street 2"),
            self.env._("Postcode"),
            self.env._("City"),
            self.env._("State / Province"),
            self.env._("Country"),
            self.env._("Phone"),
            self.env._("Gift Message"),
            self.env._("Delivery Note"),
            self.env._("Site"),
            self.env._("Waits Because"),
        ]

    @api.model
    def _order_row(self, order, line, quantity):
        to = order.partner_shipping_id
        ref = line.acorn_line_ref or ""
        return [
            order.acorn_ref,
            ref if is_named(ref) else "",
            line.acorn_offer_id.sku,
            line.product_id.display_name,
            _number(quantity),
            order.acorn_ship_by and f"{order.acorn_ship_by:%Y-%m-%d %H:%M}",
            order.acorn_service_level,
            to.name,
            to.company_name or to.commercial_company_name,
            to.street,
            to.street2,
            to.zip,
            to.city,
            to.state_id.name,
            to.country_id.code,
            to.phone,
            line.acorn_gift_message,
            order.acorn_delivery_note,
            order.acorn_site_id.name,
            order._acorn_block_reason(),
        ]

    @api.model
    def _file_of_stocks(self, shop):
        """Return what is in stock of each SKU, by warehouse."""
        sites = shop.site_ids
        warehouses = sites.quantity_group_id.source_ids.warehouse_id
        warehouses |= sites.fba_warehouse_id
        offers = self.env["acorn.offer"].search(
            [("shop_id", "=", shop.id), ("product_id", "!=", False)], order="sku"
        )
        rows = []
        for warehouse in warehouses:
            here = offers.with_context(warehouse_id=warehouse.id)
            for offer in here:
                product = offer.product_id
                rows.append(
                    [
                        offer.sku,
                        product.default_code,
                        product.name,
                        warehouse.name,
                        _number(product.qty_available),
                        _number(product.free_qty),
                    ]
                )
        columns = [
            self.env._("SKU"),
            self.env._("Internal Reference"),
            self.env._("Product"),
            self.env._("Warehouse"),
            self.env._("On Hand"),
            self.env._("Free"),
        ]
        return self._csv(sorted(rows, key=lambda row: (row[0], row[3])), columns)

    @api.model
    def _file_of_shipments(self, shop):
        """Return the channel's own form for telling parcels, None when it has none."""
        pickings = self.env["stock.picking"].search(
            self.env["stock.picking"]._acorn_untold_domain(shop), order="id"
        )
        records = [
            self._shipment(picking, items, words[package])
            for picking in pickings
            for parcels in [picking._acorn_parcels()]
            for words in [picking._acorn_words(parcels)]
            for package, items in parcels.items()
            if self._can_be_told(picking, items)
        ]
        try:
            extension, content = shop._channel_files().write_file("shipment", records)
        except Refused:
            return None
        return extension, content, sum(len(record.items) for record in records)

    @api.model
    def _can_be_told(self, picking, items):
        """Whether a parcel can be named by its items, or by being the whole order."""
        named = all(is_named(ref) for ref, _quantity in items)
        if named:
            return True
        parcels = [
            parcel
            for each in picking.sale_id.picking_ids
            if each.state == "done" and each.location_dest_id.usage == "customer"
            for parcel in each._acorn_parcels()
        ]
        return picking.sale_id.delivery_status == "full" and len(parcels) == 1

    @api.model
    def _shipment(self, picking, items, words):
        return Shipment(
            order_ref=picking.acorn_ref,
            site=picking.acorn_site_id.channel_ref or "",
            package_ref="",
            shipped_at=picking.date_done.replace(tzinfo=UTC),
            carrier_code=words["carrier_code"],
            carrier_name=words["carrier_name"],
            service=words["service"],
            tracking=words["tracking"],
            items=tuple(
                ShipmentItem(ref if is_named(ref) else "", quantity)
                for ref, quantity in items
            ),
        )

    @api.model
    def _csv(self, rows, columns):
        """Return a CSV file that spreadsheets open rightly and run nothing of."""
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
        return "csv", file.getvalue().encode("utf-8-sig"), len(rows)

    # === REMOVE === #

    @api.autovacuum
    def _gc_expired(self):
        self.search([("expires_at", "<=", fields.Datetime.now())]).unlink()

    def action_download(self):
        self.ensure_one()
        name = quote(self.name, safe="")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{name}?download=1",
            "target": "download",
        }


def _harmless(cell):
    """Return a cell's text; what a spreadsheet would run is marked as text."""
    text = "" if cell in (None, False) else str(cell)
    return f"'{text}" if text.startswith(DANGEROUS) and not _is_number(text) else text


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(quantity):
    return f"{quantity:.3f}".rstrip("0").rstrip(".")
