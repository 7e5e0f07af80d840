"""What a backlog costs of Amazon's budget."""

from ..amazon import FBA, FBM
from ..measured import Measured

ORDERS = 1_000


def backlog(here, size):
    """Fetch, apply and push all of it as a lane does; count what Amazon was asked."""
    amazon = here.amazon
    amazon.write_pages([FBA, FBM], ORDERS)
    amazon.world.forget_calls()
    with here.work() as env:
        shop = here.shop(env)
        shop.stream_ids._make_due()
        counts = shop._drain(max_seconds=600)
    assert counts["applied"] == counts["pulled"] == ORDERS, counts
    calls = amazon.calls()
    assert not calls["getOrder"], "Orders were asked for one by one"
    return Measured(sum(calls.values()) * 1000 / ORDERS, dict(calls))
