"""Every string that people see is translatable, and Chinese is complete."""

import io
import re
import string
from pathlib import Path

import polib

from odoo.tests import TransactionCase
from odoo.tools.translate import trans_export

ADDONS = Path(__file__).parents[2] / "addons"
NAMES = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
# Odoo's placeholders: %s, %(name)s, {name}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdf]|\{\w+\}")


def entries(text):
    return {entry.msgid: entry for entry in polib.pofile(text)}


class TestTranslations(TransactionCase):
    def template(self, addon):
        buffer = io.BytesIO()
        trans_export(False, [addon], buffer, "po", self.env)
        return entries(buffer.getvalue().decode())

    def test_templates_are_up_to_date(self):
        for addon in NAMES:
            with self.subTest(addon=addon):
                written = entries(str(ADDONS / addon / "i18n" / f"{addon}.pot"))
                self.assertEqual(set(written), set(self.template(addon)), "make i18n")

    def test_chinese_is_complete(self):
        for addon in NAMES:
            with self.subTest(addon=addon):
                template = self.template(addon)
                chinese = entries(str(ADDONS / addon / "i18n" / "zh_CN.po"))
                missing = [
                    term
                    for term in template
                    if term not in chinese or not chinese[term].msgstr
                ]
                self.assertFalse(missing)

    def test_chinese_keeps_the_placeholders(self):
        for addon in NAMES:
            for entry in polib.pofile(str(ADDONS / addon / "i18n" / "zh_CN.po")):
                with self.subTest(addon=addon, term=entry.msgid):
                    self.assertEqual(
                        sorted(PLACEHOLDER.findall(entry.msgid)),
                        sorted(PLACEHOLDER.findall(entry.msgstr)),
                    )

    def test_chinese_is_chinese(self):
        """A sentence left in English is no translation; names and codes may stay."""
        for addon in NAMES:
            for entry in polib.pofile(str(ADDONS / addon / "i18n" / "zh_CN.po")):
                words = entry.msgid.split()
                if len(words) < 4 or not set(entry.msgid) & set(string.ascii_lowercase):
                    continue
                with self.subTest(addon=addon, term=entry.msgid):
                    self.assertRegex(entry.msgstr, r"[\u4e00-\u9fff]")
