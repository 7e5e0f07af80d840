from odoo import api, models


class AcornPickScan(models.AbstractModel):
    """Which line of a delivery a scanned barcode counts."""

    _name = "acorn.pick.scan"
    _description = "Scanned Goods"

    @api.model
    def _match(self, lines, code):
        """Return the line that a barcode counts, by how many units, or why none.

        :param lines: move lines in the order in which they are picked
        :return: (a line or none, units of the product, what to say)
        """
        none = lines.browse()
        lot_lines = lines.filtered(lambda line: line.lot_id.name == code)
        if lot_lines:
            return self._next(lot_lines, lot_lines.lot_id[:1].display_name, 1)
        product, units = self._product(code)
        if not product:
            return none, 0, self._unknown(lines, code)
        wanted = lines.filtered(lambda line: line.product_id == product)
        if not wanted:
            text = self.env._(
                "%s is not ordered here. Put it back.", product.display_name
            )
            return none, 0, text
        if product.tracking != "none" and wanted.lot_id:
            text = self.env._(
                "Scan the lot or serial number of %(product)s: %(lots)s.",
                product=product.display_name,
                lots=", ".join(wanted.lot_id.mapped("name")),
            )
            return none, 0, text
        return self._next(wanted, product.display_name, units)

    @api.model
    def _next(self, lines, name, units):
        """Return the first line of which that much is still to be picked."""
        for line in lines:
            uom = line.product_uom_id
            if uom.compare(counted_up(line, units), line.quantity) <= 0:
                return line, units, ""
        left = sum(line.quantity - line.acorn_counted for line in lines)
        if left > 0:
            text = self.env._("That is a pack of %(name)s: too many.", name=name)
        else:
            text = self.env._("All of %s is picked already. Put it back.", name)
        return lines.browse(), 0, text

    @api.model
    def _product(self, code):
        """Return the product of a barcode or reference, and how many a scan means."""
        Product = self.env["product.product"]
        codes = same_codes(code)
        product = Product.search([("barcode", "in", codes)], limit=1)
        if product:
            return product, 1
        pack = self.env["product.uom"].search([("barcode", "in", codes)], limit=1)
        if pack:
            product = pack.product_id
            return product, pack.uom_id._compute_quantity(1, product.uom_id)
        return Product.search([("default_code", "=", code)], limit=1), 1

    @api.model
    def _unknown(self, lines, code):
        lot = self.env["stock.lot"].search([("name", "=", code)], limit=1)
        if lot and lot.product_id in lines.product_id:
            wanted = lines.filtered(lambda line: line.product_id == lot.product_id)
            return self.env._(
                "%(lot)s is not reserved for this order. Take %(lots)s.",
                lot=lot.display_name,
                lots=", ".join(wanted.lot_id.mapped("name")),
            )
        return self.env._("No goods go by %s. Put it back.", code)


def counted_up(line, units):
    """Return what is counted of a line after so many more units of its product."""
    more = line.product_id.uom_id._compute_quantity(
        units, line.product_uom_id, round=False
    )
    return line.acorn_counted + more


def same_codes(code):
    """Return a barcode as it may be stored: scanners read the twelve digits of a UPC
    as the thirteen of an EAN, with a zero before them."""
    if code.isdigit() and len(code) == 12:
        return [code, f"0{code}"]
    if code.isdigit() and len(code) == 13 and code.startswith("0"):
        return [code, code[1:]]
    return [code]
