"""Fills a demo group that sells on the local Amazon; `make up` runs it once:

    bin/odoo shell -d acorn < bin/demo.py

Headquarters in China, branches in the United States and Germany, an account as store of
each, and one person of each role. With ACORN_DEMO=company it is one company instead,
whose three shops sell what lies in two warehouses. Run again it makes only what is
missing.
"""

import os
import time
from datetime import timedelta

from odoo import fields

from odoo.addons.acorn_amazon.simulator.accounts import demo_accounts
from odoo.addons.acorn_amazon.simulator.catalogue import PRODUCTS

GROUP = os.environ.get("ACORN_DEMO") != "company"

# One product goes by another number here: somebody has to say which it is.
UNMATCHED = {"OAK-APRON": "K-111"}
ON_HAND = {"Main Warehouse": 240, "East Warehouse": 60, "FBA": 120}
OWN = 180  # where the group has a warehouse of its own besides
COST = 0.4  # of the price
PATIENCE = 50  # seconds
CARRIERS = {"DHL": "DHL", "UPS": "UPS", "Yamato Transport": "YAMATO"}
SHOPS = {"na": ("North America", "us"), "eu": ("Europe", "de"), "jp": ("Japan", "hq")}
UNITS = {
    "hq": ("Acorn Headquarters", "headquarters", "cn", "CNY", "Shenzhen Warehouse"),
    "de": ("Acorn Germany", "branch", "de", "EUR", "Hamburg Warehouse"),
}
RATES = {"EUR": 0.86, "CNY": 7.12, "GBP": 0.75, "CAD": 1.4, "MXN": 18.4}
RATES |= {"USD": 1, "PLN": 3.65, "JPY": 154}  # for a US dollar
# Each with the unit where the person works and the region that this is limited to.
PEOPLE = {
    "manager": (
        "hq",
        "",
        "acorn_base.group_manager",
        "sales_team.group_sale_manager",
        "stock.group_stock_manager",
    ),
    "user": (
        "hq",
        "",
        "acorn_base.group_user",
        "sales_team.group_sale_salesman_all_leads",
        "stock.group_stock_user",
    ),
    "packer": ("us", "", "stock.group_stock_user"),
}
ROLES = {
    "service": ("hq", "north_america", "acorn_multiorg.group_service"),
    "warehouse": ("us", "", "acorn_multiorg.group_warehouse"),
    "operations": ("de", "", "acorn_multiorg.group_operations"),
    "finance": ("hq", "", "acorn_multiorg.group_finance"),
    "shopmanager": ("de", "", "acorn_multiorg.group_shop_manager"),
    "groupmanager": ("hq", "", "acorn_multiorg.group_group_manager"),
}

env = env(context={**env.context, "tracking_disable": True})  # noqa: F821 the shell's
company = env.ref("base.main_company")


def fill():
    begin = time.monotonic()
    if not {"ACORN_SPAPI_ENDPOINT", "ACORN_LWA_ENDPOINT"} <= os.environ.keys():
        raise SystemExit(
            "The demo shops are for the local Amazon: start it by make up."
        )
    # No letter with a code reaches people who do not exist.
    env["ir.config_parameter"].set_param("acorn_multiorg.second_factor", False)
    make_company()
    for code in ("en_US", "zh_CN"):
        env["res.lang"]._activate_and_install_lang(code)
    units = make_group() if GROUP else dict.fromkeys(("hq", "us", "de"), company)
    warehouses = make_warehouses() | own_warehouses(units)
    products = make_products()
    copy_costs(units)
    count_stock(products, warehouses)
    make_carriers()
    env.cr.commit()
    shops = [make_shop(each, units) for each in demo_accounts()]
    shops = env["acorn.shop"].concat(*shops)
    env.cr.commit()
    for shop in shops.filtered(lambda shop: shop.state != "live"):
        connect(shop, products)
    fetch(shops, time.monotonic() + PATIENCE)
    people = PEOPLE | ROLES if GROUP else PEOPLE
    people = [make_person(login, units, *each) for login, each in people.items()]
    env.cr.commit()
    tell(shops, products, people, time.monotonic() - begin)


def make_company():
    # In install mode no localisation is installed in the midst of this.
    company.with_context(install_mode=True).write(
        {
            "name": "Acorn United States" if GROUP else "Acorn Demo",
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


def make_group():
    """Put a headquarters above the company and a branch beside it."""
    make_rates()
    units = {"us": company}
    for key, each in UNITS.items():
        units[key] = make_unit(units.get("hq"), *each)
        if key == "hq":
            company.write(
                {"acorn_level": "branch", "acorn_superior_id": units["hq"].id}
            )
    # Odoo gives new companies to their maker alone, who is nobody here.
    every = env["res.company"].concat(*units.values())
    env.ref("base.user_admin").company_ids |= every
    return units


def make_unit(superior, name, level, country, currency, warehouse):
    # In install mode no localisation is installed in the midst of this.
    Companies = env["res.company"].with_context(install_mode=True, active_test=False)
    known = Companies.search([("name", "=", name)])
    if known:
        return known
    unit = Companies.create(
        {
            "name": name,
            "acorn_level": level,
            "acorn_superior_id": superior and superior.id,
            "country_id": env.ref(f"base.{country}").id,
            "currency_id": env["res.currency"]._acorn_get(currency).id,
            "stock_text_confirmation": False,
        }
    )
    env["acorn.unit.maker"]._load_chart(unit, "generic_coa")
    env["stock.warehouse"]._acorn_make(unit, warehouse)
    return unit


def make_rates():
    Rate = env["res.currency.rate"]
    for code, rate in RATES.items():
        currency = env["res.currency"]._acorn_get(code)
        if not Rate.search_count([("currency_id", "=", currency.id)]):
            values = {"currency_id": currency.id, "name": "2020-01-01"}
            Rate.create({**values, "rate": rate, "company_id": False})


def own_warehouses(units):
    others = [unit.id for unit in units.values() if unit != company]
    return env["stock.warehouse"].search(
        [("company_id", "in", others), ("acorn_network", "=", False)]
    )


def copy_costs(units):
    """Costs are each company's own."""
    for unit in units.values():
        if unit != company:
            env["acorn.unit.maker"]._copy_costs(company, unit)


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
                "inventory_quantity": on_hand(warehouse),
            }
            for product in products
            if product not in counted
        ]
    )
    quants.action_apply_inventory()


def on_hand(warehouse):
    usual = ON_HAND["FBA"] if warehouse.acorn_network else OWN
    return ON_HAND.get(warehouse.name, usual)


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


def make_shop(account, units):
    Shop = env["acorn.shop"]
    name, unit = SHOPS[account.key]
    known = Shop.search([("amazon_seller_id", "=", account.seller_id)], limit=1)
    now = fields.Datetime.now()
    return known or Shop.create(
        {
            "name": name,
            "channel": "amazon",
            "company_id": units[unit].id,
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
            "name": f"Acorn {SHOPS[account.key][0]}",
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


def make_person(login, units, unit, region, *groups):
    Users = env["res.users"].with_context(no_reset_password=True)
    if known := Users.search([("login", "=", login)]):
        return known
    works_for = units[unit] if not region else company
    person = Users.create(
        {
            "name": f"Demo {login.capitalize()}",
            "login": login,
            "password": login,
            "company_id": works_for.id,
            "company_ids": [fields.Command.set(works_for.ids)],
            "group_ids": [fields.Command.link(env.ref(group).id) for group in groups],
        }
    )
    regions = region and env.ref(f"acorn_multiorg.region_{region}").ids
    env["acorn.scope"].create(
        {
            "user_id": person.id,
            "unit_id": units[unit].id,
            "region_ids": [fields.Command.set(regions or [])],
        }
    )
    return person


def tell(shops, products, people, seconds):
    made = f"{len(products)} products, {len(shops)} shops"
    print(f"{company.name}: {made} ({seconds:.0f} s)")
    for shop in shops:
        unit = shop.company_id.name
        sites = ", ".join(shop.site_ids.mapped("code"))
        print(f"  {unit}: {shop.name} ({sites}): {shop.order_count} orders")
    for person in people:
        print(f"  login {person.login}, password {person.login}")


fill()
