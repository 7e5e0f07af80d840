"""`make bench` says what was missed, and never takes a row without figures for one
that is reached."""

import json
from types import SimpleNamespace

import pytest

from tests.benchmark import report
from tests.benchmark.run import Result, rows
from tests.benchmark.table import ROWS

BY_NAME = {row.name: row for row in ROWS}


@pytest.fixture
def written(monkeypatch, tmp_path):
    """Where the page and the data go instead."""
    monkeypatch.setattr(report, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(report, "DATA", tmp_path / "bench.json")
    monkeypatch.setattr(report.databases, "template", lambda: "postgres")
    return tmp_path


def tell(*results, quick=False, rows=""):
    return report.tell(results, SimpleNamespace(quick=quick, rows=rows))


def test_every_row_has_a_name_of_its_own_and_one_reach():
    assert len(BY_NAME) == len(ROWS)
    for row in ROWS:
        assert (row.at_least is None) != (row.at_most is None), row.name


def test_all_reached_is_success_and_is_written_down(written):
    result = Result(BY_NAME["fba"], 7.0, {"Acorn, orders/s": 80.0})
    assert tell(result) == 0
    page = (written / "page.md").read_text()
    assert "| ≥ 7 × | 7 × | reached |" in page
    assert "Acorn, orders/s: 80" in page
    assert json.loads((written / "bench.json").read_text())["rows"]["fba"]["reached"]


@pytest.mark.parametrize(("name", "value"), [("fba", 6.99), ("queries", 15.1)])
def test_a_miss_is_a_failure(written, name, value):
    assert tell(Result(BY_NAME["calls"], 10.0), Result(BY_NAME[name], value)) == 1
    assert "**missed**" in (written / "page.md").read_text()


def test_row_that_did_not_do_its_work_is_a_failure(written, capsys):
    assert tell(Result(BY_NAME["memory"], problem="12 of 100 orders came")) == 1
    assert "12 of 100 orders came" in capsys.readouterr().out


def test_part_of_the_rows_leaves_the_page_alone(written):
    tell(Result(BY_NAME["fba"], 7.0), rows="fba")
    tell(Result(BY_NAME["fba"], 7.0), quick=True)
    assert not (written / "page.md").exists()


def test_unknown_row_is_told_with_those_there_are():
    with pytest.raises(SystemExit, match="no row fbx.*fba, fbm, lanes"):
        next(rows("fba,fbx", quick=True))
