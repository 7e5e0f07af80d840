"""The walk of a new user through the demo company, in real Chromium."""

from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import expect

from .servers import wait_for

TRACKING = "JJD0003900123456"
PLACED = {
    "ours to ship": ("DE", "OAK-MUG-4", "MERCHANT", "UNSHIPPED"),
    "shipped by Amazon": ("US", "OAK-TOWEL-2", "AMAZON", "SHIPPED"),
    "cancelled": ("JP", "OAK-MUG-4", "MERCHANT", "CANCELLED"),
    "with an unknown SKU": ("FR", "OAK-APRON", "MERCHANT", "UNSHIPPED"),
}


@pytest.fixture(scope="module")
def numbers(amazon):
    """Of orders that lie at Amazon when the walk begins."""
    moment = (datetime.now(timezone.utc) - timedelta(minutes=5)).isoformat()
    return {name: place(amazon, moment, *what) for name, what in PLACED.items()}


def place(amazon, moment, site, sku, fulfilled_by, status):
    order = {
        "site": site,
        "lines": [{"sku": sku}],
        "fulfilled_by": fulfilled_by,
        "status": status,
        "created": moment,
        "updated": moment,
    }
    return amazon.ask("orders", order)["orderId"]


def test_new_user_walks_through_the_demo(person, amazon, numbers):
    person.logs_in()
    connection_is_tested_and_orders_are_fetched(person)
    orders_of_three_shops_are_listed(person, numbers)
    orders_stand_in_sales_as_they_stand_at_amazon(person, numbers)
    parcel_sent_here_is_shipped_at_amazon(person, amazon, numbers["ours to ship"])
    unknown_sku_gets_its_product(person, numbers["with an unknown SKU"])
    assert not person.errors


def test_shops_orders_and_deliveries_fit_on_a_phone(person_with_phone):
    person = person_with_phone
    person.logs_in()
    person.goes_to("shops", "Shops")
    expect(person.card("Europe")).to_contain_text("orders")
    looks_right_on_a_phone(person, "phone-shops")
    person.goes_to("shop-orders", "Orders")
    expect(person.card("Unshipped").first).to_be_visible()
    looks_right_on_a_phone(person, "phone-orders")
    person.goes_to("shop-deliveries", "Deliveries")
    person.card("Ready").first.click()
    expect(person.page.locator(".o_form_view")).to_contain_text("Ship By")
    looks_right_on_a_phone(person, "phone-delivery")
    assert not person.errors


# === STEPS === #


def connection_is_tested_and_orders_are_fetched(person):
    person.opens_app("Acorn")
    expect(person.card("Europe")).to_contain_text("orders")
    person.card("Europe").click()
    person.is_at("Europe")
    person.presses("Test Connection")
    person.is_told("Connected: Amazon.co.uk, Amazon.de")
    person.takes_picture("shop")
    person.presses("Sync Now")
    person.is_told("Orders are being fetched")
    person.closes_notices()
    person.goes_back_to("Shops")
    person.switches_to("list")
    person.selects_all()
    person.presses("Sync Now")
    person.is_told("Orders are being fetched")


def orders_of_three_shops_are_listed(person, numbers):
    shops = {
        "ours to ship": "Europe",
        "shipped by Amazon": "North America",
        "cancelled": "Japan",
    }
    person.opens_menu("Orders", "Orders")
    for name, shop in shops.items():
        person.waits_for_row(numbers[name], shop)
    person.closes_notices()
    person.takes_picture("orders")


def orders_stand_in_sales_as_they_stand_at_amazon(person, numbers):
    person.opens_app("Sales")
    person.opens_menu("Orders", "Quotations")
    stands_in_sales(person, numbers["ours to ship"], "Sales Order", delivery="Ready")
    stands_in_sales(
        person, numbers["shipped by Amazon"], "Sales Order", delivery="Done"
    )
    stands_in_sales(person, numbers["cancelled"], "Cancelled")


def stands_in_sales(person, number, state, delivery=""):
    person.searches(number)
    person.opens(number)
    person.sees_status(state)
    if delivery:
        person.presses_counter("Delivery")
        person.sees_status(delivery)
    person.goes_back_to("Quotations")


def parcel_sent_here_is_shipped_at_amazon(person, amazon, number):
    person.opens_app("Acorn")
    person.opens_menu("Orders", "Deliveries")
    expect(person.row(number)).to_contain_text("Ready")
    person.takes_picture("deliveries")
    person.searches(number)
    person.opens(number)
    person.opens_tab("Additional Info")
    person.chooses("carrier_id", "DHL")
    person.field("carrier_tracking_ref").fill(TRACKING)
    person.takes_picture("delivery")
    person.presses("Validate")
    person.sees_status("Done")
    [parcel] = wait_for(
        f"Amazon to say that {number} is shipped",
        lambda: parcels_of_shipped(amazon, number),
        90,
    )
    assert (parcel["carrier"], parcel["trackingNumber"]) == ("DHL", TRACKING)


def parcels_of_shipped(amazon, number):
    order = amazon.ask(f"orders/{number}")
    is_shipped = order["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    return is_shipped and order["packages"]


def unknown_sku_gets_its_product(person, number):
    person.opens_menu("Needs Attention", "Alerts")
    expect(person.row("Unknown SKU: OAK-APRON", "Europe")).to_be_visible()
    person.takes_picture("alerts")
    person.opens("Unknown SKU: OAK-APRON", "Europe")
    person.presses("Set Product")
    person.is_at("Offers")
    person.row("OAK-APRON", "Europe").locator("[name='product_id']").click()
    person.chooses("product_id", "K-111")
    person.presses("Save")
    person.opens_menu("Needs Attention", "Failed Messages", title="Messages")
    person.searches(number)
    person.opens(number)
    person.sees_status("Needs Attention")
    person.takes_picture("message")
    person.presses("Retry")
    person.sees_status("Done")
    person.presses_counter("Order")
    person.is_at(number)
    expect(person.page.locator(".o_form_view")).to_contain_text("[K-111]")
    person.takes_picture("order")
    person.presses_counter("Delivery")
    person.sees_status("Ready")


def looks_right_on_a_phone(person, picture):
    """Nothing is wider than the screen."""
    person.takes_picture(picture)
    assert person.page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    ), f"{picture} has to be scrolled sideways"
