import os
from contextlib import contextmanager

import pytest

from .browser import COMPUTER, PHONE, Person, chromium
from .servers import ROOT, Amazon, Odoo

DEMO = "bin/demo.py"


@pytest.fixture(scope="package")
def amazon(tmp_path_factory):
    """A local Amazon as `make up` starts it."""
    server = Amazon(tmp_path_factory.mktemp("amazon"))
    yield server
    server.process.stop()


@pytest.fixture(scope="package")
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


@pytest.fixture(scope="package")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def person(request, browser, odoo):
    with _person(request, browser, odoo, COMPUTER) as person:
        yield person


@pytest.fixture
def person_with_phone(request, browser, odoo):
    with _person(request, browser, odoo, PHONE) as person:
        yield person


@contextmanager
def _person(request, browser, odoo, screen):
    """Somebody who leaves a picture of the page at which the test failed."""
    failed = request.session.testsfailed
    with browser.new_context(**screen) as context:
        page = context.new_page()
        yield Person(page, odoo.url)
        if request.session.testsfailed > failed:
            page.screenshot(path=ROOT / ".acorn" / "log" / f"{request.node.name}.png")
