from odoo import api, fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    acorn_shop_id = fields.Many2one(
        "acorn.shop", string="Shop", index="btree_not_null", ondelete="restrict"
    )
    acorn_network = fields.Char(
        string="Fulfilment Network",
        help="Set on warehouses that stand for those of a sales channel.",
    )

    acorn_return_location_id = fields.Many2one(
        "stock.location",
        string="Returns to Check",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        help="Where returned goods lie until somebody has looked at them. Made when "
        "first needed.",
    )
    acorn_quarantine_location_id = fields.Many2one(
        "stock.location",
        string="Quarantine",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        help="Where goods lie that must not be sold. Made when first needed.",
    )

    def _acorn_return_place(self):
        """Return where returned goods are received."""
        return self._acorn_place(
            "acorn_return_location_id", self.env._("Returns to Check")
        )

    def _acorn_quarantine_place(self):
        """Return where goods lie that are never sold."""
        return self._acorn_place(
            "acorn_quarantine_location_id", self.env._("Quarantine")
        )

    def _acorn_place(self, field, name):
        """Return a place beside the stock, of which nothing is sold; make it."""
        self.ensure_one()
        if not self[field]:
            self[field] = self.env["stock.location"].create(
                {
                    "name": name,
                    "location_id": self.view_location_id.id,
                    "usage": "internal",
                    "company_id": self.company_id.id,
                    "acorn_not_sold": True,
                }
            )
        return self[field]

    @api.model
    def _acorn_own(self, shop):
        """Return the company's first warehouse of its own."""
        return self.search(
            [("company_id", "=", shop.company_id.id), ("acorn_network", "=", False)],
            limit=1,
        )

    @api.model
    def _acorn_of_network(self, shop, network):
        """Return the warehouse that stands for the channel's in one network; make it.

        Each account has its own goods there, so each shop has its own warehouse.
        """
        warehouse = self.search(
            [("acorn_shop_id", "=", shop.id), ("acorn_network", "=", network)], limit=1
        )
        if not warehouse:
            warehouse = self.create(
                {
                    "name": f"FBA {network} {shop.name}",
                    "code": self._acorn_free_code(shop.company_id, network),
                    "company_id": shop.company_id.id,
                    "partner_id": shop.company_id.partner_id.id,
                    "reception_steps": "one_step",
                    "delivery_steps": "ship_only",
                    "acorn_shop_id": shop.id,
                    "acorn_network": network,
                }
            )
            # The channel ships whichever serial it likes: none is asked for here.
            (warehouse.in_type_id | warehouse.out_type_id).write(
                {"use_create_lots": False, "use_existing_lots": False}
            )
        return warehouse

    @api.model
    def _acorn_free_code(self, company, network):
        """Return an unused short name: FBAUS, then F1US, F2US, …"""
        taken = set(
            self.with_context(active_test=False)
            .search([("company_id", "=", company.id)])
            .mapped("code")
        )
        candidates = [f"FBA{network}"] + [f"F{n}{network}" for n in range(1, 999)]
        return next(code[:5] for code in candidates if code[:5] not in taken)
