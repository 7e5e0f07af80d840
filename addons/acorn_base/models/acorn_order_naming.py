from dataclasses import replace

from odoo import models

from ..records import ITEM, is_named


class AcornOrderNaming(models.AbstractModel):
    """How lines are recognised of which a document does not tell the reference.

    Reports name an item by its SKU alone, and may have several rows for one item. No
    line may come twice when the channel itself tells of the order, before or after.
    """

    _name = "acorn.order.naming"
    _description = "Recognition of Lines"

    def _acorn_recognise_lines(self, record):
        """Return the record with the references of this order's lines.

        Where it is the record that knows them, the order's lines get them.
        """
        self.ensure_one()
        if not (record.detailed or self.acorn_provisional):
            return replace(record, lines=self._acorn_shared_out(record))
        if self.acorn_provisional:
            return self._acorn_name_lines(record)
        return record

    def _acorn_items(self):
        """Return the lines that sell something, in the order they came."""
        items = self.order_line.filtered(lambda line: line.acorn_charge == ITEM)
        return items.sorted("id")

    def _acorn_shared_out(self, record):
        """Return this order's lines, with what a report's rows say has been shipped."""
        named = {line.ref: line for line in record.lines if is_named(line.ref)}
        lines, shipped = [], {}
        for line in record.lines:
            shipped[line.sku] = shipped.get(line.sku, 0) + line.quantity_shipped
        rows = {line.sku: line for line in record.lines}
        for item in self._acorn_items():
            ref, sku = item.acorn_line_ref, item.acorn_offer_id.sku
            if ref in named:
                lines.append(named[ref])
            elif sku in rows:
                quantity = int(item.product_uom_qty)
                left = min(quantity, shipped[sku])
                shipped[sku] -= left
                lines.append(
                    replace(
                        rows[sku],
                        ref=ref,
                        quantity=quantity,
                        quantity_shipped=left,
                        quantity_open=None,
                        charges=(),
                    )
                )
        return tuple(lines)

    def _acorn_name_lines(self, record):
        """Let lines and record agree on their references, SKU by SKU."""
        refs = {line.ref for line in record.lines}
        mine = self._acorn_items().filtered(lambda i: i.acorn_line_ref not in refs)
        known = set((self._acorn_items() - mine).mapped("acorn_line_ref"))
        lines = list(record.lines)
        for place, line in enumerate(lines):
            if line.ref in known:
                continue
            item = _same_goods(mine, line)
            if not item:
                continue
            mine -= item
            if is_named(line.ref):
                item.acorn_line_ref = line.ref
            else:
                lines[place] = replace(line, ref=item.acorn_line_ref)
        if record.detailed:
            self._acorn_join(mine, lines)
        return replace(record, lines=tuple(lines))

    def _acorn_join(self, items, lines):
        """What rows of a report told of apart, the channel tells of as one line.

        The parcels of a line that is no more belong to the one that took its place, or
        the goods would be owed again.
        """
        refs = {line.sku: line.ref for line in lines}
        heirs = {item.acorn_line_ref: item for item in self._acorn_items()}
        for item in items.filtered(lambda item: not is_named(item.acorn_line_ref)):
            heir = heirs.get(refs.get(item.acorn_offer_id.sku))
            if heir:
                item.move_ids.sale_line_id = heir


def _same_goods(items, line):
    """Return the one of the lines that a record's line is, of the same quantity first.

    A line with the channel's own reference is no other one's.
    """
    same = items.filtered(
        lambda item: (
            item.acorn_offer_id.sku == line.sku
            and not (is_named(item.acorn_line_ref) and is_named(line.ref))
        )
    )
    exact = same.filtered(lambda item: item.product_uom_qty == line.quantity)
    return (exact or same)[:1]
