"""The machine below us: its Debian packages, its disk, its ports."""

import os
import shutil
import socket
import sys
from pathlib import Path

from . import console
from .errors import SetupError

NEEDED_MB = 4000


def is_root():
    return os.geteuid() == 0


def as_root(command):
    """`command` with the rights to change the machine."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", *command]
    if is_root():
        return quiet
    sudo = shutil.which("sudo")
    if not sudo:
        raise SetupError(
            "Debian packages are missing, you are not root, and there is no sudo.",
            f"Ask an administrator to run: {' '.join(command)}",
        )
    return [sudo, *([] if sys.stdin.isatty() else ["--non-interactive"]), *quiet]


def apt_install(*packages):
    """Install Debian packages, without asking and without what they recommend."""
    if not shutil.which("apt-get"):
        raise SetupError(
            f"This machine lacks {', '.join(packages)} and has no apt-get.",
            "Use Debian 12 or newer, or install them by hand.",
        )
    update = ["apt-get", "update"]
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    todo = f"Look at the lines above; try by hand: {' '.join(install)}"
    with console.step(f"Debian packages are installed: {', '.join(packages)}"):
        console.run(as_root(update), todo=todo, stdin=None)
        console.run(as_root(install), todo=todo, stdin=None)


def check_disk(folder):
    free = shutil.disk_usage(folder).free // 10**6
    if free < NEEDED_MB:
        raise SetupError(
            f"There are {free} MB free for {folder}; it takes about {NEEDED_MB} MB.",
            "Make room there, or clone the repository onto a larger disk.",
        )


# -- ports -------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_port_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def check_port(port, variable):
    if not is_port_free(port):
        raise SetupError(
            f"Port {port} is taken{_by_whom(port)}.",
            f"Stop that program, or take another port: make up {variable}={port + 100}",
        )


def _by_whom(port):
    """Who listens there, as far as this user may see it."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) in sockets:
                pid = link.parts[2]
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
                words = command.replace(b"\0", b" ").decode(errors="replace")
                return f" by process {pid} ({words.strip()[:100]})"
        except OSError:
            continue
    return ""


def _listening_inodes(port):
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for row in table.read_text().splitlines()[1:] if table.exists() else ():
            fields = row.split()
            local_port = int(fields[1].rpartition(":")[2], 16)
            if local_port == port and fields[3] == "0A":  # LISTEN
                yield fields[9]
