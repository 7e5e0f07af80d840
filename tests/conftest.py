"""For tests that concern more than one addon."""

from pathlib import Path

import pytest

from odoo.tests import BaseCase

# Odoo gives these to test classes inside an addon; ours here are outside.
BaseCase.test_tags = {"standard", "at_install"}


@pytest.fixture(scope="session")
def root():
    """The repository."""
    return Path(__file__).resolve().parent.parent
