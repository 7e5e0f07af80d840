"""The real things: an Odoo server with its crons, and the local Amazon."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import xmlrpc.client
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILESTORE = ROOT / ".acorn" / "data" / "filestore"
SIMULATOR = ROOT / "addons" / "acorn_amazon" / "simulator" / "__main__.py"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, found, seconds=60, pause=0.5):
    """Return what ``found()`` returns once it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(pause)
    raise AssertionError(f"Waited {seconds} s in vain for {what}")


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


class Process:
    """A program of ours, ended when the test ends."""

    def __init__(self, command, env, log):
        self.log = log
        with log.open("ab") as out:
            self.popen = subprocess.Popen(
                [str(word) for word in command],
                env=env,
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def wait_until_it_answers(self, url, seconds=60):
        def alive_and_answering():
            if self.popen.poll() is not None:
                raise AssertionError(f"It ended: {self.log.read_text()[-3000:]}")
            return answers(url)

        wait_for(url, alive_and_answering, seconds)

    def stop(self, how=signal.SIGTERM):
        if self.popen.poll() is None:
            self.popen.send_signal(how)
            try:
                self.popen.wait(20)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait(10)


class Amazon:
    """The local Amazon as a process, and its control plane."""

    def __init__(self, folder, *options):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = Process(
            [
                sys.executable,
                SIMULATOR,
                "--port",
                self.port,
                "--state",
                folder / "amazon",
                *options,
            ],
            dict(os.environ),
            folder / "amazon.log",
        )
        self.process.wait_until_it_answers(f"{self.url}/_sim/health", 30)

    def ask(self, path, body=None):
        """GET, or POST when there is a body, on the control plane."""
        return self._send("GET" if body is None else "POST", path, body)

    def delete(self, path):
        return self._send("DELETE", path)

    def _send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_sim/{path}",
            data,
            {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.read().decode()}") from error

    def clear(self, path):
        """DELETE on the control plane."""
        request = urllib.request.Request(f"{self.url}/_sim/{path}", method="DELETE")
        urllib.request.urlopen(request, timeout=30).close()


class Odoo:
    """A database copied from the template, and a server with cron threads on it."""

    def __init__(self, folder, amazon, name):
        self.folder, self.name = folder, name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ,
            "ACORN_SPAPI_ENDPOINT": amazon.url,
            "ACORN_LWA_ENDPOINT": amazon.url,
            "ACORN_WEBHOOK_HOSTS": "127.0.0.1",
            "ACORN_DEMO": "company",  # its shops sell from one pool of goods
        }
        self.process = None
        template = os.environ["ACORN_TEST_TEMPLATE"]
        self.run("createdb", "-T", template, name)
        if (FILESTORE / template).is_dir():
            self.run("cp", "-al", FILESTORE / template, FILESTORE / name)

    def run(self, *command, **options):
        return subprocess.run(
            [str(word) for word in command],
            env=self.env,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
            **options,
        )

    def shell(self, script):
        """Run a script in Odoo's shell; what it prints is returned."""
        command = (sys.executable, ROOT / "bin" / "odoo-bin", "shell")
        options = ("-d", self.name, "--no-http", "--log-level", "warn")
        try:
            return self.run(*command, *options, input=script).stdout
        except subprocess.CalledProcessError as error:
            raise AssertionError(f"The script failed:\n{error.stderr}") from error

    def start(self, crons=2):
        self.process = Process(
            [
                *(sys.executable, ROOT / "bin" / "odoo-bin"),
                *("-d", self.name, "--http-port", self.port),
                *("--max-cron-threads", crons, "--db-filter", f"^{self.name}$"),
            ],
            self.env,
            self.folder / "odoo.log",
        )
        self.process.wait_until_it_answers(f"{self.url}/web/login", 120)

    def call(self, model, method, *args, login="admin", password="admin", **kwargs):
        """Call a method over XML-RPC, as an outside program would."""
        common = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common")
        uid = common.authenticate(self.name, login, password, {})
        proxy = xmlrpc.client.ServerProxy(
            f"{self.url}/xmlrpc/2/object", allow_none=True
        )
        return proxy.execute_kw(self.name, uid, password, model, method, args, kwargs)

    def run_now(self, name):
        """Let a scheduled action run, after a run of it that is on its way."""
        crons = self.call("ir.cron", "search", [["cron_name", "=", name]])

        def ran():
            try:
                self.call("ir.cron", "method_direct_trigger", crons)
            except xmlrpc.client.Fault as fault:
                if "already" not in fault.faultString:
                    raise
                return False
            return True

        wait_for(name, ran, 120)

    def stop(self):
        if self.process:
            self.process.stop()
        subprocess.run(
            ["dropdb", "--if-exists", "--force", self.name], env=self.env, check=False
        )
        shutil.rmtree(FILESTORE / self.name, ignore_errors=True)
