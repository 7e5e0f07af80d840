"""Which part of what goods cost is their landed cost: to the cent."""

from decimal import ROUND_HALF_UP, Decimal


def split(whole, landed, step):
    """Return what goods cost without what landed them, and that.

    Both are multiples of ``step``, the smallest coin, and add up to what ``whole`` is,
    rounded to it.

    :param whole, landed: Decimal, exact
    :return: (goods, landed)
    """
    landed = _rounded(landed, step)
    return _rounded(whole, step) - landed, landed


def _rounded(amount, step):
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step
