"""The mirror is the machine's own, however its apt sources are written."""

import pytest
from acorn_setup import apt_sources, odoo_source, paths
from acorn_setup.errors import SetupError

DEB822 = """\
# the distribution
Types: deb deb-src
# a comment between fields
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/some.gpg

Types: deb
URIs: http://mirror.test/security
Suites: bookworm-security
Components: main
"""
ONE_LINE = """\
# deb http://commented.test/debian bookworm main
deb http://tools.test/apt tools main
deb-src http://mirror.test/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/some.gpg] http://mirror.test/debian bookworm main contrib # yes
deb http://mirror.test/debian bookworm-updates main
"""  # noqa: E501


@pytest.fixture
def etc_apt(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "name, text",
    [
        ("sources.list.d/debian.sources", DEB822),
        ("sources.list", ONE_LINE),
        ("sources.list.d/debian.list", ONE_LINE),
    ],
)
def test_mirror_of_either_format(etc_apt, name, text):
    (etc_apt / name).write_text(text)
    source = apt_sources.debian_source("bookworm", etc_apt)
    assert source.uri == "http://mirror.test/debian"
    assert source.line("sid") == (
        "deb [signed-by=/usr/share/keyrings/some.gpg] "
        "http://mirror.test/debian sid main"
    )


def test_release_by_its_role(etc_apt):
    (etc_apt / "sources.list").write_text("deb http://m.test/debian stable main\n")
    assert apt_sources.debian_source("bookworm", etc_apt).suite == "stable"


def test_mirror_list_of_cloud_images(etc_apt):
    uri = "mirror+file:///etc/apt/mirrors/debian.list"
    (etc_apt / "sources.list.d" / "debian.sources").write_text(
        f"Types: deb\nURIs: {uri}\nSuites: bookworm\nComponents: main\n"
    )
    assert apt_sources.debian_source("bookworm", etc_apt).uri == uri


def test_disabled_source_is_none(etc_apt):
    (etc_apt / "sources.list.d" / "debian.sources").write_text(
        "Enabled: no\n" + DEB822.split("\n\n")[0]
    )
    with pytest.raises(SetupError):
        apt_sources.debian_source("bookworm", etc_apt)


def test_key_inside_the_source_gives_way_to_debians(etc_apt, monkeypatch):
    keyring = etc_apt / "keyring.gpg"
    keyring.touch()
    monkeypatch.setattr(apt_sources, "KEYRING", keyring)
    (etc_apt / "sources.list.d" / "debian.sources").write_text(
        "Types: deb\nURIs: http://m.test/debian\nSuites: bookworm\nComponents: main\n"
        "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINB\n"
    )
    line = apt_sources.debian_source("bookworm", etc_apt).line("sid")
    assert line == f"deb [signed-by={keyring}] http://m.test/debian sid main"


def test_no_sources_at_all(etc_apt):
    with pytest.raises(SetupError) as error:
        apt_sources.debian_source("bookworm", etc_apt)
    assert "no Debian archive for “bookworm”" in error.value.what
    assert "sources.list" in error.value.todo


def test_private_apt_leaves_the_machines_alone(etc_apt, monkeypatch):
    monkeypatch.setattr(paths, "APT", etc_apt / "apt")
    (etc_apt / "sources.list").write_text(ONE_LINE)
    source = apt_sources.debian_source("bookworm", etc_apt)
    config = odoo_source.write_apt_config(source).read_text()
    lines = (etc_apt / "apt" / "sources.list").read_text().splitlines()
    assert [line.split()[-2] for line in lines] == ["bookworm", "sid"]
    assert f'Dir::State::lists "{etc_apt}/apt/lists"' in config
    assert f'Dir::Cache "{etc_apt}/apt/cache"' in config
