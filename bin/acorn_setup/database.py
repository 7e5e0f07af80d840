"""Databases with their filestores: make, copy, rename, drop, remember."""

import shutil
import subprocess

from . import console, environment, paths, postgres
from .errors import SetupError


def names(prefix=""):
    """The oldest first."""
    sql = "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY oid"
    rows = postgres.query(sql)
    return [name for name in (rows or "").splitlines() if name.startswith(prefix)]


def exists(name):
    return name in names()


def drop(name):
    """True when it is gone; a database that somebody uses stays."""
    if postgres.query(f'DROP DATABASE IF EXISTS "{name}"') is None:
        return False
    shutil.rmtree(paths.FILESTORE / name, ignore_errors=True)
    return True


def copy(source, target):
    """Files are linked: Odoo adds and removes files, it never changes one."""
    if postgres.query(f'CREATE DATABASE "{target}" TEMPLATE "{source}"') is None:
        raise SetupError(
            f"Database {source} could not be copied.",
            "Close what is connected to it, then do the same again.",
        )
    files = paths.FILESTORE / source
    shutil.rmtree(paths.FILESTORE / target, ignore_errors=True)
    if files.is_dir():
        subprocess.run(["cp", "-al", files, paths.FILESTORE / target], check=True)


def rename(source, target):
    postgres.query(f'ALTER DATABASE "{source}" RENAME TO "{target}"')
    files = paths.FILESTORE / source
    shutil.rmtree(paths.FILESTORE / target, ignore_errors=True)
    if files.is_dir():
        files.rename(paths.FILESTORE / target)


def remember(name, note):
    postgres.query(f"""COMMENT ON DATABASE "{name}" IS '{note}'""")


def recall(name):
    """What `remember` wrote on the database."""
    sql = "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
    return postgres.query(f"{sql} WHERE datname = '{name}'") or ""


def install(name, modules, env, update=()):
    """Odoo installs `modules`, and makes the database where there is none."""
    words = ["-d", name, "-i", ",".join(modules)]
    if update:
        words += ["-u", ",".join(update)]
    command = environment.odoo(*words, "--stop-after-init", "--no-http")
    console.run(
        command,
        env=env,
        cwd=paths.ROOT,
        what=f"Odoo could not install {', '.join(modules)} in database {name}.",
        todo="Mend what the lines above tell, then do the same again.",
    )
    _check_installed(name, modules)
    postgres.query("ANALYZE", name)


def _check_installed(name, modules):
    """Odoo only warns of modules it does not find or cannot install."""
    sql = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    missing = set(modules) - set((postgres.query(sql, name) or "").split())
    if missing:
        raise SetupError(
            f"Odoo did not install {', '.join(sorted(missing))} in database {name}.",
            f"Look for the reason (a missing dependency?) in {paths.SETUP_LOG}.",
        )


def installing():
    """A hint: which module Odoo is at."""
    return console.last_line_with("Loading module ")
