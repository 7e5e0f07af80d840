"""make test: every test, against a fresh copy of the template database."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import addons, database, environment, machine, paths, postgres

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHINESE_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
DATABASE = "acorn_test_"
MOST_AT_ONCE = 4  # processes; the longest of what stays together takes as long


def ensure_browser():
    """Chromium for the browser tests, and a font that has Chinese."""
    missing = [] if any(map(shutil.which, BROWSERS)) else ["chromium"]
    if not CHINESE_FONT.exists():
        missing.append("fonts-noto-cjk")
    if missing:
        machine.apt_install(*missing)


@contextmanager
def fresh_database(template):
    """A copy for this process only."""
    _drop_leftovers()
    name = f"{DATABASE}{os.getpid()}"
    database.copy(template, name)
    try:
        yield name
    finally:
        database.drop(name)


def _drop_leftovers():
    """Of processes of this machine that died."""
    if not postgres.is_external():
        for name in database.names(DATABASE):
            pid = name.removeprefix(DATABASE).partition("-")[0]  # -gw1: a worker's
            if not Path("/proc", pid).exists():
                database.drop(name)


def test(arguments, template):
    """Say nothing after pytest: its closing line is the last."""
    with fresh_database(template) as name:
        command = environment.python(
            *("-m", "pytest", "--odoo-http", "--odoo-config", paths.CONFIG),
            *("--odoo-database", name, *_narrowed(arguments)),
        )
        env = environment.tested() | {"ACORN_TEST_TEMPLATE": template}
        return subprocess.run(command, cwd=paths.ROOT, env=env, check=False).returncode


def _narrowed(arguments):
    """make test K=expr ADDONS=acorn_base,acorn_amazon; all of them side by side"""
    keyword, chosen = os.environ.get("K"), os.environ.get("ADDONS")
    if not keyword and not chosen and not arguments:
        return ["--numprocesses", str(min(os.cpu_count() or 1, MOST_AT_ONCE))]
    if chosen and not arguments:
        arguments = [paths.ADDONS / name for name in addons.names()]
    return [*(("-k", keyword) if keyword else ()), *arguments]


def leave_nothing_running():
    """After a run of CI, the folder may be deleted."""
    if os.environ.get("CI"):
        postgres.stop()
