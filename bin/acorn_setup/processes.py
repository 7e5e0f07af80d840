"""The programs that `make up` leaves running, and whether they still are ours."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from . import console, paths
from .errors import SetupError

PATIENCE = 120  # seconds to answer
GRACE = 20  # seconds to end


def start(name, command, *, port, env):
    with log_file(name).open("ab") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=paths.ROOT,
            start_new_session=True,
        )
    state = {"pid": process.pid, "began": _began(process.pid), "port": port}
    _file(name).write_text(json.dumps(state))
    return process


def wait_for(name, process, address):
    """Until `address` answers 200, or the program has ended, or patience has."""
    deadline = time.monotonic() + PATIENCE
    while not answers(address):
        if process.poll() is not None:
            last = console.tail(log_file(name))
            raise SetupError(
                f"{name} ended while starting:\n{last}",
                f"Mend what these lines tell (all of them: {log_file(name)}).",
            )
        if time.monotonic() > deadline:
            raise SetupError(
                f"{name} does not answer at {address} after {PATIENCE} s.",
                f"Look at {log_file(name)}; stop it with `make down`.",
            )
        time.sleep(0.2)


def answers(address):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=10) as answer:
            return answer.status == 200
    except OSError:
        return False


def port_of(name):
    """The port of the running program, or None when it does not run."""
    return (running(name) or {}).get("port")


def running(name):
    """The program's state if it runs and its process is the one we started."""
    try:
        state = json.loads(_file(name).read_text())
    except (OSError, ValueError):
        return None
    return state if state["began"] and state["began"] == _began(state["pid"]) else None


def stop(name):
    """True when it ran."""
    state = running(name)
    if state:
        os.kill(state["pid"], signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while running(name):
            if time.monotonic() > deadline:
                os.killpg(state["pid"], signal.SIGKILL)
            time.sleep(0.1)
    _file(name).unlink(missing_ok=True)
    return bool(state)


def log_file(name):
    return paths.LOG / f"{name}.log"


def _file(name):
    return paths.RUN / f"{name}.json"


def _began(pid):
    """When the process began, in the kernel's ticks: pid and this name it for good."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]
