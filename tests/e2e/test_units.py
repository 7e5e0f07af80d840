"""Headquarters looks at its tree, draws it, and makes a store from answers."""

import re

from playwright.sync_api import expect

# The demo company becomes a headquarters; its companies get no chart of accounts here.
GROUP = """
maker, shops = env["acorn.unit.maker"], env["acorn.shop"]
hq = env.ref("base.main_company")
hq.acorn_level = "headquarters"
units = {}
for name, currency, level, above in (
    ("Acorn America", "USD", "branch", None),
    ("Acorn Germany", "EUR", "branch", None),
    ("Outlet Chicago", "USD", "store", "Acorn America"),
):
    units[name] = maker._make_company(
        {
            "name": name,
            "acorn_level": level,
            "currency_id": env["res.currency"]._acorn_get(currency).id,
        },
        units.get(above, hq),
    )
for name, unit in (
    ("Oak Home US", "Acorn America"),
    ("Oak Kids US", "Acorn America"),
    ("Oak Home DE", "Acorn Germany"),
    ("Outlet", "Outlet Chicago"),
):
    shops.create({"name": name, "company_id": units[unit].id})
env.ref("base.user_admin").company_ids += hq.concat(*units.values())
env.cr.commit()
env.registry.signal_changes()  # the server that runs keeps people's companies
"""
ANSWERS = {
    "same_entity": "Yes",
    "same_money": "Yes",
    "own_books": "No",
    "own_people": "Yes",
}


def test_headquarters_looks_at_its_tree_and_makes_a_store(
    person, person_with_phone, odoo
):
    odoo.shell(GROUP)
    person.logs_in()
    tree_is_indented(person)
    chart_is_drawn(person)
    store_is_made(person)
    tree_fits_on_a_phone(person_with_phone)
    assert not person.errors
    assert not person_with_phone.errors


# === STEPS === #


def tree_is_indented(person):
    person.goes_to("units", "Units")
    names = person.page.locator(".o_acorn_unit_name")
    lefts = [
        names.filter(has_text=name).locator("i").bounding_box()["x"]
        for name in ("Acorn America", "Oak Home US")
    ]
    assert lefts[0] < lefts[1]
    person.takes_picture("units")
    names.filter(has_text="Oak Home US").click()
    person.is_at("Oak Home US")
    person.goes_back_to("Units")


def chart_is_drawn(person):
    person.page.locator(".o_switch_view.o_hierarchy").click()
    cards = person.page.locator(".o_hierarchy_node")
    card = cards.filter(has_text="Acorn America")
    card.get_by_role("button", name="Unfold").click()
    expect(cards.filter(has_text="Oak Kids US")).to_be_visible()
    person.takes_picture("unit-chart")
    card.get_by_text("Acorn America").click()
    person.is_at("Acorn America")
    person.goes_back_to("Units")


def store_is_made(person):
    person.page.locator(".o_switch_view.o_list").click()
    person.presses("New Unit")
    person.field("name").fill("Oak Garden US")
    person.chooses("unit_id", "Acorn America")
    for question, answer in ANSWERS.items():
        radio = person.page.locator(f"[name='{question}']")
        radio.get_by_label(answer, exact=True).check()
    summary = person.page.locator("[name='summary']")
    expect(summary).to_contain_text("Warehouse Oak Garden US")
    person.takes_picture("new-unit")
    person.presses("Create")
    person.is_at("Oak Garden US")
    person.goes_to("units", "Units")
    expect(person.row("Oak Garden US")).to_contain_text("Not connected")


def tree_fits_on_a_phone(person):
    person.logs_in()
    person.goes_to("units", "Units")
    card = person.card("Oak Garden US")
    expect(card).to_be_visible()
    width = person.page.evaluate("document.documentElement.scrollWidth")
    assert width <= person.page.viewport_size["width"]
    person.takes_picture("phone-units")
    card.click()
    person.is_at(re.compile("Oak Garden US"))
