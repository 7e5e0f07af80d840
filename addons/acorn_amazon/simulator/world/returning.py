"""What tests and demos may do with returns: see ``World``.

And how a living world lets some buyers send back what they ordered.
"""

from datetime import timedelta

from ..clock import iso, parse
from . import returns

REASONS = ("UNWANTED_ITEM", "DEFECTIVE", "NOT_AS_DESCRIBED", "DAMAGED_BY_CARRIER")
DISPOSITIONS = ("SELLABLE", "SELLABLE", "CUSTOMER_DAMAGED", "DEFECTIVE")
COMMENTS = ("", "", "It hums.", "Too big for my table.")
LABEL_COST = {"JPY": "600"}
SHARE = 0.12  # of the orders of a living world


class Returning:
    """Part of ``World``: what buyers send back."""

    def request_return(
        self,
        order_id,
        item_id=None,
        quantity=1,
        reason="UNWANTED_ITEM",
        payer="Seller",
        requested=None,
        **details,
    ):
        """A buyer asks to send units of a shipped order back to the seller."""
        with self.changing() as now:
            entry = self._entry(order_id)
            item = entry.item(item_id) if item_id else entry.raw["orderItems"][0]
            if entry.fulfilled_by != "MERCHANT" or entry.status != "SHIPPED":
                raise ValueError(f"{order_id} was not shipped by the seller")
            made = returns.to_seller(entry, reason, payer) | details
            moment = parse(requested) if requested else now
            return dict(self.returns.add(entry, item, quantity, moment, **made))

    def change_return(self, number, **cells):
        """Put other words into a return: ``status``, ``tracking``, ``carrier``,
        ``delivered`` (a time), ``refunded``, ``claimed``, ``resolution``, …"""
        if cells.get("status", "Closed") not in returns.STATUSES:
            raise ValueError(f"There is no status {cells['status']!r}")
        with self.changing() as now:
            found = self.returns.get(number)
            found.update(cells)
            if "refunded" in cells:
                found["refunded_at"] = iso(now)
            self.returns.revision += 1
            return dict(found)

    def approve_return(self, number, carrier="DHL", tracking=None, cost=None):
        """The seller agrees: the buyer gets a label."""
        with self.present():
            found = self.returns.get(number)
            cost = cost or LABEL_COST.get(found["currency"], "4.14")
        return self.change_return(
            number,
            status="Approved",
            carrier=carrier,
            tracking=tracking or f"RET{number[1:10]}",
            label_cost=cost,
        )

    def refund_return(self, number, amount=None):
        """The buyer has got the money back, all of it unless said otherwise."""
        with self.present():
            found = self.returns.get(number)
            all_ = returns.refund_of(self._entry(found["order"]), found)
        return self.change_return(number, status="Completed", refunded=amount or all_)

    def return_to_amazon(
        self,
        order_id,
        item_id=None,
        quantity=1,
        reason="UNWANTED_ITEM",
        disposition="SELLABLE",
        comment="",
        labelled=True,
        returned=None,
    ):
        """Units of an order that Amazon shipped came back to its warehouse."""
        with self.changing() as now:
            entry = self._entry(order_id)
            item = entry.item(item_id) if item_id else entry.raw["orderItems"][0]
            if entry.fulfilled_by != "AMAZON" or entry.status != "SHIPPED":
                raise ValueError(f"{order_id} was not shipped by Amazon")
            region = self.accounts[entry.account].region
            made = returns.to_amazon(region, reason, disposition, comment, labelled)
            moment = parse(returned) if returned else now
            return dict(self.returns.add(entry, item, quantity, moment, **made))

    def show_returns(self, account=None):
        with self.present():
            return [
                dict(each)
                for each in self.returns
                if account in (None, each["account"])
            ]


# What happens by itself: each event looks whether it still can.


def plan(world, shipped, entry, rng):
    """Decide at once whether an order will come back."""
    if rng.random() < SHARE:
        when = shipped + timedelta(days=rng.uniform(0.5, 3))
        words = [rng.choice(words) for words in (REASONS, DISPOSITIONS, COMMENTS)]
        world.agenda.add(when, "send_back", entry.id, *words)


def send_back(world, when, order_id, reason, disposition, comment):
    entry = world.orders.get(order_id)
    if entry is None or entry.status != "SHIPPED":
        return
    item = entry.raw["orderItems"][0]
    region = world.accounts[entry.account].region
    if entry.fulfilled_by == "AMAZON":
        made = returns.to_amazon(region, reason, disposition, comment, True)
        world.returns.add(entry, item, 1, when, **made)
        return
    made = returns.to_seller(entry, reason, "Seller")
    number = world.returns.add(entry, item, 1, when, **made)["number"]
    world.agenda.add(when + timedelta(hours=2), "approve", number)
    world.agenda.add(when + timedelta(days=4), "bring_back", number)


def approve(world, when, number):
    found = world.returns.get(number)
    found |= {
        "status": "Approved",
        "carrier": "DHL",
        "tracking": f"RET{number[1:10]}",
        "label_cost": LABEL_COST.get(found["currency"], "4.14"),
    }


def bring_back(world, when, number):
    found = world.returns.get(number)
    entry = world.orders.get(found["order"])
    found |= {"status": "Completed", "delivered": iso(when), "refunded_at": iso(when)}
    world.returns.revision += 1
    found["refunded"] = returns.refund_of(entry, found)


EVENTS = {each.__name__: each for each in (send_back, approve, bring_back)}
