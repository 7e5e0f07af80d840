"""Databases for the rows: copies of the template, gone at the end."""

import os
import sys
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import odoo.sql_db
from odoo.modules.module import initialize_sys_path
from odoo.modules.registry import Registry
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bin"))

from acorn_setup import database, postgres  # noqa: E402

TEMPLATE = "ACORN_TEST_TEMPLATE"
_numbers = count(1)


def configure():
    """Make this process an Odoo that knows our addons, without a web server."""
    config.parse_config(["-d", template(), "--no-http"], setup_logging=False)
    initialize_sys_path()


def template():
    return os.environ[TEMPLATE]


@contextmanager
def fresh(source=None):
    """A copy of a database, by default of the template; yields its name."""
    name = f"acorn_bench_{os.getpid()}_{next(_numbers)}"
    database.copy(source or template(), name)
    try:
        yield name
    finally:
        disconnect(name)
        database.drop(name)


def disconnect(name):
    """Let go of a database in this process: others may copy or drop it."""
    Registry.delete(name)
    odoo.sql_db.close_db(name)


def query(name, sql):
    return postgres.query(sql, name)
