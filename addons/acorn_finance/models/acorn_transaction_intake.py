import hashlib

from odoo import api, models
from odoo.tools import SQL

FIELDS = (
    *("ref", "shop_id", "company_id", "site_id", "type", "description", "status"),
    *("posted_at", "posted_on", "currency_id", "total", "order_ref", "settlement_ref"),
    *("deferred_ref", "release_ref", "deferral", "matures_at", "digest", "counted"),
)
UPSERT = f"""
    INSERT INTO acorn_transaction ({", ".join(FIELDS)},
                                   create_uid, create_date, write_uid, write_date)
    VALUES %s
    ON CONFLICT (shop_id, ref) DO UPDATE
       SET ({", ".join(FIELDS[3:])}, write_uid, write_date)
         = ({", ".join(f"EXCLUDED.{name}" for name in FIELDS[3:])},
            EXCLUDED.write_uid, EXCLUDED.write_date)
    RETURNING ref, id
"""
LINE_FIELDS = (
    *("transaction_id", "shop_id", "company_id", "currency_id", "transaction_type"),
    *("amount_type", "description", "amount", "sku", "quantity", "fulfilment"),
)
INSERT_LINES = f"""
    INSERT INTO acorn_transaction_line ({", ".join(LINE_FIELDS)}) VALUES %s
"""


class AcornTransactionIntake(models.AbstractModel):
    """How transactions are stored: part of ``acorn.transaction``."""

    _name = "acorn.transaction.intake"
    _description = "Intake of Transactions"

    @api.model
    def _acorn_apply(self, shop, records):
        """Store transactions; one that is known and has changed is replaced.

        The same days are read again and again: what is equal is not written.

        :param records: list of finance_records.Transaction
        """
        wanted = {record.ref: record for record in records}
        digests = {ref: _digest(record) for ref, record in wanted.items()}
        known = self._known_digests(shop, list(wanted))
        changed = {
            ref: record
            for ref, record in wanted.items()
            if known.get(ref) != digests[ref]
        }
        if changed and not self.search_count([("shop_id", "=", shop.id)], limit=1):
            shop._make_books()  # they come before the first settlement
        self.flush_model()
        if changed:
            ids = self._store(shop, changed.values(), digests)
            self._store_lines(shop, changed.values(), ids)
        self._link_orders(shop, list(wanted))
        linked = self.env["acorn.transaction.line"]._link_offers(shop, list(wanted))
        self._recount(shop, _family(wanted.values()))
        days = linked | {record.posted_on for record in changed.values()}
        self.env["acorn.profit.mark"]._mark(shop, days)
        self.env["acorn.transaction.line"].invalidate_model()
        self.invalidate_model()

    @api.model
    def _known_digests(self, shop, refs):
        query = SQL(
            "SELECT ref, digest FROM acorn_transaction "
            "WHERE shop_id = %s AND ref = ANY(%s)",
            shop.id,
            refs,
        )
        return dict(self.env.execute_query(query))

    @api.model
    def _store(self, shop, records, digests):
        """Write transactions, not their lines; return their ids by reference."""
        sites, currencies = self._site_ids(shop), self._currency_ids(records)
        now, uid = self.env.cr.now(), self.env.uid
        rows = [
            (
                record.ref,
                shop.id,
                shop.company_id.id,
                sites.get(record.site),
                record.type,
                record.description,
                record.status,
                _naive(record.posted_at),
                record.posted_on,
                currencies[record.total.currency],
                record.total.amount,
                record.order_ref or None,
                record.settlement_ref or None,
                record.deferred_ref or None,
                record.release_ref or None,
                record.deferral or None,
                _naive(record.matures_at),
                digests[record.ref],
                True,  # until _recount says otherwise
                *(uid, now, uid, now),
            )
            for record in records
        ]
        return dict(self.env.cr.execute_values(UPSERT, rows, fetch=True))

    @api.model
    def _store_lines(self, shop, records, ids):
        """Replace the lines, and say what each is for where that is known."""
        currencies = self._currency_ids(records)
        rows = [
            (
                ids[record.ref],
                shop.id,
                shop.company_id.id,
                currencies[record.total.currency],
                line.transaction_type,
                line.amount_type,
                line.description,
                line.amount,
                line.sku or None,
                line.quantity,
                line.fulfilment or None,
            )
            for record in records
            for line in record.lines
        ]
        query = "DELETE FROM acorn_transaction_line WHERE transaction_id = ANY(%s)"
        self.env.cr.execute(query, [list(ids.values())])
        if rows:
            self.env.cr.execute_values(INSERT_LINES, rows)
        self.env["acorn.transaction.line"]._classify(
            shop.company_id,
            shop.channel,
            SQL("transaction_id = ANY(%s)", list(ids.values())),
        )

    @api.model
    def _site_ids(self, shop):
        sites = shop.with_context(active_test=False).site_ids
        return {site.channel_ref: site.id for site in sites}

    @api.model
    def _currency_ids(self, records):
        Currency = self.env["res.currency"]
        codes = {record.total.currency for record in records}
        return {code: Currency._acorn_get(code).id for code in codes}

    @api.model
    def _link_orders(self, shop, refs):
        """Link the orders that are there; the others are linked when read again."""
        self.env["sale.order"].flush_model(["acorn_shop_id", "acorn_ref"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE acorn_transaction given SET order_id = sale.id
                  FROM sale_order sale
                 WHERE given.shop_id = %(shop)s AND given.ref = ANY(%(refs)s)
                   AND given.order_id IS NULL
                   AND sale.acorn_shop_id = given.shop_id
                   AND sale.acorn_ref = given.order_ref
                """,
                shop=shop.id,
                refs=refs,
            )
        )


def _digest(record):
    return hashlib.sha256(repr(record).encode()).hexdigest()


def _naive(moment):
    return moment.replace(tzinfo=None) if moment else None


def _family(records):
    """Return the references of records and of those that they pay out, or that pay
    them out."""
    refs = {record.ref for record in records}
    refs.update(record.deferred_ref for record in records)
    refs.update(record.release_ref for record in records)
    return sorted(refs - {""})
