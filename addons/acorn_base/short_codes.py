"""Short codes of journals and warehouses, made from names."""

LENGTH = 5


def free_code(name, taken):
    """Return an unused code of five capitals and figures: BERLI, then BER1, BER2, …

    :param taken: set of codes in use
    """
    known = "".join(c for c in name.upper() if c.isascii() and c.isalnum()) or "SHOP"
    code, number = known[:LENGTH], 0
    while code in taken:
        number += 1
        code = f"{known[: LENGTH - len(str(number))]}{number}"
    return code
