import io

from odoo import api, fields, models

from odoo.addons.acorn_base.channel import UTC

from .. import settlement_rows
from .acorn_settlement_links import FOUND, JOINED

OWN = ("settlement_id", "shop_id", "company_id", "currency_id")
ALL = ", ".join((*OWN, *settlement_rows.COLUMNS))
TOLD = [name for name in (*OWN, *settlement_rows.COLUMNS) if name != "fulfilment"]
CREATE_RAW = f"""
    CREATE TEMPORARY TABLE acorn_settlement_raw ON COMMIT DROP AS
    SELECT {ALL} FROM acorn_settlement_line WITH NO DATA
"""
INSERT = f"""
    INSERT INTO acorn_settlement_line (
           {", ".join(TOLD)},
           order_id, offer_id, product_id, site_id, fulfilment, rule_id, nature)
    SELECT {", ".join(f"raw.{name}" for name in TOLD)},
           {FOUND}, rule.id, rule.nature
      FROM acorn_settlement_raw raw
           {JOINED}
      LEFT JOIN (VALUES %s) AS rule(
           transaction_type, amount_type, description, id, nature)
        ON rule.transaction_type = raw.transaction_type
       AND rule.amount_type = raw.amount_type
       AND rule.description = raw.description
     ORDER BY raw.number
"""


class AcornSettlementIntake(models.AbstractModel):
    """How settlements are stored: part of ``acorn.settlement``."""

    _name = "acorn.settlement.intake"
    _description = "Intake of Settlements"
    _inherit = ["acorn.settlement.links"]

    digest = fields.Char(readonly=True, copy=False)
    unknown_count = fields.Integer(
        string="Unknown Amounts",
        readonly=True,
        copy=False,
        help="Lines that nothing in the fee map fits.",
    )
    difference = fields.Text(
        readonly=True,
        copy=False,
        help="What the channel has told otherwise since this was posted.",
    )

    @api.model
    def _acorn_apply(self, shop, record, message=None):
        """Store what a channel settled; delivered twice it is one settlement.

        What is posted stays as it is: what a later file says otherwise is told.

        :param record: finance_records.Settlement
        :return: the settlement
        """
        rows = [settlement_rows.row(line) for line in record.lines]
        digest = settlement_rows.digest(record, rows)
        settlement = self.search([("shop_id", "=", shop.id), ("ref", "=", record.ref)])
        if settlement and settlement.digest == digest:
            return settlement._keep(message)
        if settlement.state == "posted":
            return settlement._tell_difference(record)
        values = {
            **self._acorn_values(shop, record),
            "digest": digest,
            "message_id": message.id if message else settlement.message_id.id,
            "difference": False,
        }
        if settlement:
            settlement._drop_lines()
            settlement.write(values)
        else:
            settlement = self.create({**values, "shop_id": shop.id, "ref": record.ref})
            shop._make_books()
        settlement._copy_lines(rows)
        settlement._count_unknown()
        settlement._settled()
        return settlement

    @api.model
    def _acorn_values(self, shop, record):
        return {
            "currency_id": self.env["res.currency"]._acorn_get(record.currency).id,
            "date_from": _naive(record.since),
            "date_to": _naive(record.until),
            "deposited_at": _naive(record.deposited_at),
            "total": float(record.total),
            "lines_total": float(sum(line.amount for line in record.lines)),
            "line_count": len(record.lines),
        }

    def action_read_again(self):
        """Take what the channel's file says now, unless the settlement is posted."""
        self.check_access("write")
        # sudo: people may ask for it to be done again, not edit what was received.
        messages_sudo = self.message_id.sudo()
        messages_sudo.filtered(lambda m: m.kind == "settlement").action_replay()

    def _keep(self, message):
        """The same was told again; what was told otherwise meanwhile is taken back."""
        if self.difference:
            self.difference = False
        if message and not self.message_id:
            self.message_id = message
        return self

    def _copy_lines(self, rows):
        """Write lines as they come from ``settlement_rows``, linked and classified.

        They are not loaded, and written once: their many indexes are what costs.
        """
        self.ensure_one()
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(CREATE_RAW)
        ids = "\t".join(str(self[name].id) for name in OWN[1:])
        start = f"{self.id}\t{ids}\t"
        cr.copy_expert(
            f"COPY acorn_settlement_raw ({ALL}) FROM STDIN",
            io.StringIO("".join(f"{start}{row}\n" for row in rows)),
        )
        cr.execute("ANALYZE acorn_settlement_raw")
        cr.execute(
            "SELECT DISTINCT transaction_type, amount_type, description "
            "FROM acorn_settlement_raw"
        )
        words = cr.fetchall()
        found = self.env["acorn.fee.rule"]._match(
            self.company_id, self.shop_id.channel, words
        )
        # One that is never met: VALUES wants a row, and its types are told by it.
        known = [("", "", "\t", 0, "")] + [(*each, *found[each]) for each in found]
        cr.execute_values(INSERT, known, page_size=len(known))
        cr.execute("DROP TABLE acorn_settlement_raw")
        self._forget_lines()
        self.invalidate_recordset(["line_ids"])

    def _drop_lines(self):
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM acorn_settlement_line WHERE settlement_id = %s", [self.id]
        )
        self._forget_lines()

    def _tell_difference(self, record):
        """A posted settlement is not edited: say what another file tells instead."""
        told = self.env._(
            "The channel has delivered another file of this settlement since it was "
            "posted: %(count)s lines and a total of %(total)s %(currency)s, where "
            "%(kept_count)s lines and %(kept_total)s %(kept_currency)s are posted. "
            "Nothing was changed. Reverse the settlement to take the new file.",
            count=len(record.lines),
            total=record.total,
            currency=record.currency,
            kept_count=self.line_count,
            kept_total=self.currency_id.round(self.total),
            kept_currency=self.currency_id.name,
        )
        if self.difference != told:
            self.difference = told
            self.message_post(body=told)
        return self


def _naive(moment):
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else False
