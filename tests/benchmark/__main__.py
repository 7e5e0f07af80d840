"""Run the rows; see ``make bench``."""

import argparse
import logging
import signal
import sys

from . import databases

ENDING = (signal.SIGINT, signal.SIGTERM)


def main():
    options = _options()
    for number in ENDING:
        signal.signal(number, _end)
    logging.basicConfig(level=logging.ERROR)
    databases.configure()  # from here on our addons can be imported
    if options.profile:
        return _profile(options.rows)
    from . import report, run

    results = run.rows(options.rows, options.quick)
    return report.tell(results, options.quick)


def _end(*_signal):
    """Once: what was started is being ended already."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(1)


def _profile(rows):
    from . import profile

    sys.stdout.write(profile.run(rows))
    return 0


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="", help="comma-separated names")
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
