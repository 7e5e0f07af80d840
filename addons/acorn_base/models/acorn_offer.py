from odoo import SUPERUSER_ID, api, fields, models


class AcornOffer(models.Model):
    """A SKU a shop sells: which product it is and who fulfils it."""

    _name = "acorn.offer"
    _description = "Offer"
    _inherit = ["mail.thread", "acorn.audited", "acorn.kept"]
    _order = "shop_id, sku, id"
    _rec_name = "sku"
    _rec_names_search = ["sku", "title", "listing_ref"]
    _check_company_auto = True
    _acorn_audit_robot = False  # what it matches itself is no decision

    sku = fields.Char(string="SKU", required=True, index=True)
    shop_id = fields.Many2one(
        "acorn.shop", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="shop_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True)
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        tracking=True,
        check_company=True,
        domain="[('type', '!=', 'combo')]",
        ondelete="restrict",
    )
    title = fields.Char()
    listing_ref = fields.Char(
        string="ASIN", help="The channel's number of the product."
    )
    barcode = fields.Char()
    by_channel = fields.Boolean(
        string="Fulfilled by Channel", help="The channel ships it from its warehouses."
    )
    handling_days = fields.Integer(string="Handling Time (Days)")
    stock_stopped = fields.Boolean(
        string="Stop Selling",
        tracking=True,
        help="0 is told to the channel, whatever is in stock.",
    )
    quantity_ids = fields.One2many(
        "acorn.offer.quantity", "offer_id", string="Quantities"
    )
    listing_ids = fields.One2many("acorn.listing", "offer_id", string="Listings")
    listing_count = fields.Integer(compute="_compute_listing_count")
    waiting_count = fields.Integer(
        compute="_compute_waiting_count",
        compute_sudo=True,
        help="Order lines booked on a placeholder until the product is set.",
    )
    needs_mapping = fields.Boolean(
        compute="_compute_needs_mapping",
        store=True,
        index=True,
        help="No product is set: orders of this SKU wait for it.",
    )

    _sku_unique = models.Constraint(
        "UNIQUE (shop_id, sku)", "A shop has each SKU only once."
    )

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("product_id", "active", "handling_days", "stock_stopped"),
        ]

    @api.depends("product_id")
    def _compute_needs_mapping(self):
        for offer in self:
            offer.needs_mapping = not offer.product_id

    def _compute_listing_count(self):
        counts = dict(
            self.env["acorn.listing"]._read_group(
                [("offer_id", "in", self.ids)], ["offer_id"], ["__count"]
            )
        )
        for offer in self:
            offer.listing_count = counts.get(offer, 0)

    def _compute_waiting_count(self):
        counts = dict(
            self.env["sale.order.line"]._read_group(
                [("acorn_offer_id", "in", self.ids), ("acorn_unmapped", "=", True)],
                ["acorn_offer_id"],
                ["__count"],
            )
        )
        for offer in self:
            offer.waiting_count = counts.get(offer, 0)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("product_id"):
            self._after_mapping()
        return result

    def _after_mapping(self):
        """Orders that waited for the product of these SKUs can be put right now."""
        for shop, offers in self.grouped("shop_id").items():
            self.env["acorn.alert"]._resolve(shop, "unknown_sku", offers.mapped("sku"))

    @api.model
    def _get_or_create(self, shop, wanted):
        """Return the offers of a shop by SKU; make those it has not met yet.

        :param wanted: dict sku → values for a new offer (title, listing_ref, …)
        :return: dict sku → offer
        """
        offers = self.with_context(active_test=False).search(
            [("shop_id", "=", shop.id), ("sku", "in", list(wanted))]
        )
        by_sku = {offer.sku: offer for offer in offers}
        # In Acorn's own name: whoever set it off decided nothing.
        created = self.with_user(SUPERUSER_ID).create(
            [
                {"shop_id": shop.id, "sku": sku, **values}
                for sku, values in wanted.items()
                if sku not in by_sku
            ]
        )
        created._match_products()
        return by_sku | {offer.sku: offer for offer in created.with_env(self.env)}

    def _match_products(self):
        """Link offers without a product: by internal reference, then by barcode.

        Nothing is linked where two products could be meant.
        """
        for company, offers in (
            self.filtered("needs_mapping").grouped("company_id").items()
        ):
            for field, key in (("default_code", "sku"), ("barcode", "barcode")):
                todo = offers.filtered(
                    lambda offer, key=key: offer.needs_mapping and offer[key]
                )
                found = self._unique_products(company, field, todo.mapped(key))
                for offer in todo:
                    if product := found.get(offer[key]):
                        offer.product_id = product

    @api.model
    def _unique_products(self, company, field, values):
        groups = self.env["product.product"]._read_group(
            [
                (field, "in", values),
                ("company_id", "in", (False, company.id)),
                ("type", "!=", "combo"),
            ],
            [field],
            ["id:recordset"],
        )
        return {value: products for value, products in groups if len(products) == 1}

    def action_retry_orders(self):
        """Apply again the orders that waited for these SKUs."""
        # sudo: who maps SKUs need not be able to read orders.
        lines_sudo = (
            self.env["sale.order.line"]
            .sudo()
            .search([("acorn_offer_id", "in", self.ids), ("acorn_unmapped", "=", True)])
        )
        messages = self.env["acorn.message"].search(
            [
                ("shop_id", "in", self.shop_id.ids),
                ("direction", "=", "in"),
                ("kind", "=", "order"),
                ("key", "in", lines_sudo.order_id.mapped("acorn_ref")),
            ]
        )
        return messages.action_retry()
