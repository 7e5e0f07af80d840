"""`make bench` says what was missed, and never takes a row without figures for one
that is reached."""

import json

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
    monkeypatch.setattr(report, "_commit", lambda: "abcdef0")
    return tmp_path


def test_every_row_has_a_name_of_its_own_and_one_reach():
    assert len(BY_NAME) == len(ROWS)
    for row in ROWS:
        assert (row.at_least is None) != (row.at_most is None), row.name


def all_reached():
    """Each row just where it has to be."""
    for row in ROWS:
        reach = row.at_most if row.at_least is None else row.at_least
        yield Result(row, float(reach), {"orders/s": 80.0})


def page(written):
    return (written / "page.md").read_text()


def test_all_reached_is_success_and_is_written_down(written):
    assert report.tell(all_reached(), quick=False) == 0
    assert "| ≥ 7 × | 7 × | reached |" in page(written)
    assert "orders/s: 80" in page(written)
    assert json.loads((written / "bench.json").read_text())["rows"]["fba"]["reached"]


@pytest.mark.parametrize(("name", "value"), [("fba", 6.99), ("queries", 15.1)])
def test_a_miss_is_a_failure(written, capsys, name, value):
    results = [Result(BY_NAME["calls"], 10.0), Result(BY_NAME[name], value)]
    assert report.tell(results, quick=True) == 1
    assert "**missed**" in capsys.readouterr().out


def test_row_that_did_not_do_its_work_is_a_failure(written, capsys):
    result = Result(BY_NAME["memory"], problem="12 of 100 orders came")
    assert report.tell([result], quick=True) == 1
    assert "12 of 100 orders came" in capsys.readouterr().out


def test_page_is_of_full_size_and_says_what_was_not_measured(written):
    report.tell(all_reached(), quick=True)
    assert not (written / "page.md").exists()
    report.tell([Result(BY_NAME["fba"], 7.0)], quick=False)
    assert "Not measured for this page: `fbm`, `lanes`" in page(written)
    report.tell(all_reached(), quick=False)
    assert "Not measured" not in page(written)


def test_row_measured_again_takes_its_place(written):
    report.tell(all_reached(), quick=False)
    report.tell([Result(BY_NAME["fba"], 9.5)], quick=False)
    assert "| 9.5 × |" in page(written)
    assert "| 1.7 × | reached |" in page(written)


def test_rows_of_another_commit_count_no_more(written, monkeypatch):
    report.tell(all_reached(), quick=False)
    monkeypatch.setattr(report, "_commit", lambda: "fedcba9")
    report.tell([Result(BY_NAME["fba"], 9.5)], quick=False)
    assert list(json.loads((written / "bench.json").read_text())["rows"]) == ["fba"]
    assert "| 9.5 × |" in page(written)
    assert "| 1.7 × | reached |" not in page(written)


def test_unknown_row_is_told_with_those_there_are():
    with pytest.raises(SystemExit, match="no row fbx.*fba, fbm, lanes"):
        next(rows("fba,fbx", quick=True))
