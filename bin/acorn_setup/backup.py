"""bin/acorn backup FILE, bin/acorn restore FILE DATABASE: database and files in one.

The file is a tar with `database.dump` (pg_dump's own format), `filestore/` and
`manifest.json`. The key of the credentials is NOT in it: who steals a backup cannot
read them, and neither can who restores one without the key.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from . import (
    addons,
    console,
    database,
    environment,
    odoo_source,
    paths,
    postgres,
    python_env,
)
from .errors import SetupError

FORMAT = 1
DUMP, FILES, MANIFEST = "database.dump", "filestore", "manifest.json"
KEY_NOTE = (
    "The key that encrypts credentials and documents (ACORN_SECRET_KEY) is not in this "
    "file. Keep it elsewhere: without it they cannot be read."
)
NEUTRALIZE = """
import sys
import odoo.tools.config
from odoo.modules.neutralize import get_neutralization_queries
odoo.tools.config.parse_config([])
for query in get_neutralization_queries(sys.argv[1].split(",")):
    print(query.rstrip().rstrip(";") + ";")
"""


# -- backup ------------------------------------------------------------------------


def backup(file, name):
    if not file:
        raise SetupError("Where to?", "bin/acorn backup FILE [DATABASE]")
    target = Path(file).resolve()
    if target.exists():
        raise SetupError(f"{target} exists already.", "Name a new file.")
    if not database.exists(name):
        raise SetupError(f"There is no database {name}.", "Name one that exists.")
    with (
        _folder_beside(paths.FILESTORE) as folder,
        console.step(f"Database {name} is backed up to {target}"),
    ):
        _gather(name, folder)
        _write(target, folder)
    console.say(KEY_NOTE)


def _gather(name, folder):
    """Files before and after the dump: one that is added or removed meanwhile is in."""
    files = folder / FILES
    _link_files(paths.FILESTORE / name, files)
    _run("pg_dump", "--format=custom", f"--file={folder / DUMP}", name)
    _link_files(paths.FILESTORE / name, files)
    manifest = {
        "format": FORMAT,
        "database": name,
        "made_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "odoo": odoo_source.version(python_env.odoo_folder()),
        "addons": database.recall(name) or addons.digest(),
        "modules": _installed(name),
        "key": KEY_NOTE,
        "files": {
            str(path.relative_to(folder)): _digest(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))


def _link_files(source, target):
    """Odoo adds and removes files, it never changes one: a link is a copy."""
    target.mkdir(exist_ok=True)
    for path in source.rglob("*") if source.is_dir() else ():
        there = target / path.relative_to(source)
        if path.is_file() and not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, there)
            except FileNotFoundError:
                continue  # Odoo has just removed it


def _installed(name):
    """In the order in which they were loaded: neutralizing follows it."""
    sql = "SELECT name FROM ir_module_module WHERE state = 'installed' ORDER BY id"
    return (postgres.query(sql, name) or "").split()


def _write(target, folder):
    """Under another name until it is complete; only its owner may read it."""
    draft = target.with_name(f"{target.name}.part")
    with (
        os.fdopen(
            os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb"
        ) as out,
        tarfile.open(fileobj=out, mode="w") as tar,
    ):
        for name in (MANIFEST, DUMP, FILES):
            tar.add(folder / name, name)
    draft.rename(target)


# -- restore -----------------------------------------------------------------------


def restore(file, name, *options):
    """Into a new database; as a copy that talks to nobody unless `--as-is`."""
    if not file or not name or set(options) - {"--as-is"}:
        raise SetupError(
            "From which file into which database?",
            "bin/acorn restore FILE DATABASE [--as-is]",
        )
    _check_free(name)
    as_is = "--as-is" in options
    with _folder_beside(paths.FILESTORE) as folder:
        manifest = _unpack(Path(file), folder)
        with console.step(f"Database {name} is restored"):
            _load(name, folder, manifest, as_is)
    database.remember(name, manifest["addons"])
    if as_is:
        console.say(f"{name} is what {manifest['database']} was: never run both.")
    else:
        console.say(f"{name} is a neutralized copy: it talks to nobody.")
    console.say(KEY_NOTE)


def _check_free(name):
    files = paths.FILESTORE / name
    if database.exists(name) or files.exists():
        raise SetupError(
            f"There is a database {name} already, or its files in {files}.",
            "Restore under another name; nothing is ever overwritten.",
        )


def _unpack(file, folder):
    """Return the manifest after every checksum was compared."""
    try:
        with tarfile.open(file, "r:") as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text())
    except (OSError, tarfile.TarError, ValueError) as error:
        raise _damaged(file, error) from error
    if manifest["format"] != FORMAT:
        raise SetupError(
            f"{file} was written by another version of Acorn.", "Restore it with that."
        )
    for name, digest in manifest["files"].items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise _damaged(file, name)
    return manifest


def _damaged(file, what):
    return SetupError(
        f"{file} is damaged or no backup ({what}). Nothing was restored.",
        "Take another backup.",
    )


def _load(name, folder, manifest, as_is):
    """All in one transaction: a copy is never seen before it is neutralized."""
    scripts = [folder / "restore.sql"]
    _run("pg_restore", "--no-owner", "--no-acl", f"--file={scripts[0]}", folder / DUMP)
    if not as_is:
        scripts.append(folder / "neutralize.sql")
        scripts[1].write_text(_neutralizing(manifest["modules"]))
    _run("createdb", "--template=template0", "--encoding=UTF8", name)
    try:
        loads = [word for script in scripts for word in ("--file", script)]
        quiet = ("--no-psqlrc", "--quiet", "--output=/dev/null")
        once = ("--single-transaction", "--set=ON_ERROR_STOP=1")
        _run("psql", *quiet, *once, *loads, "--dbname", name)
        shutil.move(folder / FILES, paths.FILESTORE / name)
    except BaseException:
        database.drop(name)
        raise
    postgres.query("ANALYZE", name)


def _neutralizing(modules):
    command = environment.python("-c", NEUTRALIZE, ",".join(modules))
    sql = console.output(command, env=environment.base(), cwd=paths.ROOT)
    if not sql or "acorn_shop" not in sql:
        raise SetupError(
            "Odoo does not say how a copy is neutralized.",
            "Restore with the version of Acorn that made the backup.",
        )
    # The copy is another database than the original, for whoever asks its name.
    return f"""SET search_path TO DEFAULT; -- the dump has emptied it
        {sql}
        UPDATE ir_config_parameter SET value = gen_random_uuid()
         WHERE key = 'database.uuid';
    """


# -- both --------------------------------------------------------------------------


@contextmanager
def _folder_beside(filestore):
    """On the same disk, so that files are linked and moved, not copied."""
    filestore.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=filestore.parent) as folder:
        yield Path(folder)


def _run(program, *arguments):
    result = subprocess.run(
        [postgres.programs(program) / program, *map(str, arguments)],
        env={**os.environ, **postgres.connection()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SetupError(
            f"{program} failed: {result.stderr.strip()[-2000:]}",
            "Mend what it tells, then do the same again.",
        )


def _digest(path):
    sums = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sums.update(block)
    return sums.hexdigest()
