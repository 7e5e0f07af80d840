"""Where Odoo 19.0 comes from. Looked for in this order: `ODOO_HOME`; what the chosen
Python already imports; the Debian archive; the official nightly tarball."""

import os
import shutil
import sys
import tarfile
import urllib.request
from pathlib import Path

from . import apt_sources, console, machine, paths
from .errors import SetupError

SERIES = "19.0"
PACKAGE = "odoo-19"
LINKED = (  # the package's relative links point into these
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
UNPACKED = paths.ODOO / "usr" / "lib" / "python3" / "dist-packages"
NIGHTLY = f"https://nightly.odoo.com/{SERIES}/nightly/src/odoo_{SERIES}.latest.tar.gz"
TARBALL = paths.ACORN / "odoo-nightly"


def find_or_get() -> Path:
    """The folder to put on Python's path so that `import odoo` works."""
    home = os.environ.get("ODOO_HOME")
    if home:
        return checked(Path(home), "ODOO_HOME")
    return _importable() or _unpacked() or _get()


def checked(folder, name):
    found = version(folder)
    if found != SERIES:
        raise SetupError(
            f"{name} is {folder}, where there is "
            + (f"Odoo {found}, not {SERIES}." if found else "no odoo/release.py."),
            f"Set {name} to a folder with Odoo {SERIES}.",
        )
    return folder.resolve()


def version(folder):
    """`19.0`, read without importing anything from there; None without Odoo."""
    release = folder / "odoo" / "release.py"
    if not release.is_file():
        return None
    names = {}
    exec(compile(release.read_text(), release, "exec"), names)
    return ".".join(map(str, names["version_info"][:2]))


def _importable():
    ours = Path(sys.prefix) == paths.VENV
    python = sys._base_executable if ours else sys.executable
    code = "import odoo, os; print(os.path.dirname(list(odoo.__path__)[0]))"
    found = console.output([python, "-c", code], cwd="/")
    return Path(found) if found and version(Path(found)) == SERIES else None


def _unpacked():
    folders = (UNPACKED, *TARBALL.glob("odoo-*"))
    return next((folder for folder in folders if version(folder) == SERIES), None)


def _get():
    machine.check_disk(paths.ACORN)
    try:
        return from_debian()
    except SetupError as error:
        no_debian = error
    console.say(f"  No Odoo from the Debian archive: {no_debian.what}")
    try:
        return from_nightly()
    except (OSError, tarfile.TarError) as error:
        raise SetupError(
            f"No Odoo {SERIES}: neither from the Debian archive ({no_debian.what}) "
            f"nor from {NIGHTLY} ({error}).",
            f"{no_debian.todo} Or set ODOO_HOME to a folder with Odoo {SERIES}.",
        ) from error


# -- the Debian archive ------------------------------------------------------------


def from_debian() -> Path:
    if not shutil.which("apt-get"):
        raise SetupError("This machine has no apt-get.", "Use Debian 12 or newer.")
    source = apt_sources.debian_source(codename())
    downloads = paths.APT / "downloads"
    shutil.rmtree(paths.APT, ignore_errors=True)
    downloads.mkdir(parents=True)
    apt = ["apt-get", "-c", write_apt_config(source)]
    told = {
        "what": f"{PACKAGE} could not be fetched from {source.uri}.",
        "todo": "Check the machine's network and apt sources, then do the same again.",
    }
    with console.step(
        "Odoo 19 is fetched from the Debian archive (130 MB)",
        lambda: console.size_of(downloads),
    ):
        console.run([*apt, "update"], **told)
        console.run([*apt, "download", PACKAGE, *LINKED], cwd=downloads, **told)
    with console.step("Odoo 19 is unpacked (1.3 GB)"):
        unpack(sorted(downloads.glob("*.deb")), paths.ODOO)
    shutil.rmtree(paths.APT)
    return UNPACKED


def codename():
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.partition("=")[2].strip('"')
    return "sid"


def write_apt_config(source):
    """An apt of our own: the machine's mirror, our lists, and nothing is installed.

    What the machine's release has, comes from there; the rest, from sid.
    """
    lists, cache = paths.APT / "lists", paths.APT / "cache"
    for folder in (lists / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True)
    lines = sorted({source.line(source.suite), source.line("sid")})
    (paths.APT / "sources.list").write_text("\n".join(lines) + "\n")
    config = paths.APT / "apt.conf"
    config.write_text(
        f'Dir::Etc::sourcelist "{paths.APT}/sources.list";\n'
        'Dir::Etc::sourceparts "/dev/null";\n'
        'Dir::Etc::preferences "/dev/null";\n'
        'Dir::Etc::preferencesparts "/dev/null";\n'
        f'Dir::State::lists "{lists}";\n'
        f'Dir::Cache "{cache}";\n'
        f'APT::Default-Release "{source.suite}";\n'
        'APT::Update::Error-Mode "any";\n'
        'APT::Sandbox::User "";\n'
        "#clear APT::Update::Pre-Invoke;\n"
        "#clear APT::Update::Post-Invoke;\n"
        "#clear APT::Update::Post-Invoke-Success;\n"
    )
    return config


def unpack(packages, folder):
    """`dpkg-deb -x` into a folder beside, put in place once all of it is there."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for package in packages:
        console.run(
            ["dpkg-deb", "-x", package, partial],
            todo="Make room on the disk and do the same again.",
        )
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


# -- the nightly tarball -----------------------------------------------------------


def from_nightly(address=NIGHTLY) -> Path:
    partial = TARBALL.with_name(TARBALL.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(TARBALL, ignore_errors=True)
    with (
        console.step("Odoo 19 is fetched as the official nightly tarball"),
        urllib.request.urlopen(address, timeout=60) as answer,
        tarfile.open(fileobj=answer, mode="r|gz") as tar,
    ):
        tar.extractall(partial, **_safely())
    partial.rename(TARBALL)
    return checked(next(TARBALL.glob("odoo-*")), "The nightly tarball")


def _safely():
    return {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
