import os

import pytest

from .servers import Amazon, Odoo

DEMO = "bin/demo.py"


@pytest.fixture(scope="session")
def amazon(tmp_path_factory):
    """A local Amazon as `make up` starts it."""
    server = Amazon(tmp_path_factory.mktemp("amazon"))
    yield server
    server.process.stop()


@pytest.fixture(scope="session")
def odoo(tmp_path_factory, amazon, root):
    """A real Odoo server with cron threads, on the demo company of `make up`."""
    folder = tmp_path_factory.mktemp("odoo")
    server = Odoo(folder, amazon, f"acorn_e2e_{os.getpid()}")
    try:
        server.shell((root / DEMO).read_text())
        server.start()
        yield server
    finally:
        server.stop()
