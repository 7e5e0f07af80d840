from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.pdf import DependencyError, PdfReadError, PdfStreamError, merge_pdf

# Odoo's carriers name what they attach: LabelShipping-…, LabelReturn-…, ShippingDoc-….
RETURN_LABEL = "LabelReturn"
ZPL_START = b"^XA"
ZPL_NAMES = (".zpl", ".zpl2", ".zplii", ".prn", ".txt")
UNREADABLE = (PdfReadError, PdfStreamError, DependencyError, ValueError, KeyError)


class AcornLabel(models.AbstractModel):
    """Which attachments of deliveries are labels, and one file of many of them.

    A label is a PDF or a ZPL file that is attached to a delivery or to one of its
    packages, by Odoo's carriers or by anybody; labels for returns are not.
    """

    _name = "acorn.label"
    _description = "Labels"

    @api.model
    def _may_pack(self, pickings):
        """Return the deliveries that have left or may leave: what is held or cancelled
        gets neither a label nor a packing slip."""
        return pickings.filtered(
            lambda picking: (
                picking.state == "done"
                or (picking.state != "cancel" and not picking.acorn_block_reason)
            )
        )

    @api.model
    def _refused(self, pickings):
        """Return which deliveries may not be packed and why, each as a line."""
        labels = dict(pickings._fields["state"]._description_selection(self.env))
        return [
            picking.acorn_block_reason or f"{picking.name}: {labels[picking.state]}"
            for picking in pickings - self._may_pack(pickings)
        ]

    @api.model
    def _labels(self, pickings):
        """Return the labels of deliveries, in the order of these; each one once.

        :return: dict delivery → attachments, the same file of two deliveries is the
            first one's
        """
        found = self._attachments(pickings)
        labels, seen = {}, set()
        for picking in pickings:
            mine = found.browse()
            for attachment in self._of(picking, found):
                if attachment.checksum not in seen and self._kind(attachment):
                    seen.add(attachment.checksum)
                    mine |= attachment
            labels[picking] = mine
        return labels

    @api.model
    def _attachments(self, pickings):
        packages = pickings.move_line_ids.result_package_id
        return self.env["ir.attachment"].search(
            (
                (
                    Domain("res_model", "=", "stock.picking")
                    & Domain("res_id", "in", pickings.ids)
                )
                | (
                    Domain("res_model", "=", "stock.package")
                    & Domain("res_id", "in", packages.ids)
                )
            )
            & Domain("res_field", "=", False)
            & ~Domain("name", "=like", f"{RETURN_LABEL}%")
            & Domain("type", "=", "binary"),
            order="id",
        )

    @api.model
    def _of(self, picking, attachments):
        """Return a delivery's attachments: its own, then package by package."""
        places = [("stock.picking", picking.id)]
        packages = picking.move_line_ids.result_package_id.sorted("id")
        places += [("stock.package", package.id) for package in packages]
        return attachments.filtered(
            lambda each: (each.res_model, each.res_id) in places
        ).sorted(lambda each: (places.index((each.res_model, each.res_id)), each.id))

    @api.model
    def _printed(self, labels):
        """Return the labels whose file was printed, be it from another delivery."""
        same = [
            ("checksum", "in", labels.mapped("checksum")),
            ("acorn_printed_at", "!=", False),
            ("res_field", "=", False),
        ]
        printed = self.env["ir.attachment"].search(same, order="acorn_printed_at")
        last = {each.checksum: each for each in printed}
        return {each: last[each.checksum] for each in labels if each.checksum in last}

    @api.model
    def _kind(self, attachment):
        """Return ``"pdf"``, ``"zpl"``, or '' for what no label printer takes."""
        name = (attachment.name or "").lower()
        if attachment.mimetype == "application/pdf" or name.endswith(".pdf"):
            return "pdf"
        if name.endswith(ZPL_NAMES) or "zpl" in (attachment.mimetype or ""):
            return "zpl" if ZPL_START in attachment.raw[:4096] else ""
        return ""

    @api.model
    def _merge(self, kind, attachments):
        """Return the bytes of one file of many labels of a kind."""
        if kind == "zpl":
            return b"\n".join(each.raw.strip() for each in attachments) + b"\n"
        try:
            return merge_pdf([each.raw for each in attachments])
        except UNREADABLE:
            raise UserError(self._broken(attachments)) from None

    @api.model
    def _broken(self, attachments):
        """Return which file of many it is that cannot be read."""
        for attachment in attachments:
            try:
                merge_pdf([attachment.raw])
            except UNREADABLE:
                record = self.env[attachment.res_model].browse(attachment.res_id)
                return self.env._(
                    "%(file)s of %(document)s is damaged or locked with a password. "
                    "Replace or remove it there, then print again.",
                    file=attachment.name,
                    document=record.display_name,
                )
        return self.env._("These labels cannot be put into one file. Print fewer.")
