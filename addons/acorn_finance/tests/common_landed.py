"""Goods that are bought, freighted in and sold, with Odoo's landed costs."""

from unittest import SkipTest

from freezegun import freeze_time

from odoo import Command

from .test_revenue import RevenueCase


class LandedCase(RevenueCase):
    """Cups at average cost, of which ten came in at 5.00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env["acorn.landed.cost"]._is_known():
            raise SkipTest("stock_landed_costs is not installed")
        cls.category.property_cost_method = "average"
        # A cost that a product is given counts until the first receipt after it.
        with freeze_time("2026-03-01"):
            cls.cup, cls.freight = cls.env["product.product"].create(
                [
                    {
                        "name": "Cup",
                        "default_code": "CUP",
                        "is_storable": True,
                        "categ_id": cls.category.id,
                    },
                    {"name": "Freight", "type": "service", "landed_cost_ok": True},
                ]
            )
        cls.general = cls.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.supplier = cls.env["res.partner"].create({"name": "Pottery"})
        cls.receipt = cls.buy(10, 5.00, "2026-04-01")
        cls.env["acorn.profit.mark"].search([]).unlink()

    @classmethod
    def buy(cls, quantity, price, day, done=True):
        """Return the receipt of what was bought."""
        with freeze_time(f"{day} 08:00:00"):
            order = cls.env["purchase.order"].create(
                {
                    "partner_id": cls.supplier.id,
                    "picking_type_id": cls.us.fba_warehouse_id.in_type_id.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.cup.id,
                                "product_qty": quantity,
                                "price_unit": price,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
            )
            order.button_confirm()
            receipt = order.picking_ids
            receipt.move_ids.write({"quantity": quantity, "picked": True})
            if done:
                receipt.button_validate()
        return receipt

    @classmethod
    def land(cls, amount, day, receipt=None):
        """Let freight of a receipt count from a day on."""
        with freeze_time(f"{day} 09:00:00"):
            cost = cls.env["stock.landed.cost"].create(
                {
                    "date": day,
                    "picking_ids": [Command.set((receipt or cls.receipt).ids)],
                    "account_journal_id": cls.general.id,
                    "cost_lines": [
                        Command.create(
                            {
                                "product_id": cls.freight.id,
                                "price_unit": amount,
                                "split_method": "by_quantity",
                            }
                        )
                    ],
                }
            )
            cost.button_validate()
        return cost

    def sell(self, quantity, day):
        return self.shipped(self.line(sku="CUP", quantity=quantity), day=day)

    def settle(self, order, day, ref="1001", **values):
        settlement = self.stored(("sale", "20.00", day, self.of(order)), ref=ref)
        settlement.write(values)
        self.post(settlement)
        return settlement

    def shown(self, **domain):
        """Return (cost of goods, landed cost) as the report has them."""
        self.env["acorn.profit.mark"]._mark_all(self.company)
        self.env["acorn.profit.mark"]._rebuild_all()
        self.env.invalidate_all()
        return self.costs("acorn.profit.day", "profit_line", "amount", domain)

    def booked(self, **domain):
        """Return the same as the journal has them."""
        domain |= {"parent_state": "posted", "company_id": self.company.id}
        goods, landed = self.costs(
            "account.move.line", "acorn_profit_line", "balance", domain
        )
        return -goods or 0.0, -landed or 0.0

    def costs(self, model, line, amount, domain):
        rows = self.env[model]._read_group(
            [(name, "=", value) for name, value in domain.items()],
            [line],
            [f"{amount}:sum"],
        )
        sums = {name: round(total, 2) for name, total in rows}
        return sums.get("cost_of_goods", 0.0), sums.get("landed_cost", 0.0)
