"""For tests that concern more than one addon."""

from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from odoo.tests import BaseCase

# Odoo gives these to test classes inside an addon; ours here are outside.
BaseCase.test_tags = {"standard", "at_install"}

# Tests that share servers, which one process starts once.
TOGETHER = ("tests/chaos/", "tests/e2e/")


@pytest.fixture(scope="session")
def root():
    """The repository."""
    return Path(__file__).resolve().parent.parent


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


class Scheduling(LoadScopeScheduling):
    """Tests of a file stay in one process, and those that share servers."""

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)
