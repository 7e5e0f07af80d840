"""Several servers on one PostgreSQL, and a PostgreSQL that goes away."""

import time

import pytest


def buy_much(stage, count=25):
    """Orders of every shop, some to be delivered by us and some by Amazon."""
    for number in range(count):
        stage.place(quantity=1 + number % 3)
        stage.place(site=("FR", "US", "JP")[number % 3])
        stage.place("OAK-BOARD-L", 1, "DE", "AMAZON", status="SHIPPED")
        stage.place("OAK-TOWEL-2", 1, "US", "AMAZON", status="SHIPPED")


def count_orders(stage):
    [[count]] = stage.rows("SELECT count(*) FROM sale_order WHERE acorn_ref != ''")
    return count


def test_three_servers_of_which_two_are_killed_give_the_result_of_one(stage):
    stage.amazon.ask("options", {"page_limit": 10})
    before = count_orders(stage)
    buy_much(stage)
    servers = stage.serve(3)
    stage.hurry()
    stage.wake()
    stage.until("the first orders", lambda: count_orders(stage) > before, 60)
    servers[0].kill()
    time.sleep(1)
    servers[1].kill()
    stage.check()
    assert servers[2].is_alive
    assert count_orders(stage) == before + 100
    stage.amazon.ask("options", {"page_limit": 100})


def test_two_servers_share_one_shop(stage):
    """Also its parcels: each is told once."""
    stage.serve(2)
    refs = stage.place_some(6, quantity=2)
    stage.settle()
    for number, ref in enumerate(refs):
        stage.pack(ref, f"shared-{number}")
        stage.wake()
    stage.check()
    told = [each["orderId"] for each in stage.amazon.ask("shipments")]
    assert sorted(ref for ref in told if ref in refs) == sorted(refs)


@pytest.mark.parametrize("workers", [0, 2], ids=["threads", "processes"])
def test_postgresql_is_restarted_under_load(stage, workers):
    """A server of threads goes on; one of processes may end, and is started again."""
    stage.stop_servers()
    before = count_orders(stage)
    buy_much(stage, 10)
    stage.serve(1, workers=workers)
    stage.hurry()
    stage.wake()
    stage.until("the first orders", lambda: count_orders(stage) > before, 60)
    stage.cluster.stop("immediate")
    time.sleep(1)
    stage.cluster.start()
    stage.wait_for_postgres()
    if workers:
        time.sleep(8)  # it ends when it misses PostgreSQL while it starts a worker
        stage.serve(1, workers=workers)
    [server] = stage.servers
    stage.check()
    assert server.is_alive
    assert count_orders(stage) == before + 40
    stage.stop_servers()
