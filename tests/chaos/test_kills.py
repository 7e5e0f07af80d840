"""Killed at any point of fetching, applying and telling, a server leaves nothing half
done: the next one goes on, and every order is right and there once."""

import os
import time
from random import Random

import pytest

IS_LONG = bool(os.environ.get("ACORN_CHAOS_SEEDS"))
TABLES = {
    "storing what was fetched": "acorn_message",
    "making sale orders": "sale_order",
    "reserving": "stock_move_line",
    "delivering": "stock_quant",
}
MORE_TABLES = {
    "moving the cursor": "acorn_stream",
    "making contacts": "res_partner",
    "writing lines": "sale_order_line",
    "making deliveries": "stock_picking",
    "making moves": "stock_move",
    "writing the history": "mail_message",
    "keeping versions": "acorn_message_version",
}
if IS_LONG:
    TABLES |= MORE_TABLES


def buy(stage):
    stage.place_some(2, quantity=2)
    stage.place(site="FR")
    stage.place("OAK-BOARD-L", 2, "DE", "AMAZON", status="SHIPPED")
    stage.place("OAK-TOWEL-2", 1, "US", "AMAZON", status="SHIPPED")


def start_working(stage):
    [server] = stage.serve()
    stage.hurry()
    stage.wake()
    return server


@pytest.mark.parametrize("kind", ["hold", "hold_answer"])
def test_killed_while_amazon_is_asked(stage, kind):
    buy(stage)
    stage.fault("searchOrders", kind, account="eu")
    server = start_working(stage)
    stage.wait_for_held()
    server.kill()
    stage.amazon.ask("held", {})
    stage.serve()
    stage.check()


@pytest.mark.parametrize("moment", TABLES)
def test_killed_while(stage, moment):
    """Its statement waits for a table when the server dies."""
    stage.serve()
    stage.check()
    ref = stage.place(quantity=2)
    stage.settle()
    stage.amazon.ask(f"orders/{ref}/touch", {})
    stage.ship(ref)
    buy(stage)
    table = TABLES[moment]
    [server] = stage.serve()
    stage.hurry()
    lock = stage.block(table)
    stage.wake()
    stage.wait_for_blocked(table)
    server.kill()
    lock.close()
    stage.serve()
    stage.check()


def packed(stage, name):
    """Two parcels that Amazon is to be told of; nobody has been at it yet."""
    refs = [stage.place(quantity=3), stage.place(site="FR", quantity=2)]
    stage.serve()
    stage.settle()
    return refs, [f"{name}-{number}" for number, _ref in enumerate(refs)]


@pytest.mark.parametrize("kind", ["hold", "hold_answer"])
def test_killed_while_amazon_is_told_of_a_parcel(stage, kind):
    refs, numbers = packed(stage, kind)
    stage.fault("confirmShipment", kind)
    for ref, number in zip(refs, numbers, strict=True):
        stage.pack(ref, number)
    stage.wait_for_held()
    stage.server.kill()
    stage.amazon.ask("held", {})
    stage.serve()
    stage.check()


def test_killed_when_amazon_has_answered_and_before_it_is_noted(stage):
    refs, numbers = packed(stage, "noted")
    stage.fault("confirmShipment", "hold_answer")
    stage.pack(refs[0], numbers[0])
    stage.wait_for_held()
    lock = stage.block("acorn_message")
    stage.amazon.ask("held", {})
    stage.wait_for_blocked("acorn_message")
    stage.server.kill()
    lock.close()
    stage.serve()
    stage.check()


def test_killed_before_the_instruction_is_written(stage):
    refs, numbers = packed(stage, "written")
    lock = stage.block("acorn_message")
    for ref, number in zip(refs, numbers, strict=True):
        stage.pack(ref, number)
    stage.wait_for_blocked("acorn_message")
    stage.server.kill()
    lock.close()
    stage.serve()
    stage.check()


@pytest.mark.parametrize("seed", range(8 if IS_LONG else 1))
def test_killed_at_any_moment(stage, seed):
    dice = Random(seed)
    buy(stage)
    stage.place_some(10)
    server = start_working(stage)
    time.sleep(dice.uniform(0.1, 3))
    server.kill()
    stage.serve()
    stage.check()
