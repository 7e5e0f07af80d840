"""Quantities: compared, told, and shown at Amazon."""

import time

from odoo.addons.acorn_amazon.simulator.catalogue import PRODUCTS

from .. import goods
from ..amazon import ACCOUNT
from ..measured import (
    Measured,
    Took,
    alternate,
    computed_milliseconds,
    milliseconds,
    ratio,
    timed,
)
from ..server import Server

SHOPS = 20
SHOPS_OF_EACH = 5  # shops that sell the same product
MOVED = 20  # products of which something is sold between two comparisons
SAMPLE = 200  # of which free_qty is asked for one by one
PATIENCE = 300  # seconds
AGAIN = 1.0  # second between two looks


# === COMPARING === #


def compare(here, size):
    """All offers of all shops, beside what Odoo's ``free_qty`` takes for each."""
    with here.work() as env:
        products = _fill(here, env, size.offers)
    here.analyze()
    with here.work() as env:
        found = _compare(here, env)
    assert not found, f"{found} quantities differ although all were told"
    ours, theirs = alternate(
        size.rounds,
        lambda number: lambda: _find(here, products, number),
        lambda number: lambda: _ask_each(here, products[number::7][:SAMPLE]),
        [here],
    )
    each = [Took(took.seconds * size.offers / SAMPLE) for took in theirs]
    at_once = timed(lambda: _ask_at_once(here, products))
    seconds = milliseconds(1, ours) / 1000
    return Measured(
        seconds,
        {
            "offers": size.offers,
            "shops": SHOPS,
            "computing, s": computed_milliseconds(1, ours) / 1000,
            "free_qty of each, s": milliseconds(1, each) / 1000,
            "so many times as long": ratio(each, ours),
            "free_qty of each shop at once, and no rules, s": at_once.seconds,
        },
    )


def _fill(here, env, count):
    """Twenty shops sell from one warehouse; some rules, as people have them."""
    site = _site(here, env)
    products = goods.make(env, count // SHOPS_OF_EACH, site.warehouse_id)
    for number in range(SHOPS):
        block = products[number % (SHOPS // SHOPS_OF_EACH) :: SHOPS // SHOPS_OF_EACH]
        other = _shop_like(env, site, number)
        goods.offer(env, other, map(goods.SKU.format, range(len(block))), block)
    here.shops = _shops(env).ids
    category = env["product.product"].browse(products[0]).categ_id
    env["acorn.stock.rule"].create(
        [
            {"kind": "buffer", "value": 2, "category_id": category.id},
            {"kind": "percent", "value": 80, "shop_id": here.shops[0]},
            {"kind": "cap", "value": 30, "shop_id": here.shops[1]},
        ]
    )
    told = goods.all_told(env, _shops(env))
    assert told == count, f"{told} offers instead of {count}"
    return products


def _site(here, env):
    return here.shop(env).site_ids.filtered(lambda site: site.code == "DE")


def _shop_like(env, site, number):
    """A live shop of its own account, which nobody fetches from; return its site."""
    other = site.shop_id.copy(
        {
            "name": f"{COPY} {number}",
            "amazon_seller_id": f"A{number}SELLER",
            "stock_mode": "on",
        }
    )
    env.flush_all()
    env.cr.execute("UPDATE acorn_shop SET state = 'live' WHERE id = %s", [other.id])
    env.invalidate_all()
    group = env["acorn.quantity.group"]._get_or_create(other, "EU")
    return site.copy({"shop_id": other.id, "quantity_group_id": group.id})


COPY = "Shop of a benchmark"


def _shops(env):
    return env["acorn.shop"].search([("name", "=like", f"{COPY}%")])


def _compare(here, env):
    """Compare as the scheduled action does; return how many are to be told."""
    Message = env["acorn.message"]
    domain = [("shop_id", "in", here.shops), ("direction", "=", "out")]
    before = Message.search_count(domain)
    env["acorn.offer.quantity"]._cron_compare()
    return Message.search_count(domain) - before


def _find(here, products, number):
    """Sell some products, and find all offers of them."""
    sold = products[number * MOVED : (number + 1) * MOVED]
    with here.work() as env:
        goods.take_one(env, sold)
    with here.work() as env:
        found = _compare(here, env)
    wanted = MOVED * SHOPS_OF_EACH
    # What is rounded or above a maximum shows no difference.
    assert wanted * 0.8 < found <= wanted, f"{found} of {wanted} quantities to tell"


def _ask_each(here, products):
    with here.work() as env:
        warehouse = _site(here, env).warehouse_id.id
        for product in products:
            asked = env["product.product"].with_context(warehouse_id=warehouse)
            assert asked.browse(product).free_qty > 0


def _ask_at_once(here, products):
    with here.work() as env:
        warehouse = _site(here, env).warehouse_id.id
        for number in range(SHOPS):
            env.invalidate_all()
            few = products[number % (SHOPS // SHOPS_OF_EACH) :: SHOPS // SHOPS_OF_EACH]
            asked = env["product.product"].with_context(warehouse_id=warehouse)
            asked.browse(few).mapped("free_qty")


# === TELLING === #


def feed(here, size):
    """All offers of a shop change at once; Amazon has read one feed and shows them."""
    world, calls = here.amazon.world, here.amazon.calls
    products = _list(here, size.changes)
    with here.work() as env:
        goods.take_one(env, products)
    here.analyze()
    world.forget_calls()
    with here.work() as env:
        wrote = timed(env["acorn.offer.quantity"]._cron_compare)
    shown = timed(lambda: _until_shown(here, size.changes))
    told = calls()
    assert not told["patchListingsItem"], "Quantities were told one by one"
    return Measured(
        told["createFeed"],
        {
            "changes": size.changes,
            "compared and written, s": wrote.seconds,
            "sent, read by Amazon and shown, s": shown.seconds,
            **told,
        },
    )


def _until_shown(here, count):
    """Send, and ask for the receipt, as the lanes do, but without their pauses."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with here.work() as env:
            shop = here.shop(env)
            env["acorn.message"].search([("direction", "=", "out")]).next_try = False
            env["acorn.message"]._push_owed(shop, time.monotonic() + 60)
            states = dict(
                env["acorn.offer.quantity"]._read_group(
                    [("shop_id", "=", shop.id)], ["state"], ["__count"]
                )
            )
        if states.keys() == {"accepted"} and _shown(here) == {goods.ON_HAND - 1}:
            assert states["accepted"] == count, states
            return
        assert time.monotonic() < deadline, f"Not shown in time: {states}"
        time.sleep(AGAIN)


def _shown(here):
    with here.amazon.world.changing():
        listings = here.amazon.world.listings[ACCOUNT]
        return {each.quantity("DE") for each in listings if "GOODS" in each.sku}


def _list(here, count):
    """Let Amazon list SKUs of the shop with what Odoo has of them."""
    skus = [goods.SKU.format(number) for number in range(count)]
    with here.amazon.world.changing() as now:
        listings = here.amazon.world.listings[ACCOUNT]
        model = next(each for each in PRODUCTS if not each["fba"])
        for sku in skus:
            listings.add(model | {"sku": sku}, now)
            listings.get(sku).quantities["eu"] = goods.ON_HAND
    with here.work() as env:
        site = _site(here, env)
        site.shop_id.stock_mode = "on"
        products = goods.make(env, count, site.warehouse_id)
        goods.offer(env, site, skus, products)
        goods.all_told(env, site.shop_id)
    return products


# === FROM A MOVE TO AMAZON === #


def prompt(here, size):
    """A server with the lanes that everybody has; the slowest of some moves counts."""
    products = _list(here, size.moves)
    here.analyze()
    with Server(here.database) as server:
        server.settled()
        took = [
            _move(here, product, goods.SKU.format(number))
            for number, product in enumerate(products)
        ]
    return Measured(max(took), {"each move, s": took})


def _move(here, product, sku):
    """Deliver a unit; return the seconds until Amazon shows one less."""
    begin = time.monotonic()
    with here.work() as env:
        place = _site(here, env).warehouse_id.lot_stock_id
        customers = env.ref("stock.stock_location_customers")
        move = env["stock.move"].create(
            {
                "product_id": product,
                "product_uom_qty": 1,
                "location_id": place.id,
                "location_dest_id": customers.id,
            }
        )
        move._action_confirm()
        move.quantity, move.picked = 1, True
        move._action_done()
    while _quantity(here, sku) != goods.ON_HAND - 1:
        passed = time.monotonic() - begin
        assert passed < PATIENCE, f"Amazon did not show it in {passed:.0f} s"
        time.sleep(AGAIN)
    return time.monotonic() - begin


def _quantity(here, sku):
    with here.amazon.world.changing():
        return here.amazon.world.listings[ACCOUNT].get(sku).quantity("DE")
