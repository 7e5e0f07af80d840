from base64 import b64decode, b64encode
from collections import defaultdict
from itertools import chain

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .. import sheet


class AcornOfferMapping(models.TransientModel):
    """Which product each SKU is: exported, filled in, and imported again."""

    _name = "acorn.offer.mapping"
    _description = "Products of SKUs by File"

    state = fields.Selection([("choose", "Choose"), ("done", "Done")], default="choose")
    shop_ids = fields.Many2many(
        "acorn.shop", string="Shops", help="None means all of them."
    )
    only_unmapped = fields.Boolean(string="Only SKUs without Product", default=True)
    exported = fields.Binary(attachment=False, readonly=True)
    file = fields.Binary(string="Filled-in File", attachment=False)
    file_name = fields.Char()
    unchanged_count = fields.Integer(readonly=True)
    changed_ids = fields.Many2many("acorn.offer", readonly=True)
    changed_count = fields.Integer(compute="_compute_counts")
    error_ids = fields.One2many(
        "acorn.offer.mapping.error", "mapping_id", readonly=True
    )
    error_count = fields.Integer(compute="_compute_counts")
    waiting_count = fields.Integer(compute="_compute_counts")

    def _compute_counts(self):
        for mapping in self:
            mapping.changed_count = len(mapping.changed_ids)
            mapping.error_count = len(mapping.error_ids)
            mapping.waiting_count = sum(mapping.changed_ids.mapped("waiting_count"))

    # === EXPORT === #

    def action_export(self):
        """Download the SKUs of the chosen shops with the product of each."""
        self.ensure_one()
        widths = [24, 24, 14, 48, 14, 28, 18, 40]
        columns = list(zip(self._column_names().values(), widths, strict=True))
        self.exported = b64encode(sheet.write(columns, self._mapping_rows()))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/exported/skus.xlsx?download=1",
            "target": "download",
        }

    def _column_names(self):
        return {
            "shop": self.env._("Shop"),
            "sku": self.env._("SKU"),
            "asin": self.env._("ASIN"),
            "title": self.env._("Title"),
            "fulfilled_by": self.env._("Fulfilled by"),
            "product": self.env._("Product (internal reference)"),
            "barcode": self.env._("Barcode"),
            "product_name": self.env._("Product name"),
        }

    def _mapping_rows(self):
        domain = [("needs_mapping", "=", True)] if self.only_unmapped else []
        if self.shop_ids:
            domain.append(("shop_id", "in", self.shop_ids.ids))
        channel, seller = self.env._("Channel"), self.env._("Seller")
        for offer in self.env["acorn.offer"].search(domain, order="shop_id, sku, id"):
            product = offer.product_id
            yield [
                offer.shop_id.name,
                offer.sku,
                offer.listing_ref,
                offer.title,
                channel if offer.by_channel else seller,
                product.default_code,
                product.barcode,
                product.name,
            ]

    # === IMPORT === #

    def action_import(self):
        """Set the products that the file names; tell which rows cannot be used."""
        self.ensure_one()
        rows = self._read_file()
        offers = self._find_offers(rows)
        products = self._find_products(rows, offers)
        changes, unchanged, errors, seen = defaultdict(list), 0, [], set()
        for row in rows:
            offer, product, problem = self._understand(row, offers, products)
            if not problem and offer in seen:
                problem = self.env._("An earlier row says what this SKU is.")
            if problem:
                errors.append(self._error_values(row, problem))
                continue
            seen.add(offer)
            if product and product != offer.product_id:
                changes[product].append(offer.id)
            else:
                unchanged += 1
        self._apply(changes)
        self.write(
            {
                "state": "done",
                "changed_ids": [Command.set([*chain(*changes.values())])],
                "unchanged_count": unchanged,
                "error_ids": [Command.clear(), *map(Command.create, errors)],
            }
        )
        return self._reopen()

    def _read_file(self):
        names = self._column_names()
        english = self.with_context(lang="en_US")._column_names()
        columns = {
            key: (names[key], english[key])
            for key in ("shop", "sku", "product", "barcode")
        }
        try:
            return sheet.read(b64decode(self.file or b""), columns)
        except sheet.TooLarge:
            raise UserError(
                self.env._(
                    "The file is too large: at most %(rows)s rows and %(size)s MB are "
                    "read at once. Divide it into several files.",
                    rows=sheet.MAX_ROWS,
                    size=sheet.MAX_BYTES // 1024**2,
                )
            ) from None
        except sheet.ColumnsMissing as error:
            raise UserError(
                self.env._(
                    "The first row of the file lacks these columns: %s. Export the "
                    "file here, fill it in, and keep its first row.",
                    ", ".join(names[key] for key in error.args),
                )
            ) from None
        except sheet.NotASheet:
            raise UserError(
                self.env._(
                    "This is no XLSX file, or a damaged one. Export the file here, "
                    "fill it in, and save it as XLSX."
                )
            ) from None

    def _find_offers(self, rows):
        """Return the offers of the rows by name of their shop and SKU."""
        offers = self.env["acorn.offer"].search(
            [
                ("shop_id.name", "in", list({row.values["shop"] for row in rows})),
                ("sku", "in", list({row.values["sku"] for row in rows})),
            ]
        )
        return offers.grouped(lambda offer: (offer.shop_id.name, offer.sku))

    def _find_products(self, rows, offers):
        """Return the products that the rows may mean, by company, field and value."""
        Product = self.env["product.product"]
        references = list({row.values["product"] for row in rows} - {""})
        barcodes = list({row.values["barcode"] for row in rows} - {""})
        found = {}
        for company in self.env["acorn.offer"].concat(*offers.values()).company_id:
            products = Product.search(
                [
                    *Product._check_company_domain(company),
                    ("type", "!=", "combo"),
                    "|",
                    ("default_code", "in", references),
                    ("barcode", "in", barcodes),
                ]
            )
            products.mapped("company_id")  # read at once what each write will check
            for field in ("default_code", "barcode"):
                for value, same in products.grouped(field).items():
                    found[company, field, value] = same
        return found

    def _understand(self, row, offers, products):
        """Return the offer and the product a row means, or what is wrong with it."""
        nothing = self.env["product.product"]
        if row.formulas:
            return None, nothing, self.env._("It holds a formula: paste its value.")
        shop, sku = row.values["shop"], row.values["sku"]
        offer = offers.get((shop, sku), self.env["acorn.offer"])
        if not offer:
            problem = self.env._(
                "The shop %(shop)s has no SKU %(sku)s.", shop=shop, sku=sku
            )
            return None, nothing, problem
        if len(offer) > 1:
            return None, nothing, self.env._("Several shops are called %s.", shop)
        for key, field in (("product", "default_code"), ("barcode", "barcode")):
            if value := row.values[key]:
                product = products.get((offer.company_id, field, value), nothing)
                return offer, *self._only_one(value, product, offer.product_id)
        return offer, nothing, ""

    def _only_one(self, value, products, present):
        """Return the product that is meant, or a problem when it is not clear which."""
        if len(products) == 1:
            return products, ""
        if present in products:
            return present, ""
        if products:
            return products, self.env._(
                "Several products have the reference %s.", value
            )
        return products, self.env._(
            "No product has the reference or barcode %s.", value
        )

    def _error_values(self, row, problem):
        return {
            "row": row.number,
            "shop": row.values["shop"],
            "sku": row.values["sku"],
            "reason": problem,
        }

    def _apply(self, changes):
        for product, offer_ids in changes.items():
            self.env["acorn.offer"].browse(offer_ids).product_id = product

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Products of SKUs"),
        }

    # === AFTERWARDS === #

    def action_retry_orders(self):
        """Apply again the orders that waited for the SKUs just set."""
        return self.changed_ids.action_retry_orders()
