"""The key of the template database: what changes it and what does not."""

import pytest
from acorn_setup import addons, paths

MANIFEST = '{"name": "A", "depends": ["sale", %s]}'


@pytest.fixture
def two_addons(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    monkeypatch.delenv("ADDONS", raising=False)
    for name, depends in (("acorn_a", '"stock"'), ("acorn_b", '"acorn_a"')):
        write(tmp_path / name / "__manifest__.py", MANIFEST % depends)
        write(tmp_path / name / "models" / "a.py", "x = 1")
    return tmp_path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_names_and_foundations(two_addons):
    write(two_addons / "acorn_c" / "__manifest__.py", '{"installable": False}')
    write(two_addons / "no_addon" / "readme.txt", "")
    assert addons.names() == ["acorn_a", "acorn_b"]
    assert addons.foundations() == ["sale", "stock"]


def test_chosen_addons_bring_what_they_build_on(two_addons, monkeypatch):
    monkeypatch.setenv("ADDONS", "acorn_b")
    assert addons.names() == ["acorn_a", "acorn_b"]
    monkeypatch.setenv("ADDONS", "acorn_a")
    assert addons.names() == ["acorn_a"]


@pytest.mark.parametrize(
    "path",
    ["models/a.py", "views/new.xml", "i18n/zh_CN.po", "static/description/i.png"],
)
def test_digest_changes_with(two_addons, path):
    before = addons.digest()
    write(two_addons / "acorn_a" / path, "changed")
    assert addons.digest() != before


@pytest.mark.parametrize(
    "path", ["tests/test_a.py", "readme/USAGE.md", "static/src/a.js", "simulator/a.py"]
)
def test_digest_stays_with(two_addons, path):
    before = addons.digest()
    write(two_addons / "acorn_a" / path, "changed")
    assert addons.digest() == before
