"""What happens in a random run: people buy, change their minds and pack parcels, and
things break. All of it follows from the seed, as far as machines are punctual."""

from random import Random

SKUS = {  # site: what the seller ships there, what Amazon ships there
    "DE": ("OAK-MUG-4", "OAK-BOARD-L"),
    "FR": ("OAK-MUG-4", "OAK-BOARD-L"),
    "US": ("OAK-MUG-4", "OAK-TOWEL-2"),
    "JP": ("OAK-MUG-4", None),
}
OPERATIONS = ("searchOrders", "searchOrders", "confirmShipment", "token", "*")
FAULTS = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429, "headers": {"Retry-After": "3"}},
    {"kind": "html"},
    {"kind": "empty"},
    {"kind": "truncated"},
    {"kind": "reset"},
    {"kind": "lost_answer"},
    {"kind": "delay", "seconds": 0.5},
    {"kind": "repeat_page", "skip": 1},
    {"kind": "overlap_page", "skip": 1},
)


class Play:
    """The events of one seed on a stage; ``told`` is what happened so far."""

    def __init__(self, stage, seed):
        self.stage, self.dice, self.seed = stage, Random(seed), seed
        self.told, self.parcels = [], 0
        # Orders by what may still happen to them.
        self.pending, self.to_pack, self.by_amazon = [], [], []

    def play(self, steps):
        """Let so many things happen; the lanes work meanwhile."""
        names, shares = zip(*EVENTS.items(), strict=True)
        for _step in range(steps):
            event = self.dice.choices(names, shares)[0]
            what = getattr(self, event)()
            self.told.append(f"{event} {what or ''}".strip())

    def __str__(self):
        return f"seed {self.seed}:\n" + "\n".join(self.told)

    def _any(self, orders):
        return self.dice.choice(orders) if orders else None

    # === AT AMAZON === #

    def buy(self):
        site = self.dice.choice(list(SKUS))
        own, amazons = SKUS[site]
        by_amazon = amazons and self.dice.random() < 0.3
        status = "PENDING" if self.dice.random() < 0.2 else "UNSHIPPED"
        line = {
            "sku": amazons if by_amazon else own,
            "quantity": self.dice.randint(1, 4),
            "discount": self.dice.choice(("0", "1.37")),
            "shipping": self.dice.choice(("0", "4.99")) if site != "JP" else "0",
        }
        if site == "JP":
            line["discount"] = "0"
        ref = self.stage.place(
            site=site,
            by="AMAZON" if by_amazon else "MERCHANT",
            status=status,
            lines=[line],
        )
        if status == "PENDING":
            self.pending.append(ref)
        elif by_amazon:
            self.by_amazon.append(ref)
        else:
            self.to_pack.append(ref)
        return ref

    def pay(self):
        if ref := self._any(self.pending):
            self.pending.remove(ref)
            raw = self._status(ref, "UNSHIPPED")
            own = raw["fulfillment"]["fulfilledBy"] == "MERCHANT"
            (self.to_pack if own else self.by_amazon).append(ref)
            return ref
        return None

    def cancel(self):
        """Before anybody here has begun to pack."""
        orders = self.dice.choice((self.pending, self.to_pack, self.by_amazon))
        if ref := self._any(orders):
            orders.remove(ref)
            self.stage.amazon.ask(f"orders/{ref}/cancel", {"reason": "Too late"})
            return ref
        return None

    def ship_by_amazon(self):
        if ref := self._any(self.by_amazon):
            self.by_amazon.remove(ref)
            self._status(ref, "SHIPPED")
            return ref
        return None

    def ship_a_part(self):
        """Amazon ships one unit of several; the rest follows another time."""
        if ref := self._any(self.by_amazon):
            [item] = self.stage.amazon.ask(f"orders/{ref}")["orderItems"]
            if item["fulfillment"]["quantityUnfulfilled"] < 2:
                return None
            shipped = {item["orderItemId"]: 1}
            self._status(ref, "PARTIALLY_SHIPPED", shipped=shipped)
            return ref
        return None

    def take_one_back(self):
        """A unit of several is cancelled."""
        if ref := self._any(self.to_pack):
            [item] = self.stage.amazon.ask(f"orders/{ref}")["orderItems"]
            if item["fulfillment"]["quantityUnfulfilled"] < 2:
                return None
            path = f"orders/{ref}/items/{item['orderItemId']}"
            self.stage.amazon.ask(path, {"cancelled": 1})
            return ref
        return None

    def move_house(self):
        if ref := self._any(self.to_pack):
            number = self.dice.randint(1, 99)
            address = {"addressLine1": f"New Street {number}"}
            self.stage.amazon.ask(f"orders/{ref}/address", address)
            return ref
        return None

    def touch(self):
        if ref := self._any(self.to_pack + self.by_amazon + self.pending):
            self.stage.amazon.ask(f"orders/{ref}/touch", {})
            return ref
        return None

    def _status(self, ref, status, **values):
        path = f"orders/{ref}/status"
        return self.stage.amazon.ask(path, {"status": status, **values})

    # === HERE === #

    def pack(self):
        """Somebody packs what is known here, all of it or a part."""
        for ref in self.dice.sample(self.to_pack, len(self.to_pack)):
            units = self.stage.units_to_pack(ref)
            if not units or not self.stage.is_up_to_date(ref):
                continue
            self.parcels += 1
            part = self.dice.random() < 0.3 and units > 1
            if not part:
                self.to_pack.remove(ref)
            tracking = f"T{self.seed}-{self.parcels}"
            self.stage.pack(ref, tracking, 1 if part else None)
            return f"{ref} {tracking}"
        return None

    def work(self):
        self.stage.hurry_if_idle()
        self.stage.wake()

    def rest(self):
        self.stage.work()

    # === TROUBLE === #

    def fault(self):
        fault = {
            "operation": self.dice.choice(OPERATIONS),
            **self.dice.choice(FAULTS),
            "times": self.dice.randint(1, 3),
        }
        self.stage.amazon.ask("faults", fault)
        return fault

    def kill(self):
        self.dice.choice(self.stage.servers).kill()
        self.stage.serve(2)

    def small_pages(self):
        limit = self.dice.choice((1, 3, 100))
        self.stage.amazon.ask("options", {"page_limit": limit})
        return limit


EVENTS = {
    "buy": 8,
    "pay": 2,
    "cancel": 1,
    "ship_by_amazon": 2,
    "ship_a_part": 1,
    "take_one_back": 1,
    "move_house": 1,
    "touch": 2,
    "pack": 4,
    "work": 4,
    "rest": 2,
    "fault": 3,
    "kill": 0.5,
    "small_pages": 0.5,
}
