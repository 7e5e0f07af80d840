"""Odoo's test_lint sees our addons only; what it says of others does not count."""

import re

import pytest
from acorn_setup import odoo_lint


@pytest.mark.parametrize(
    "finding",
    [
        "Invalid override in sale.order, definition in acorn_base:",
        "fields to index: acorn.shop.line.shop_id (inverse of acorn.shop.line_ids)",
        "fields to index: sale.order.acorn_site_id (inverse of …)",
        "File /home/me/acorn/addons/acorn_base/models/shop.py",
    ],
)
def test_ours(finding):
    assert re.search(odoo_lint.naming(["acorn_base"]), finding)


@pytest.mark.parametrize(
    "finding",
    [
        "Invalid override in sale.order, definition in sale_stock:",
        "File /home/me/acorn/.acorn/odoo/addons/sale/models/sale_order.py",
        "File /home/me/acorn_19/.acorn/odoo/addons/sale/models/sale_order.py",
    ],
)
def test_not_ours(finding):
    assert not re.search(odoo_lint.naming(["acorn_base"]), finding)
