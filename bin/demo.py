"""Fills a demo company that sells on the local Amazon; `make up` runs it once:

    bin/odoo shell -d acorn < bin/demo.py

Run again it makes only what is missing.
"""

import os
import time
from datetime import timedelta

from odoo import fields

from odoo.addons.acorn_amazon.simulator.accounts import demo_accounts
from odoo.addons.acorn_amazon.simulator.catalogue import PRODUCTS

# One product goes by another number here: somebody has to say which it is.
UNMATCHED = {"OAK-APRON": "K-111"}
ON_HAND = {"Main Warehouse": 240, "East Warehouse": 60, "FBA": 120}
COST = 0.4  # of the price
PATIENCE = 50  # seconds
CARRIERS = {"DHL": "DHL", "UPS": "UPS", "Yamato Transport": "YAMATO"}
SHOPS = {"na": "North America", "eu": "Europe", "jp": "Japan"}
PEOPLE = {
    "manager": (
        "acorn_base.group_manager",
        "sales_team.group_sale_manager",
        "stock.group_stock_manager",
    ),
    "user": (
        "acorn_base.group_user",
        "sales_team.group_sale_salesman_all_leads",
        "stock.group_stock_user",
    ),
    "packer": ("stock.group_stock_user",),
}

env = env(context={**env.context, "tracking_disable": True})  # noqa: F821 the shell's
company = env.ref("base.main_company")


def fill():
    begin = time.monotonic()
    if not {"ACORN_SPAPI_ENDPOINT", "ACORN_LWA_ENDPOINT"} <= os.environ.keys():
        raise SystemExit(
            "The demo shops are for the local Amazon: start it by make up."
        )
    make_company()
    for code in ("en_US", "zh_CN"):
        env["res.lang"]._activate_and_install_lang(code)
    warehouses = make_warehouses()
    products = make_products()
    count_stock(products, warehouses)
    make_carriers()
    env.cr.commit()
    shops = env["acorn.shop"].concat(*(make_shop(each) for each in demo_accounts()))
    env.cr.commit()
    for shop in shops.filtered(lambda shop: shop.state != "live"):
        connect(shop, products)
    fetch(shops, begin + PATIENCE)
    people = [make_person(login, groups) for login, groups in PEOPLE.items()]
    env.cr.commit()
    tell(shops, products, people, time.monotonic() - begin)


def make_company():
    # In install mode no localisation is installed in the midst of this.
    company.with_context(install_mode=True).write(
        {
            "name": "Acorn Demo",
            "street": "410 Oakleaf Avenue",
            "city": "Seattle",
            "state_id": env.ref("base.state_us_48").id,
            "zip": "98109",
            "country_id": env.ref("base.us").id,
            "phone": "+1 206 555 0143",
            "email": "hello@acorn.example",
            "stock_text_confirmation": False,  # no SMS to people who do not exist
        }
    )
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    company.currency_id = env.ref("base.USD")


def make_warehouses():
    Warehouse = env["stock.warehouse"].with_company(company)
    own = Warehouse.search(
        [("company_id", "=", company.id), ("acorn_network", "=", False)]
    )
    own[0].name = "Main Warehouse"
    if len(own) == 1:
        own += Warehouse.create({"name": "East Warehouse", "code": "EAST"})
    return own


def make_products():
    """Return the products by the SKU under which the local Amazon knows them."""
    Product = env["product.product"]
    skus = [each["sku"] for each in PRODUCTS]
    references = {sku: UNMATCHED.get(sku, sku) for sku in skus}
    known = Product.search([("default_code", "in", list(references.values()))])
    known = {product.default_code: product for product in known}
    missing = [each for each in PRODUCTS if references[each["sku"]] not in known]
    made = Product.create([product_values(each, references) for each in missing])
    known.update({product.default_code: product for product in made})
    return {sku: known[reference] for sku, reference in references.items()}


def product_values(each, references):
    price = float(each["prices"]["USD"])
    return {
        "name": each["titles"]["en"],
        "default_code": references[each["sku"]],
        "barcode": each["sku"] not in UNMATCHED and each["barcode"],
        "is_storable": True,
        "list_price": price,
        "standard_price": round(price * COST, 2),
        "weight": each["weight"],
        "company_id": False,
    }


def count_stock(products, warehouses):
    for warehouse in warehouses:
        count(products.values(), warehouse)


def count(products, warehouse):
    """Put goods on the shelf where none have ever been."""
    location = warehouse.lot_stock_id
    Quant = env["stock.quant"].with_context(inventory_mode=True)
    counted = Quant.search([("location_id", "=", location.id)]).product_id
    quants = Quant.create(
        [
            {
                "product_id": product.id,
                "location_id": location.id,
                "inventory_quantity": ON_HAND.get(warehouse.name, ON_HAND["FBA"]),
            }
            for product in products
            if product not in counted
        ]
    )
    quants.action_apply_inventory()


def make_carriers():
    Carrier = env["delivery.carrier"]
    for name, code in CARRIERS.items():
        if not Carrier.search_count([("acorn_code", "=", code)]):
            service = {"name": f"Parcel by {name}", "type": "service", "sale_ok": False}
            Carrier.create(
                {
                    "name": name,
                    "acorn_code": code,
                    "product_id": env["product.product"].create(service).id,
                }
            )


def make_shop(account):
    Shop = env["acorn.shop"]
    known = Shop.search([("amazon_seller_id", "=", account.seller_id)], limit=1)
    now = fields.Datetime.now()
    return known or Shop.create(
        {
            "name": SHOPS[account.key],
            "channel": "amazon",
            "company_id": company.id,
            "amazon_app_id": make_app(account).id,
            "amazon_region": account.region,
            "amazon_seller_id": account.seller_id,
            "amazon_refresh_token": account.refresh_token,
            "orders_since": now - timedelta(days=14),
            "stock_since": now - timedelta(days=7),
        }
    )


def make_app(account):
    return env["acorn.amazon.app"].create(
        {
            "name": f"Acorn {SHOPS[account.key]}",
            "client_id": account.client_id,
            "client_secret": account.client_secret,
        }
    )


def connect(shop, products):
    """Test the connection, which brings the sites; fill Amazon's warehouses."""
    shop.action_check_connection()
    if shop.state != "live":
        raise SystemExit(f"{shop.name} could not be connected: {shop.problem}")
    for warehouse, sites in shop.site_ids.grouped("fba_warehouse_id").items():
        codes = set(sites.mapped("code"))
        held = [p for p in PRODUCTS if codes.intersection(p["fba"])]
        count([products[each["sku"]] for each in held], warehouse)
    env.cr.commit()


def fetch(shops, deadline):
    """Get and apply all orders so far; listings follow when Odoo runs."""
    streams = shops.stream_ids.filtered(lambda stream: stream.kind == "order")
    while time.monotonic() < deadline:
        shops._drain(max_seconds=deadline - time.monotonic())
        if min(streams.mapped("next_run")) > fields.Datetime.now():
            break


def make_person(login, groups):
    known = env["res.users"].search([("login", "=", login)])
    return known or env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": f"Demo {login.capitalize()}",
            "login": login,
            "password": login,
            "company_id": company.id,
            "company_ids": [fields.Command.set(company.ids)],
            "group_ids": [fields.Command.link(env.ref(group).id) for group in groups],
        }
    )


def tell(shops, products, people, seconds):
    made = f"{len(products)} products, {len(shops)} shops"
    print(f"{company.name}: {made} ({seconds:.0f} s)")
    for shop in shops:
        sites = ", ".join(shop.site_ids.mapped("code"))
        print(f"  {shop.name} ({sites}): {shop.order_count} orders")
    for person in people:
        print(f"  login {person.login}, password {person.login}")


fill()
