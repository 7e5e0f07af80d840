import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

NAMES = {"pdf": "labels.pdf", "zpl": "labels.zpl"}


class AcornPrintLabels(models.TransientModel):
    _name = "acorn.print.labels"
    _description = "Print Labels"

    picking_ids = fields.Many2many("stock.picking", string="Deliveries", readonly=True)
    state = fields.Selection(
        [("ask", "To Print"), ("done", "Printed")], default="ask", readonly=True
    )
    new_count = fields.Integer(string="New Labels", compute="_compute_counts")
    printed_count = fields.Integer(string="Printed Before", compute="_compute_counts")
    printed_text = fields.Text(compute="_compute_counts")
    missing_text = fields.Text(compute="_compute_counts")
    refused_text = fields.Text(compute="_compute_counts")
    pdf_file = fields.Binary(string="PDF", readonly=True, attachment=False)
    pdf_name = fields.Char(default=NAMES["pdf"], readonly=True)
    zpl_file = fields.Binary(string="ZPL", readonly=True, attachment=False)
    zpl_name = fields.Char(default=NAMES["zpl"], readonly=True)

    @api.depends("picking_ids", "state")
    def _compute_counts(self):
        for wizard in self:
            labels = wizard._labels()
            found = self.env["ir.attachment"].union(*labels.values())
            printed = self.env["acorn.label"]._printed(found)
            missing = [p.display_name for p, files in labels.items() if not files]
            wizard.new_count = len(found) - len(printed)
            wizard.printed_count = len(printed)
            wizard.printed_text = wizard._printed_text(printed)
            wizard.missing_text = missing and self.env._(
                "No label is attached to %s.", ", ".join(missing)
            )
            refused = self.env["acorn.label"]._refused(wizard.picking_ids)
            wizard.refused_text = "\n".join(refused)

    def _printed_text(self, printed):
        if not printed:
            return False
        last = max(printed.values(), key=lambda label: label.acorn_printed_at)
        when = fields.Datetime.context_timestamp(self, last.acorn_printed_at)
        return self.env._(
            "%(count)s of these labels were printed before, last by %(user)s on "
            "%(when)s. A parcel with two labels is delivered twice, or not at all.",
            count=len(printed),
            user=last.acorn_printed_uid.name or "-",
            when=when.strftime("%Y-%m-%d %H:%M"),
        )

    def _labels(self):
        Label = self.env["acorn.label"]
        pickings = Label._may_pack(self.picking_ids)._acorn_pick_order()
        return Label._labels(pickings)

    def action_print(self):
        """Print the labels that were not printed yet."""
        return self._print(again=False)

    def action_print_again(self):
        """Print all of them, those that were printed before, too."""
        return self._print(again=True)

    def _print(self, again):
        self.ensure_one()
        self.picking_ids.check_access("write")
        labels = self.env["ir.attachment"].union(*self._labels().values())
        Label = self.env["acorn.label"]
        if not again:
            printed = Label._printed(labels)
            labels = labels.filtered(lambda label: label not in printed)
        if not labels:
            raise UserError(self.env._("There is no label to print."))
        for kind, files in labels.grouped(Label._kind).items():
            self[f"{kind}_file"] = base64.b64encode(Label._merge(kind, files))
        labels.write(
            {
                "acorn_printed_at": fields.Datetime.now(),
                "acorn_printed_uid": self.env.uid,
            }
        )
        self.state = "done"
        return self._open()

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print Labels"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }
