"""What goes wrong is told in two lines: what happened, and what to do."""

import errno
import io
import os
import socket
import subprocess
import sys

import pytest
from acorn_setup import cli, machine, paths, postgres, python_env, up
from acorn_setup.errors import SetupError


@pytest.fixture
def failing(monkeypatch, tmp_path, capsys):
    """Run a command that raises `error`; return what the person reads."""
    monkeypatch.setattr(paths, "SETUP_LOG", tmp_path / "setup.log")

    def run(error):
        def fail():
            raise error

        monkeypatch.setitem(cli.COMMANDS, "up", fail)
        assert cli.main(["up"]) == 1
        return capsys.readouterr().err

    return run


@pytest.mark.parametrize(
    "error, told",
    [
        (SetupError("This.", "That."), "What happened: This.\nWhat to do:    That."),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full."),
        (PermissionError(errno.EACCES, "no", "/some/file"), "/some/file"),
        (KeyboardInterrupt(), "You stopped it."),
        (ZeroDivisionError("oh"), "ZeroDivisionError: oh"),
    ],
)
def test_never_a_bare_traceback(failing, error, told):
    text = failing(error)
    assert told in text
    assert "What to do:" in text
    assert "Traceback" not in text


def test_a_bug_leaves_its_traceback_in_the_log(failing):
    failing(ZeroDivisionError("oh"))
    assert "Traceback" in paths.SETUP_LOG.read_text()


def test_port_taken_tells_by_whom():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(SetupError) as error:
            machine.check_port(port, "ACORN_PORT")
    assert f"Port {port} is taken by process {os.getpid()} (" in error.value.what
    assert f"ACORN_PORT={port + 100}" in error.value.todo
    machine.check_port(port, "ACORN_PORT")


@pytest.mark.parametrize("version", [(3, 9), (3, 14), (2, 7)])
def test_wrong_python(version):
    with pytest.raises(SetupError, match=f"Python {version[0]}.{version[1]};"):
        python_env.check_python(version)


@pytest.mark.parametrize("version", [(3, 10), (3, 11), (3, 12), (3, 13)])
def test_right_python(version):
    python_env.check_python(version)


def test_chosen_python_that_is_none(root):
    run = subprocess.run(
        [root / "bin" / "acorn", "up"],
        env={**os.environ, "ACORN_PYTHON": "/bin/false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("What happened: ACORN_PYTHON is /bin/false")
    assert "\nWhat to do:    Set ACORN_PYTHON" in run.stderr


def test_no_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "NEEDED_MB", 10**12)
    with pytest.raises(SetupError, match="MB free"):
        machine.check_disk(tmp_path)


def test_no_root_and_no_sudo(monkeypatch):
    monkeypatch.setattr(machine, "is_root", lambda: False)
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)
    with pytest.raises(SetupError) as error:
        machine.as_root(["apt-get", "install", "postgresql"])
    assert "apt-get install postgresql" in error.value.todo


def test_external_server_that_does_not_answer(monkeypatch):
    for name in ("PGHOST", "PGUSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DB_HOST", "127.0.0.1")
    monkeypatch.setenv("PGPORT", str(machine.free_port()))
    monkeypatch.setenv("DB_USER", "somebody")
    with pytest.raises(SetupError) as error:
        postgres.ensure()
    assert "127.0.0.1 does not answer user somebody" in error.value.what


def test_a_failed_step_shows_its_last_lines(monkeypatch, tmp_path, capsys):
    from acorn_setup import console

    monkeypatch.setattr(paths, "SETUP_LOG", tmp_path / "setup.log")
    script = "for i in range(30): print('line', i)\nraise SystemExit(3)"
    with pytest.raises(SetupError, match="It broke. All it said"):
        console.run([sys.executable, "-c", script], what="It broke.", todo="Mend it.")
    shown = capsys.readouterr().err.split("\n")
    assert "line 29" in shown
    assert "line 10" in shown
    assert "line 9" not in shown


def test_reset_asks(monkeypatch):
    monkeypatch.delenv("YES", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(SetupError, match="nobody is here to answer"):
        up._ask()
