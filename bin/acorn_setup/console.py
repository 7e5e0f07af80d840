"""One line a step on the screen, everything else in `.acorn/log/setup.log`."""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager

from . import paths
from .errors import SetupError

HEARTBEAT = 10  # seconds
TAIL = 20  # lines
screen = sys.stdout


def say(text="", end="\n"):
    print(text, end=end, file=screen, flush=True)


@contextmanager
def step(text, hint=lambda: ""):
    """Print `text`, a sign of life every ten seconds, and the time it took.

    `hint` returns a few words on how far the work is.
    """
    started = time.monotonic()
    over = threading.Event()

    def beat():
        while not over.wait(HEARTBEAT):
            words = hint()
            passed = round(time.monotonic() - started)
            say(f" {passed} s{f' ({words})' if words else ''}", end="")

    say(f"· {text} …", end="")
    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    try:
        yield
    except BaseException:
        over.set()
        say(" failed")
        raise
    over.set()
    heart.join()
    say(f" done ({time.monotonic() - started:.1f} s)")


def run(command, *, todo, what=None, **options):
    """Run `command` with its output in the log; when it fails, show its last lines."""
    command = [str(word) for word in command]
    options.setdefault("stdin", subprocess.DEVNULL)
    with paths.SETUP_LOG.open("ab") as out:
        out.write(f"\n$ {' '.join(command)}\n".encode())
        out.flush()
        start = out.tell()
        result = subprocess.run(
            command, stdout=out, stderr=subprocess.STDOUT, check=False, **options
        )
    if result.returncode:
        print(f"\n{tail(paths.SETUP_LOG, start)}", file=sys.stderr)
        what = what or f"`{' '.join(command)}` failed."
        raise SetupError(f"{what} All it said: {paths.SETUP_LOG}", todo)


def output(command, **options):
    """What `command` prints, or None when it fails."""
    result = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
        **options,
    )
    return None if result.returncode else result.stdout.strip()


def tail(log, start=0):
    with log.open("rb") as file:
        file.seek(start)
        return "\n".join(file.read().decode(errors="replace").splitlines()[-TAIL:])


def last_line_with(text):
    """The end of the newest line of the log that has `text` in it: a hint."""
    for line in reversed(tail(paths.SETUP_LOG).splitlines()):
        if text in line:
            return line.partition(text)[2].strip()
    return ""


def size_of(folder):
    size = sum(file.stat().st_size for file in folder.glob("*") if file.exists())
    return f"{size / 1e6:.0f} MB"
