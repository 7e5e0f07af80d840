"""Whatever goes wrong between here and Amazon: each order arrives, right and once."""

import pytest

from .stage import AMAZON_IS_LATE, ago

THROTTLED = {"errors": [{"code": "QuotaExceeded", "message": "Too many requests"}]}
EXPIRED = {"errors": [{"code": "InvalidInput", "message": "The token has expired"}]}

# What may become of a call, as `Fault` of the local Amazon says it.
ANSWERS = {
    "429": {"kind": "status", "status": 429, "body": THROTTLED},
    "429 with Retry-After": {
        "kind": "status",
        "status": 429,
        "body": THROTTLED,
        "headers": {"Retry-After": "7"},
    },
    "500": {"kind": "status", "status": 500, "body": {"errors": []}},
    "HTML": {"kind": "html"},
    "empty": {"kind": "empty"},
    "truncated": {"kind": "truncated"},
    "reset": {"kind": "reset"},
    "lost": {"kind": "lost_answer"},
}


def buy(stage):
    """Some of everything; return the orders that people have to pack."""
    stage.place("OAK-TOWEL-2", 2, "US", "AMAZON", status="SHIPPED")
    stage.place("OAK-BOARD-L", 1, "DE", "AMAZON")
    stage.place(site="JP", status="CANCELLED")
    stage.place(site="FR", status="PENDING")
    return [stage.place(quantity=3), stage.place(site="FR"), stage.place(site="US")]


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_search_that_is_answered_wrongly(stage, answer):
    stage.serve()
    for account in ("eu", "na", "jp"):
        fault = {"operation": "searchOrders", "account": account, "times": 2}
        stage.amazon.ask("faults", fault | ANSWERS[answer])
    buy(stage)
    stage.check()


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_confirmation_that_is_answered_wrongly(stage, answer):
    refs = [stage.place(quantity=3), stage.place(site="FR")]
    stage.settle()
    fault = {"operation": "confirmShipment", "times": 2}
    stage.amazon.ask("faults", fault | ANSWERS[answer])
    for number, ref in enumerate(refs):
        stage.pack(ref, f"{answer}-{number}")
    stage.check()
    for ref in refs:
        shown = stage.amazon.ask(f"orders/{ref}")
        assert shown["fulfillment"]["fulfillmentStatus"] == "SHIPPED"


def test_a_login_that_is_answered_wrongly(stage):
    stage.serve()
    for answer in ("500", "HTML", "empty", "truncated", "reset"):
        stage.amazon.ask("faults", {"operation": "token"} | ANSWERS[answer])
    stage.rows("DELETE FROM acorn_amazon_token")
    buy(stage)
    stage.check()


# === PAGES === #


@pytest.fixture
def small_pages(stage):
    stage.amazon.ask("options", {"page_limit": 2})
    yield
    stage.amazon.ask("options", {"page_limit": 100})


@pytest.mark.parametrize("kind", ["repeat_page", "overlap_page"])
def test_a_page_that_comes_twice(stage, small_pages, kind):
    stage.serve()
    stage.fault("searchOrders", kind, account="eu", skip=1, times=2)
    refs = stage.place_some(6)
    stage.ship(refs[0])
    stage.check()


def test_a_page_token_that_has_expired(stage, small_pages):
    stage.serve()
    refusal = {"account": "eu", "status": 400, "body": EXPIRED}
    stage.fault("searchOrders", "status", skip=1, **refusal)
    stage.place_some(5)
    stage.check()


def test_an_order_that_changes_between_two_pages(stage, small_pages):
    """One that has been shown already, one that is about to be shown."""
    stage.serve()
    refs = stage.place_some(5)
    stage.fault("searchOrders", "hold", account="eu", skip=1)
    stage.hurry()
    stage.wake()
    stage.wait_for_held()
    stage.ship(refs[0])
    stage.amazon.ask(f"orders/{refs[4]}/cancel", {})
    stage.amazon.ask("held", {})
    stage.check()


# === TIME AND RIGHTS === #


def test_an_order_that_becomes_visible_minutes_late(stage):
    stage.serve()
    stage.check()
    moment = ago(minutes=9)
    stage.place(created=moment, updated=moment)
    stage.check()


@pytest.mark.parametrize("seconds", [-300, 300])
def test_clocks_that_differ_by_five_minutes(stage, seconds):
    """Amazon's clock, compared with ours: behind, then ahead."""
    stage.serve()
    stage.check()
    # A clock that is put back leaves changes in the future: nobody goes on with that.
    stage.is_spoilt = True
    stage.amazon.ask("clock", {"advance": seconds + AMAZON_IS_LATE})
    stage.amazon.ask("options", {"settle_seconds": 120})
    moment = ago(seconds=-60 - seconds)  # two minutes and a bit before Amazon's present
    refs = [
        stage.place(created=moment, updated=moment),
        stage.place(site="FR", created=moment, updated=moment),
    ]
    stage.check()
    stage.pack(refs[0], f"clock {seconds}")
    stage.amazon.ask("options", {"settle_seconds": 0})
    stage.check()


@pytest.mark.parametrize(
    "trouble",
    [{"revoked": True}, {"secret_expired": True}, {"denied": ["searchOrders"]}],
    ids=["revoked", "secret expired", "role missing"],
)
def test_access_that_is_taken_away_and_given_back(stage, trouble):
    stage.serve()
    stage.amazon.ask("accounts/eu", trouble)
    buy(stage)
    stage.work()
    assert stage.rows(
        "SELECT id FROM acorn_shop WHERE state = 'paused'"
        " UNION ALL SELECT id FROM acorn_stream WHERE state = 'closed'"
    )
    healthy = {"revoked": False, "secret_expired": False, "denied": []}
    stage.amazon.ask("accounts/eu", healthy)
    stage.check()


# === FILES === #


@pytest.fixture
def listings(stage):
    """A report of a shop's listings, larger than a row holds."""
    # Reports that earlier tests asked for would be in the way.
    stage.is_spoilt = True
    stage.begin()
    stage.amazon.ask("listings/eu/grow", {"count": 5000})
    stage.amazon.ask("options", {"queue_seconds": 0.1, "work_seconds": 0.1})
    stage.rows(
        "UPDATE acorn_stream SET active = TRUE WHERE kind = 'listing' AND site_id ="
        " (SELECT id FROM acorn_site WHERE code = 'DE')"
    )
    yield
    stage.rows("UPDATE acorn_stream SET active = FALSE WHERE kind = 'listing'")


def count_listings(stage):
    return stage.rows(
        "SELECT count(*) FROM acorn_listing listing"
        " JOIN acorn_site site ON site.id = listing.site_id WHERE code = 'DE'"
    )[0][0]


def work_until(stage, found):
    """A report takes some rounds: it is ordered, asked for, and downloaded."""
    for _round in range(10):
        stage.work()
        if found():
            return
    raise AssertionError("Ten rounds were not enough")


def test_a_disk_that_is_full_when_a_report_is_downloaded(stage, listings):
    [server] = stage.serve()
    before = count_listings(stage)
    server.limit_files(50_000)
    failed = "SELECT error FROM acorn_stream WHERE kind = 'listing' AND failures > 0"
    work_until(stage, lambda: stage.rows(failed))
    assert count_listings(stage) == before
    server.limit_files(None)
    work_until(stage, lambda: count_listings(stage) > 5000)
    stage.check()


def test_a_report_that_is_cut_short(stage, listings):
    stage.serve()
    stage.fault("downloadDocument", "truncated")
    stage.fault("downloadDocument", "reset")
    work_until(stage, lambda: not stage.amazon.ask("faults"))
    work_until(stage, lambda: count_listings(stage) > 5000)
    stage.check()
