"""Amazon's numbers: they look random, follow from a count and never repeat.

Multiplying by a number that shares no factor with the modulus maps each count to a
number of its own.
"""

SPACE = 10**14
ORDER, ITEM = (40_503_817_263_917, 71_220_431), (68_719_476_787, 31_415_926_535)
PER_ACCOUNT = 10**7
PLACED = PER_ACCOUNT // 2  # where counting starts for orders that were asked for


def _mix(serial, factors):
    multiplier, offset = factors
    return f"{(serial * multiplier + offset) % SPACE:014}"


def order_id(prefix, account, count):
    digits = _mix(account * PER_ACCOUNT + count, ORDER)
    return f"{prefix}-{digits[:7]}-{digits[7:]}"


def item_id(account, count, line):
    return _mix((account * PER_ACCOUNT + count) * 100 + line, ITEM)
