"""A group at work: each role sees its part, and a store is made from a template."""

import os
import re
import time

import pytest
from playwright.sync_api import expect

from .servers import Odoo

NOTE = "The buyer asks for a smaller box."
MONEY = re.compile(r"[$€£¥]\s?\d|\d\s?[$€£¥]|\bTotal\b|\bUnit Price\b")
MINUTE = 60  # seconds
PACE = "Fetch Every (Minutes)"


@pytest.fixture(scope="module")
def odoo(tmp_path_factory, amazon, root):
    """The demo group of `make up`; nothing comes in while people look."""
    folder = tmp_path_factory.mktemp("organisation")
    server = Odoo(folder, amazon, f"acorn_organisation_{os.getpid()}")
    server.env["ACORN_DEMO"] = "group"
    # Else Odoo's robot greets a new user, over all the screen.
    quiet = 'env["res.users"].search([]).odoobot_state = "disabled"\nenv.cr.commit()\n'
    try:
        server.shell((root / "bin" / "demo.py").read_text() + quiet)
        server.start(crons=0)
        yield server
    finally:
        server.stop()


def test_customer_service_sees_orders_of_north_america_only(
    person, person_with_phone, odoo
):
    person.logs_in("service", "service")
    orders_of_the_region_are_listed(person)
    order_shows_what_the_buyer_paid(person)
    note_is_written(person)
    nothing_is_set_up_here(person)
    assert not person.errors
    order_of_another_region_is_refused(person, odoo)
    person_with_phone.logs_in("service", "service")
    person_with_phone.goes_to("shop-orders", "Orders")
    person_with_phone.card("North America").first.wait_for()
    person_with_phone.takes_picture("phone-service-orders")
    assert not person_with_phone.errors


def test_warehouse_sees_no_amounts(person, person_with_phone, odoo):
    person.logs_in("warehouse", "warehouse")
    deliveries_are_without_amounts(person)
    assert not person.errors
    order_is_without_amounts(person, newest_order(odoo, "North America"))
    person_with_phone.logs_in("warehouse", "warehouse")
    deliveries_are_picked_without_amounts(person_with_phone)
    assert not person_with_phone.errors


def test_settings_say_where_they_come_from(person):
    person.logs_in("shopmanager", "shopmanager")
    settings_of(person, "Europe")
    setting = person.row(PACE)
    expect(setting).to_contain_text("Default")
    setting.get_by_role("button", name="Override").click()
    sets_number(person, 35)
    expect(setting).to_contain_text("Set here")
    expect(setting).to_contain_text("35")
    person.takes_picture("settings-origin")
    setting.get_by_role("button", name="Reset").click()
    expect(setting).to_contain_text("Default")
    assert not person.errors


def test_group_manager_makes_a_store_from_a_template_in_under_a_minute(person):
    person.logs_in("groupmanager", "groupmanager")
    template_is_made(person)
    begin = time.monotonic()
    store_is_made(person)
    assert time.monotonic() - begin < MINUTE
    settings_are_those_of_the_template(person)
    drift_is_listed(person)
    assert not person.errors


def test_group_manager_says_and_sees_who_sees_what(person, person_with_phone):
    person.logs_in("groupmanager", "groupmanager")
    scopes_are_listed(person)
    access_is_previewed(person)
    assert not person.errors
    person_with_phone.logs_in("groupmanager", "groupmanager")
    person_with_phone.goes_to("scopes", "Scopes")
    person_with_phone.card("Demo Service").wait_for()
    person_with_phone.takes_picture("phone-scopes")
    assert not person_with_phone.errors


def test_administrator_reads_who_changed_what(person):
    person.logs_in()
    person.opens_app("Acorn")
    person.opens_menu("Configuration", "Audit Trail")
    person.row().first.wait_for()
    person.takes_picture("audit")
    assert not person.errors


# === STEPS OF CUSTOMER SERVICE === #


def orders_of_the_region_are_listed(person):
    person.opens_app("Acorn")
    person.opens_menu("Orders", "Orders")
    person.row("North America").first.wait_for()
    others = person.row().filter(has_not_text="North America")
    expect(others).to_have_count(0)
    person.takes_picture("service-orders")


def order_shows_what_the_buyer_paid(person):
    person.row("North America").first.locator("td.o_data_cell").nth(1).click()
    form = person.page.locator(".o_form_view")
    expect(form).to_contain_text("Total")
    expect(form).to_contain_text(MONEY)
    expect(form).not_to_contain_text("Margin")
    expect(form).not_to_contain_text("Cost")
    for name in ("Create Invoice", "Preview", "Cancel"):
        button = person.page.get_by_role("button", name=name, exact=True)
        expect(button.filter(visible=True)).to_have_count(0)


def note_is_written(person):
    person.page.get_by_role("button", name="Log note", exact=True).click()
    person.page.locator(".o-mail-Composer-input").first.fill(NOTE)
    person.page.locator(".o-mail-Composer-send").click()
    said = person.page.locator(".o-mail-Message", has_text=NOTE)
    expect(said.first).to_be_visible()
    person.takes_picture("service-order")


def nothing_is_set_up_here(person):
    sections = person.page.locator(".o_menu_sections")
    for section in ("Configuration", "Shops", "Organisation", "Stock"):
        expect(sections.get_by_text(section, exact=True)).to_have_count(0)
    person.page.locator(".o_navbar_apps_menu button").click()
    apps = person.page.locator(".o-dropdown--menu")
    expect(apps.get_by_role("menuitem", name="Acorn", exact=True)).to_be_visible()
    expect(apps.get_by_role("menuitem", name="Settings", exact=True)).to_have_count(0)
    person.page.keyboard.press("Escape")


def order_of_another_region_is_refused(person, odoo):
    order_is_refused(person, newest_order(odoo, "Europe"))


def newest_order(odoo, shop):
    domain = [["acorn_shop_id.name", "=", shop]]
    options = {"order": "id desc", "limit": 1}
    [order] = odoo.call("sale.order", "search_read", domain, ["name"], **options)
    return order


def order_is_refused(person, order):
    person.page.goto(f"{person.url}/odoo/shop-orders/{order['id']}")
    refusal = person.page.locator(".modal-dialog, .o_notification")
    refusal.first.wait_for()
    expect(person.page.locator("body")).not_to_contain_text(order["name"])


# === STEPS OF THE WAREHOUSE === #


def deliveries_are_without_amounts(person):
    person.goes_to("shop-deliveries", "Deliveries")
    person.row("Amazon.").first.wait_for()
    shows_no_money(person)
    person.takes_picture("warehouse-deliveries")
    person.row("Amazon.").first.locator("td.o_data_cell").nth(1).click()
    person.page.locator(".o_form_view").wait_for()
    shows_no_money(person)
    for tab in person.page.get_by_role("tab").filter(visible=True).all():
        tab.click()
        shows_no_money(person)
    person.takes_picture("warehouse-delivery")


def order_is_without_amounts(person, order):
    person.goes_to(f"shop-orders/{order['id']}", order["name"])
    shows_no_money(person)


def deliveries_are_picked_without_amounts(person):
    person.page.goto(f"{person.url}/odoo/pick")
    person.page.locator(".o_acorn_pick_screen").wait_for()
    task = person.page.locator(".o_acorn_task").first
    task.wait_for()
    shows_no_money(person)
    task.locator("button").click()
    person.page.locator(".o_acorn_line").first.wait_for()
    shows_no_money(person)
    person.takes_picture("phone-warehouse")


def shows_no_money(person):
    expect(person.page.locator(".o_action_manager")).not_to_contain_text(MONEY)


# === STEPS OF MANAGERS === #


def settings_of(person, shop):
    person.opens_app("Acorn")
    person.card(shop).click()
    person.is_at(shop)
    opens_settings(person, shop)


def opens_settings(person, shop):
    """By the button of the shop, which stands under More where there are many."""
    more = person.page.locator(".o_button_more")
    button = person.page.locator(".oe_stat_button", has_text="Settings")
    more.or_(button).filter(visible=True).first.wait_for()
    if more.count():
        more.click()
    button.filter(visible=True).click()
    person.is_at(f"Settings of {shop}")


def sets_number(person, number):
    person.field("number").fill(str(number))
    person.presses("Set")
    person.page.locator(".modal-dialog").wait_for(state="detached")


def template_is_made(person):
    """Of a shop that is set up well: it has a setting of its own."""
    settings_of(person, "Japan")
    person.row(PACE).get_by_role("button", name="Override").click()
    sets_number(person, 25)
    expect(person.row(PACE)).to_contain_text("Set here")
    person.goes_back_to("Japan")
    person.opens_tab("Settings")
    person.presses("Make a Template")
    person.page.locator(".o_form_view", has_text="What It Is For").wait_for()
    expect(person.row(PACE)).to_contain_text("25")
    person.takes_picture("template")


def store_is_made(person):
    person.presses("New Shop")
    dialog = person.page.locator(".modal-dialog")
    dialog.locator("[name='name'] input").fill("Oak Garden Japan")
    person.takes_picture("template-store")
    dialog.get_by_role("button", name="Make the Shop").click()
    person.is_at("Oak Garden Japan")


def settings_are_those_of_the_template(person):
    person.opens_tab("Settings")
    expect(person.field("interval")).to_have_value("25")
    person.takes_picture("template-settings")


def drift_is_listed(person):
    """The template says something else from now on."""
    person.page.locator(".o_breadcrumb a", has_text="Japan").last.click()
    person.page.locator(".o_form_view", has_text="What It Is For").wait_for()
    person.row(PACE).get_by_role("button", name="Change").click()
    sets_number(person, 45)
    person.opens_menu("Organisation", "Drift")
    expect(person.row("Oak Garden Japan", PACE, "25", "45")).to_be_visible()
    person.takes_picture("drift")


def scopes_are_listed(person):
    person.opens_app("Acorn")
    person.opens_menu("Organisation", "Scopes")
    row = person.row("Demo Service", "North America")
    expect(row).to_contain_text("Acorn Headquarters")
    person.takes_picture("scopes")


def access_is_previewed(person):
    person.opens_menu("Organisation", "Access Preview", title="New")
    person.chooses("user_id", "Demo Service")
    person.presses("Show")
    orders = person.row("Sales Order").first
    orders.wait_for()
    person.takes_picture("access-preview")
    person.opens_tab("Menus")
    expect(person.page.locator("div[name='menus']")).to_contain_text("Acorn / Orders")
