"""The drill: work, back up, lose all, restore; and a copy that talks to nobody."""

import json
import os
import shutil
import subprocess
import sys
import tarfile

import pytest

from ..e2e.servers import FILESTORE, ROOT, Amazon, Odoo

SELL = """
from odoo.addons.acorn_amazon.simulator.accounts import demo_accounts
account = demo_accounts()[0]
app = env["acorn.amazon.app"].create({
    "name": "Drill", "client_id": account.client_id,
    "client_secret": account.client_secret,
})
shop = env["acorn.shop"].create({
    "name": "Drill", "channel": "amazon", "amazon_app_id": app.id,
    "amazon_region": account.region, "amazon_seller_id": account.seller_id,
    "amazon_refresh_token": account.refresh_token,
})
shop.action_check_connection()
shop._drain(25)
env["ir.attachment"].create({
    "name": "note.txt", "raw": b"kept in the filestore " * 100,
    "res_model": "acorn.shop", "res_id": shop.id,
})
env.cr.commit()
"""
LOOK = """
import json
orders = env["sale.order"].search([("acorn_ref", "!=", False)], order="acorn_ref")
shop = env["acorn.shop"].search([("name", "=", "Drill")])
message = env["acorn.message"].search([("kind", "=", "order")], limit=1, order="id")
print("LOOK" + json.dumps({
    "orders": [
        [o.acorn_ref, o.state, o.amount_total, o.partner_id.name, o.picking_ids.mapped("state")]
        for o in orders
    ],
    "token": shop._channel_account().refresh_token,
    "document": message._plain().decode()[:200],
    "note": env["ir.attachment"].search([("name", "=", "note.txt")]).raw.decode(),
    "uuid": env["ir.config_parameter"].sudo().get_param("database.uuid"),
}))
"""  # noqa: E501
WORK = """
import json, socket
reached = []
connect = socket.socket.connect
def guarded(self, address):
    if self.family != socket.AF_UNIX:
        reached.append(str(address))
    return connect(self, address)
socket.socket.connect = guarded
env["acorn.shop"].search([])._wake_lanes()
ran = []
for cron in env["ir.cron"].with_context(active_test=False).search([]):
    if "acorn" in (cron.model_id.model or "") or cron.active:
        ran.append(cron.name)
        cron.method_direct_trigger()
print("LOOK" + json.dumps({
    "reached": reached,
    "ran": ran,
    "active": env["ir.cron"].search([("name", "like", "lane")]).mapped("name"),
    "states": env["acorn.shop"].search([]).mapped("state"),
    "secrets": [
        *env["acorn.shop"].sudo().search([]).mapped("amazon_refresh_token_sealed"),
        *env["acorn.amazon.app"].sudo().search([]).mapped("client_secret_sealed"),
    ],
    "tokens": env["acorn.amazon.token"].sudo().search_count([]),
    "uuid": env["ir.config_parameter"].sudo().get_param("database.uuid"),
    "mail_servers": env["ir.mail_server"].search([]).mapped("smtp_host"),
    "note": env["ir.attachment"].search([("name", "=", "note.txt")]).raw.decode(),
    "orders": env["sale.order"].search_count([("acorn_ref", "!=", False)]),
}))
"""


def acorn(*words, **env):
    return subprocess.run(
        [sys.executable, ROOT / "bin" / "acorn_setup", *map(str, words)],
        env={**os.environ, **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


class Drill:
    """A database that sells, its backup, and what was seen of it."""

    def __init__(self, folder, amazon):
        self.folder, self.amazon = folder, amazon
        self.name = f"acorn_drill_{os.getpid()}"
        self.odoo = Odoo(folder, amazon, self.name)
        self.names = [self.name]
        self.odoo.shell(SELL)
        self.before = self.look(self.name, LOOK)
        self.file = folder / "drill.tar"
        self.said = acorn("backup", self.file, self.name)

    def look(self, name, script):
        self.odoo.name = name
        answer = self.odoo.shell(script)
        [line] = [line for line in answer.splitlines() if line.startswith("LOOK")]
        return json.loads(line.removeprefix("LOOK"))

    def restore(self, suffix, *options, file=None):
        name = f"{self.name}_{suffix}"
        self.names.append(name)
        return name, acorn("restore", file or self.file, name, *options)

    def exists(self, name):
        sql = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"
        return bool(self.odoo.run("psql", "-XAtc", sql, "postgres").stdout.strip())

    def calls(self):
        return self.amazon.ask("calls")

    def end(self):
        for name in self.names:
            subprocess.run(["dropdb", "--if-exists", "--force", name], check=False)
            shutil.rmtree(FILESTORE / name, ignore_errors=True)


@pytest.fixture(scope="module")
def drill(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drill")
    amazon = Amazon(folder)
    done = None
    try:
        done = Drill(folder, amazon)
        yield done
    finally:
        if done:
            done.end()
        amazon.process.stop()


def test_backup_holds_database_files_and_manifest_but_no_key(drill):
    assert drill.said.returncode == 0, drill.said.stderr
    assert "is not in this file" in drill.said.stdout
    assert len(drill.before["orders"]) > 10
    assert drill.file.stat().st_mode & 0o777 == 0o600
    with tarfile.open(drill.file) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
        assert {"manifest.json", "database.dump"} <= set(tar.getnames())
    assert manifest["odoo"] == "19.0"
    assert {"acorn_base", "acorn_amazon"} <= set(manifest["modules"])
    assert any(name.startswith("filestore/") for name in manifest["files"])
    assert os.environ["ACORN_SECRET_KEY"].encode() not in drill.file.read_bytes()


def test_backup_overwrites_nothing(drill):
    again = acorn("backup", drill.file, drill.name)
    assert again.returncode == 1
    assert "exists already" in again.stderr
    _name, taken = drill.name, acorn("restore", drill.file, drill.name)
    assert taken.returncode == 1
    assert "nothing is ever overwritten" in taken.stderr


def test_a_copy_talks_to_nobody(drill):
    name, said = drill.restore("copy")
    assert said.returncode == 0, said.stderr
    assert "neutralized" in said.stdout
    calls = drill.calls()
    seen = drill.look(name, WORK)
    assert seen["orders"] == len(drill.before["orders"])
    assert seen["note"] == drill.before["note"]
    assert {"Acorn: lane 1", "Acorn: lane 2"} <= set(seen["ran"])
    assert seen["reached"] == []
    assert drill.calls() == calls
    assert seen["active"] == []
    assert set(seen["states"]) == {"paused"}
    assert not any(seen["secrets"])
    assert seen["tokens"] == 0
    assert seen["uuid"] != drill.before["uuid"]
    assert set(seen["mail_servers"]) <= {"invalid"}


def test_after_a_disaster_everything_is_as_it_was(drill):
    name, said = drill.restore("again", "--as-is")
    assert said.returncode == 0, said.stderr
    assert "never run both" in said.stdout
    assert drill.look(name, LOOK) == drill.before


def test_damaged_backup_is_refused_before_anything_is_made(drill):
    damaged = drill.folder / "damaged.tar"
    content = bytearray(drill.file.read_bytes())
    place = content.find(b"PGDMP") + 5000
    content[place : place + 4] = bytes(
        byte ^ 255 for byte in content[place : place + 4]
    )
    damaged.write_bytes(content)
    name, said = drill.restore("damaged", file=damaged)
    assert said.returncode == 1
    assert "damaged" in said.stderr
    assert not drill.exists(name)
    assert not (FILESTORE / name).exists()


def test_what_cannot_be_neutralized_is_not_restored(drill):
    """A failure at the last step leaves no half of a copy behind."""
    broken = drill.folder / "broken.tar"
    with tarfile.open(drill.file) as tar:
        tar.extractall(drill.folder / "broken", filter="data")
    manifest = drill.folder / "broken" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["modules"] = []  # a copy of which nobody knows what to neutralize
    manifest.write_text(json.dumps(content))
    with tarfile.open(broken, "w") as tar:
        for path in (drill.folder / "broken").iterdir():
            tar.add(path, path.name)
    name, said = drill.restore("broken", file=broken)
    assert said.returncode == 1
    assert "how a copy is neutralized" in said.stderr
    assert not drill.exists(name)
