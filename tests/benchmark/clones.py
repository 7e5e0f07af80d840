"""Many orders quickly: the rows of some, copied set by set with all that hangs on it.

Which tables an order touches is not written down but seen: those that got rows while
some orders were applied.
"""

from contextlib import contextmanager

from odoo.tools import SQL

# They grow with something else than the number of orders.
NOT_COPIED = {"acorn_stream", "bus_bus", "ir_cron_progress", "ir_logging"}
NOT_COPIED |= {"acorn_offer", "stock_quant"}
# Names of which each exists once: copies get a suffix.
NAMES = {
    "acorn_message": ("key",),
    "mail_message": ("message_id",),
    "res_partner": ("acorn_key",),
    "sale_order": ("name", "acorn_ref"),
    "stock_picking": ("name",),
    "stock_reference": ("name",),
}
# A number of a record, and the column that says of which model.
GENERIC = {"res_id": ("model", "res_model")}

TABLES = """
    SELECT c.relname, EXISTS (
               SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND attname = 'id')
      FROM pg_class c
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
COLUMNS = """
    SELECT column_name FROM information_schema.columns
     WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'
"""
LINKS = """
    SELECT k.conname, pg_get_constraintdef(k.oid), a.attname, t.relname
      FROM pg_constraint k
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
      JOIN pg_class t ON t.oid = k.confrelid
      JOIN pg_class s ON s.oid = k.conrelid
     WHERE k.contype = 'f' AND s.relname = %s
"""


class Clones:
    """Remember what is there now: rows that come after it are copied by ``grow``.

    :param seen: the ``Clones`` of the database that this one is a copy of
    """

    def __init__(self, here, seen=None):
        self.here = here
        self.before = seen.before if seen else self._tops()
        self.after = seen.after if seen else {}
        self.copies = seen.copies if seen else 0

    def grow(self, base, wanted):
        """Copy the ``base`` orders made meanwhile until there are ``wanted``."""
        self.after = self.after or self._tops()
        numbers = self.copies + 1, -(-wanted // base) - 1
        for name, [_low, _high, has_id] in self._grown().items():
            with self.here.work() as env, self._unchecked(env, name):
                env.execute_query(self._copying(env, name, has_id, *numbers))
                if has_id:
                    env.execute_query(_next_number(name))
        self.copies = numbers[1]
        self.here.vacuum()

    def _tops(self):
        """(highest id or number of rows, whether it has an id) of each table."""
        with self.here.work() as env:
            tops = {}
            for name, has_id in env.execute_query(SQL(TABLES)):
                top = SQL("COALESCE(max(id), 0)" if has_id else "count(*)")
                [[value]] = env.execute_query(
                    SQL("SELECT %s FROM %s", top, SQL.identifier(name))
                )
                tops[name] = value, has_id
            return tops

    def _grown(self):
        """{table: (what was there, what is there, whether it has an id)}"""
        return {
            name: (self.before[name][0], top, has_id)
            for name, [top, has_id] in self.after.items()
            if top > self.before[name][0] and name not in NOT_COPIED
        }

    @contextmanager
    def _unchecked(self, env, name):
        """Without its foreign keys, which hold for what comes later again."""
        links = env.execute_query(SQL(LINKS, name))
        table = SQL.identifier(name)
        for key, _definition, _column, _other in links:
            env.execute_query(
                SQL("ALTER TABLE %s DROP CONSTRAINT %s", table, SQL.identifier(key))
            )
        self._links = {column: other for _k, _d, column, other in links}
        yield
        for key, definition, _column, _other in links:
            env.execute_query(
                SQL(
                    "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID",
                    table,
                    SQL.identifier(key),
                    SQL(definition.removesuffix(" NOT VALID")),
                )
            )

    def _copying(self, env, name, has_id, first, last):
        columns = [column for [column] in env.execute_query(SQL(COLUMNS, name))]
        return SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS old,"
            " generate_series(%s, %s) AS n WHERE %s",
            SQL.identifier(name),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(self._value(env, name, each, columns) for each in columns),
            SQL.identifier(name),
            first,
            last,
            self._is_of_base(name, has_id),
        )

    def _is_of_base(self, name, has_id):
        if has_id:
            return self._within(name, "id")
        conditions = [
            self._within(other, column)
            for column, other in self._links.items()
            if other in self._grown()
        ]
        return SQL(" OR ").join(conditions)

    def _within(self, name, column):
        """Whether a column names one of the rows that are copied."""
        low, high, _has_id = self._grown()[name]
        column = SQL.identifier("old", column)
        return SQL("%s > %s AND %s <= %s", column, low, column, high)

    def _value(self, env, name, column, columns):
        old = SQL.identifier("old", column)
        if column in NAMES.get(name, ()):
            return SQL("%s || '-' || n", old)
        if column == "id":
            return self._moved(name, column)
        if other := self._links.get(column):
            return self._moved(other, column)
        for model_column in GENERIC.get(column, ()):
            if model_column in columns:
                return self._moved_by_model(env, column, model_column)
        return old

    def _moved(self, name, column):
        """The number of the copy's own row, where it is one that is copied."""
        old = SQL.identifier("old", column)
        if name not in self._grown():
            return old
        low, high, _has_id = self._grown()[name]
        return SQL(
            "CASE WHEN %s THEN %s + n * %s ELSE %s END",
            self._within(name, column),
            old,
            high - low,
            old,
        )

    def _moved_by_model(self, env, column, model_column):
        cases = [
            SQL("WHEN %s THEN %s", model._name, self._moved(model._table, column))
            for model in env.values()
            if model._table in self._grown()
        ]
        return SQL(
            "CASE %s %s ELSE %s END",
            SQL.identifier("old", model_column),
            SQL(" ").join(cases),
            SQL.identifier("old", column),
        )


def _next_number(name):
    return SQL(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM %s))",
        name,
        SQL.identifier(name),
    )
