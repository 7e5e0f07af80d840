"""Which rule of a fee map an amount falls under; pure."""

ANY = "*"

# The places where a rule may say "any word": more exact words go before fewer, and of
# as many, those further left.
_PATTERNS = sorted(
    ((a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)),
    key=lambda anys: (sum(anys), anys),
)


def same(word):
    """Return what two spellings of a word have in common: neither case nor blanks
    matter."""
    return " ".join((word or "").split()).casefold()


def index(rules):
    """Return rules by their words, as ``find`` wants them.

    :param rules: iterable of (transaction type, amount type, description, result)
    """
    return {(same(a), same(b), same(c)): result for a, b, c, result in rules}


def find(indexed, words):
    """Return the result of the most exact rule for three words, or None."""
    exact = tuple(map(same, words))
    for anys in _PATTERNS:
        key = tuple(
            ANY if any_word else word
            for any_word, word in zip(anys, exact, strict=True)
        )
        if key in indexed:
            return indexed[key]
    return None
