"""Amazon closes a stream: whoever is responsible hears of it once, by every way."""

from datetime import datetime, timezone

from odoo.addons.acorn_base.tests.catchers import HookCatcher, MailCatcher

from .servers import wait_for

SEARCH_ORDERS = "searchOrders"


def test_closed_stream_is_told_by_email_webhook_and_activity(odoo, amazon):
    with MailCatcher() as post_office, HookCatcher() as robot:
        shop = prepare(odoo, post_office, robot)
        amazon.ask("accounts/jp", {"denied": [SEARCH_ORDERS]})
        try:
            alert = closed_stream_is_told_once(odoo, shop, post_office, robot)
        finally:
            amazon.ask("accounts/jp", {"denied": []})
        alert_closes_itself(odoo, shop, alert)
        assert len(post_office.mails) == len(robot.calls) == 1


def prepare(odoo, post_office, robot):
    [shop] = odoo.call("acorn.shop", "search", [("amazon_region", "=", "fe")])
    [admin] = odoo.call("res.users", "search", [("login", "=", "admin")])
    odoo.call("res.users", "write", [admin], {"email": "chief@example.com"})
    odoo.call("acorn.shop", "write", [shop], {"user_id": admin})
    values = {
        "name": "Catcher",
        "smtp_host": "127.0.0.1",
        "smtp_port": post_office.port,
        "smtp_encryption": "none",
    }
    odoo.call("ir.mail_server", "create", values)
    [company] = odoo.call("acorn.shop", "read", [shop], ["company_id"])
    values = {
        "name": "Operations",
        "kind": "wecom",
        "url": f"{robot.url}send?key=1",
        "company_id": company["company_id"][0],
        "severity": "error",
        "shop_ids": [(6, 0, [shop])],
    }
    odoo.call("acorn.webhook", "create", values)
    return shop


def closed_stream_is_told_once(odoo, shop, post_office, robot):
    fetch(odoo, shop)
    domain = [("state", "=", "open")]
    alert = wait_for("the alert", lambda: find(odoo, shop, domain), 180)
    for _round in range(3):
        odoo.run_now("Acorn: watchdog")
    wait_for("the e-mail", lambda: post_office.mails, 90)
    [(recipients, message)] = post_office.mails
    assert recipients == ["chief@example.com"]
    assert alert["number"] in message["Subject"]
    [call] = robot.calls
    assert alert["number"] in call["json"]["markdown"]["content"]
    assert len(activities(odoo, alert)) == 1
    return alert


def alert_closes_itself(odoo, shop, alert):
    fetch(odoo, shop)
    domain = [("id", "=", alert["id"]), ("state", "=", "done")]
    wait_for("the alert to close", lambda: find(odoo, shop, domain), 180)
    assert not activities(odoo, alert)


def fetch(odoo, shop):
    domain = [("shop_id", "=", shop), ("kind", "=", "order")]
    streams = odoo.call("acorn.stream", "search", domain)
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    odoo.call("acorn.stream", "write", streams, {"next_run": now})


def find(odoo, shop, domain):
    domain = [("shop_id", "=", shop), ("reason", "=", "stream"), *domain]
    found = odoo.call("acorn.alert", "search_read", domain, fields=["number"])
    return found and found[0]


def activities(odoo, alert):
    domain = [("res_model", "=", "acorn.alert"), ("res_id", "=", alert["id"])]
    return odoo.call("mail.activity", "search", domain)
