"""Somebody at the screen: real Chromium, used by clicks and keys."""

import os
import re
import resource
import shutil
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
COMPUTER = {"viewport": {"width": 1366, "height": 768}}
PHONE = {
    "viewport": {"width": 375, "height": 667},
    "is_mobile": True,
    "has_touch": True,
}
PATIENCE = 20_000  # milliseconds for a page to show what was asked for
FIRST_VISIT = 90_000  # Odoo puts together the styles and scripts of its pages
CONTENT = (
    ".o_list_renderer, .o_kanban_renderer, .o_form_renderer, .o_acorn_health,"
    " .o_acorn_pick, .o_hierarchy_renderer, .o_spreadsheet_dashboard_action"
)
PICTURES = os.environ.get("ACORN_PICTURES")  # the folder for those of the README
COLORS = 160  # of a picture: enough for a page of Odoo, at a third of the size
WITHOUT = ".o_tour_pointer, .o_loading_indicator { display: none !important }"

expect.set_options(timeout=PATIENCE)


@contextmanager
def chromium():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    options = ["--no-sandbox", "--disable-gpu"]
    with ExitStack() as stack:
        with _without_memory_limit():
            playwright = stack.enter_context(sync_playwright())
            browser = playwright.chromium.launch(executable_path=path, args=options)
        yield stack.enter_context(browser)


@contextmanager
def _without_memory_limit():
    """Odoo limits its process; Chromium, which inherits it, reserves more than that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class Person:
    """What somebody does and sees; all waiting is for something on the page."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        self.errors = []  # of the browser's console
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message):
        if message.type == "error":
            self.errors.append(f"{message.text} {message.location.get('url', '')}")

    # === GOING SOMEWHERE === #

    def logs_in(self, login="admin", password="admin"):
        self.page.goto(f"{self.url}/web/login")
        self.page.locator("#login").fill(login)
        self.page.locator("#password").fill(password)
        self.page.get_by_role("button", name="Log in", exact=True).click()
        self.page.locator(".o_main_navbar").wait_for(timeout=FIRST_VISIT)

    def opens_app(self, name):
        self.page.locator(".o_navbar_apps_menu button").click()
        self.page.get_by_role("menuitem", name=name, exact=True).click()
        expect(self.page.locator(".o_menu_brand")).to_have_text(name)

    def opens_menu(self, section, entry, title=""):
        sections = self.page.locator(".o_menu_sections")
        sections.get_by_text(section, exact=True).click()
        entries = self.page.locator(".o-dropdown--menu")
        entries.get_by_role("menuitem", name=entry, exact=True).click()
        self.is_at(title or entry)

    def goes_to(self, path, title):
        self.page.goto(f"{self.url}/odoo/{path}")
        self.is_at(title)

    def goes_back_to(self, title):
        self.page.locator(".o_breadcrumb a", has_text=title).first.click()
        self.is_at(title)

    def is_at(self, title):
        here = self.page.locator(".o_breadcrumb .active", has_text=title)
        expect(here.filter(visible=True)).to_be_visible()

    # === LISTS === #

    def searches(self, text):
        """Look for a text in everything that the menu shows."""
        facets = self.page.locator(".o_searchview .o_facet_remove")
        for left in reversed(range(facets.count())):
            facets.first.click()
            expect(facets).to_have_count(left)
        box = self.page.locator(".o_searchview_input")
        box.fill(text)
        offered = self.page.locator(".o_searchview_autocomplete", has_text=text)
        offered.wait_for()
        box.press("Enter")
        others = self.page.locator(".o_data_row").filter(has_not_text=text)
        expect(others).to_have_count(0)

    def row(self, *texts):
        row = self.page.locator(".o_data_row")
        for text in texts:
            row = row.filter(has_text=text)
        return row

    def opens(self, *texts):
        self.row(*texts).locator("td.o_data_cell").nth(1).click()
        self.page.locator(".o_form_view").wait_for()

    def waits_for_row(self, *texts):
        """Look again until the server has done its work."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not self.row(*texts).count():
            assert time.monotonic() < deadline, f"No row has {' and '.join(texts)}"
            with self.page.expect_response("**/web_search_read*"):
                self.page.locator(".o_searchview_input").press("Enter")

    def selects_all(self):
        self.page.locator("thead .o_list_record_selector input").check()

    def switches_to(self, view):
        self.page.locator(f".o_switch_view.o_{view}").click()
        self.page.locator(f".o_{view}_renderer").wait_for()

    def card(self, text):
        return self.page.locator(".o_kanban_record", has_text=text)

    # === FORMS === #

    def presses(self, name):
        button = self.page.get_by_role("button", name=name, exact=True)
        button.filter(visible=True).first.click()

    def presses_counter(self, name):
        """A smart button, which says how many there are."""
        self.page.locator(".oe_stat_button", has_text=name).filter(visible=True).click()

    def opens_tab(self, name):
        self.page.get_by_role("tab", name=name, exact=True).click()

    def field(self, name):
        return self.page.locator(f"[name='{name}'] input").filter(visible=True)

    def chooses(self, name, text):
        """Type into a field that offers records, and take the one with the text."""
        self.field(name).fill(text)
        self.page.get_by_role("option").filter(has_text=text).first.click()
        self.page.locator(".o-autocomplete--dropdown-menu").wait_for(state="detached")
        expect(self.field(name)).to_have_value(re.compile(re.escape(text)))

    def sees_status(self, text):
        current = self.page.locator(".o_statusbar_status .o_arrow_button_current")
        expect(current.filter(visible=True)).to_have_text(text)

    def is_told(self, text):
        self.page.locator(".o_notification", has_text=text).first.wait_for()

    def closes_notices(self):
        close = self.page.locator(".o_notification_close")
        for left in reversed(range(close.count())):
            close.first.click()
            expect(close).to_have_count(left)

    # === PICTURES === #

    def takes_picture(self, name):
        if PICTURES:
            self.page.locator(CONTENT).first.wait_for()
            path = Path(PICTURES) / f"{name}.png"
            self.page.screenshot(path=path, animations="disabled", style=WITHOUT)
            with Image.open(path) as picture:
                small = picture.convert("RGB").quantize(COLORS, dither=0)
            small.save(path, optimize=True)
