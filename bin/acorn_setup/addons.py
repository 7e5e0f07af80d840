"""Our addons: which there are, what they build on, and a digest of their content."""

import ast
import hashlib
import os

from . import odoo_source, paths, python_env

# What no database is made of: changing it asks for no new template and no upgrade.
NOT_IN_DATABASE = ("tests", "readme", "simulator")
NOT_IN_DATABASE_STATIC = ("src", "lib", "tests")
# Charts of accounts that tests load: no addon of ours builds on a country's.
TESTED_CHARTS = ("l10n_cn", "l10n_de", "l10n_jp", "l10n_uk")
# What changes the money of ours where it is installed, and none of ours builds on.
TESTED_BESIDE = ("stock_landed_costs",)


def names():
    """Every installable addon in `addons/`, or those that ADDONS names and what of
    ours they build on."""
    every = sorted(path.parent.name for path in paths.ADDONS.glob("*/__manifest__.py"))
    every = [name for name in every if _read(name).get("installable", True)]
    wanted = os.environ.get("ADDONS")
    return _closed(set(wanted.split(",")), every) if wanted else every


def _closed(wanted, every):
    found = [name for name in every if name in wanted]
    more = wanted.union(*(_read(name).get("depends", ()) for name in found))
    return found if more == wanted else _closed(more, every)


def foundations():
    """The addons of others that ours build on."""
    ours = set(names())
    needed = {other for name in ours for other in _read(name).get("depends", ())}
    if "acorn_finance" in ours:
        needed.update(TESTED_CHARTS, TESTED_BESIDE)
    return sorted(needed - ours) or ["base"]


def _read(name):
    return ast.literal_eval((paths.ADDONS / name / "__manifest__.py").read_text())


def digest():
    """Changes when what the addons put into a database may have changed."""
    sums = hashlib.sha256(foundation_digest().encode())
    for name in names():
        folder = paths.ADDONS / name
        for path in sorted(folder.rglob("*")):
            if path.is_file() and _is_in_database(path.relative_to(folder).parts):
                sums.update(f"{path.relative_to(folder.parent)}\0".encode())
                sums.update(path.read_bytes())
    return sums.hexdigest()[:12]


def _is_in_database(parts):
    if parts[0] in NOT_IN_DATABASE or "__pycache__" in parts:
        return False
    return parts[0] != "static" or parts[1] not in NOT_IN_DATABASE_STATIC


def foundation_digest():
    """The same for what is below our addons: Odoo itself and the Python packages."""
    odoo = python_env.odoo_folder()
    words = [*foundations(), str(odoo), odoo_source.version(odoo)]
    words.append(paths.REQUIREMENTS.read_text())
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]
