"""The private server, and the one that the environment names."""

from pathlib import Path

import pytest
from acorn_setup import machine, paths, postgres


@pytest.fixture
def private(monkeypatch, tmp_path):
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "DB_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(paths, "PG", tmp_path / "pg")
    (tmp_path / "pg").mkdir()
    return tmp_path / "pg"


def test_private_server_is_a_socket_in_the_checkout(private):
    assert postgres.connection() == {
        "PGHOST": str(private / "socket"),
        "PGPORT": "5432",
        "PGUSER": "acorn",
    }


def test_a_long_path_gets_a_short_socket(private, monkeypatch):
    long = private / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(paths, "PG", long)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    folder = postgres.socket_folder()
    assert folder.parent == Path("/tmp")
    assert folder.name.endswith(paths.KEY[-8:])


def test_named_server_is_used_as_named(private, monkeypatch):
    monkeypatch.setenv("DB_HOST", "db.test")
    monkeypatch.setenv("DB_USER", "odoo")
    monkeypatch.setenv("DB_PASSWORD", "x")
    assert postgres.is_external()
    assert postgres.connection() == {
        "PGHOST": "db.test",
        "PGUSER": "odoo",
        "PGPASSWORD": "x",
    }


def test_postgres_never_runs_as_root(monkeypatch):
    monkeypatch.setattr(machine, "is_root", lambda: True)
    assert postgres.owner() == "postgres"
    monkeypatch.setattr(machine, "is_root", lambda: False)
    assert postgres.owner() is None


def test_it_listens_to_no_network():
    assert postgres.SETTINGS["listen_addresses"] == ""
