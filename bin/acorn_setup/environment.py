"""The variables under which Odoo and its tests run."""

import base64
import os
import sys

from . import paths, postgres, processes, python_env

SIMULATOR_PORT = 8070


def base():
    env = {**os.environ, **postgres.connection()}
    programs = [str(postgres.programs()), env["PATH"]]
    if not python_env.is_preinstalled():
        programs.insert(0, str(paths.VENV / "bin"))
    env["PATH"] = os.pathsep.join(programs)
    env.setdefault("ODOO_RC", str(paths.CONFIG))
    env.pop("PYTHONPATH", None)
    return env


def served():
    """For the demo database: a key kept in a file, and the local Amazon.

    A preinstalled Odoo (a container's) brings its own key and talks to whom its
    environment says.
    """
    env = base()
    if python_env.is_preinstalled():
        return env
    if not env.get("ACORN_SECRET_KEY") and not env.get("ACORN_SECRET_KEY_FILE"):
        env["ACORN_SECRET_KEY_FILE"] = str(_ensure_secret_key())
    if paths.SIMULATOR.exists():
        port = processes.port_of("simulator") or env.get("ACORN_SIM_PORT")
        address = f"http://127.0.0.1:{port or SIMULATOR_PORT}"
        env.setdefault("ACORN_SPAPI_ENDPOINT", address)
        env.setdefault("ACORN_LWA_ENDPOINT", address)
    return env


def tested():
    """For tests: a key of this run only, no Amazon at all, a hasty PostgreSQL."""
    env = base()
    for name in ("SECRET_KEY_FILE", "SPAPI_ENDPOINT", "LWA_ENDPOINT"):
        env.pop(f"ACORN_{name}", None)
    env["ACORN_SECRET_KEY"] = _new_secret_key()
    env["PGOPTIONS"] = "-c synchronous_commit=off"
    env["HYPOTHESIS_STORAGE_DIRECTORY"] = str(paths.ACORN / "hypothesis")
    return env


def _new_secret_key():
    """A Fernet key."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _ensure_secret_key():
    if not paths.SECRET_KEY.exists():
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        with os.fdopen(os.open(paths.SECRET_KEY, flags, 0o600), "w") as file:
            file.write(_new_secret_key() + "\n")
    return paths.SECRET_KEY


def python(*arguments):
    ours = str(paths.VENV / "bin" / "python")
    python = sys.executable if python_env.is_preinstalled() else ours
    return [python, *map(str, arguments)]


def odoo(*arguments):
    return python(paths.BIN / "odoo-bin", *arguments)


def become_odoo(arguments):
    """Replace this process by Odoo's command line."""
    os.chdir(paths.ROOT)
    command = odoo(*arguments)
    os.execve(command[0], command, served())
