"""A large group of companies: shops, sites, orders and people, the many by SQL.

Orders come in the order of their dates, as in life. Of the sites
- the first is busy: it has a tenth of all orders,
- the next has had no order for more than a year, but 2 % of all before,
- the next nine have had none for more than a year either, and fewer before,
- the next has none at all; the others share the rest.
"""

from dataclasses import dataclass

from odoo.fields import Command
from odoo.tools import SQL

SITES_A_SHOP = 3
YEARS = 2
REGIONS = 5
BUSY, QUIET, EMPTY = 0, 1, 11  # indexes in ``Group.site_ids``
QUIET_ONES = slice(QUIET, EMPTY)
OWN = 1_000  # one in so many orders is no channel's

COLUMNS = """
    SELECT column_name FROM information_schema.columns
     WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'
"""
MANY_ORDERS = """
    INSERT INTO sale_order (id, name, date_order, state, company_id, user_id,
                            acorn_shop_id, acorn_site_id, acorn_ref, {others})
    SELECT {first} + n, 'G' || n,
           now() AT TIME ZONE 'UTC' - {years} * interval '1 year' * (1 - n / {count}.0),
           CASE WHEN n %% 20 = 7 THEN 'cancel' ELSE 'sale' END,
           COALESCE(site.company_id, old.company_id), NULL,
           site.shop_id, site.id, CASE WHEN site.id IS NOT NULL THEN 'G' || n END,
           {old_others}
      FROM sale_order old
      JOIN generate_series(1, {count}) AS n ON old.id = {first}
      JOIN LATERAL (SELECT CASE
             WHEN n %% {own} = 3 THEN NULL
             WHEN n %% 25 = 0 AND n < {count} / 2 THEN {quiet}
             WHEN n %% 25 = 1 AND n < {count} / 2 THEN {quiet} + 1 + n / 25 %% 9
             WHEN n %% 10 = 2 THEN {busy}
             ELSE {empty} + 1 + abs(hashint4(n)) %% ({sites} - {empty} - 1)
             END AS number
      ) AS chosen ON TRUE
      LEFT JOIN acorn_site site ON site.id = ({site_ids})[chosen.number + 1]
"""


@dataclass(frozen=True)
class Group:
    units: object  # res.company: two branches, each with half of the shops
    site_ids: list
    regions: object  # acorn.region: each with its part of the sites


def make(env, sites, orders, years=YEARS):
    """Fill a database with so many sites and orders; return the ``Group``."""
    top = env.company
    units = (
        env["res.company"]
        .with_context(install_mode=True)
        .create(
            [
                {"name": f"Branch {number}", "acorn_superior_id": top.id}
                for number in range(2)
            ]
        )
    )
    regions = env["acorn.region"].create(
        [{"name": f"Region {number}"} for number in range(REGIONS)]
    )
    group = Group(units, _make_sites(env, units, regions, sites), regions)
    _make_orders(env, group, orders, years)
    return group


def _make_sites(env, units, regions, count):
    channel = env["acorn.shop"]._default_channel()
    shops = env["acorn.shop"].create(
        [
            {
                "name": f"Shop {number}",
                "channel": channel,
                "company_id": units[number % 2].id,
            }
            for number in range(count // SITES_A_SHOP)
        ]
    )
    sites = env["acorn.site"].create(
        [
            {
                "shop_id": shops[number // SITES_A_SHOP].id,
                "name": f"Site {number}",
                "code": "XX",
                "channel_ref": f"site-{number}",
                "currency_id": env.company.currency_id.id,
                "region_ids": [Command.set(regions[number % REGIONS].ids)],
            }
            for number in range(count)
        ]
    )
    return sites.ids


def _make_orders(env, group, count, years):
    """Copy one order that Odoo has made, with another date, number and site."""
    partner = env["res.partner"].create({"name": "Buyer"})
    order = env["sale.order"].create({"partner_id": partner.id})
    env.flush_all()
    given = {"id", "name", "date_order", "state", "company_id", "user_id"}
    given |= {"acorn_shop_id", "acorn_site_id", "acorn_ref", "access_token"}
    columns = {name for [name] in env.execute_query(SQL(COLUMNS, "sale_order"))}
    others = sorted(columns - given)
    query = MANY_ORDERS.format(
        others=", ".join(f'"{name}"' for name in others),
        old_others=", ".join(f'old."{name}"' for name in others),
        first=order.id,
        count=count,
        years=years,
        own=OWN,
        busy=BUSY,
        quiet=QUIET,
        empty=EMPTY,
        sites=len(group.site_ids),
        site_ids="%s",
    )
    env.cr.execute(SQL(query, group.site_ids))
    last = order.id + count
    env.execute_query(SQL("SELECT setval('sale_order_id_seq', %s)", last))
    env.invalidate_all()
