"""Odoo's own module test_lint over our addons only; runs inside the environment:
python odoo_lint.py DATABASE ADDON…"""

import contextlib
import inspect
import logging
import os
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path
from unittest import mock

import odoo.init  # noqa: F401  (Odoo asks to be imported this way)
from odoo.modules import Manifest
from odoo.modules.registry import Registry
from odoo.tests import loader
from odoo.tools import config

# Not about addons: the tests of Odoo's own checkers, the docstrings of Odoo's `base`.
LEFT_OUT = {"test_checkers", "test_docstring"}
# These look at the whole registry: a finding counts when it names one of ours.
SEES_ALL = {"test_index", "test_routes", "test_override_signatures"}


def main(database, *ours):
    config.parse_config(["-d", database, "--no-http"], setup_logging=False)
    config["test_tags"] = "+standard"
    Registry(database)
    findings = Findings()
    logging.getLogger().addHandler(findings)
    for test in all_tests():
        tests = sys.modules[type(test).__module__]
        sees_all = module_name(tests) in SEES_ALL
        findings.wanted = re.compile(naming(ours) if sees_all else "")
        with only(ours, tests):
            loader.run_suite(loader.OdooSuite([test]))
    if not shutil.which("eslint"):
        print("  eslint is not installed: Odoo's JavaScript rules are left out")
    for finding in findings.found:
        print(finding)
    return 1 if findings.found else 0


def all_tests():
    for position in ("at_install", "post_install"):
        for test in loader.make_suite(["test_lint"], position):
            if type(test).__module__.rpartition(".")[2] not in LEFT_OUT:
                yield test


def module_name(module):
    return module.__name__.rpartition(".")[2]


def naming(ours):
    """What our findings have in them: an addon's name, or a model or field of ours."""
    return rf"\b({'|'.join(ours)})\b|(?<![/\w-])acorn[._]\w"


class Findings(logging.Handler):
    """Odoo tells a failed test, like every smaller finding, as a line in the log."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.wanted = re.compile("")
        self.found = []

    def emit(self, record):
        text = record.getMessage()
        if self.wanted.search(text):
            self.found.append(text)


@contextlib.contextmanager
def only(ours, tests):
    """Show the linter in module `tests` nothing but our addons."""
    manifests = [Manifest.for_addon(name) for name in ours]
    folders = {str(Path(manifest.path).parent) for manifest in manifests}
    view = OUR_VIEW.get(module_name(tests))
    stand_ins = {
        "get_modules": lambda: list(ours),
        "Registry": lambda database: view(Registry(database), ours),
        "os": stand_in(os, walk=lambda top: os.walk(top) if top in folders else ()),
        "subprocess": stand_in(subprocess, run=run_without_odoo),
    }
    with contextlib.ExitStack() as patches:
        patch = mock.patch.object(Manifest, "all_addon_manifests", lambda: manifests)
        patches.enter_context(patch)
        for name, replacement in stand_ins.items():
            if hasattr(tests, name):
                patches.enter_context(mock.patch.object(tests, name, replacement))
        yield


def stand_in(module, **replaced):
    return types.SimpleNamespace(**{**vars(module), **replaced})


def run_without_odoo(command, **options):
    """pylint, over our addons and not over Odoo itself."""
    command = [word for word in command if word != config.root_path]
    return subprocess.run(command, check=False, **options)


def touched_models(registry, ours):
    """The models that one of our classes makes or extends."""
    return {
        name: model
        for name, model in registry.items()
        if any(is_ours(cls, ours) for cls in model.mro())
    }


def our_methods(registry, ours):
    """For each model a class with nothing but what our classes define on it."""
    return {
        name: type(name, (), routines_of(model, ours))
        for name, model in touched_models(registry, ours).items()
    }


def routines_of(model, ours):
    return {
        name: value
        for cls in model.mro()
        if is_ours(cls, ours)
        for name, value in vars(cls).items()
        if inspect.isroutine(value)
    }


def is_ours(cls, ours):
    return cls.__module__.startswith(tuple(f"odoo.addons.{name}." for name in ours))


OUR_VIEW = {
    "test_naming": our_methods,
    "test_override_signatures": touched_models,
}

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
