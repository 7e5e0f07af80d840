"""A seller imports older orders, in real Chromium."""

from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import expect

from .servers import wait_for

AGES = (3, 20, 45, 90, 150, 200)  # days


@pytest.fixture(scope="module")
def numbers(amazon):
    """Of orders that were shipped long ago."""
    return [place(amazon, age) for age in AGES]


def place(amazon, age):
    moment = (datetime.now(timezone.utc) - timedelta(days=age)).isoformat()
    order = {
        "site": "DE",
        "lines": [{"sku": "OAK-MUG-4"}],
        "fulfilled_by": "AMAZON",
        "status": "SHIPPED",
        "created": moment,
        "updated": moment,
    }
    return amazon.ask("orders", order)["orderId"]


def test_older_orders_are_imported_with_a_progress_bar(person, numbers):
    person.logs_in()
    person.goes_to("shops", "Shops")
    person.card("Europe").click()
    person.is_at("Europe")
    person.presses("Import History")
    dialog = person.page.locator(".modal-content")
    expect(dialog).to_contain_text("orders")
    person.field("days").fill("250")
    person.field("days").press("Tab")
    expect(dialog.locator("[name='cheapest_estimate']")).to_contain_text("calls")
    person.takes_picture("import-history")
    dialog.get_by_role("button", name="Import", exact=True).click()
    person.is_told("Older orders are being imported")
    person.closes_notices()
    wait_for("the history to be imported", lambda: is_imported(person), 90)
    person.takes_picture("history")
    person.goes_to("shop-orders", "Orders")
    for number in numbers:
        person.searches(number)
        expect(person.row(number, "Europe")).to_be_visible()
    assert not person.errors


def is_imported(person):
    person.page.reload()
    progress = person.page.locator("[name='history_text']").filter(visible=True)
    expect(progress).to_contain_text("orders")
    badge = person.page.locator("[name='history_state']").filter(visible=True)
    return badge.inner_text() == "Done"


def test_periods_of_history_fit_on_a_phone(person_with_phone):
    person = person_with_phone
    person.logs_in()
    person.goes_to("shop-history", "Imports of History")
    expect(person.page.locator(".o_kanban_renderer")).to_contain_text("Europe")
    person.takes_picture("phone-history")
    assert person.page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
