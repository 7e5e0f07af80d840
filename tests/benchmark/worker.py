"""A lane as a process of its own: applies what is stored each time it is told to.

``Worker`` is its end in the benchmark; ``python -m tests.benchmark.worker`` the other.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from . import databases

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 900  # seconds


class Worker:
    def __init__(self, database, shop_id):
        command = [sys.executable, "-m", "tests.benchmark.worker", database]
        self._process = subprocess.Popen(
            [*command, str(shop_id)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        self.answer()  # it is ready
        return self

    def __exit__(self, *_error):
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def begin(self):
        """Let it apply all it gets hold of."""
        self._process.stdin.write("apply\n")
        self._process.stdin.flush()

    def answer(self):
        """Wait for its counts, its seconds, and how many of them it was computing."""
        line = self._process.stdout.readline()
        assert line, "A worker has ended; its error is above"
        return json.loads(line)

    def work(self):
        self.begin()
        return self.answer()


def serve(database, shop_id):
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    registry = Registry(database)
    _say({})
    for _line in sys.stdin:
        begin, busy = time.perf_counter(), time.process_time()
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            shop = env["acorn.shop"].browse(shop_id)
            counts = env["acorn.message"]._apply_pending(shop, _deadline())
        took = {
            "seconds": time.perf_counter() - begin,
            "busy": time.process_time() - busy,
        }
        _say({**counts, **took})


def _deadline():
    return time.monotonic() + PATIENCE


def _say(answer):
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    databases.configure()
    serve(sys.argv[1], int(sys.argv[2]))
