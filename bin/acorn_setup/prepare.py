"""The database that is served: made, or upgraded when our addons have changed.

`make up` and containers do the same here. Several nodes on one PostgreSQL take turns:
the first one that comes upgrades, the others wait and find it done.
"""

import time

from . import addons, console, database, environment, postgres
from .errors import SetupError

PATIENCE = 900  # seconds that a node waits for the one that prepares


def is_current(name):
    return addons.digest() in database.recall(name).split()


def note(name, digest, *, demo):
    database.remember(name, f"{digest} demo" if demo else digest)


def prepare(name):
    """Install the addons, or upgrade them when their content has changed."""
    if is_current(name):
        return
    with postgres.alone(f"prepare {name}"):
        if not is_current(name):  # another node has just done it
            _install(name)


def _install(name):
    digest, demo = addons.digest(), "demo" in database.recall(name).split()
    modules = addons.names() or ["base"]
    known = addons.names() if database.exists(name) else ()
    verb = "brought up to date" if known else "made"
    with console.step(
        f"Database {name} is {verb}: {', '.join(modules)}", database.installing
    ):
        database.install(name, modules, environment.served(), update=known)
    note(name, digest, demo=demo)


def wait(name):
    """Until another node has prepared the database for the addons of this one."""
    deadline = time.monotonic() + PATIENCE
    while not is_current(name):
        if time.monotonic() > deadline:
            raise SetupError(
                f"Database {name} is not prepared for the addons of this node after "
                f"{PATIENCE} s.",
                "Start the node that prepares it (ACORN_PREPARE=yes) from the same "
                "version as this one.",
            )
        time.sleep(2)
