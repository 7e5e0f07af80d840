"""Which rule of a fee map an amount falls under; pure."""

import re
from itertools import product

ANY = "*"


def same(word):
    """Return what two spellings of a word have in common: neither case nor blanks
    matter."""
    return " ".join((word or "").split()).casefold()


def _openness(words):
    """More exact words go before fewer, and of as many those further left."""
    opened = [word == ANY for word in words]
    return sum(opened), opened


class FeeMap:
    """Rules by their words. A ``*`` alone stands for any word; a word with a ``*`` in
    it (``Storage Fee - *``) counts where no other rule fits."""

    def __init__(self, rules):
        """
        :param rules: iterable of (transaction type, amount type, description, result)
        """
        self._exact, patterns = {}, []
        for *words, result in rules:
            words = tuple(map(same, words))
            if any(ANY in word and word != ANY for word in words):
                patterns.append((words, result))
            else:
                self._exact[words] = result
        patterns.sort(key=lambda p: (_openness(p[0]), -sum(map(len, p[0])), p[0]))
        self._patterns = [
            (tuple(map(_expression, words)), result) for words, result in patterns
        ]

    def find(self, words):
        """Return the result of the most exact rule for three words, or None."""
        words = tuple(map(same, words))
        for key in sorted(product(*((word, ANY) for word in words)), key=_openness):
            if key in self._exact:
                return self._exact[key]
        for expressions, result in self._patterns:
            if all(e.fullmatch(w) for e, w in zip(expressions, words, strict=True)):
                return result
        return None


def _expression(word):
    return re.compile(".*".join(map(re.escape, word.split(ANY))), re.DOTALL)
