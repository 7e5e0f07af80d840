"""The world on disk, so that a restart is not the end of it."""

import json
import logging
import os
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from .clock import iso, parse

_logger = logging.getLogger(__name__)

VERSION = 1
PARTS = ("tokens", "orders", "agenda", "documents", "jobs")  # that dump and load
CATCH_UP = timedelta(days=1)  # orders that came while nobody was there, at most


def dump(world):
    return {
        "version": VERSION,
        "begun": iso(world.begun),
        "counters": world.counters,
        "clock": world.clock.dump(),
        "options": asdict(world.options),
        "throttle": [world.throttle.scale, world.throttle.enabled],
        "shipments": world.shipments,
        "fba": world.fba.dump(),
        "finance": world.finance.dump(),
        "accounts": {key: each.dump() for key, each in world.accounts.items()},
        "listings": {key: each.dump() for key, each in world.listings.items()},
        "demand": {key: each.dump() for key, each in world.demand.items()},
        "returns": world.returns.dump(),
    } | {name: getattr(world, name).dump() for name in PARTS}


def load(world, data):
    """Make a fresh world what it was."""
    if data["version"] != VERSION:
        raise ValueError(f"version {data['version']}, {VERSION} was expected")
    world.begun = parse(data["begun"])
    world.counters.update(data["counters"])
    world.clock.load(data["clock"])
    world.options.change(**data["options"])
    world.throttle.scale, world.throttle.enabled = data["throttle"]
    world.shipments.extend(data["shipments"])
    if "fba" in data:
        world.fba.load(data["fba"])
    if "finance" in data:
        world.finance.load(data["finance"])
    world.agenda.clear()
    for name in PARTS:
        getattr(world, name).load(data[name])
    world.returns.load(data.get("returns", ()))
    for key, account in world.accounts.items():
        account.change(**data["accounts"][key])
        world.listings[key].load(data["listings"][key], world.begun)
        world.demand[key].load(data["demand"][key])
        _skip_orders(world, key, world.clock.now() - CATCH_UP)


def _skip_orders(world, key, since):
    """Buyers do not wait for weeks until somebody is there to see them."""
    demand = world.demand[key]
    due = demand.arrival(demand.next)
    if due and due < since and demand.next >= 0:
        world.agenda.drop("arrive", key)
        demand.restart(demand.next, since)
        world.expect(key, demand.next)


class StateFile:
    """A world's file in a folder."""

    def __init__(self, folder):
        self.path = Path(folder) / "world.json"

    def load(self, world):
        """True when there was something to go on with."""
        try:
            data = json.loads(self.path.read_text("utf-8"))
            load(world, data)
        except FileNotFoundError:
            return False
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._move_aside(error)
            world.reset()
            return False
        return True

    def _move_aside(self, error):
        kept = self.path.with_suffix(f".broken-{int(time.time())}")
        self.path.rename(kept)
        _logger.warning(
            "The state in %s cannot be read (%s): kept as %s, and a new world begins.",
            self.path,
            error,
            kept.name,
        )

    def save(self, world):
        """Write the world; the file is the old one or the new one, never a half."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with world.present():
            world.changed = False
            text = json.dumps(dump(world), ensure_ascii=False)
        new = self.path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)
