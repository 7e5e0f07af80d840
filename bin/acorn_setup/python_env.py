"""The Python environment `.acorn/venv`: Odoo on its path, requirements installed."""

import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from . import console, odoo_source, paths
from .errors import SetupError

PYTHON = paths.VENV / "bin" / "python"
STAMP = paths.VENV / "acorn.stamp"
OLDEST, NEWEST = (3, 10), (3, 13)


def is_preinstalled():
    """Whether Odoo and all Python packages are there already, as in our image."""
    return bool(os.environ.get("ACORN_PREINSTALLED"))


def ensure():
    """Make or mend the environment; returns at once when nothing has changed."""
    check_python()
    if is_preinstalled():
        odoo_source.checked(odoo_folder(), "ACORN_PREINSTALLED")
        return
    if STAMP.is_file():
        made_from = STAMP.read_text()
        if made_from == _wanted() and odoo_source.version(odoo_folder()):
            return
        if made_from.split()[0] != _python():
            shutil.rmtree(paths.VENV)
    _make(odoo_source.find_or_get())
    _install()
    STAMP.write_text(_wanted())


def check_python(version=sys.version_info):
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        raise SetupError(
            f"This is Python {version[0]}.{version[1]}; Acorn runs on 3.10 to 3.13.",
            "Install one of these (apt-get install python3 python3-venv), "
            "or set ACORN_PYTHON to its path.",
        )


def _wanted():
    """What the environment is made from; it is mended when this changes."""
    requirements = hashlib.sha256(paths.REQUIREMENTS.read_bytes()).hexdigest()[:16]
    home = os.environ.get("ODOO_HOME", "-")
    return f"{_python()} {requirements} {home} {paths.ROOT}\n"


def _python():
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def _site_packages():
    return paths.VENV / "lib" / f"python{_python()}" / "site-packages"


def _link():
    return _site_packages() / "acorn_odoo.pth"


def odoo_folder():
    """The folder that has the package `odoo`."""
    if is_preinstalled():
        found = importlib.util.find_spec("odoo")
        folders = [Path(folder) for folder in found.submodule_search_locations]
        # OCA's addons are in folders of the same package; Odoo is in one of them.
        with_odoo = [each for each in folders if (each / "release.py").is_file()]
        return (with_odoo or folders)[0].parent
    return Path(_link().read_text().strip())


def _make(odoo):
    if not PYTHON.exists():
        with console.step(f"A Python {_python()} environment is made"):
            console.run(
                [sys.executable, "-m", "venv", paths.VENV],
                todo="Install venv (apt-get install python3-venv) or set ACORN_PYTHON.",
            )
    _link().write_text(f"{odoo}\n")


def _install():
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    # All is pinned, so pip has nothing to resolve. `pip check` proves it.
    install = [*pip, "install", "--no-input", "--no-deps", "-r", paths.REQUIREMENTS]
    with console.step("Python packages are installed", _last_package):
        console.run(
            install,
            todo="Check that pip reaches its package index, then do the same again.",
        )
        declare("odoo", odoo_source.SERIES)
        # psycopg2-binary is psycopg2 under another name, the one Odoo asks for.
        declare("psycopg2", _version_of("psycopg2-binary"))
        console.run(
            [*pip, "check"],
            what="requirements.txt is incomplete.",
            todo="Pin in requirements.txt what the lines above miss.",
        )


def _last_package():
    return console.last_line_with("Collecting ").split(" ")[0]


def _version_of(name):
    code = f"from importlib.metadata import version; print(version({name!r}))"
    return console.output([PYTHON, "-c", code])


def declare(name, version):
    """Tell pip that package `name` is there, where nothing else tells it."""
    if _version_of(name):
        return
    folder = _site_packages() / f"{name}-{version}.dist-info"
    folder.mkdir(exist_ok=True)
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    (folder / "METADATA").write_text(metadata)
    (folder / "INSTALLER").write_text("acorn\n")
