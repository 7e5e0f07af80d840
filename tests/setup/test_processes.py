"""`make down` ends what `make up` started, and nothing else."""

import json
import os
import subprocess
import sys

import pytest
from acorn_setup import machine, paths, processes
from acorn_setup.errors import SetupError


@pytest.fixture(autouse=True)
def folders(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "RUN", tmp_path)
    monkeypatch.setattr(paths, "LOG", tmp_path)


def start(*words):
    port = machine.free_port()
    command = [sys.executable, *(word.format(port=port) for word in words)]
    return processes.start("web", command, port=port, env=dict(os.environ)), port


def test_start_wait_stop(tmp_path):
    process, port = start("-m", "http.server", "{port}", "--bind", "127.0.0.1")
    processes.wait_for("web", process, f"http://127.0.0.1:{port}/")
    assert processes.port_of("web") == port
    assert processes.stop("web")
    process.wait(10)
    assert processes.running("web") is None
    assert not processes.stop("web")


def test_a_program_that_ends_at_once_is_told():
    process, port = start("-c", "raise SystemExit('no such option')")
    with pytest.raises(SetupError, match="web ended while starting:\nno such option"):
        processes.wait_for("web", process, f"http://127.0.0.1:{port}/")


def test_another_process_with_the_same_number_is_left_alone():
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        state = {"pid": other.pid, "began": "1", "port": 1}
        (paths.RUN / "web.json").write_text(json.dumps(state))
        assert not processes.stop("web")
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
