"""Where Odoo comes from."""

import tarfile

import pytest
from acorn_setup import odoo_source, paths
from acorn_setup.errors import SetupError


def make_odoo(folder, version_info):
    (folder / "odoo").mkdir(parents=True)
    release = f"version_info = {version_info!r}\n"
    (folder / "odoo" / "release.py").write_text(release)
    return folder


@pytest.fixture
def empty_acorn(tmp_path, monkeypatch):
    """A checkout where nothing is set up."""
    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.setattr(paths, "ACORN", tmp_path)
    monkeypatch.setattr(odoo_source, "UNPACKED", tmp_path / "none")
    monkeypatch.setattr(odoo_source, "TARBALL", tmp_path / "odoo-nightly")
    monkeypatch.setattr(odoo_source, "_importable", lambda: None)
    return tmp_path


def test_odoo_home_goes_first(tmp_path, monkeypatch):
    make_odoo(tmp_path, (19, 0, 0, "final", 0, ""))
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    assert odoo_source.find_or_get() == tmp_path.resolve()


@pytest.mark.parametrize("made", [True, False])
def test_wrong_odoo_home_is_told(tmp_path, monkeypatch, made):
    if made:
        make_odoo(tmp_path, (18, 0, 0, "final", 0, ""))
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(SetupError) as error:
        odoo_source.find_or_get()
    assert ("Odoo 18.0, not 19.0" if made else "no odoo/release.py") in str(error.value)
    assert "Set ODOO_HOME" in error.value.todo


def test_nightly_tarball(empty_acorn):
    made = make_odoo(empty_acorn / "odoo-19.0.post1", (19, 0, 0, "final", 0, ""))
    archive = empty_acorn / "nightly.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(made, arcname=made.name)
    found = odoo_source.from_nightly(archive.as_uri())
    assert found == (empty_acorn / "odoo-nightly" / made.name).resolve()
    assert odoo_source.find_or_get() == empty_acorn / "odoo-nightly" / made.name


def test_neither_archive_nor_nightly(empty_acorn, monkeypatch):
    def no_debian():
        raise SetupError("There is no archive.", "Mend the sources.")

    def no_internet():
        raise OSError("unreachable")

    monkeypatch.setattr(odoo_source, "from_debian", no_debian)
    monkeypatch.setattr(odoo_source, "from_nightly", no_internet)
    with pytest.raises(SetupError) as error:
        odoo_source.find_or_get()
    assert "There is no archive." in error.value.what
    assert "unreachable" in error.value.what
    assert "Mend the sources. Or set ODOO_HOME" in error.value.todo


def test_odoo_of_the_environment_is_19():
    from odoo import release

    assert release.version_info[:2] == (19, 0)
