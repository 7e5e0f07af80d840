"""Rows of Data Kiosk's economics: what a SKU sold on a day, and what its ads cost."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.addons.acorn_base.finance_records import ProductDay, ProductDays

from ..marketplaces import BY_REF
from .numbers import amount
from .part import Part


def parse_product_day(document):
    """Return the ``ProductDays`` of a document, which is about one day."""
    body = Part.of(document.body)
    site, day = body["marketplaceId"].text(), _day(body["day"])
    found = {}
    for row in body.get("economics"):
        told = _row(row, site, day)
        known = found.get(told.sku)
        found[told.sku] = _sum(known, told) if known else told
    days = tuple(found.values())
    return ProductDays(site=site, since=day, until=day + timedelta(days=1), days=days)


def _day(part):
    try:
        return date.fromisoformat(part.text())
    except ValueError:
        raise part.unreadable() from None


def _row(row, site, day):
    currency = _currency(row, site)
    sales = row.get("sales")
    costs = {}
    for ad in row.get("ads"):
        if ad:
            kind = ad.get("adTypeName").text()
            cost = amount(ad["charge"]["totalAmount"], currency, "amount")
            costs[kind] = costs.get(kind, Decimal(0)) + (cost or Decimal(0))
    ordered = amount(sales.get("orderedProductSales"), currency, "amount")
    return ProductDay(
        site=site,
        day=day,
        sku=row.get("msku").text(),
        currency=currency,
        sales=ordered or Decimal(0),
        units=sales.get("unitsOrdered").integer() or 0,
        refunded_units=sales.get("unitsRefunded").integer() or 0,
        ad_cost=sum(costs.values(), Decimal(0)),
        asin=row.get("childAsin").text(),
        ad_costs=tuple(sorted(costs.items())),
    )


def _currency(row, site):
    told = row.get("sales", "orderedProductSales", "currencyCode").text()
    charges = [ad.get("charge", "totalAmount", "currencyCode") for ad in row.get("ads")]
    named = next((each.text() for each in charges if each), "")
    known = BY_REF.get(site)
    return told or named or (known.currency if known else "")


def _sum(one, other):
    """One SKU may stand for several products of Amazon: it is one all the same."""
    costs = dict(one.ad_costs)
    for kind, cost in other.ad_costs:
        costs[kind] = costs.get(kind, Decimal(0)) + cost
    return ProductDay(
        site=one.site,
        day=one.day,
        sku=one.sku,
        currency=one.currency,
        sales=one.sales + other.sales,
        units=one.units + other.units,
        refunded_units=one.refunded_units + other.refunded_units,
        ad_cost=one.ad_cost + other.ad_cost,
        asin=one.asin or other.asin,
        ad_costs=tuple(sorted(costs.items())),
    )
