"""A real Odoo server with cron threads, and what memory it uses."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT / ".acorn" / "log" / "bench-odoo.log"
PATIENCE, SETTLING = 120, 20  # seconds


class Server:
    def __init__(self, database, lanes=2):
        self._port = _free_port()
        self._command = [
            *(sys.executable, ROOT / "bin" / "odoo-bin", "-d", database),
            *("--http-port", self._port, "--max-cron-threads", lanes),
            *("--db-filter", f"^{database}$", "--log-level", "warn"),
        ]

    def __enter__(self):
        with LOG.open("wb") as log:
            self._process = psutil.Popen(
                [str(word) for word in self._command],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error):
        self._process.terminate()
        try:
            self._process.wait(20)
        except psutil.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)

    def _wait(self):
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.is_running(), f"The server ended: see {LOG}"
            assert time.monotonic() < deadline, f"The server does not answer: see {LOG}"
            time.sleep(0.5)

    def _answers(self):
        try:
            address = f"http://127.0.0.1:{self._port}/web/login"
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.status == 200
        except OSError:
            return False

    def settled(self):
        """Return the MB it uses when it has nothing to do."""
        time.sleep(SETTLING)
        return self.memory()

    def memory(self):
        """Return the MB it uses now, its children included."""
        every = [self._process, *self._process.children(recursive=True)]
        return sum(process.memory_info().rss for process in every) / 1e6


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
