"""make i18n: write the translation templates anew, and bring zh_CN up to date."""

import subprocess

from . import addons, console, environment, paths, testing

MERGE = paths.BIN / "merge_translations.py"


def export(template):
    """Write `.pot` and `.po` of every addon; say what is still to be translated."""
    with testing.fresh_database(template) as name:
        for addon in addons.names():
            folder = paths.ADDONS / addon / "i18n"
            folder.mkdir(exist_ok=True)
            target = folder / f"{addon}.pot"
            _export(name, addon, target)
            subprocess.run(environment.python(MERGE, target), check=True)


def _export(database, addon, target):
    words = ("i18n", "export", "-d", database, "-l", "pot", "-o", target, addon)
    console.run(
        environment.odoo(*words),
        env=environment.tested(),
        cwd=paths.ROOT,
        what=f"The terms of {addon} could not be exported.",
        todo="Mend what the lines above tell, then do the same again.",
    )
