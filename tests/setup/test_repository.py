"""What the repository's own files promise."""

import os
import re
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def tracked(root):
    """Every file that git tracks, or would."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [root / name for name in listed.stdout.splitlines()]
    return [file for file in files if file.is_file()]


def requirements(root):
    lines = (root / "requirements.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_every_requirement_is_pinned_exactly(root):
    pinned = re.compile(
        r'^[A-Za-z0-9_.-]+==[\w.!+]+(; python_version [<>=]+ "3\.\d+")?$'
    )
    loose = [line for line in requirements(root) if not pinned.match(line)]
    assert not loose


def test_requirements_are_complete():
    pip = [sys.executable, "-m", "pip", "check"]
    run = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


SECRET = re.compile(
    r"^[^#;\n]*(passw|secret|token|api_?key)\w*[\"']?"
    r"[ \t]*[=:][ \t]*(?P<value>\S+)",
    re.IGNORECASE | re.MULTILINE,
)
CONFIGURATION = {".conf", ".cfg", ".ini", ".env", ".yml", ".yaml", ".toml", ".sh", ""}


def test_no_password_in_a_tracked_configuration(tracked):
    found = [
        f"{file}: {match.group().strip()}"
        for file in tracked
        if file.suffix in CONFIGURATION and "LICENSE" not in file.name
        for match in SECRET.finditer(file.read_text(errors="replace"))
        if not match["value"].strip("\"'").startswith(("$", "/run/secrets"))
    ]
    assert not found


def test_set_up_is_not_tracked(tracked, root):
    assert not [file for file in tracked if root / ".acorn" in file.parents]


def test_odoo_understands_odoo_conf(root):
    """Read the way a server reads it; every complaint of Odoo's is a line."""
    code = (
        "import logging, odoo.init; from odoo.tools import config;"
        "config.parse_config(['-c', 'odoo.conf'], setup_logging=False);"
        "print(config['addons_path'], config['db_name'], config['admin_passwd'])"
    )
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ODOO_", "PG"))}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(root / "addons") in run.stdout
    assert "['acorn']" in run.stdout
    assert "unknown option" not in run.stderr
    assert "odoo.conf" not in run.stderr


def test_odoo_conf_names_no_place_of_a_machine(root):
    text = (root / "odoo.conf").read_text()
    values = re.findall(r"^\w+ *= *(\S+)", text, re.MULTILINE)
    assert values
    assert not [value for value in values if value.startswith(("/", "~"))]


def test_bin_odoo_is_odoo_from_any_folder(root, tmp_path):
    run = subprocess.run(
        [root / "bin" / "odoo", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "Odoo Server 19.0\n"


def test_ci_runs_lint_and_tests_and_nothing_else(root):
    lines = (root / ".ci" / "run").read_text().splitlines()
    commands = [line for line in lines if line.startswith("make ")]
    assert [command.split()[1] for command in commands] == ["lint", "test"]
    assert os.access(root / ".ci" / "run", os.X_OK)


def test_licence_is_agpl(root):
    text = (root / "LICENSE").read_text()
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert "Version 3, 19 November 2007" in text
