"""The demo group of `make up`: who sees what of headquarters and two branches."""

import json
import os

import pytest

from .servers import Odoo

LOOK = """
import json
def seen(login):
    person = env["res.users"].search([("login", "=", login)])
    their = env(user=person.id, context={"allowed_company_ids": person.company_ids.ids})
    orders = their["sale.order"].search([("acorn_shop_id", "!=", False)])
    return {
        "companies": sorted(person.company_ids.mapped("name")),
        "shops": sorted(orders.sudo().acorn_shop_id.mapped("name")),
        "sites": sorted(set(orders.sudo().acorn_site_id.mapped("code"))),
    }
units = env["res.company"].search([("acorn_level", "!=", False)])
mug = env["product.product"].search([("default_code", "=", "OAK-MUG-4")])
print("LOOK" + json.dumps({
    "people": {login: seen(login) for login in (*PEOPLE, *ROLES)},
    "orders": {s.name: s.order_count for s in env["acorn.shop"].search([])},
    "units": {
        unit.name: [
            unit.acorn_level, unit.acorn_superior_id.name, unit.currency_id.name,
            bool(unit.chart_template), unit.acorn_shop_ids.mapped("name"),
            mug.with_company(unit).standard_price > 0,
        ]
        for unit in units
    },
}))
"""
US, GERMANY, HEAD = "Acorn United States", "Acorn Germany", "Acorn Headquarters"


@pytest.fixture(scope="module")
def look(tmp_path_factory, amazon, root):
    odoo = Odoo(tmp_path_factory.mktemp("group"), amazon, f"acorn_group_{os.getpid()}")
    odoo.env["ACORN_DEMO"] = "group"
    try:
        said = odoo.shell((root / "bin" / "demo.py").read_text() + LOOK)
    finally:
        odoo.stop()
    return json.loads(said.partition("LOOK")[2])


def test_headquarters_has_two_branches_with_books_and_a_store_of_each_account(look):
    assert look["units"] == {
        HEAD: ["headquarters", False, "CNY", True, ["Japan"], True],
        US: ["branch", HEAD, "USD", True, ["North America"], True],
        GERMANY: ["branch", HEAD, "EUR", True, ["Europe"], True],
    }


def test_each_person_of_the_demo_sees_the_own_scope(look):
    people = look["people"]
    sold = sorted(name for name, count in look["orders"].items() if count)
    assert {"Europe", "North America"} <= set(sold)
    for login in ("groupmanager", "finance", "manager", "user"):
        assert people[login]["companies"] == [GERMANY, HEAD, US], login
        assert people[login]["shops"] == sold, login
    for login in ("shopmanager", "operations"):
        assert people[login]["companies"] == [GERMANY], login
        assert people[login]["shops"] == ["Europe"], login
    for login in ("service", "warehouse", "packer"):
        assert people[login]["companies"] == [US], login
        assert set(people[login]["sites"]) <= {"US", "CA", "MX"}, login
        assert people[login]["shops"] == ["North America"], login
