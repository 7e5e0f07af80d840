"""make up, make down, make logs, make reset."""

import os
import shutil
import sys

from . import (
    addons,
    console,
    database,
    environment,
    machine,
    paths,
    postgres,
    prepare,
    processes,
)
from .errors import SetupError
from .serve import DATABASE

PORT = 8069
PROGRAMS = ("odoo", "simulator")

WELCOME = """
Acorn is ready: {address}
  login     admin
  password  admin    (change it before anybody else can reach this server)
  also      one person of each role; the password is the login:
            groupmanager  headquarters: all units     finance  the same, books only
            shopmanager   Germany's shop              operations  Germany's SKUs, stock
            service       orders of North America     warehouse  the United States'
            manager, user: Acorn's rights without a role; packer: the warehouse alone

Three units: headquarters in China, branches in the United States and Germany. Whoever
works for several chooses them at the top right.

Try next:
  1. Choose all companies at the top right. Acorn / Shops: open Europe, press Test
     Connection, then Sync Now.
  2. Acorn / Orders: open one to ship, choose a carrier and a tracking number on its
     delivery and validate it: the local Amazon shows it shipped a moment later.
  3. Acorn / Needs Attention: set the product of the SKU that nobody knows, press Retry.

`make logs` shows what it does, `make down` stops it, `make reset` starts afresh.
"""


def up():
    if not (_all_run() and prepare.is_current(DATABASE) and _has_demo()):
        for name in PROGRAMS:
            processes.stop(name)
        port = int(os.environ.get("ACORN_PORT") or PORT)
        machine.check_port(port, "ACORN_PORT")
        prepare.prepare(DATABASE)
        _start_simulator()
        _load_demo()
        _start_odoo(port)
    _welcome()


def _all_run():
    has_simulator = processes.running("simulator") or not paths.SIMULATOR.exists()
    return processes.running("odoo") and has_simulator


def _has_demo():
    return "demo" in database.recall(DATABASE).split() or not paths.DEMO.exists()


def _start_simulator():
    if not paths.SIMULATOR.exists():
        return
    port = _simulator_port()
    command = environment.python(
        *(paths.SIMULATOR, "--port", port, "--state", paths.SIMULATOR_STATE)
    )
    with console.step(f"The local Amazon is started on port {port}"):
        process = processes.start(
            "simulator", command, port=port, env=environment.base()
        )
        address = f"http://127.0.0.1:{port}/_sim/health"
        processes.wait_for("simulator", process, address)


def _simulator_port():
    """Nobody types this address: when 8070 is taken, another port will do."""
    wanted = os.environ.get("ACORN_SIM_PORT")
    if wanted:
        machine.check_port(int(wanted), "ACORN_SIM_PORT")
        return int(wanted)
    port = environment.SIMULATOR_PORT
    return port if machine.is_port_free(port) else machine.free_port()


def _load_demo():
    if _has_demo():
        return
    with (
        console.step("The demo company is filled"),
        paths.DEMO.open() as script,
    ):
        console.run(
            environment.odoo("shell", "-d", DATABASE, "--no-http"),
            stdin=script,
            env=environment.served(),
            cwd=paths.ROOT,
            what="The demo data could not be loaded.",
            todo="Mend what the lines above tell, then `make reset` and `make up`.",
        )
    prepare.note(DATABASE, addons.digest(), demo=True)


def _start_odoo(port):
    command = environment.odoo("--http-port", port)
    with console.step("Odoo is started"):
        process = processes.start("odoo", command, port=port, env=environment.served())
        processes.wait_for("odoo", process, f"http://127.0.0.1:{port}/web/login")


def _welcome():
    address = f"http://127.0.0.1:{processes.port_of('odoo')}"
    console.say(WELCOME.format(address=address))


def down():
    stopped = [name for name in PROGRAMS if processes.stop(name)]
    if postgres.stop():
        stopped.append("PostgreSQL")
    console.say(f"Stopped: {', '.join(stopped) or 'nothing, as nothing was running'}.")


def logs():
    files = [processes.log_file(name) for name in PROGRAMS]
    files = [str(file) for file in files if file.exists()]
    if not files:
        raise SetupError("There are no logs yet.", "Start Acorn with `make up`.")
    os.execvp("tail", ["tail", "-n", "50", "-F", *files])


def reset():
    """Throw away the data; Odoo and its Python packages stay."""
    _ask()
    for name in PROGRAMS:
        processes.stop(name)
    postgres.ensure()
    if not database.drop(DATABASE):
        raise SetupError(
            f"Database {DATABASE} is in use and could not be dropped.",
            "Close what is connected to it, then do the same again.",
        )
    shutil.rmtree(paths.SIMULATOR_STATE, ignore_errors=True)
    paths.SECRET_KEY.unlink(missing_ok=True)
    console.say("Thrown away. `make up` makes a new one.")


def _ask():
    if os.environ.get("YES"):
        return
    if not sys.stdin.isatty():
        raise SetupError(
            "`make reset` asks before it throws data away; nobody is here to answer.",
            "If you mean it: make reset YES=1",
        )
    console.say(f"This throws away database {DATABASE} with its files, the key of its")
    console.say("credentials, and what the local Amazon remembers.")
    if input("Type yes to go on: ").strip().lower() != "yes":
        raise SetupError("Nothing was thrown away.", "Answer yes if you mean it.")
