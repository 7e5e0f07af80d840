"""How connectors import orders: each by itself, by Odoo's standard calls, committed.

An ordinary one: it looks for the order, the buyer and the products, makes what is
missing, confirms, delivers what has been shipped. It gets the orders parsed and its
taxes to the cent, as Acorn does, and pays for neither.
"""

from odoo.fields import Command

from odoo.addons.acorn_base.amounts import priced_lines
from odoo.addons.acorn_base.records import SHIPPED


def bring(here, records):
    """Import ``records.Order`` one by one."""
    for record in records:
        with here.work() as env:  # a new cursor, committed at the end
            _import(env, here, record)


def _import(env, here, record):
    shop = here.shop(env)
    domain = [("name", "=", record.ref), ("acorn_shop_id", "=", False)]
    if env["sale.order"].search_count(domain, limit=1):
        return
    site, twin = shop._site_of(record), here.ids.twins[shop._warehouse_of(record).id]
    partner, delivery = _partners(env, record)
    order = env["sale.order"].create(
        {
            "name": record.ref,
            "date_order": record.created_at.replace(tzinfo=None, microsecond=0),
            "partner_id": partner.id,
            "partner_shipping_id": delivery.id,
            "pricelist_id": site.pricelist_id.id,
            "warehouse_id": twin,
            "client_order_ref": record.ref,
            "order_line": [
                Command.create(_line(env, site, priced))
                for priced in priced_lines(record)
            ],
        }
    )
    order.action_confirm()
    if record.status == SHIPPED:
        for picking in order.picking_ids:
            picking.button_validate()


def _partners(env, record):
    """The buyer, known by e-mail, with the address below; or the address alone."""
    Partner = env["res.partner"]
    address = _address(env, record.recipient)
    if not record.buyer.email:
        partner = Partner.create({"name": "Amazon customer", **address})
        return partner, partner
    buyer = Partner.search([("email", "=", record.buyer.email)], limit=1)
    if not buyer:
        buyer = Partner.create({"name": record.buyer.name, "email": record.buyer.email})
    values = {"parent_id": buyer.id, "type": "delivery", **address}
    return buyer, Partner.create(values)


def _address(env, recipient):
    country = env["res.country"].search([("code", "=", recipient.country)], limit=1)
    values = {
        "name": recipient.name,
        "street": ", ".join(recipient.lines),
        "city": recipient.city,
        "zip": recipient.postcode,
        "country_id": country.id,
        "phone": recipient.phone,
    }
    return {name: value for name, value in values.items() if value}


def _line(env, site, priced):
    product = _product(env, priced)
    values = {
        "product_id": product.id,
        "name": priced.source.title if priced.source else product.name,
        "product_uom_qty": priced.quantity,
        "price_unit": float(priced.unit_price),
    }
    tax = env["sale.order.line"]._acorn_tax_values(site, site.currency_id, priced)
    return values | tax


def _product(env, priced):
    Product = env["product.product"]
    if not priced.source:
        return Product._acorn_charge_product(priced.kind)
    return Product.search([("default_code", "=", priced.source.sku)], limit=1)
