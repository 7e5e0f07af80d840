"""Amounts as whole numbers of the currency's smallest unit: exact and fast."""

from decimal import Decimal

WHOLE = {"JPY"}  # currencies without cents
NOTHING_OFF = 10_000  # rates are in hundredths of a per cent


def scale(currency):
    return 1 if currency in WHOLE else 100


def minor(amount, currency):
    """Read ``'12.34'`` (or a number) as 1234."""
    return int((Decimal(str(amount)) * scale(currency)).to_integral_value())


def text(amount, currency):
    if currency in WHOLE:
        return str(amount)
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{amount // 100}.{amount % 100:02}"


def money(amount, currency):
    """Amazon's Money."""
    return {"amount": text(amount, currency), "currencyCode": currency}


def read(money_):
    """Amazon's Money as (amount, currency)."""
    currency = money_["currencyCode"]
    return minor(money_["amount"], currency), currency


def ratio(amount, numerator, denominator):
    """Round half away from zero, as tills do."""
    if amount < 0:
        return -ratio(-amount, numerator, denominator)
    return (2 * amount * numerator + denominator) // (2 * denominator)


def tax_in(gross, rate):
    """The tax that a price contains."""
    return ratio(gross, rate, NOTHING_OFF + rate)


def tax_on(net, rate):
    """The tax that is added to a price."""
    return ratio(net, rate, NOTHING_OFF)
