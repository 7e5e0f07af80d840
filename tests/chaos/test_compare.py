"""The judge himself: what is wrong by a cent, a unit or a letter is found."""

import pytest

# What is spoilt, by a statement that says by how much, and a word of what is told.
LINE = "UPDATE sale_order_line SET {0} WHERE id = (SELECT max(id) FROM sale_order_line)"
ORDER = "UPDATE sale_order SET {0} WHERE id = (SELECT max(id) FROM sale_order)"
QUANT = """
    UPDATE stock_quant SET {0} WHERE id = (
        SELECT max(quant.id) FROM stock_quant quant
          JOIN stock_location location ON location.id = quant.location_id
         WHERE location.usage = 'internal')
"""
PARCEL = "UPDATE stock_picking SET {0} WHERE carrier_tracking_ref = 'JUDGED'"
MESSAGE = "UPDATE acorn_message SET {0} WHERE id = (SELECT max(id) FROM acorn_message)"
WRONGS = {
    "a cent": (LINE, "price_subtotal = price_subtotal {0} 0.01", "net and tax"),
    "a cent in all": (ORDER, "amount_total = amount_total {0} 0.01", "total"),
    "a unit sold": (LINE, "product_uom_qty = product_uom_qty {0} 1", "units"),
    "a unit on the shelf": (QUANT, "quantity = quantity {0} 1", "on hand"),
    "a unit reserved": (QUANT, "reserved_quantity = reserved_quantity {0} 1", "reserv"),
    "an order too many": (ORDER, "acorn_shop_id = acorn_shop_id {0} 1", "0 times"),
}
WORDS = {
    "the status": (ORDER, "acorn_status", "'pending'", "'unshipped'", "status"),
    "the state": (ORDER, "state", "'draft'", "'sale'", "state"),
    "a message": (MESSAGE, "state", "'failed'", "'done'", "is failed"),
    "a parcel": (PARCEL, "acorn_known", "FALSE", "TRUE", "is known"),
}


@pytest.fixture
def filled(stage):
    """A parcel that left, and then an order that waits."""
    stage.serve()
    packed = stage.place(quantity=2)
    stage.settle()
    stage.pack(packed, "JUDGED")
    stage.settle()
    stage.place()
    stage.check()
    return stage


def test_every_wrong_is_found(filled):
    for name, (statement, change, word) in WRONGS.items():
        filled.rows(statement.format(change.format("+")))
        assert word in "\n".join(filled.differences()), name
        filled.rows(statement.format(change.format("-")))
        assert not filled.differences(), name
    for name, (statement, column, wrong, right, word) in WORDS.items():
        filled.rows(statement.format(f"{column} = {wrong}"))
        assert word in "\n".join(filled.differences()), name
        filled.rows(statement.format(f"{column} = {right}"))
        assert not filled.differences(), name
