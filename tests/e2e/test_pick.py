"""Somebody of the warehouse picks with a phone, and sees nothing of amounts."""

from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import expect

from .servers import wait_for

PACKER = "packer"  # of the demo company: works in the warehouse and nowhere else
LINES = {"whole": 2, "short": 3, "scanned": 1}
PACE = "barcode.max_time_between_keys_in_ms"
WRONG = "OAK-TOWEL-2"
SKU = "OAK-MUG-4"

READ_BARCODE = """
async () => {
    const reader = new ZXing.BrowserMultiFormatReader();
    const picture = document.querySelector("img[name='barcode']");
    return (await reader.decodeFromImageElement(picture)).getText();
}
"""


@pytest.fixture(scope="module")
def numbers(amazon, odoo):
    """Of orders of Amazon.de that are ready to be picked, by what happens to them."""
    moment = (datetime.now(timezone.utc) - timedelta(minutes=5)).isoformat()
    numbers = {name: place(amazon, moment, count) for name, count in LINES.items()}
    [user] = odoo.call("res.users", "search", [["login", "=", PACKER]])
    # Else Odoo's robot greets a new user, over all the screen.
    odoo.call("res.users", "write", [user], {"odoobot_state": "disabled"})
    # However slowly this machine types: a scanner ends with Enter.
    odoo.call("ir.config_parameter", "set_param", PACE, "20000")
    [shop] = odoo.call("acorn.shop", "search", [["name", "=", "Europe"]])
    odoo.call("acorn.shop", "action_sync_now", [shop])
    wanted = list(numbers.values())
    ready = [["acorn_ref", "in", wanted], ["state", "=", "assigned"]]
    wait_for(
        "the deliveries",
        lambda: odoo.call("stock.picking", "search_count", ready) == len(wanted),
        120,
    )
    return numbers


def place(amazon, moment, count):
    order = {
        "site": "DE",
        "lines": [{"sku": SKU, "quantity": count}, {"sku": "OAK-CARAFE"}],
        "fulfilled_by": "MERCHANT",
        "status": "UNSHIPPED",
        "created": moment,
        "updated": moment,
    }
    return amazon.ask("orders", order)["orderId"]


def test_deliveries_are_picked_with_a_phone(person_with_phone, odoo, numbers):
    person = person_with_phone
    person.logs_in(PACKER, PACKER)
    opens_pick(person)
    deliveries_are_listed(person, numbers["whole"])
    whole_delivery_is_picked(person, odoo, numbers["whole"])
    short_delivery_is_picked(person, odoo, numbers["short"])
    assert not person.errors


def test_barcode_of_the_packing_slip_finds_the_delivery(
    person_with_phone, odoo, numbers
):
    person = person_with_phone
    person.logs_in(PACKER, PACKER)
    number = numbers["scanned"]
    [picking] = odoo.call("stock.picking", "search", [["acorn_ref", "=", number]])
    person.page.goto(f"{odoo.url}/report/html/acorn_base.report_packing_slip/{picking}")
    person.page.add_script_tag(
        url=f"{odoo.url}/web/static/lib/zxing-library/zxing-library.js"
    )
    read = person.page.evaluate(READ_BARCODE)
    assert read == number
    opens_pick(person)
    expect(task(person, number)).to_be_visible()
    scans(person, read)
    expect(head(person)).to_contain_text(number)


# === STEPS === #


def opens_pick(person):
    person.page.goto(f"{person.url}/odoo/pick")
    screen(person).wait_for()


def deliveries_are_listed(person, number):
    expect(task(person, number)).to_contain_text("units")
    fits(person)
    person.takes_picture("phone-pick")


def whole_delivery_is_picked(person, odoo, number):
    scans(person, number)
    expect(head(person)).to_contain_text(number)
    expect(line(person, SKU)).to_contain_text("0 / 2")
    scans(person, barcode(odoo, WRONG))
    expect(said(person)).to_contain_text("is not ordered here")
    expect(line(person, SKU)).to_contain_text("0 / 2")
    fits(person)
    person.takes_picture("phone-pick-wrong")
    for count in (1, 2):
        scans(person, barcode(odoo, SKU))
        expect(line(person, SKU)).to_contain_text(f"{count} / 2")
    button(person, "Short").wait_for()
    line(person, "OAK-CARAFE").get_by_label("One more").click()
    fits(person)
    person.takes_picture("phone-pick-lines")
    button(person, "Done").click()
    expect(screen(person)).to_contain_text("booked out")
    fits(person)
    person.takes_picture("phone-pick-done")
    assert states(odoo, number) == ["done"]
    prints(person)


def short_delivery_is_picked(person, odoo, number):
    button(person, "Back to the List").click()
    expect(task(person, number)).to_be_visible()
    task(person, number).locator("button").click()
    scans(person, barcode(odoo, SKU))
    expect(line(person, SKU)).to_contain_text("1 / 3")
    button(person, "Short").click()
    missing = person.page.locator(".o_acorn_short")
    expect(missing).to_contain_text("2")
    missing.scroll_into_view_if_needed()
    fits(person)
    person.takes_picture("phone-pick-short")
    button(person, "Ship the Rest Later").click()
    expect(screen(person)).to_contain_text("booked out")
    assert states(odoo, number) == ["assigned", "done"]


def prints(person):
    """The slip, and labels, of which there are none here."""
    with person.page.expect_response("**/report/**"):
        button(person, "Packing Slip").click()
    button(person, "Labels").click()
    dialog = person.page.locator(".modal-dialog")
    expect(dialog).to_contain_text("No label is attached")
    person.page.get_by_role("button", name="Discard").click()
    expect(dialog).to_have_count(0)


# === WHAT IS SEEN AND DONE === #


def scans(person, code):
    """As a scanner that is a keyboard does."""
    person.page.keyboard.type(code)
    person.page.keyboard.press("Enter")


def screen(person):
    return person.page.locator(".o_acorn_pick_screen")


def head(person):
    return person.page.locator(".o_acorn_head")


def said(person):
    return person.page.locator(".o_acorn_said")


def task(person, number):
    return person.page.locator(f".o_acorn_task[data-number='{number}']")


def line(person, code):
    return person.page.locator(f".o_acorn_line[data-code='{code}']")


def button(person, name):
    return screen(person).locator("button", has_text=name)


def fits(person):
    assert person.page.evaluate("document.documentElement.scrollWidth") <= 375
    content = person.page.locator(".o_acorn_pick .o_content")
    assert content.evaluate("each => each.scrollWidth <= each.clientWidth")


def barcode(odoo, reference):
    domain = [["default_code", "=", reference]]
    [product] = odoo.call("product.product", "search_read", domain, ["barcode"])
    return product["barcode"]


def states(odoo, number):
    domain = [["acorn_ref", "=", number]]
    found = odoo.call("stock.picking", "search_read", domain, ["state"])
    return sorted(picking["state"] for picking in found)
