"""One stream breaks, and the Health page says which, since when and why."""

import re
import urllib.error
import urllib.request

from playwright.sync_api import expect

from .servers import wait_for

PAGE = "acorn-health"
LISTINGS = '.o_acorn_stream:has(a:text-is("Listings"))'
SILENCE = """
crons = env["ir.cron"].search(env["acorn.watch"]._cron_domain())
env.cr.execute(
    "UPDATE ir_cron SET nextcall = nextcall - interval '20 minutes' WHERE id = ANY(%s)",
    [crons.ids],
)
env.cr.commit()
"""


def test_broken_stream_is_read_on_the_health_page(
    person, person_with_phone, odoo, amazon
):
    wait_for("listings of Amazon.de", lambda: listings_were_fetched(odoo), 120)
    let_time_pass(odoo)
    person.logs_in()
    lists_close_to_us(person, odoo, amazon)
    page_is_read(person)
    page_fits_on_a_phone(person_with_phone)
    monitors_are_told(odoo)
    stream_comes_back(person, odoo, amazon)
    assert not person.errors
    assert not person_with_phone.errors


def test_banner_says_when_no_scheduled_action_runs(person, person_with_phone, odoo):
    odoo.process.stop()
    odoo.shell(SILENCE)
    odoo.start(crons=0)
    try:
        for somebody, name in ((person, "banner"), (person_with_phone, "phone-banner")):
            somebody.logs_in()
            somebody.goes_to("shops", "Shops")
            banner = somebody.page.locator(".o_acorn_banner")
            expect(banner).to_contain_text("max_cron_threads")
            somebody.takes_picture(name)
    finally:
        odoo.process.stop()
        odoo.start()


# === STEPS === #


def listings_were_fetched(odoo):
    [values] = odoo.call("acorn.stream", "read", german(odoo), ["last_success"])
    return values["last_success"]


def german(odoo):
    """Return the id of the stream that is going to break, in a list."""
    domain = [["site_id.name", "=", "Amazon.de"], ["kind", "=", "listing"]]
    return odoo.call("acorn.stream", "search", domain)


def let_time_pass(odoo):
    """A day of samples is there at once, as the scheduled action writes them."""
    odoo.shell(
        """
import math
from datetime import timedelta
from odoo import fields
Sample, now = env["acorn.sample"], fields.Datetime.now()
for stream in env["acorn.stream"].search([]):
    Sample.create([
        {
            "stream_id": stream.id,
            "at": now - timedelta(minutes=5 * number),
            "lag": 400 + 300 * math.sin(number / 3 + stream.id) + 5 * (number % 60),
            "applied": max(0, round(12 * math.sin(number / 20))),
            "seconds": 300,
            "failed": 0,
            "failures": 0,
            "backlog": 0,
        }
        for number in range(1, 288)
    ])
env.cr.commit()
"""
    )


def lists_close_to_us(person, odoo, amazon):
    """Amazon takes the role for reports away from Europe's account."""
    amazon.ask(
        "faults",
        {
            "operation": "createReport",
            "kind": "status",
            "status": 403,
            "times": 1000,
            "account": "eu",
            "body": {"errors": [{"code": "Unauthorized", "message": "Access denied."}]},
        },
    )
    [stream] = german(odoo)
    fetch_now(person, stream)
    wait_for("the stream to close", lambda: state_of(odoo, stream) == "closed")


def fetch_now(person, stream):
    person.goes_to(f"shop-streams/{stream}", "Listings (Amazon.de)")
    # A page left while the button's call is on its way would take it along.
    with person.page.expect_response(re.compile(r"/call_button/")):
        person.presses("Fetch Now")


def state_of(odoo, stream):
    [values] = odoo.call("acorn.stream", "read", [stream], ["state"])
    return values["state"]


def page_is_read(person):
    person.page.locator(".o_menu_sections").get_by_text("Health", exact=True).click()
    person.is_at("Health")
    shop = person.page.locator(".o_acorn_shop").first  # what is wrong stands first
    expect(shop).to_contain_text("Europe")
    row = shop.locator(LISTINGS, has_text="Amazon.de")
    expect(row).to_contain_text("Closed to us")
    expect(row.locator(".o_acorn_failures")).to_have_text("1")
    why = shop.locator(".o_acorn_why", has_text="role")
    expect(why.first).to_be_visible()
    expect(row.locator("svg path")).to_have_attribute("d", re.compile(r"^M.*L"))
    expect(shop).to_contain_text("searchOrders")
    expect(shop).to_contain_text("calls left")
    person.takes_picture("health")
    row.click()
    person.is_at("Listings (Amazon.de)")
    person.goes_back_to("Health")
    shop.get_by_role("button", name="calls in 24 h").click()
    person.is_at("Calls")
    expect(person.row("createReport", "403", "missing_role").first).to_be_visible()
    person.takes_picture("calls")


def page_fits_on_a_phone(person):
    person.logs_in()
    person.goes_to(PAGE, "Health")
    row = person.page.locator(LISTINGS, has_text="Amazon.de").first
    expect(row).to_contain_text("Closed to us")
    width = person.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 375
    content = person.page.locator(".o_acorn_health .o_content")
    assert content.evaluate("each => each.scrollWidth <= each.clientWidth")
    person.takes_picture("phone-health")


def monitors_are_told(odoo):
    status, body = ask(odoo, "/acorn/health")
    assert (status, body) == (503, '{"status": "failing"}')
    assert ask(odoo, "/acorn/metrics")[0] == 401


def ask(odoo, path):
    try:
        with urllib.request.urlopen(f"{odoo.url}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def stream_comes_back(person, odoo, amazon):
    amazon.clear("faults")
    [stream] = german(odoo)
    fetch_now(person, stream)
    # Reports are asked for once a minute: Amazon may say that it is too early.
    wait_for("the stream to run", lambda: state_of(odoo, stream) != "closed", 180)
    person.goes_to(PAGE, "Health")
    row = person.page.locator(LISTINGS, has_text="Amazon.de").first
    # The page refreshes itself.
    expect(row).to_contain_text("Running", timeout=60_000)
