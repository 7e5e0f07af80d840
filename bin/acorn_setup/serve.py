"""Odoo in the foreground, as containers and service managers want it.

Waits for PostgreSQL, prepares the database as `make up` does (or with
`ACORN_PREPARE=wait` until another node has), and becomes Odoo.
"""

import os
import time
from pathlib import Path

from . import console, environment, paths, postgres, prepare, python_env
from .errors import SetupError

DATABASE = "acorn"  # `db_name` in odoo.conf
PATIENCE = 60  # seconds for PostgreSQL to answer
SECRETS = ("PGPASSWORD",)  # read from the files that NAME_FILE names


def serve(*arguments):
    _check_key()
    paths.make_folders()
    python_env.ensure()
    _wait_for_postgres()
    name = database_name()
    if os.environ.get("ACORN_PREPARE") == "wait":
        prepare.wait(name)
    else:
        prepare.prepare(name)
    console.say(f"Odoo is started on database {name}.")
    environment.become_odoo(arguments)


def database_name():
    return os.environ.get("PGDATABASE") or DATABASE


def read_secrets():
    """What must not stand in a container's environment comes in files."""
    for name in SECRETS:
        file = os.environ.get(f"{name}_FILE")
        if file and not os.environ.get(name):
            try:
                os.environ[name] = Path(file).read_text().strip()
            except OSError as error:
                raise SetupError(
                    f"{name}_FILE names {file}, which cannot be read: {error.strerror}",
                    "Create it, or give this user the right to read it.",
                ) from error


def _check_key():
    """All nodes share one key: none may make its own."""
    file = os.environ.get("ACORN_SECRET_KEY_FILE")
    if os.environ.get("ACORN_SECRET_KEY") or (file and os.access(file, os.R_OK)):
        return
    raise SetupError(
        "There is no key to encrypt with"
        + (f": {file} cannot be read." if file else "."),
        "Set ACORN_SECRET_KEY, or ACORN_SECRET_KEY_FILE to a file with it; the same on "
        "every node. docker/README.md says how to make one.",
    )


def _wait_for_postgres():
    if not postgres.is_external():
        postgres.ensure()
        return
    deadline = time.monotonic() + PATIENCE
    while postgres.query("SELECT 1") is None:
        if time.monotonic() > deadline:
            postgres.ensure()  # says what is wrong
        time.sleep(1)
