"""The rules of the house that a machine can check (see CONTRIBUTING.md)."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).parents[2]
ADDONS = ROOT / "addons"
NAMES = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
SOURCES = [
    path
    for path in sorted(ADDONS.glob("**/*.py"))
    if "tests" not in path.parts and "__manifest__" not in path.name
]
PURE_FOLDERS = ("spapi", "parse", "build", "pull", "push", "simulator", "notify")
PURE_FILES = (
    "channel.py",
    "records.py",
    "finance_records.py",
    "natures.py",
    "bank_match.py",
    "fees.py",
    "entries.py",
    "marketplaces.py",
    "findings.py",
    "holds.py",
    "addresses.py",
    "cover.py",
    "sellable.py",
    "sourcing.py",
    "chart_accounts.py",
    "fee_map.py",
    "settlement_rows.py",
)
ALLOWED_ODOO = (
    "odoo.addons.acorn_base.channel",
    "odoo.addons.acorn_base.records",
    "odoo.addons.acorn_base.finance_records",
    "odoo.addons.acorn_base.natures",
)
NETWORK = {"requests", "httpx", "urllib3", "http.client", "socket", "sp_api"}
BLIND = {"Exception", "BaseException"}
# notify: webhooks, to addresses that an administrator sets and post.py narrows down.
NETWORK_FOLDERS = ("spapi", "simulator", "notify")


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path):
    """Yield every module name that a file imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


def relative(path):
    return str(path.relative_to(ADDONS))


def is_pure(path):
    addon_parts = path.relative_to(ADDONS).parts
    return addon_parts[1] in PURE_FOLDERS or (
        len(addon_parts) == 2 and path.name in PURE_FILES
    )


@pytest.mark.parametrize("path", [*filter(is_pure, SOURCES)], ids=relative)
def test_pure_modules_do_not_know_odoo(path):
    foreign = [
        name
        for name in imports(path)
        if name.split(".")[0] == "odoo" and not name.startswith(ALLOWED_ODOO)
    ]
    assert not foreign, f"{path.name} imports {foreign}"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_only_the_gateway_touches_the_network(path):
    if path.relative_to(ADDONS).parts[1] in NETWORK_FOLDERS:
        return
    used = {name for name in imports(path) if name in NETWORK}
    used |= {name.split(".")[0] for name in imports(path)} & NETWORK
    assert not used, f"{path.name} imports {used}"


def test_one_blind_except_in_the_whole_suite():
    blind = [
        f"{relative(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in BLIND)
        )
    ]
    assert [place.split(":")[0] for place in blind] == ["acorn_base/attempt.py"], blind


def test_one_class_per_model_per_addon():
    seen = {}
    for path in SOURCES:
        if "models" not in path.parts and "wizards" not in path.parts:
            continue
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and (name := model_name(node)):
                seen.setdefault((path.relative_to(ADDONS).parts[0], name), []).append(
                    relative(path)
                )
    twice = {key: places for key, places in seen.items() if len(places) > 1}
    assert not twice


def model_name(node):
    values = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(
            statement.targets[0], ast.Name
        ):
            values[statement.targets[0].id] = statement.value
    for attribute in ("_name", "_inherit"):
        value = values.get(attribute)
        if isinstance(value, ast.Constant):
            return value.value
        if isinstance(value, ast.List) and value.elts:
            return value.elts[0].value
    return None


def test_model_files_are_named_after_their_model():
    misnamed = []
    for path in SOURCES:
        if "models" not in path.parts:
            continue
        for node in tree(path).body:
            name = model_name(node) if isinstance(node, ast.ClassDef) else None
            if name and path.stem != name.replace(".", "_"):
                misnamed.append(f"{relative(path)}: {name}")
    assert not misnamed


def test_the_base_does_not_know_its_channels():
    telling = [
        relative(path)
        for path in (ADDONS / "acorn_base").rglob("*")
        if path.suffix in {".py", ".xml", ".csv", ".md", ".sql", ".js"}
        and "amazon" in path.read_text(encoding="utf-8").lower()
    ]
    assert not telling


@pytest.mark.parametrize("addon", ["acorn_finance", "acorn_multiorg"])
def test_addons_meet_in_the_base_only(addon):
    others = {"acorn_amazon", "acorn_finance", "acorn_multiorg"} - {addon}
    for path in (ADDONS / addon).rglob("*.py"):
        used = {name.split(".")[2] for name in imports(path) if name.count(".") >= 2}
        assert not used & others, path


def test_commits_only_where_they_are_needed():
    """Everything else commits through ``ir.cron._commit_progress``."""
    places = {
        relative(path)
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    }
    assert places <= {
        "acorn_amazon/models/acorn_amazon_budget.py",
        "acorn_amazon/models/acorn_amazon_token.py",
    }


def test_elevated_records_say_so():
    """What ``sudo()`` returns is named ``…_sudo``, or used at once with a reason."""
    unnamed = []
    for path in SOURCES:
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree(path)):
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "sudo"
                and not node.args
            ):
                continue
            near = "\n".join(lines[max(0, node.lineno - 8) : node.lineno])
            if "# sudo:" not in near and "# In sudo" not in near:
                unnamed.append(f"{relative(path)}:{node.lineno}")
    assert not unnamed


def test_cards_load_what_their_template_reads():
    """A phone shows cards; one that reads a field it does not load shows nothing."""
    missing = []
    for path in sorted(ADDONS.glob("**/*.xml")):
        for card in etree.parse(path).iter("kanban"):
            loaded = {field.get("name") for field in card.iter("field")}
            read = set(re.findall(r"\brecord\.(\w+)\.", etree.tostring(card).decode()))
            missing += [f"{relative(path)}: {name}" for name in read - loaded]
    assert not missing


def test_quirks_name_tests_that_exist():
    text = (ADDONS / "acorn_amazon" / "QUIRKS.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    modules = {path.stem for path in ADDONS.glob("*/tests/test_*.py")}
    tests = {
        node.name
        for path in ADDONS.glob("*/tests/*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    }
    assert named
    assert not sorted(named - tests - modules)


def test_no_path_of_a_machine_is_written_down():
    # Put together here, or this file would be found.
    folders = ["/" + name + "/" for name in ("work", "root")]
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    guilty = [
        (name, folder)
        for name in filter(None, listed.decode().split("\0"))
        for folder in folders
        if folder in (ROOT / name).read_text(encoding="utf-8", errors="ignore")
    ]
    assert not guilty
