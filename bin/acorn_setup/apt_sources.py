"""Reads the machine's own apt sources, to find the Debian mirror it already uses."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from .errors import SetupError

ETC_APT = Path("/etc/apt")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
RELEASES = ("stable", "oldstable", "testing", "unstable", "sid")


@dataclass(frozen=True)
class Source:
    uri: str
    suite: str
    components: tuple = ()
    options: dict = field(default_factory=dict, compare=False)

    def line(self, suite):
        """The line of a sources.list that takes `suite` from the same mirror."""
        options = " ".join(f"{name}={value}" for name, value in self.options.items())
        return f"deb {f'[{options}] ' if options else ''}{self.uri} {suite} main"


def debian_source(codename, folder=ETC_APT) -> Source:
    """The machine's source for the Debian release it runs."""
    mains = [source for source in read_sources(folder) if "main" in source.components]
    for suite in (codename, *RELEASES):
        for source in mains:
            if source.suite == suite:
                return source
    raise SetupError(
        f"The apt sources in {folder} name no Debian archive for “{codename}”.",
        "Put Debian's usual line into /etc/apt/sources.list.",
    )


def read_sources(folder=ETC_APT):
    for file in (folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))):
        if file.suffix == ".sources":
            yield from parse_deb822(file.read_text(errors="replace"))
        elif file.suffix == ".list" and file.is_file():
            yield from parse_one_line(file.read_text(errors="replace"))


ONE_LINE = re.compile(
    r"^\s*deb\s+(?:\[(?P<options>[^]]*)\]\s+)?"
    r"(?P<uri>\S+)\s+(?P<suite>\S+)(?P<components>[^#\n]*)",
    re.MULTILINE,
)


def parse_one_line(text):
    """`deb [signed-by=…] http://mirror/debian bookworm main`"""
    for match in ONE_LINE.finditer(text):
        words = (match["options"] or "").split()
        pairs = (word.split("=", 1) for word in words if "=" in word)
        options = _kept({name.lower(): value for name, value in pairs})
        components = tuple(match["components"].split())
        yield Source(match["uri"], match["suite"], components, options)


def parse_deb822(text):
    """`Types: deb / URIs: … / Suites: … / Components: …`, in stanzas."""
    for stanza in re.split(r"\n\s*\n", re.sub(r"^#.*\n?", "", text, flags=re.M)):
        fields = _fields(stanza)
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in ("no", "false", "0", "off"):
            continue
        components = tuple(fields.get("components", "").split())
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield Source(uri, suite, components, _kept(fields))


def _fields(stanza):
    fields, name = {}, None
    for line in stanza.splitlines():
        if line[:1] in (" ", "\t") and name:
            fields[name] += "\n" + line.strip()
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def _kept(options):
    """Who signs the archive: as the machine says, else Debian's own keyring."""
    kept = {name: options[name] for name in ("signed-by", "trusted") if name in options}
    if not kept.get("signed-by", "/").startswith("/"):
        del kept["signed-by"]  # a key written into the source itself
    if "signed-by" not in kept and KEYRING.exists():
        kept["signed-by"] = str(KEYRING)
    return kept
