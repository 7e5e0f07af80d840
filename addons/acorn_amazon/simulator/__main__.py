"""Serve the local Amazon: python addons/acorn_amazon/simulator/__main__.py --help"""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

if __package__ in (None, ""):  # run as a file: Odoo's addons package stays unloaded
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from simulator import Simulator, World
else:
    from . import Simulator, World

_logger = logging.getLogger("simulator")


def main():
    options = _options()
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
    )
    world = World(
        seed=options.seed,
        orders_per_hour=options.orders_per_hour,
        history=options.history,
        history_days=options.history_days,
        settlement_days=options.settlement_days,
    )
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    simulator = Simulator(
        world,
        options.port,
        host=options.host,
        state=options.state,
        validate=options.validate,
        in_container=options.in_container,
    )
    with simulator:
        _logger.info("The local Amazon is at %s", simulator.url)
        ended.wait()


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument(
        "--in-container",
        action="store_true",
        help="serve the other containers, too (with --host 0.0.0.0)",
    )
    parser.add_argument("--port", type=int, default=8070)
    parser.add_argument("--state", help="folder in which the world is kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--history", type=int, default=40, help="orders per account")
    parser.add_argument(
        "--history-days", type=float, default=4.0, help="over which these orders came"
    )
    parser.add_argument(
        "--settlement-days", type=float, default=14.0, help="from one to the next"
    )
    parser.add_argument("--orders-per-hour", type=float, default=6.0)
    parser.add_argument("--no-validation", dest="validate", action="store_false")
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
