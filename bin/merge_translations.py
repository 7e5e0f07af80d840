#!/usr/bin/env python3
"""Bring the translations beside a template up to date: merge_translations.py X.pot"""

import sys
from pathlib import Path

import polib

LANGUAGES = ("zh_CN",)
DATES = ("POT-Creation-Date", "PO-Revision-Date")  # a file changes when its terms do


def main(path):
    template = polib.pofile(str(path))
    for key in DATES:
        template.metadata.pop(key, None)
    template.save()
    for language in LANGUAGES:
        left = merge(template, path.with_name(f"{language}.po"), language)
        print(f"{path.stem} {language}: {len(left)} to translate")
        for term in left:
            print(f"  {term!r}")


def merge(template, path, language):
    """Keep what is translated, add what is new, drop what is gone."""
    known = {}
    if path.exists():
        known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
    translation = polib.pofile(str(template))
    translation.metadata["Language"] = language
    for entry in translation:
        entry.msgstr = known.get(entry.msgid, "")
    translation.save(str(path))
    return [entry.msgid for entry in translation if not entry.msgstr]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
