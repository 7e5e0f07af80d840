"""Lists and groups of many orders, as people of small and large scopes see them."""

import threading
from ast import literal_eval
from xml.etree import ElementTree

from odoo import api
from odoo.fields import Command

from .. import group
from ..measured import Measured

ROUNDS = 5
PAGE = {"limit": 80, "count_limit": 10_001}  # what the web client asks for
LISTS = {
    "Acorn's list": "acorn_base.sale_order_action",
    "Odoo's list": "sale.action_orders",
}
GROUPS = ("date_order:month", "state", "acorn_site_id")
EVERYWHERE, NOTHING = "administrator", "no scope"


def pages(here, size):
    """The dearest page with its count, in milliseconds of SQL."""
    people, numbers = _make(here, size), {}
    for name, user_id in people.items():
        for words, action in LISTS.items():
            numbers[f"{name}, {words}, ms"] = _best(here, user_id, _page, action)
    _check(here, people)
    return Measured(max(numbers.values()), numbers)


def groups(here, size):
    """How many times as long the dearest grouped view takes as an administrator's.

    Both in turn; the best rounds count: what disturbs the machine only adds to them,
    and more to queries that PostgreSQL gives to several processes.
    """
    people, numbers, ratios = _make(here, size), {}, []
    everywhere = people.pop(EVERYWHERE)
    for by in GROUPS:
        for name, user_id in people.items():
            both = [
                [_once(here, each, _grouped, by) for each in (everywhere, user_id)]
                for _round in range(ROUNDS + 1)
            ]
            theirs, own = map(min, zip(*both[1:], strict=True))
            numbers[f"{name}, by {by}, ms of ms"] = [own, theirs]
            ratios.append(own / theirs)
    return Measured(max(ratios), numbers)


# === WHAT THE WEB CLIENT DOES === #


def _page(env, action):
    action = env.ref(action).sudo()
    return env["sale.order"].web_search_read(
        literal_eval(action.domain or "[]"),
        _columns(env, action),
        **PAGE,
    )


def _columns(env, action):
    """What the list shows, as the client asks for it."""
    views = dict((kind, view_id) for view_id, kind in action.views)
    arch = env["sale.order"].get_view(views["list"], "list")["arch"]
    names = {each.get("name") for each in ElementTree.fromstring(arch).iter("field")}
    fields = env["sale.order"]._fields
    return {
        name: {"fields": {"display_name": {}}} if fields[name].relational else {}
        for name in names & fields.keys()
    }


def _grouped(env, by):
    return env["sale.order"].web_read_group(
        [], [by], ["amount_total:sum", "__count"], limit=80
    )


def _best(here, user_id, work, *args):
    """The first round fills caches; to the rest others on the machine only add."""
    rounds = [_once(here, user_id, work, *args) for _round in range(ROUNDS + 1)]
    return min(rounds[1:])


def _once(here, user_id, work, *args):
    """Milliseconds that PostgreSQL and the way to it took, in a transaction of its own,
    as a request of the web client."""
    thread = threading.current_thread()
    with here.registry.cursor() as cr:
        env = api.Environment(cr, user_id, {})
        env = env(context={"allowed_company_ids": env.user.company_ids.ids})
        thread.query_count, thread.query_time = 0, 0.0
        work(env, *args)
        return thread.query_time * 1000


# === PEOPLE === #


def _make(here, size):
    """Fill the database; return the people: {their scope: id}."""
    with here.work() as env:
        made = group.make(env, size.sites, size.sold)
        people = {
            name: _person(env, name, scopes)
            for name, scopes in _scopes(env, made).items()
        }
        admin = env.ref("acorn_multiorg.group_administrator")
        env["res.users"].browse(people[EVERYWHERE]).group_ids += admin
    here.vacuum()
    return people


def _scopes(env, made):
    """Return the scopes of each person: list of values of ``acorn.scope``."""

    def sites(ids):
        return [{"site_id": site_id} for site_id in ids]

    top = env.company.id
    return {
        EVERYWHERE: [],
        "all units": [{"unit_id": top}],
        "one of two units": [{"unit_id": made.units[0].id}],
        "half of the sites": sites(made.site_ids[::2]),
        "a region": [
            {"unit_id": top, "region_ids": [Command.set(made.regions[:1].ids)]}
        ],
        "a busy site": sites([made.site_ids[group.BUSY]]),
        "a site without recent orders": sites([made.site_ids[group.QUIET]]),
        "ten sites without recent orders": sites(made.site_ids[group.QUIET_ONES]),
        "a site without orders": sites([made.site_ids[group.EMPTY]]),
        NOTHING: [],
    }


def _person(env, name, scopes):
    companies = env["res.company"].search([])
    groups = env.ref("base.group_user") | env.ref("acorn_multiorg.group_operations")
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": name,
                "login": name,
                "company_ids": [Command.set(companies.ids)],
                "group_ids": [Command.set(groups.ids)],
            }
        )
    )
    env["acorn.scope"].create([{"user_id": user.id, **values} for values in scopes])
    return user.id


def _check(here, people):
    """Each person sees what is theirs, and what is no channel's."""
    with here.work() as env:
        for name, user_id in people.items():
            user = env["res.users"].browse(user_id)
            everywhere = user._acorn_everywhere()
            env.cr.execute(
                """
                SELECT count(*) FROM sale_order
                 WHERE %(all)s OR acorn_site_id IS NULL OR acorn_site_id IN (
                       SELECT acorn_site_id FROM acorn_site_res_users_rel
                        WHERE res_users_id = %(user)s)
                """,
                {"all": everywhere, "user": user_id},
            )
            [wanted] = env.cr.fetchone()
            orders = env["sale.order"].with_user(user)
            companies = user.company_ids.ids
            seen = orders.with_context(allowed_company_ids=companies).search_count([])
            assert seen == wanted, f"{name}: {seen:,} orders instead of {wanted:,}"
