"""A PostgreSQL of these tests' own: it is restarted under load and harms nobody."""

import os
import shlex
import shutil
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg2
from acorn_setup import postgres

ROLE = "acorn"
# As durable as the real one: what is committed survives everything.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "wal_level": "replica",
    "max_connections": "200",
}


class Cluster:
    """``initdb``, start, stop, restart; and SQL for whoever looks at databases."""

    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="acorn-chaos-"))
        if postgres.owner():
            shutil.chown(self.home, postgres.owner())
        self.programs = postgres.programs("initdb")
        self.env = {
            **{name: text for name, text in os.environ.items() if name != "PGOPTIONS"},
            "PGHOST": str(self.home),
            "PGPORT": "5432",
            "PGUSER": ROLE,
        }

    @property
    def data(self):
        return self.home / "data"

    def create(self):
        options = ("--username", "postgres", "--auth", "trust", "--no-sync")
        words = ("--encoding", "UTF8", "--locale", "C.UTF-8")
        self._run("initdb", "--pgdata", self.data, *options, *words)
        self.start()
        with closing(self.connect("postgres", user="postgres")) as connection:
            connection.cursor().execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def start(self):
        settings = {**SETTINGS, "unix_socket_directories": str(self.home)}
        options = " ".join(
            f"-c {name}={shlex.quote(v)}" for name, v in settings.items()
        )
        log = self.home / "postgresql.log"
        self._pg_ctl("start", "--log", log, "--options", options)

    def stop(self, mode="immediate"):
        """``immediate`` is what a crash is: recovery follows."""
        self._pg_ctl("stop", "--mode", mode)

    def remove(self):
        if (self.data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def _pg_ctl(self, what, *options):
        self._run("pg_ctl", "--pgdata", self.data, "--wait", what, *options)

    def _run(self, program, *words):
        command = [str(word) for word in (self.programs / program, *words)]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, **postgres.as_owner()
        )

    # -- databases --

    def connect(self, database, user=ROLE):
        connection = psycopg2.connect(
            host=str(self.home), port=5432, user=user, dbname=database, options=""
        )
        connection.autocommit = True
        return connection

    def rows(self, database, query, values=()):
        with closing(self.connect(database)) as connection:
            cursor = connection.cursor()
            cursor.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def take_over(self, template, name):
        """Copy a database of the usual PostgreSQL into this one."""
        dump = self.home / "dump"
        command = ["pg_dump", "-Fc", "-Z0", "-f", str(dump), template]
        subprocess.run(command, check=True)
        self.run("createdb", name)
        self.run("pg_restore", "--no-owner", "-j2", "-d", name, dump)
        dump.unlink()

    def copy(self, source, name):
        self.run("createdb", "-T", source, name)
        # A sequence of a copy goes back to where it was copied if PostgreSQL crashes
        # before its next checkpoint (seen with 15): not what is tested here.
        with closing(self.connect("postgres", user="postgres")) as connection:
            connection.cursor().execute("CHECKPOINT")

    def drop(self, name):
        self.run("dropdb", "--if-exists", "--force", name)

    def run(self, *command):
        words = [str(word) for word in command]
        subprocess.run(words, env=self.env, check=True, capture_output=True)
