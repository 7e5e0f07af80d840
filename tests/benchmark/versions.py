"""Which tables got another version of any row: what PostgreSQL itself knows."""

from contextlib import contextmanager

from odoo.tools import SQL

TABLES = """
    SELECT oid::regclass::text FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


@contextmanager
def changed(here):
    """Yield a set that holds their names once the block has ended."""
    tables, before = set(), _versions(here)
    yield tables
    after = _versions(here)
    tables |= {name for name in after if after[name] != before.get(name)}


def _versions(here):
    """A digest of where each row lies, and of the transaction that wrote it."""
    with here.work() as env:
        return {
            name: env.execute_query(
                SQL(
                    "SELECT count(*), md5(string_agg(ctid::text || xmin::text, ','))"
                    " FROM %s",
                    SQL(name),
                )
            )
            for [name] in env.execute_query(SQL(TABLES))
        }
