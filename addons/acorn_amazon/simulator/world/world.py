"""What tests, demos and ``/_sim/`` may do to the world, and ask it.

Orders go in and out as the plain dicts of Amazon's Orders API, and always as copies.
"""

import gc
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta

from ..accounts import MARKETPLACES
from ..catalogue import more
from ..clock import iso, parse
from ..faults import Fault
from . import changes, fba, jobs, placing, reports
from .engine import Engine
from .money import minor
from .numbering import PLACED
from .orders import copied
from .returning import Returning
from .writing import write

MANY = 10_000  # orders


@contextmanager
def here_to_stay(count):
    """Keep the collector from looking through millions of objects again and again."""
    if count < MANY or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class World(Returning, Engine):
    """The world as it is for those outside; ``Engine`` tells how it is made."""

    # Orders

    def place_order(self, lines, site="US", account=None, updated=None, **wishes):
        """Place an order that changes only when it is told to; see ``placing``.

        ``created`` and ``updated`` (times or ISO text) let it lie in the past.
        """
        with self.changing() as now:
            owner = self._account(account, site)
            count = PLACED + self.next_number("order")
            purchase = placing.purchase(
                self, owner, MARKETPLACES[site], count, now, lines, **wishes
            )
            updated = parse(updated) if isinstance(updated, str) else updated
            entry = self.enter(purchase, updated)
            entry.changed = now
            return copied(entry.raw)

    def _account(self, key, site):
        if key:
            return self.accounts[key]
        for account in self.accounts.values():
            if site in account.sites:
                return account
        raise ValueError(f"Nobody sells on {site!r}")

    def put_order(self, raw, account=None):
        """Put an order exactly as it is; it is shown verbatim, whatever its status."""
        with self.changing():
            marketplace_id = raw["salesChannel"].get("marketplaceId")
            sites = [m.code for m in MARKETPLACES.values() if m.id == marketplace_id]
            owner = self._account(account, sites[0] if sites else None)
            entry = self.orders.add(owner.key, copied(raw), verbatim=True)
            return copied(entry.raw)

    def order(self, order_id):
        with self.present():
            return copied(self._entry(order_id).raw)

    def _entry(self, order_id):
        entry = self.orders.get(order_id)
        if entry is None:
            raise ValueError(f"There is no order {order_id!r}")
        return entry

    def find_orders(self, **wanted):
        """Those with this ``account``, ``site``, ``status``, ``fulfilled_by``."""
        with self.present():
            return [
                copied(entry.raw)
                for entry in self.orders
                if all(getattr(entry, name) == value for name, value in wanted.items())
            ]

    def set_status(self, order_id, status, shipped=None):
        """``shipped``: {order item number: quantity}, for PARTIALLY_SHIPPED."""
        return self._change(order_id, changes.set_status, status, shipped)

    def cancel_order(self, order_id, by="BUYER", reason=""):
        keeps = self.options.cancelled_keeps_quantity
        return self._change(order_id, changes.cancel, by, reason, keeps)

    def request_cancellation(self, order_id, reason="", items=None):
        return self._change(order_id, changes.request_cancellation, reason, items)

    def edit_line(self, order_id, item_id, quantity=None, cancelled=None):
        """Another ``quantity`` is ordered, or so many units are ``cancelled``."""
        with self.changing():
            item = self._entry(order_id).item(item_id)
            if item is None:
                raise ValueError(f"There is no item {item_id!r}")
            if cancelled is None:
                return self._change(order_id, changes.set_quantity, item, quantity)
            keeps = self.options.cancelled_keeps_quantity
            return self._change(
                order_id, changes.cancel_line, item, cancelled, keeps_quantity=keeps
            )

    def change_address(self, order_id, **address):
        return self._change(order_id, changes.set_address, address)

    def touch_order(self, order_id, updated=None):
        """Amazon changes something that cannot be seen, ``updated`` at that time."""
        return self.change_order(order_id, updated=updated)

    def change_order(self, order_id, updated=None, **parts):
        """Put other values into an order's document, ``updated`` at that time.

        A time in the past makes it a change that becomes visible late.
        """
        with self.changing() as now:
            entry = self._entry(order_id)
            entry.raw.update(copied(parts))
            self.orders.touch(entry, now, parse(updated) if updated else None)
            return copied(entry.raw)

    def _change(self, order_id, change, *arguments, **options):
        with self.changing() as now:
            entry = self._entry(order_id)
            change(entry.raw, *arguments, **options)
            self.orders.touch(entry, now)
            return copied(entry.raw)

    def generate_orders(self, account, count, hours=24.0, shipped=False):
        """Many orders at once, over the hours up to now; stock is not touched."""
        status, before = "SHIPPED" if shipped else "UNSHIPPED", len(self.orders)
        with self.changing() as now, here_to_stay(count):
            for place in range(count):
                created = now - timedelta(hours=hours * (count - place) / count)
                number = PLACED + self.next_number("order")
                purchase, _dice = self.demand[account].draw(number, created)
                if purchase:
                    purchase.status = status
                    self.orders.add(account, write(purchase))
            return len(self.orders) - before

    # Accounts, listings, reports

    def set_account(self, key, **flags):
        """Revoke, expire, deny, suspend, rotate: see ``accounts.CHANGEABLE``."""
        with self.changing() as now:
            self.accounts[key].change(**flags)
            if "orders_per_hour" in flags:
                self._restart_demand(key, now)
            return self.accounts[key].show()

    def _restart_demand(self, key, now):
        demand = self.demand[key]
        self.agenda.drop("arrive", key)
        demand.restart(max(demand.next, 0), now)
        self.expect(key, demand.first)

    def show_accounts(self):
        return [account.show() for account in self.accounts.values()]

    def set_listing(self, account, sku, quantity=None, prices=None, closed=None):
        """As the seller would in Seller Central; applies at once."""
        with self.changing() as now:
            listing = self.listings[account].get(sku)
            if listing is None:
                raise ValueError(f"{account} has no listing {sku!r}")
            if quantity is not None:
                listing.quantities.update(dict.fromkeys(listing.quantities, quantity))
            listing.prices.update(prices or {})
            listing.closed = listing.closed if closed is None else list(closed)
            listing.updated = now
            return self._show(listing)

    def show_listings(self, account):
        with self.present():
            return [self._show(listing) for listing in self.listings[account]]

    def _show(self, listing):
        product = {name: listing.product[name] for name in ("sku", "asin", "barcode")}
        return product | {"sites": listing.sites} | listing.dump()

    def grow_catalogue(self, account, count):
        """Let an account offer ``count`` further products."""
        with self.changing():
            for product in more(count):
                self.listings[account].add(product, self.begun)
            return len(self.listings[account])

    def add_report(self, account, type, sites, content, charset="", **details):
        """A report that Amazon has made by itself, such as a settlement."""
        with self.changing() as now:
            marketplaces = [MARKETPLACES[code].id for code in sites]
            job = jobs.Job("report", account, type, marketplaces, now, details)
            job.status, job.started, job.ended = jobs.DONE, now, now
            self.jobs.add(job)
            reports.deposit(self, job, content, charset)
            return job.show()

    # Money

    def charge(self, account, site, kind, amount, when=None, sku="", quantity=0):
        """Let an account pay (negative) or get a sum: see ``running_costs.KINDS``."""
        with self.changing() as now:
            cents = minor(amount, MARKETPLACES[site].currency)
            moment = parse(when) if isinstance(when, str) else when or now
            return asdict(
                self.finance.charge(account, site, kind, cents, moment, sku, quantity)
            )

    def money_events(self, account):
        """``MoneyEvent`` after ``MoneyEvent``, by time, up to now."""
        with self.present() as now:
            return self.finance.events(account, now)

    def settlements(self, account):
        """The account's closed ``Settlement``s."""
        with self.present() as now:
            return self.finance.settlements(account, now)

    # Goods in Amazon's warehouses

    def show_fba_stock(self, account, site):
        """{sku: units of each state} in the network that a site belongs to."""
        with self.present():
            return self.fba.stock(self, account, site)

    def put_fba_stock(self, account, site, sku, **states):
        """So many more units are in these states, of which no ledger tells."""
        with self.changing():
            self.fba.put(account, site, sku, **states)
            return self.fba.stock(self, account, site)[sku]

    def add_fba_event(self, account, sku, type, quantity, site="DE", **details):
        """Something happens to goods and the ledger tells: see ``fba.Event``."""
        with self.changing() as now:
            when = details.pop("when", None) or now
            when = parse(when) if isinstance(when, str) else when
            event = fba.Event(account, when, sku, type, quantity, site, **details)
            return self.fba.happen(event).dump()

    def received_shipments(self):
        with self.present():
            return copied(self.shipments)

    # Time, trouble, settings

    def set_clock(self, advance=None, freeze=None, scale=None):
        """Seconds to advance, True or ISO time to freeze at, speed to run at."""
        if advance is not None:
            self.clock.advance(seconds=advance)
        if freeze is not None:
            self.clock.freeze(parse(freeze) if isinstance(freeze, str) else None)
        if scale is not None:
            self.clock.run(scale)
        with self.changing() as now:
            return {"now": iso(now), "scale": self.clock.scale}

    def add_fault(self, **fault):
        """See ``faults``: ``add_fault(operation="searchOrders", kind="html")``."""
        with self._lock:
            self.faults.append(Fault(**fault))
            return self.faults.show()

    def show_faults(self):
        return self.faults.show()

    def clear_faults(self):
        with self._lock:
            self.faults.clear()

    def show_held(self):
        """The calls that are held by the faults ``hold`` and ``hold_answer``."""
        return [call.show() for call in self.gate.held()]

    def release_held(self):
        """Let them go on; those that come later are not held any more either."""
        with self._lock:
            self.faults[:] = [f for f in self.faults if not f.kind.startswith("hold")]
        return self.gate.open()

    def set_options(self, rate_scale=None, throttled=None, **options):
        """Speed of the rate limits, whether they hold, and any of ``Options``."""
        with self.changing():
            if rate_scale is not None:
                self.throttle.scale = float(rate_scale)
            if throttled is not None:
                self.throttle.enabled = bool(throttled)
            self.options.change(**options)
            return self.show_options()

    def show_options(self):
        shown = {"rate_scale": self.throttle.scale, "throttled": self.throttle.enabled}
        return shown | asdict(self.options)

    def show_calls(self, operation=None):
        """The calls that came, oldest first."""
        with self._lock:
            return [
                call.show()
                for call in self.calls
                if operation in (None, call.operation)
            ]

    def forget_calls(self):
        with self._lock:
            self.calls.clear()

    def show_violations(self):
        return list(self.violations)

    def health(self):
        with self.present() as now:
            return {
                "status": "ok",
                "now": iso(now),
                "orders": len(self.orders),
                "violations": len(self.violations),
            }

    def reset(self):
        """Begin anew, in real time."""
        with self._lock:
            self._begin(type(self.clock)())
        return self.health()
