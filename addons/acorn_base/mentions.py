"""Whether a text speaks of a person, whose name, address and numbers are known."""

import re

SHORTEST = 3  # letters of a word worth looking for; any two of a script without spaces
BREAKS = re.compile(r"[\s,;/()]+")
TAGS = re.compile(r"<[^>]+>")


def words_of(name="", phrases=()):
    """Return what to look for: the words of a name, and phrases as they are."""
    parts = [part.casefold() for part in BREAKS.split(name or "")]
    words = {part for part in parts if len(part) >= SHORTEST or not part.isascii()}
    words = {word for word in words if len(word) > 1}
    return words | {text.casefold() for text in phrases if text and len(text) > 3}


def mentions(text, words):
    """Whether one of the words stands in a text, which may be HTML."""
    plain = TAGS.sub(" ", text or "").casefold()
    return any(_stands_in(word, plain) for word in words)


def _stands_in(word, plain):
    if word not in plain:
        return False
    # “Ada” is not in “Canada”; a script without spaces has no edges of words.
    if not word.isascii():
        return True
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain))
