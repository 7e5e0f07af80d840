"""The private PostgreSQL: a cluster of its own in `.acorn/pg`, reached by a socket in
a folder that only its owner may enter. With `PGHOST` or `DB_HOST` set, that server is
used instead and nothing is started."""

import hashlib
import os
import pwd
import shlex
import shutil
import stat
import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import console, machine, paths
from .errors import SetupError

ROLE = "acorn"  # Odoo refuses the user `postgres`
SOCKET_LIMIT = 107 - len("/.s.PGSQL.5432")
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_duration_statement": "5s",
}


def is_external():
    return bool(os.environ.get("PGHOST") or os.environ.get("DB_HOST"))


def connection():
    """The variables that psql and Odoo read."""
    if not is_external():
        return {"PGHOST": str(socket_folder()), "PGPORT": "5432", "PGUSER": ROLE}
    names = ("HOST", "PORT", "USER", "PASSWORD")
    env = os.environ
    values = {f"PG{n}": env.get(f"PG{n}") or env.get(f"DB_{n}") for n in names}
    return {name: value for name, value in values.items() if value}


def ensure():
    """A PostgreSQL that answers."""
    if is_external():
        _check_external()
    else:
        _ensure_private()


def _check_external():
    if not programs():
        machine.apt_install("postgresql-client")
    if query("SELECT 1", "postgres") is None:
        there = connection()
        raise SetupError(
            f"PostgreSQL at {there['PGHOST']} does not answer"
            f" user {there.get('PGUSER', 'of your name')}.",
            "Check PGHOST, PGPORT, PGUSER, PGPASSWORD (or DB_HOST, …);"
            " unset PGHOST and DB_HOST to have a private server.",
        )


def _ensure_private():
    if not programs("initdb"):
        install()
    if not (cluster() / "PG_VERSION").exists():
        create()
    if not is_running():
        start()


def query(sql, database="postgres", user=None):
    """The rows as text, or None when the server refuses."""
    psql = [programs() / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1"]
    env = {**os.environ, **connection(), **({"PGUSER": user} if user else {})}
    return console.output([*psql, "-d", database, "-c", sql], env=env)


@contextmanager
def alone(what):
    """Hold a lock that no other node on this PostgreSQL holds; wait for it.

    A session of psql holds it: when this process dies, so does the lock.
    """
    number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:7], "big")
    psql = [programs() / "psql", "-XAtq", "-d", "postgres"]
    session = subprocess.Popen(
        psql,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **connection()},
    )
    with session:
        session.stdin.write(f"SELECT pg_advisory_lock({number}), 'mine';\n")
        session.stdin.flush()
        if "mine" not in session.stdout.readline():
            raise SetupError(
                "PostgreSQL ended the connection while this node waited its turn.",
                "Start it again.",
            )
        yield


# -- programs ----------------------------------------------------------------------


def programs(name="psql"):
    """The folder with program `name`: of the cluster's version, else of the newest."""
    found = list(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found.sort(key=lambda path: float(path.parts[4]))
    version = paths.PG / "data" / "PG_VERSION"
    if version.exists():
        same = [path for path in found if path.parts[4] == version.read_text().strip()]
        found = same or found
    if found:
        return found[-1].parent
    elsewhere = shutil.which(name)
    return Path(elsewhere).resolve().parent if elsewhere else None


def install():
    """Debian's packages, told not to make and start a cluster of their own."""
    folder = "/etc/postgresql-common/createcluster.d"
    note = f"{folder}/acorn.conf"
    write = f"mkdir -p {folder} && echo 'create_main_cluster = false' > {note}"
    todo = "Install PostgreSQL by hand: apt-get install postgresql"
    console.run(machine.as_root(["sh", "-c", write]), todo=todo, stdin=None)
    try:
        machine.apt_install("postgresql")
    finally:
        console.run(machine.as_root(["rm", "-f", note]), todo=todo, stdin=None)


# -- the cluster -------------------------------------------------------------------


def owner():
    """PostgreSQL refuses to run as root."""
    return "postgres" if machine.is_root() else None


def as_owner():
    if not owner():
        return {"cwd": "/"}
    group = pwd.getpwnam(owner()).pw_gid
    return {"cwd": "/", "user": owner(), "group": group, "extra_groups": []}


def home():
    """The folder of cluster, socket and log: `.acorn/pg`, or what it links to."""
    if not paths.PG.exists():
        if _can_enter(paths.ACORN):
            _make_private(paths.PG)
        else:
            _make_elsewhere()
    return paths.PG.resolve()


def _can_enter(folder):
    test = ["test", "-x", folder]
    return not subprocess.run(test, check=False, **as_owner()).returncode


def _make_elsewhere():
    """The checkout is where `postgres` may not go, say below /root."""
    folder = Path("/var/lib/acorn") / paths.KEY
    folder.parent.mkdir(parents=True, exist_ok=True)
    _make_private(folder)
    paths.PG.unlink(missing_ok=True)
    paths.PG.symlink_to(folder)
    console.say(f"  The user postgres may not enter {paths.ACORN}:")
    console.say(f"  PostgreSQL's data is in {folder}.")


def _make_private(folder):
    folder.mkdir(mode=0o700, exist_ok=True)
    if owner():
        shutil.chown(folder, owner(), pwd.getpwnam(owner()).pw_gid)


def cluster():
    return home() / "data"


def log_file():
    return home() / "postgresql.log"


def socket_folder():
    folder = home() / "socket"
    if len(bytes(folder)) <= SOCKET_LIMIT:
        return folder
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime or "/tmp") / f"acorn-{paths.KEY[-8:]}"


def _make_socket_folder():
    folder = socket_folder()
    if not folder.exists():
        _make_private(folder)
    state = folder.lstat()
    expected = pwd.getpwnam(owner()).pw_uid if owner() else os.geteuid()
    is_private = stat.S_ISDIR(state.st_mode) and not state.st_mode & 0o077
    if not is_private or state.st_uid != expected:
        raise SetupError(
            f"{folder}, meant for PostgreSQL's socket, is not ours or open to others.",
            f"Remove {folder}, or clone the repository to a shorter path.",
        )


def create():
    initdb = [programs("initdb") / "initdb", "--pgdata", cluster()]
    options = ["--username", "postgres", "--auth", "trust"]
    with console.step("A private PostgreSQL is created"):
        console.run(
            [*initdb, *options, "--encoding", "UTF8", "--locale", "C.UTF-8"],
            todo=f"Mend what the lines above tell, remove {home()}, do the same again.",
            **as_owner(),
        )


def start():
    _make_socket_folder()
    settings = {**SETTINGS, "unix_socket_directories": str(socket_folder())}
    options = " ".join(f"-c {name}={shlex.quote(v)}" for name, v in settings.items())
    with console.step("The private PostgreSQL is started"):
        _pg_ctl("--log", log_file(), "--options", options, "start")
        role = f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"
        if not query(role, user="postgres"):
            query(f"CREATE ROLE {ROLE} LOGIN CREATEDB", user="postgres")


def is_running():
    if not (cluster() / "postmaster.pid").exists():
        return False
    status = [programs("pg_ctl") / "pg_ctl", "--pgdata", cluster(), "status"]
    return console.output(status, **as_owner()) is not None


def stop():
    """True when it ran."""
    if is_external() or not paths.PG.exists() or not is_running():
        return False
    _pg_ctl("--mode", "fast", "stop")
    return True


def _pg_ctl(*arguments):
    console.run(
        [programs("pg_ctl") / "pg_ctl", "--pgdata", cluster(), "--wait", *arguments],
        what=f"The private PostgreSQL did not {arguments[-1]}.",
        todo=f"Look at {log_file()}.",
        **as_owner(),
    )
