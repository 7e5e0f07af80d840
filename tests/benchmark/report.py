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
from .table import ROWS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
DATA = ROOT / ".acorn" / "bench.json"
WORDS = Path(__file__).with_name("page.md")
DIRTY = "changed"  # files that are not committed: measured again, it is another thing


def tell(results, quick):
    """Write all of it; return 1 when something was not reached.

    The page is of full size, of one commit on one machine; rows measured on their own
    take their place in it, and it says which were not measured.
    """
    results = list(results)
    data = {"quick": quick, "where": _where(), "rows": _rows(results)}
    sys.stdout.write(_table(data["rows"]) + "\n" + _numbers(data["rows"]))
    data["rows"] = _earlier(data) | data["rows"]
    DATA.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
    if not quick:
        PAGE.write_text(_page(data), "utf-8")
    return 0 if all(result.is_reached for result in results) else 1


def _rows(results):
    now, load = datetime.now(timezone.utc), os.getloadavg()[2]
    return {
        result.row.name: {
            "value": result.value,
            "reached": result.is_reached,
            "problem": result.problem,
            "numbers": result.numbers,
            "seconds": round(result.seconds),
            "load": round(load, 1),
            "at": f"{now:%Y-%m-%d %H:%M} UTC",
        }
        for result in results
    }


def _earlier(data):
    """Rows of an earlier run that are still true."""
    try:
        before = json.loads(DATA.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    same = all(before.get(name) == data[name] for name in ("quick", "where"))
    return before["rows"] if same and DIRTY not in data["where"]["commit"] else {}


def _page(data):
    where = [f"| {name} | {value} |" for name, value in data["where"].items()]
    return WORDS.read_text("utf-8").format(
        table=_table(data["rows"]) + _missing(data["rows"]),
        numbers=_numbers(data["rows"]),
        where="\n".join(where),
    )


def _table(measured):
    lines = ["| work | reach | measured | | against |", "|---|--:|--:|---|---|"]
    for row in ROWS:
        if found := measured.get(row.name):
            value = found["value"]
            shown = "–" if value is None else f"{_plain(value)} {row.unit}"
            verdict = "reached" if found["reached"] else "**missed**"
            lines.append(
                f"| {row.work} | {row.reach} | {shown} | {verdict} | {row.against} |"
            )
    return "\n".join(lines) + "\n"


def _missing(measured):
    """Rows of which there is no figure for this commit."""
    names = [f"`{row.name}`" for row in ROWS if row.name not in measured]
    return f"\nNot measured for this page: {', '.join(names)}.\n" if names else ""


def _numbers(measured):
    lines = []
    for row in ROWS:
        if found := measured.get(row.name):
            parts = [f"{name}: {_plain(v)}" for name, v in found["numbers"].items()]
            told = found["problem"] or "; ".join(parts)
            run = f"{found['at']}, {found['seconds']} s, load {found['load']}"
            lines.append(f"- **{row.name}** ({run}): {told}")
    return "\n".join(lines) + "\n"


def _plain(value):
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or "none"
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _where():
    version = databases.query(databases.template(), "SHOW server_version") or ""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "commit": _commit(),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "Odoo": odoo.release.version,
        "Python": platform.python_version(),
        "PostgreSQL": version.split(" ")[0],
        "system": f"{platform.system()} {platform.release()}",
    }


def _commit():
    def git(*words):
        command, how = ("git", *words), {"capture_output": True, "text": True}
        return subprocess.run(command, cwd=ROOT, check=False, **how).stdout.strip()

    number, changes = git("rev-parse", "--short", "HEAD"), git("status", "--porcelain")
    mine = [line for line in changes.splitlines() if "docs/benchmarks.md" not in line]
    return f"{number}, {DIRTY}" if mine else number


def _processor():
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
