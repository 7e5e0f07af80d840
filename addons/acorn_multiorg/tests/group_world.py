"""A group of companies with six shops, and a record of each model at each place."""

from odoo import fields
from odoo.fields import Command

from .carriers import CARRIERS
from .common import GroupCase

# The shops, their units and the sites of each.
SHOPS = {
    "hq1": ("hq", ("US", "DE")),
    "us1": ("us", ("US",)),
    "us2": ("us", ("US",)),
    "de1": ("de", ("DE", "FR")),
    "de2": ("de", ("DE",)),
    "st1": ("store", ("US",)),
}
PLACES = tuple((shop, site) for shop, (_unit, sites) in SHOPS.items() for site in sites)
REPORTS = (
    *("sale.report", "account.invoice.report", "acorn.return.analysis"),
    *("acorn.settlement.sum", "acorn.sku.profit"),
)


class WorldCase(GroupCase):
    """``records``: model → {(shop, site or None): record}, as the superuser sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls.america = cls.env["acorn.region"].create({"name": "America of the matrix"})
        cls.shops, cls.sites = {}, {}
        for name, (unit, sites) in SHOPS.items():
            cls.shops[name] = cls.make_shop(name, cls.units[unit], sites)
            for site in cls.shops[name].site_ids:
                cls.sites[name, site.code] = site
                if site.code == "US":
                    site.region_ids += cls.america
        cls.goods = {name: cls.make_goods(unit) for name, unit in cls.units.items()}
        # Other addons' models are looked at where they are installed.
        cls.carriers = [model for model in CARRIERS if model in cls.env]
        cls.records = {model: {} for model in cls.carriers}
        cls.records["acorn.site"] = dict(cls.sites)
        for name, shop in cls.shops.items():
            cls.records["acorn.shop"][name, None] = shop
            cls.records["acorn.stage"][name, None] = shop.stage_ids[0]
        for place in PLACES:
            cls.make_sale(*place)
        cls.make_records()

    @classmethod
    def make_records(cls):
        """Make a record of each model at each place, then find what reports say."""
        for model in cls.carriers:
            if model not in REPORTS:
                for place in PLACES:
                    cls.record(model, *place)
        cls.env.flush_all()
        for model in REPORTS:
            if model in cls.carriers:
                cls.find_report(model)

    # === WHAT ALL COMPANIES HAVE === #

    @classmethod
    def make_goods(cls, company):
        """Return what a company needs to ship and to book."""
        env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        warehouse = env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        warehouse = warehouse or env["stock.warehouse"].create(
            {"name": company.name, "code": f"W{company.id}", "company_id": company.id}
        )
        accounts = env["account.account"].create(
            [
                {
                    "name": kind,
                    "code": f"9{number}{company.id}",
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                    "company_ids": [Command.set(company.ids)],
                }
                for number, kind in enumerate(("asset_receivable", "income"))
            ]
        )
        journal = env["account.journal"].create(
            {
                "name": "Sales of the matrix",
                "type": "sale",
                "code": f"M{company.id}"[-5:],
                "company_id": company.id,
                "default_account_id": accounts[1].id,
            }
        )
        cls.set_stock(cls.mug, warehouse, 100)
        return {"warehouse": warehouse, "accounts": accounts, "journal": journal}

    # === RECORDS === #

    @classmethod
    def key(cls, model, shop, site):
        """Return the key of a model's record: documents of a shop name no site."""
        return (shop, site if CARRIERS[model][1] else None)

    @classmethod
    def record(cls, model, shop, site):
        """Return the record of a model at a place; it is made when first asked for."""
        known = cls.records[model]
        key = cls.key(model, shop, site)
        if key not in known:
            unit = SHOPS[shop][0]
            company = cls.units[unit]
            Model = cls.env[model].with_company(company)
            Model = Model.with_context(allowed_company_ids=company.ids)
            values = cls.values(Model, shop, site)
            known[key] = Model.create(values).with_env(cls.env)
        return known[key]

    @classmethod
    def values(cls, Model, shop, site):
        """Return values for all that a model asks for, at a place."""
        values = {}
        nodes = (cls.shops[shop], cls.sites[shop, site])
        for path, node in zip(CARRIERS[Model._name], nodes, strict=True):
            name, _dot, rest = (path or "id").partition(".")
            field = Model._fields[name]
            if name == "id" or (field.related and not rest):
                continue
            target = cls.record(field.comodel_name, shop, site) if rest else node
            many = field.type == "many2many"
            values[name] = [Command.set(target.ids)] if many else target.id
        values |= cls.special(Model._name, shop, site)
        wanted = [name for name, field in Model._fields.items() if field.required]
        known = Model.default_get(wanted)
        for name in wanted:
            field = Model._fields[name]
            if name in values or known.get(name) or field.related or not field.store:
                continue
            if field.compute and field.readonly:
                continue
            values[name] = cls.any_value(Model, field, shop, site)
        company = Model._fields.get("company_id")
        if company and company.store and not company.related:
            values.setdefault("company_id", Model.env.company.id)
        return values

    @classmethod
    def any_value(cls, Model, field, shop, site):
        if field.type == "many2one":
            if field.comodel_name in CARRIERS:
                return cls.record(field.comodel_name, shop, site).id
            if field.comodel_name == "product.product":
                return cls.mug.id
            if field.comodel_name == "stock.warehouse":
                return cls.goods[SHOPS[shop][0]]["warehouse"].id
            if field.comodel_name == "res.company":
                return Model.env.company.id
            if field.comodel_name == "delivery.carrier":
                return cls.carrier.id
            return cls.env[field.comodel_name].search([], limit=1).id
        if field.type == "selection":
            return field.get_values(Model.env)[0]
        if field.type in ("datetime", "date"):
            return fields.Datetime.now()
        if field.type in ("integer", "float", "monetary"):
            return 1
        return f"{shop}-{site}"

    @classmethod
    def special(cls, model, shop, site):
        """Return what differs from any value."""
        goods = cls.goods[SHOPS[shop][0]]
        if model == "res.partner":
            return {"name": f"Buyer of {shop}"}
        if model == "acorn.window":
            return {"since": "2026-01-01", "until": "2026-01-02"}
        if model == "acorn.overhead.share":
            return {"overhead_id": cls.overhead(shop).id}
        if model == "acorn.hold.rule":
            return {"name": shop, "kind": "high_value", "amount": 100}
        if model == "acorn.return":
            return {"ref": f"{shop}-{site}", "product_id": cls.mug.id, "quantity": 1}
        if model == "acorn.stock.source":
            return {"location_id": goods["warehouse"].lot_stock_id.id}
        if model == "acorn.carrier.code":
            return {"carrier_id": cls.carrier.id, "code": f"{shop}-{site}"}
        if model == "account.analytic.line":
            plan = cls.env["account.analytic.plan"].search([], limit=1)
            account = cls.env["account.analytic.account"].create(
                {"name": shop, "plan_id": plan.id, "company_id": False}
            )
            return {plan._column_name(): account.id, "name": shop, "amount": 1}
        return {}

    @classmethod
    def overhead(cls, shop):
        return cls.env["acorn.overhead"].create(
            {"name": shop, "company_id": cls.shops[shop].company_id.id}
        )

    @classmethod
    def make_sale(cls, shop, site):
        """Make a confirmed order with its delivery and a draft invoice."""
        unit = SHOPS[shop][0]
        company, goods = cls.units[unit], cls.goods[unit]
        env = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        partner = cls.record("res.partner", shop, site)
        receivable, income = goods["accounts"]
        partner.with_company(company).property_account_receivable_id = receivable
        nodes = {
            "acorn_shop_id": cls.shops[shop].id,
            "acorn_site_id": cls.sites[shop, site].id,
        }
        order = env["sale.order"].create(
            {
                **nodes,
                "partner_id": partner.id,
                "company_id": company.id,
                "warehouse_id": goods["warehouse"].id,
                "acorn_ref": f"{shop}-{site}",
                "acorn_status": "unshipped",
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.mug.id,
                            "name": "Mug",
                            "price_unit": 10,
                            "acorn_charge": "item",
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        invoice = env["account.move"].create(
            {
                **nodes,
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "journal_id": goods["journal"].id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.mug.id,
                            "account_id": income.id,
                            "price_unit": 10,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        for model, made in (
            ("sale.order", order),
            ("sale.order.line", order.order_line),
            ("stock.picking", order.picking_ids),
            ("stock.move", order.picking_ids.move_ids),
            ("stock.move.line", order.picking_ids.move_line_ids),
            ("account.move", invoice),
            ("account.move.line", invoice.invoice_line_ids),
        ):
            assert len(made) == 1, (model, made)
            cls.records[model][shop, site] = made.with_env(cls.env)

    @classmethod
    def find_report(cls, model):
        """Take the rows of an analysis that are of each place."""
        shop_path, site_path = CARRIERS[model]
        for shop, site in PLACES:
            domain = [(shop_path, "=", cls.shops[shop].id)]
            if site_path:
                domain.append((site_path, "=", cls.sites[shop, site].id))
            found = cls.env[model].search(domain, limit=1)
            cls.records[model][cls.key(model, shop, site)] = found
