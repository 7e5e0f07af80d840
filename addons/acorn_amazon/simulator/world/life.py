"""What happens to orders by themselves as time passes.

Each event is a function of the world, the moment and what it is about. It looks whether
the order still is in a state to which it can happen: others may have been quicker.
"""

from datetime import timedelta

from ..clock import iso
from . import changes, returning

REASONS = ("Ordered by mistake", "Found a better price", "Arrives too late")
CARRIERS = {
    "na": ("UPS", "UPS Ground"),
    "eu": ("DHL", "DHL Paket"),
    "fe": ("YAMATO", "TA-Q-BIN"),
}


def arrive(world, when, key, count):
    """A buyer orders; the next one is expected."""
    demand = world.demand[key]
    purchase, rng = demand.draw(count, when)
    if purchase:
        entry = world.enter(purchase)
        _plan(world, when, entry, rng)
    world.expect(key, count + 1)


def _plan(world, when, entry, rng):
    """Decide at once what will become of an order: who looks when does not matter."""
    fate = rng.random()
    paid = when + timedelta(minutes=rng.uniform(10, 30))
    soon = paid + timedelta(minutes=rng.uniform(20, 90))
    shipped = paid + timedelta(hours=rng.uniform(1, 24))
    if fate < 0.015:
        return world.agenda.add(paid, "cancel", entry.id, rng.choice(REASONS))
    world.agenda.add(paid, "authorise", entry.id)
    if fate < 0.03:
        return world.agenda.add(soon, "cancel", entry.id, rng.choice(REASONS))
    if entry.fulfilled_by == "AMAZON":
        returning.plan(world, shipped, entry, rng)
        return world.agenda.add(shipped, "ship", entry.id)
    if fate < 0.06:
        world.agenda.add(soon, "ask_to_cancel", entry.id, rng.choice(REASONS))
    if shipped < world.begun:  # the seller has seen to that before Acorn came
        world.agenda.add(shipped, "hand_over", entry.id)
    returning.plan(world, shipped, entry, rng)
    return None


def _order(world, order_id, *statuses):
    entry = world.orders.get(order_id)
    return entry if entry and entry.status in statuses else None


def authorise(world, when, order_id):
    """The payment has come through."""
    if entry := _order(world, order_id, "PENDING"):
        changes.set_status(entry.raw, "UNSHIPPED")
        world.orders.touch(entry, when)


def ship(world, when, order_id):
    if entry := _order(world, order_id, "UNSHIPPED"):
        changes.ship(entry.raw)
        world.orders.touch(entry, when)


def cancel(world, when, order_id, reason):
    if entry := _order(world, order_id, "PENDING", "UNSHIPPED"):
        keeps = world.options.cancelled_keeps_quantity
        changes.cancel(entry.raw, "BUYER", reason, keeps)
        world.orders.touch(entry, when)


def ask_to_cancel(world, when, order_id, reason):
    if entry := _order(world, order_id, "UNSHIPPED", "PARTIALLY_SHIPPED"):
        changes.request_cancellation(entry.raw, reason)
        world.orders.touch(entry, when)


def hand_over(world, when, order_id):
    """The seller gives the parcel to a carrier and says so."""
    if entry := _order(world, order_id, "UNSHIPPED"):
        carrier, service = CARRIERS[world.accounts[entry.account].region]
        package = {
            "packageReferenceId": "1",
            "carrierCode": carrier,
            "shippingMethod": service,
            "trackingNumber": f"LOCAL{order_id.replace('-', '')}",
            "shipDate": iso(when),
            "orderItems": [
                {"orderItemId": item["orderItemId"], "quantity": left}
                for item in entry.raw["orderItems"]
                if (left := changes.open_quantity(item))
            ],
        }
        body = {"marketplaceId": entry.marketplace_id, "packageDetail": package}
        world.confirm(entry, body, when)


def deliver(world, when, order_id, number):
    entry = world.orders.get(order_id)
    for package in entry.raw.get("packages", ()) if entry else ():
        if package["packageReferenceId"] == number:
            package["packageStatus"] = {
                "status": "DELIVERED",
                "detailedStatus": "DELIVERED",
            }
            world.orders.touch(entry, when)


EVENTS = {
    function.__name__: function
    for function in (arrive, authorise, ship, cancel, ask_to_cancel, hand_over, deliver)
}
