"""Statements that are committed at once, whatever becomes of the caller's work."""

from contextlib import suppress

from psycopg2.errors import SerializationFailure

TRIES = 20  # each lost one means that another worker won


def run_apart(registry, query):
    """Run one ``SQL`` statement in its own transaction; return its rows, if any.

    Odoo's transactions are REPEATABLE READ: of two workers that change the same row
    the second one is told to start anew, which takes nothing but a fresh snapshot.
    """
    for _try in range(TRIES - 1):
        with suppress(SerializationFailure):
            return _run(registry, query)
    return _run(registry, query)


def _run(registry, query):
    with registry.cursor() as cursor:  # leaving the block commits
        cursor.execute(query, log_exceptions=False)
        return cursor.fetchall() if cursor.description else []
