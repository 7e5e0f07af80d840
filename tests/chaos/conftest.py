import os
import sys
from pathlib import Path

import pytest

# The set-up knows how a PostgreSQL is made.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bin"))

from acorn_setup import postgres  # noqa: E402

from .stage import Stage  # noqa: E402


@pytest.fixture(scope="session")
def whole(tmp_path_factory, root):
    """PostgreSQL, Amazon, and a company connected to it; made once."""
    if not postgres.programs("initdb"):
        pytest.skip("PostgreSQL's server programs are not on this machine")
    stage = Stage(tmp_path_factory.mktemp("chaos"))
    try:
        company = Path(__file__).with_name("company.py").read_text()
        stage.build((root / "bin" / "demo.py").read_text(), company)
        yield stage
    finally:
        stage.end()


@pytest.fixture
def stage(whole, request):
    """A company that equals Amazon, and which the next test may go on with."""
    whole.begin()
    failed = request.session.testsfailed
    yield whole
    whole.amazon.ask("held", {})
    if request.session.testsfailed > failed:
        whole.is_spoilt = True
        whole.keep_logs(root_log() / request.node.name)


def root_log():
    return Path(os.environ.get("ACORN_CHAOS_LOG", ".acorn/log"))
