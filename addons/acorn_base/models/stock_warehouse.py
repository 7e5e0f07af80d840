from odoo import api, fields, models

from ..short_codes import free_code

# Goods of a channel's warehouse that nobody can buy there: field → kind of location.
# All of them count as the company's goods, none as free.
APART = {
    "acorn_inbound_id": "transit",  # left here, not counted there
    "acorn_reserved_id": "internal",
    "acorn_unsellable_id": "internal",
    "acorn_researching_id": "internal",
    "acorn_returning_id": "transit",  # left there, not received here
}


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    acorn_shop_id = fields.Many2one(
        "acorn.shop", string="Shop", index="btree_not_null", ondelete="restrict"
    )
    acorn_network = fields.Char(
        string="Fulfilment Network",
        help="Set on warehouses that stand for those of a sales channel.",
    )
    acorn_inbound_id = fields.Many2one(
        "stock.location",
        string="On the Way to the Channel",
        check_company=True,
        copy=False,
        ondelete="restrict",
        help="Send goods to the channel by a transfer to here. They become sellable "
        "when the channel says that it has received them.",
    )
    acorn_reserved_id = fields.Many2one(
        "stock.location",
        string="Reserved by the Channel",
        check_company=True,
        copy=False,
        ondelete="restrict",
        help="Goods that the channel moves between its warehouses.",
    )
    acorn_unsellable_id = fields.Many2one(
        "stock.location",
        string="Unsellable at the Channel",
        check_company=True,
        copy=False,
        ondelete="restrict",
    )
    acorn_researching_id = fields.Many2one(
        "stock.location",
        string="Researched by the Channel",
        check_company=True,
        copy=False,
        ondelete="restrict",
        help="Goods that the channel looks for, or whose condition it changes.",
    )
    acorn_returning_id = fields.Many2one(
        "stock.location",
        string="On the Way Back",
        check_company=True,
        copy=False,
        ondelete="restrict",
        help="Goods that the channel sends back: receive them by a transfer from here.",
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
        """Return the warehouse set for a shop, its own, or the company's first one."""
        own = [("company_id", "=", shop.company_id.id), ("acorn_network", "=", False)]
        return (
            shop.warehouse_id
            or self.search([*own, ("acorn_shop_id", "=", shop.id)], limit=1)
            or self.search([*own, ("acorn_shop_id", "=", False)], limit=1)
        )

    @api.model
    def _acorn_make(self, company, name):
        """Return a new warehouse of a company."""
        others = self.with_context(active_test=False).search(
            [("company_id", "=", company.id)]
        )
        code = free_code(name, set(others.mapped("code")))
        taken = name in others.mapped("name")
        return self.with_company(company).create(
            {
                "name": f"{name} ({code})" if taken else name,
                "code": code,
                "company_id": company.id,
                "partner_id": company.partner_id.id,
            }
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
            # Nobody picks there.
            (warehouse.in_type_id | warehouse.out_type_id).auto_batch = False
        warehouse._acorn_set_apart()
        return warehouse

    def _acorn_set_apart(self):
        """Give a channel's warehouse what stands beside it, where that is missing."""
        # The channel ships whichever serial it likes: none is asked for here.
        types = self.env["stock.picking.type"].with_context(active_test=False)
        types.search(
            [
                ("warehouse_id", "=", self.id),
                "|",
                ("use_create_lots", "=", True),
                ("use_existing_lots", "=", True),
            ]
        ).write({"use_create_lots": False, "use_existing_lots": False})
        missing = [name for name in APART if not self[name]]
        if not missing:
            return
        made = [self[name] for name in APART if self[name]]
        # Beside the warehouse's own view, not below it: what lies below is free.
        view = made[0].location_id if made else self._acorn_make_view()
        for name in missing:
            self[name] = self.env["stock.location"].create(
                {
                    "name": self._fields[name]._description_string(self.env),
                    "usage": APART[name],
                    "location_id": view.id,
                    "company_id": self.company_id.id,
                    "acorn_not_sold": True,
                }
            )

    def _acorn_make_view(self):
        return self.env["stock.location"].create(
            {
                "name": self.env._("%s, not free", self.code),
                "usage": "view",
                "company_id": self.company_id.id,
            }
        )

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
