"""An accountant brings a settlement from a file into the books, and finds it again on
the bank's statement and in the profit of the shop."""

from playwright.sync_api import expect

HEADER = (
    *("settlement-id", "settlement-start-date", "settlement-end-date"),
    *("deposit-date", "total-amount", "currency", "transaction-type", "order-id"),
    *("merchant-order-id", "adjustment-id", "shipment-id", "marketplace-name"),
    *("amount-type", "amount-description", "amount", "fulfillment-id"),
    *("posted-date", "posted-date-time", "order-item-code"),
    *("merchant-order-item-id", "merchant-adjustment-item-id", "sku"),
    *("quantity-purchased", "promotion-id"),
)
# What Amazon calls so is unknown to everybody; the rest is in the fee map.
ROWS = (
    ("FBA Inventory Reimbursement",) * 2 + ("WAREHOUSE_LOST", 187),
    ("other-transaction", "other-transaction", "Storage Fee", -20),
    ("other-transaction", "other-transaction", "Moon Landing Fee", -67),
)
NUMBER = "30000000001"
SHOP = "North America"
BANK = f"""
from odoo import Command, fields
company = env.ref("base.main_company")
journal = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
)
env["account.bank.statement.line"].create({{
    "journal_id": journal.id, "date": "2026-10-19", "amount": 100.0,
    "payment_ref": "AMAZON PAYMENTS {NUMBER}",
}})
env["acorn.bank.match"]._cron_match()
env["acorn.profit.mark"]._cron_rebuild()
env.cr.commit()
"""


def settlement_file():
    told = {
        "settlement-id": NUMBER,
        "settlement-start-date": "2026-10-01 07:00:00 UTC",
        "settlement-end-date": "2026-10-15 07:00:00 UTC",
        "deposit-date": "2026-10-17 07:00:00 UTC",
        "total-amount": "100.00",
        "currency": "USD",
    }
    lines = [HEADER, [told.get(name, "") for name in HEADER]]
    for number, (kind, amount_type, description, amount) in enumerate(ROWS):
        cells = {
            "settlement-id": NUMBER,
            "transaction-type": kind,
            "marketplace-name": "Amazon.com",
            "amount-type": amount_type,
            "amount-description": description,
            "amount": f"{amount}.00",
            "posted-date": f"2026-10-0{number + 2}",
            "posted-date-time": f"2026-10-0{number + 2} 18:00:00 UTC",
        }
        lines.append([cells.get(name, "") for name in HEADER])
    return "\n".join("\t".join(line) for line in lines).encode()


def test_a_settlement_goes_from_a_file_to_the_bank_and_the_profit(person, odoo):
    person.logs_in()
    file_is_imported(person)
    unknown_amount_is_mapped(person)
    settlement_is_posted(person)
    odoo.shell(BANK)
    payout_is_found_on_the_bank(person)
    profit_has_it(person)
    assert not person.errors


# === STEPS === #


def file_is_imported(person):
    page = person.page
    person.opens_app("Acorn")
    page.locator(".o_menu_sections").get_by_text("Money", exact=True).click()
    page.get_by_role("menuitem", name="Import Settlements", exact=True).click()
    dialog = page.locator(".modal")
    dialog.locator("[name='shop_id'] input").fill(SHOP)
    page.get_by_role("option").filter(has_text=SHOP).first.click()
    dialog.locator("input[type='file']").set_input_files(
        {
            "name": "settlement.txt",
            "mimeType": "text/plain",
            "buffer": settlement_file(),
        }
    )
    expect(dialog.get_by_text("settlement.txt").first).to_be_visible()
    person.presses("Import")
    person.presses("Show Settlements")
    page.locator(".o_form_view, .o_list_view").first.wait_for()


def unknown_amount_is_mapped(person):
    person.goes_to("action-acorn_finance.acorn_settlement_action", "Settlements")
    person.searches(NUMBER)
    person.opens(NUMBER)
    person.takes_picture("settlement-unknown")
    person.presses("Map Unknown Amounts")
    row = person.row("Moon Landing Fee")
    row.get_by_role("button", name="Map").click()
    dialog = person.page.locator(".modal")
    expect(dialog.locator("[name='description'] input")).to_have_value(
        "Moon Landing Fee"
    )
    dialog.locator("[name='nature'] input").click()
    choices = person.page.locator(".o_select_menu_item")
    choices.get_by_text("Other Fees", exact=True).click()
    expect(dialog.locator("[name='account_id'] input")).not_to_have_value("")
    dialog.get_by_role("button", name="Save").first.click()
    expect(dialog).to_have_count(0)


def settlement_is_posted(person):
    person.goes_to("action-acorn_finance.acorn_settlement_action", "Settlements")
    person.searches(NUMBER)
    person.opens(NUMBER)
    person.presses("Post")
    person.sees_status("Posted")
    person.takes_picture("settlement")


def payout_is_found_on_the_bank(person):
    person.goes_to("action-acorn_finance.acorn_settlement_action", "Settlements")
    person.searches(NUMBER)
    expect(person.row(NUMBER)).to_contain_text("At the Bank")
    person.takes_picture("settlements")


def profit_has_it(person):
    person.goes_to("action-acorn_finance.acorn_profit_statement_action", "Profit")
    person.takes_picture("profit-statement")
