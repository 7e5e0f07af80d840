"""`bin/acorn COMMAND`: the commands, the locks between them, how errors are told."""

import contextlib
import errno
import fcntl
import os
import sys
import traceback

from . import (
    backup,
    bench,
    console,
    environment,
    i18n,
    lint,
    paths,
    postgres,
    python_env,
    serve,
    templates,
    testing,
    up,
)
from .errors import SetupError

USAGE = """\
bin/acorn up | down | logs | reset | lint | i18n | chaos
bin/acorn test [pytest's arguments]
bin/acorn bench [--rows a,b] [--quick] [--profile]
bin/acorn odoo [Odoo's arguments]
bin/acorn serve [Odoo's arguments]          Odoo in the foreground, for containers
bin/acorn backup FILE [DATABASE]
bin/acorn restore FILE DATABASE [--as-is]"""


def main(arguments):
    try:
        return run(*arguments) or 0
    except SetupError as error:
        told = error
    except KeyboardInterrupt:
        told = SetupError("You stopped it.", "The same command goes on from here.")
    except PermissionError as error:
        told = no_permission(error)
    except Exception as error:  # noqa: BLE001  (nobody wants a bare traceback)
        told = unexpected(error)
    print(f"\n{told}", file=sys.stderr)
    return 1


def no_permission(error):
    return SetupError(
        f"You may not write or read {error.filename}.",
        f"Run this as the user who made {paths.ACORN}, or remove that folder.",
    )


def unexpected(error):
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return SetupError("The disk is full.", "Make room, then do the same again.")
    with contextlib.suppress(OSError), paths.SETUP_LOG.open("a") as log:
        traceback.print_exc(file=log)
    return SetupError(
        f"{type(error).__name__}: {error}",
        f"Where it happened is at the end of {paths.SETUP_LOG}; please report it.",
    )


def run(command="", *arguments):
    if command not in COMMANDS:
        print(USAGE, file=sys.stderr)
        return 2
    serve.read_secrets()
    return COMMANDS[command](*arguments)


@contextlib.contextmanager
def locked(what):
    """One at a time in this checkout."""
    paths.make_folders()
    with (paths.RUN / f"{what}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say(f"· Another command is at the same ({what}): waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure():
    """What Odoo needs to run: its source, Python packages, a database server."""
    with locked("setup"):
        python_env.ensure()
        postgres.ensure()


def template():
    with locked("template"):
        return templates.ensure()


def run_up():
    with locked("up"):
        ensure()
        up.up()


def run_down():
    with locked("up"):
        up.down()


def run_reset():
    with locked("up"):
        up.reset()


def run_test(*arguments):
    try:
        ensure()
        testing.ensure_browser()
        return testing.test(arguments, template())
    finally:
        testing.leave_nothing_running()


def run_bench(*arguments):
    with locked("bench"):
        ensure()
        return bench.bench(arguments, template())


def run_chaos():
    for name in ("SEED", "SEEDS", "STEPS", "MINUTES"):
        if value := os.environ.get(name):
            os.environ[f"ACORN_CHAOS_{name}"] = value
    os.environ.setdefault("ACORN_CHAOS_SEEDS", "20")
    return run_test("-v", "-s", paths.ROOT / "tests" / "chaos")


def run_lint():
    ensure()
    return lint.lint(template)


def run_i18n():
    ensure()
    i18n.export(template())


def run_odoo(*arguments):
    console.screen = sys.stderr  # a program may read what Odoo prints
    ensure()
    environment.become_odoo(arguments)


def run_serve(*arguments):
    serve.serve(*arguments)


def run_backup(file="", name=""):
    ensure()
    return backup.backup(file, name or serve.database_name())


def run_restore(file="", name="", *options):
    ensure()
    return backup.restore(file, name, *options)


COMMANDS = {
    "up": run_up,
    "down": run_down,
    "i18n": run_i18n,
    "logs": up.logs,
    "reset": run_reset,
    "test": run_test,
    "bench": run_bench,
    "chaos": run_chaos,
    "lint": run_lint,
    "odoo": run_odoo,
    "serve": run_serve,
    "backup": run_backup,
    "restore": run_restore,
}
