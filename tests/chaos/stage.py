"""The whole: Amazon, PostgreSQL, Odoo servers; and time, which passes when told to."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import xmlrpc.client
from datetime import datetime, timedelta, timezone

import psycopg2

from ..e2e.servers import ROOT, Amazon, Process, free_port, wait_for
from . import compare
from .cluster import Cluster

BASE, NAME = "chaos_base", "chaos"
# Odoo asks up to three minutes before its present: Amazon's lies before that, so that
# what happens there is found at once.
AMAZON_IS_LATE = 200  # seconds
ADMIN = 2
LANES = """
    SELECT cron.id FROM ir_cron cron
      JOIN ir_act_server action ON action.id = cron.ir_actions_server_id
     WHERE action.code = 'model._cron_lane()' AND cron.active
"""
# Work that is left, by kind; orders that nobody has packed are none.
LEFT = """
    SELECT 'message ' || direction || ' ' || key || ' ' || state
      FROM acorn_message
     WHERE (direction, state) IN (('in', 'pending'), ('out', 'pending'),
                                  ('out', 'waiting'))
 UNION ALL
    SELECT 'stream ' || id || ' ' || COALESCE(error, '')
      FROM acorn_stream
     WHERE active AND (write_date < %(since)s OR failures > 0
                       OR next_run <= now() AT TIME ZONE 'UTC')
 UNION ALL
    SELECT 'shop ' || id || ' ' || state FROM acorn_shop WHERE state = 'paused'
 UNION ALL
    SELECT 'delivery ' || picking.name
      FROM stock_picking picking
      JOIN stock_location location ON location.id = picking.location_dest_id
     WHERE picking.state = 'done' AND picking.acorn_known IS NOT TRUE
       AND location.usage = 'customer' AND picking.carrier_tracking_ref IS NOT NULL
"""
HURRY = (
    "UPDATE acorn_stream SET next_run = now() AT TIME ZONE 'UTC' - interval '1 s'"
    " WHERE active",
    "UPDATE acorn_message SET next_try = NULL"
    " WHERE next_try IS NOT NULL AND state IN ('pending', 'waiting')",
    "UPDATE acorn_shop SET probe_after = now() AT TIME ZONE 'UTC' - interval '1 s'"
    " WHERE probe_after IS NOT NULL AND state = 'paused'",
    "UPDATE acorn_amazon_budget SET filled_at = filled_at - interval '1 hour'",
)


class Server:
    """One Odoo process (workers=0) or a parent with workers; it can be killed."""

    def __init__(self, stage, number, threads, workers):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = Process(
            [
                *(sys.executable, ROOT / "bin" / "odoo-bin", "-d", NAME),
                *("--http-port", self.port, "--gevent-port", free_port()),
                *("--max-cron-threads", threads, "--workers", workers),
                *("--data-dir", stage.folder / "data", "--db-filter", f"^{NAME}$"),
            ],
            stage.env,
            stage.folder / f"odoo-{number}.log",
        )

    def wait(self):
        self.process.wait_until_it_answers(f"{self.url}/web/health", 90)
        return self

    @property
    def is_alive(self):
        return self.process.popen.poll() is None

    @property
    def log(self):
        return self.process.log.read_text(errors="replace")

    def kill(self):
        self.process.popen.send_signal(signal.SIGKILL)
        self.process.popen.wait(20)

    def stop(self):
        self.process.stop()

    def limit_files(self, size):
        """No file may grow beyond so many bytes; None for any size again."""
        limit = resource.RLIM_INFINITY if size is None else size
        hard = resource.RLIM_INFINITY
        resource.prlimit(self.process.popen.pid, resource.RLIMIT_FSIZE, (limit, hard))

    def call(self, model, method, *args, **kwargs):
        proxy = xmlrpc.client.ServerProxy(
            f"{self.url}/xmlrpc/2/object", allow_none=True
        )
        return proxy.execute_kw(NAME, ADMIN, "admin", model, method, args, kwargs)


class Stage:
    def __init__(self, folder):
        self.folder = folder
        self.cluster = Cluster()
        self.servers, self.number, self.amazon = [], 0, None
        self.is_spoilt = True  # what is there is not worth going on with

    # === FROM NOTHING === #

    def build(self, demo, company):
        self.cluster.create()
        self.amazon = Amazon(self.folder, "--history", 0, "--orders-per-hour", 0)
        self.env = {
            **self.cluster.env,
            "ACORN_SPAPI_ENDPOINT": self.amazon.url,
            "ACORN_LWA_ENDPOINT": self.amazon.url,
            "ACORN_DEMO": "company",  # its shops sell from one pool of goods
        }
        self.cluster.take_over(os.environ["ACORN_TEST_TEMPLATE"], BASE)
        self._prepare_amazon()
        for script in (demo, company):
            self.shell(BASE, script)
        self.initial_stock = compare.stock(self, BASE)

    def _prepare_amazon(self):
        self.amazon.ask("reset", {})
        self.amazon.ask("options", {"rate_scale": 5000, "settle_seconds": 0})
        self.amazon.ask("clock", {"advance": -AMAZON_IS_LATE})

    def shell(self, database, script):
        command = [sys.executable, str(ROOT / "bin" / "odoo-bin"), "shell"]
        options = ["-d", database, "--no-http", "--log-level", "warn"]
        data = ["--data-dir", str(self.folder / "data")]
        return subprocess.run(
            [*command, *options, *data],
            input=script,
            env=self.env,
            cwd=ROOT,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        ).stdout

    def begin(self):
        """A fresh company and a fresh Amazon, if the ones there are spoilt."""
        if not self.is_spoilt:
            # A shop that was connected again has all its streams again.
            self.rows("UPDATE acorn_stream SET active = FALSE WHERE kind != 'order'")
            return self
        self.stop_servers()
        self.cluster.drop(NAME)
        self.cluster.copy(BASE, NAME)
        filestore = self.folder / "data" / "filestore"
        shutil.rmtree(filestore / NAME, ignore_errors=True)
        if (filestore / BASE).is_dir():
            shutil.copytree(filestore / BASE, filestore / NAME)
        self._prepare_amazon()
        self.is_spoilt = False
        return self

    def end(self):
        self.stop_servers()
        if self.amazon:
            self.amazon.process.stop()
        self.cluster.remove()

    # === SERVERS === #

    def serve(self, count=1, threads=2, workers=0):
        """Have so many servers run; return them."""
        self.servers = [server for server in self.servers if server.is_alive]
        for _missing in range(count - len(self.servers)):
            self.number += 1
            self.servers.append(Server(self, self.number, threads, workers))
        for server in self.servers:
            server.wait()
        return self.servers

    def stop_servers(self):
        for server in self.servers:
            server.stop()
        self.servers = []

    @property
    def server(self):
        return self.serve()[0]

    # === TIME === #

    def rows(self, query, values=()):
        return self.cluster.rows(NAME, query, values)

    def hurry(self):
        """Everything that waits for a time is due: hours have passed."""
        for statement in HURRY:
            self.rows(statement)

    def hurry_if_idle(self):
        """Not while a lane is at work: nothing takes hours for it."""
        if self.is_idle():
            self.hurry()

    def wake(self):
        """As Odoo's own ``_trigger()``."""
        self.rows(
            "INSERT INTO ir_cron_trigger (cron_id, call_at)"
            f" SELECT id, now() AT TIME ZONE 'UTC' - interval '1 s' FROM ({LANES}) AS l"
        )
        self.notify()

    def notify(self):
        self.cluster.rows("postgres", "SELECT pg_notify('cron_trigger', %s)", [NAME])

    def is_idle(self):
        """No lane is at work, nor called for."""
        [[busy]] = self.rows(
            f"""
            SELECT count(*) FROM ({LANES}) AS lane
             WHERE EXISTS (SELECT FROM ir_cron_trigger
                            WHERE cron_id = lane.id
                              AND call_at <= now() AT TIME ZONE 'UTC')
            """
        )
        if busy:
            return False
        free = self.rows(
            f"SELECT id FROM ir_cron WHERE id IN ({LANES})"
            " FOR NO KEY UPDATE SKIP LOCKED"
        )
        return len(free) == len(self.rows(LANES))

    def wait_until_idle(self, seconds=90):
        told = time.monotonic()
        deadline = told + seconds
        while time.monotonic() < deadline:
            if self.is_idle():
                return
            if time.monotonic() > told + 2:
                self.notify()
                told = time.monotonic()
            time.sleep(0.1)
        raise AssertionError(f"The lanes are not idle after {seconds} s")

    def work(self):
        """Let time pass and the lanes do what is due."""
        self.hurry()
        self.wake()
        self.wait_until_idle()

    def settle(self, rounds=12):
        """Let time pass until nothing is left to do."""
        left = []
        for _round in range(rounds):
            since = datetime.now(timezone.utc).replace(tzinfo=None)
            self.work()
            left = [text for [text] in self.rows(LEFT, {"since": since})]
            if not left:
                return
        raise AssertionError(f"Left after {rounds} rounds: {left[:10]}")

    def until(self, what, found, seconds=30):
        return wait_for(what, found, seconds, pause=0.05)

    # === AMAZON === #

    def place(self, sku="OAK-MUG-4", quantity=1, site="DE", by="MERCHANT", **wishes):
        """Somebody buys something; its number."""
        wishes = {"status": "UNSHIPPED", "fulfilled_by": by, "site": site} | wishes
        wishes.setdefault("lines", [{"sku": sku, "quantity": quantity}])
        return self.amazon.ask("orders", wishes)["orderId"]

    def place_some(self, count, **wishes):
        return [self.place(**wishes) for _n in range(count)]

    def ship(self, ref):
        """Amazon, or the seller in Seller Central, ships all of it."""
        return self.amazon.ask(f"orders/{ref}/status", {"status": "SHIPPED"})

    def fault(self, operation, kind, **values):
        self.amazon.ask("faults", {"operation": operation, "kind": kind, **values})

    def clear_faults(self):
        self.amazon.delete("faults")

    def held(self):
        return self.amazon.ask("held")

    def wait_for_held(self):
        return self.until("a call to be held", self.held)

    # === PEOPLE === #

    def pack(self, ref, tracking, units=None):
        """Somebody validates the open delivery of an order, all or some of it."""
        call = self.server.call
        [picking] = call(
            "stock.picking",
            "search",
            [
                ("sale_id.acorn_ref", "=", ref),
                ("picking_type_code", "=", "outgoing"),
                ("state", "in", ("confirmed", "assigned")),
            ],
        )
        [carrier] = call(
            "delivery.carrier", "search", [("acorn_code", "=", "DHL")], limit=1
        )
        values = {"carrier_id": carrier, "carrier_tracking_ref": tracking}
        call("stock.picking", "write", [picking], values)
        if units is not None:
            moves = call("stock.move", "search", [("picking_id", "=", picking)])
            values = {"quantity": 0, "picked": False}
            call("stock.move", "write", moves[1:], values)
            call("stock.move", "write", moves[:1], {"quantity": units, "picked": True})
        context = {"skip_backorder": True}
        call("stock.picking", "button_validate", [picking], context=context)

    def units_to_pack(self, ref):
        """Units of an order's open delivery, as whoever packs sees them."""
        [[units]] = self.rows(
            """
            SELECT COALESCE(sum(move.product_uom_qty), 0)
              FROM stock_move move
              JOIN stock_picking picking ON picking.id = move.picking_id
              JOIN stock_picking_type type ON type.id = picking.picking_type_id
              JOIN sale_order so ON so.id = picking.sale_id
             WHERE so.acorn_ref = %s AND type.code = 'outgoing'
               AND move.state = 'assigned'
            """,
            [ref],
        )
        return int(units)

    def is_up_to_date(self, ref):
        """Whether Odoo knows what has last happened to an order at Amazon."""
        order = self.amazon.ask(f"orders/{ref}")
        known = self.rows(
            "SELECT version FROM acorn_message"
            " WHERE direction = 'in' AND key = %s AND state = 'done'",
            [ref],
        )
        moment = datetime.fromisoformat(order["lastUpdatedTime"].replace("Z", "+00:00"))
        moment = moment.replace(tzinfo=None, microsecond=0)
        return any(version.replace(microsecond=0) >= moment for [version] in known)

    # === LOCKS === #

    def block(self, table):
        """Let nobody write to a table until the connection is closed."""
        connection = self.cluster.connect(NAME)
        connection.autocommit = False
        connection.cursor().execute(f"LOCK TABLE {table} IN SHARE MODE")
        return connection

    def wait_for_blocked(self, table):
        query = """
            SELECT lock.pid FROM pg_locks lock
             WHERE NOT lock.granted AND lock.relation = %s::regclass
        """
        return self.until(f"a lane at {table}", lambda: self.rows(query, [table]))

    # === THE END === #

    def differences(self):
        return compare.differences(self)

    def check(self):
        """Let everything come to rest; then all of Odoo equals all of Amazon."""
        self.settle()
        self.settle()  # what Amazon was told comes back with its orders
        found = self.differences()
        assert not found, "\n".join(found)

    def wait_for_postgres(self):
        def answers():
            try:
                return self.rows("SELECT 1")
            except psycopg2.OperationalError:
                return False

        return self.until("PostgreSQL", answers)

    def keep_logs(self, folder):
        """What a failure leaves for whoever looks into it."""
        folder.mkdir(parents=True, exist_ok=True)
        for log in self.folder.glob("*.log"):
            shutil.copy(log, folder)
        (folder / "calls.json").write_text(json.dumps(self.amazon.ask("calls")))


def ago(**duration):
    """A time before Amazon's present, as text."""
    now = datetime.now(timezone.utc) - timedelta(seconds=AMAZON_IS_LATE)
    return (now - timedelta(**duration)).isoformat()
