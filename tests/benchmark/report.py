"""What was measured: on the screen, as a page of the documentation, as JSON."""

import json
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import odoo.release

from . import databases

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
DATA = ROOT / ".acorn" / "bench.json"
WORDS = Path(__file__).with_name("page.md")


def tell(results, options):
    """Write all of it; return 1 when something was not reached."""
    begin, load = datetime.now(timezone.utc), os.getloadavg()[0]
    results = list(results)
    machine = _machine(begin, load)
    DATA.write_text(json.dumps(_data(results, machine, options.quick), indent=1) + "\n")
    sys.stdout.write(_table(results) + "\n" + _numbers(results))
    if not options.quick and not options.rows:
        page = WORDS.read_text("utf-8").format(
            machine="\n".join(f"| {key} | {value} |" for key, value in machine.items()),
            table=_table(results),
            numbers=_numbers(results),
        )
        PAGE.write_text(page, "utf-8")
    return 0 if all(result.is_reached for result in results) else 1


def _table(results):
    lines = ["| work | reach | measured | | against |", "|---|--:|--:|---|---|"]
    for result in results:
        row, measured = result.row, _shown(result.value, result.row.unit)
        verdict = "reached" if result.is_reached else "**missed**"
        lines.append(
            f"| {row.work} | {row.reach} | {measured} | {verdict} | {row.against} |"
        )
    return "\n".join(lines) + "\n"


def _numbers(results):
    lines = []
    for result in results:
        parts = [f"{name}: {_plain(value)}" for name, value in result.numbers.items()]
        told = result.problem or "; ".join(parts)
        lines.append(f"- **{result.row.name}** ({result.seconds:.0f} s): {told}")
    return "\n".join(lines) + "\n"


def _shown(value, unit):
    return "–" if value is None else f"{_plain(value)} {unit}"


def _plain(value):
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or "none"
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _machine(begin, load):
    version = databases.query(databases.template(), "SHOW server_version") or ""
    git = ("git", "rev-parse", "--short", "HEAD")
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "date": f"{begin:%Y-%m-%d %H:%M} UTC",
        "commit": commit.stdout.strip(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "load when it began and when it ended": f"{load:.1f}, {os.getloadavg()[0]:.1f}",
        "Odoo": odoo.release.version,
        "Python": platform.python_version(),
        "PostgreSQL": version.split(" ")[0],
        "system": f"{platform.system()} {platform.release()}",
    }


def _processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _data(results, machine, quick):
    return {
        "machine": machine,
        "quick": quick,
        "rows": {
            result.row.name: {
                "work": result.row.work,
                "value": result.value,
                "unit": result.row.unit,
                "at_least": result.row.at_least,
                "at_most": result.row.at_most,
                "reached": result.is_reached,
                "problem": result.problem,
                "numbers": result.numbers,
                "seconds": round(result.seconds, 1),
            }
            for result in results
        },
    }
