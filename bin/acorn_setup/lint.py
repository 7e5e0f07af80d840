"""make lint: ruff, pylint with OCA's rules, Odoo's own test_lint on our addons."""

import subprocess

from . import addons, console, environment, paths, testing

ODOO_LINT = paths.BIN / "acorn_setup" / "odoo_lint.py"


def lint(template):
    """Every linter runs, also when one before it has found something."""
    ok = _run("ruff", "-m", "ruff", "check", "--output-format=concise", ".")
    ours = addons.names()
    if ours:
        folders = [paths.ADDONS / name for name in ours]
        ok &= _run("pylint-odoo", "-m", "pylint", *folders)
        with testing.fresh_database(template()) as database:
            ok &= _run("Odoo's test_lint", ODOO_LINT, database, *ours)
    return 0 if ok else 1


def _run(title, *arguments):
    console.say(f"· {title}")
    command, env = environment.python(*arguments), environment.tested()
    return not subprocess.run(command, cwd=paths.ROOT, env=env, check=False).returncode
