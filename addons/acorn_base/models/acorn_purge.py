from odoo import api, fields, models

KINDS = [
    ("order", "Orders"),
    ("contact", "Contacts"),
    ("message", "Documents of the Channel"),
    ("chatter", "Chatter and Mails"),
    ("attachment", "Attached Files"),
]


class AcornPurge(models.Model):
    """What personal data was removed, when and why. It holds none itself."""

    _name = "acorn.purge"
    _description = "Removed Personal Data"
    _order = "done_at desc, id desc"
    _rec_name = "done_at"

    done_at = fields.Datetime(string="Removed At", required=True, readonly=True)
    shop_id = fields.Many2one("acorn.shop", readonly=True, ondelete="set null")
    shop_name = fields.Char(readonly=True, help="As it was called then.")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(KINDS, string="Of", required=True, readonly=True)
    removed = fields.Integer(readonly=True, aggregator="sum")
    kept = fields.Integer(
        string="Left",
        readonly=True,
        aggregator="sum",
        help="Orders whose tax facts are kept for longer, and contacts that are used "
        "for something else than the shop's orders.",
    )
    note = fields.Char(readonly=True, help="Which contacts were left, by their number.")
    reason = fields.Selection(
        [("time", "Its time was over"), ("request", "A buyer asked for it")],
        required=True,
        readonly=True,
    )
    cutoff = fields.Datetime(
        string="Delivered Before", readonly=True, help="Empty when a buyer asked."
    )
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True)

    _run_index = models.Index("(shop_id, done_at)")

    @api.model
    def _note(self, shop, done_at, reason, cutoff, removed, kept, left):
        """Add a batch's figures to the record of its run.

        :param removed: counter of what was removed, by kind
        :param kept: counter of what was left, by kind
        :param left: ids of contacts that were left
        """
        # sudo: the record is written by the work itself and by nobody else.
        purge_sudo = self.sudo()
        rows_sudo = {
            row.kind: row
            for row in purge_sudo.search(
                [("shop_id", "=", shop.id), ("done_at", "=", done_at)]
            )
        }
        for kind, _label in KINDS:
            if not removed[kind] and not kept[kind]:
                continue
            if kind not in rows_sudo:
                rows_sudo[kind] = purge_sudo.create(
                    {
                        "done_at": done_at,
                        "shop_id": shop.id,
                        "shop_name": shop.name,
                        "company_id": shop.company_id.id,
                        "kind": kind,
                        "reason": reason,
                        "cutoff": cutoff,
                        "user_id": self.env.uid,
                    }
                )
            row_sudo = rows_sudo[kind]
            row_sudo.removed += removed[kind]
            row_sudo.kept += kept[kind]
            if kind == "contact" and left:
                numbers = ", ".join(f"#{number}" for number in sorted(left))
                row_sudo.note = ", ".join(filter(None, (row_sudo.note, numbers)))
