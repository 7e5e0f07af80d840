from odoo import api, fields, models
from odoo.fields import Command

from ..groups import COMMERCIAL
from ..quiet import in_bulk


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "acorn.line.sources"]

    acorn_line_ref = fields.Char(
        string="Channel Item", readonly=True, copy=False, index="btree_not_null"
    )
    acorn_charge = fields.Selection(
        [
            ("item", "Item"),
            ("shipping", "Shipping"),
            ("gift_wrap", "Gift wrap"),
            ("discount", "Discount"),
            ("cod", "Cash on delivery"),
            ("tip", "Tip"),
            ("other", "Other"),
        ],
        string="Charge",
        readonly=True,
        copy=False,
    )
    acorn_shop_id = fields.Many2one(
        related="order_id.acorn_shop_id", store=True, index="btree_not_null"
    )
    acorn_site_id = fields.Many2one(
        related="order_id.acorn_site_id", store=True, index="btree_not_null"
    )
    acorn_offer_id = fields.Many2one(
        "acorn.offer", string="Offer", readonly=True, copy=False, index="btree_not_null"
    )
    acorn_unmapped = fields.Boolean(
        string="Unknown SKU",
        readonly=True,
        copy=False,
        help="Booked on a placeholder until the product of the SKU is set.",
    )
    acorn_gift_message = fields.Text(string="Gift Message", readonly=True, copy=False)
    acorn_gift_wrap = fields.Char(string="Gift Wrap", readonly=True, copy=False)
    acorn_customization_url = fields.Char(
        string="Customisation", readonly=True, copy=False
    )
    acorn_ioss_number = fields.Char(string="IOSS Number", readonly=True, copy=False)
    acorn_tax_party = fields.Char(
        string="Responsible for Tax",
        readonly=True,
        copy=False,
        help="Who owes the tax of this item, when it is not this company.",
    )
    acorn_tax_scheme = fields.Char(string="Tax Scheme", readonly=True, copy=False)

    # What Odoo lets every warehouse user read.
    price_unit = fields.Float(groups=COMMERCIAL)
    technical_price_unit = fields.Float(groups=COMMERCIAL)
    price_subtotal = fields.Monetary(groups=COMMERCIAL)
    price_tax = fields.Float(groups=COMMERCIAL)
    price_total = fields.Monetary(groups=COMMERCIAL)
    price_reduce_taxexcl = fields.Monetary(groups=COMMERCIAL)
    price_reduce_taxinc = fields.Monetary(groups=COMMERCIAL)
    untaxed_amount_invoiced = fields.Monetary(groups=COMMERCIAL)
    amount_invoiced = fields.Monetary(groups=COMMERCIAL)
    untaxed_amount_to_invoice = fields.Monetary(groups=COMMERCIAL)
    amount_to_invoice = fields.Monetary(groups=COMMERCIAL)
    amount_to_invoice_at_date = fields.Float(groups=COMMERCIAL)
    extra_tax_data = fields.Json(groups=COMMERCIAL)

    _acorn_line_unique = models.UniqueIndex(
        "(order_id, COALESCE(acorn_line_ref, ''), acorn_charge)"
        " WHERE acorn_charge IS NOT NULL",
        "An item of an order exists once.",
    )

    # === COMPUTE === #

    # The channel's tax may change while quantity and price do not.
    @api.depends("extra_tax_data")
    def _compute_amount(self):
        return super()._compute_amount()

    def _acorn_ours(self):
        """Return the lines whose words and prices Odoo decides: no channel's."""
        return self.filtered(lambda line: not line.acorn_charge)

    def _compute_name(self):
        return super(SaleOrderLine, self._acorn_ours())._compute_name()

    def _compute_price_unit(self):
        return super(SaleOrderLine, self._acorn_ours())._compute_price_unit()

    def _compute_discount(self):
        return super(SaleOrderLine, self._acorn_ours())._compute_discount()

    def _compute_tax_ids(self):
        return super(SaleOrderLine, self._acorn_ours())._compute_tax_ids()

    @api.depends("order_id.acorn_history")
    def _compute_qty_delivered_method(self):
        result = super()._compute_qty_delivered_method()
        for line in self:
            if line.order_id.acorn_history:
                line.qty_delivered_method = "manual"
        return result

    @api.depends(
        "order_id.acorn_history",
        "order_id.acorn_on_channel",
        "order_id.acorn_provisional",
    )
    def _compute_qty_to_invoice(self):
        """Goods that left before, or were sold elsewhere, are not invoiced here; nor
        is what only a report has told so far."""
        result = super()._compute_qty_to_invoice()
        for line in self:
            if line._acorn_not_invoiced():
                line.qty_to_invoice = 0
        return result

    @api.depends(
        "order_id.acorn_history",
        "order_id.acorn_on_channel",
        "order_id.acorn_provisional",
    )
    def _compute_invoice_status(self):
        result = super()._compute_invoice_status()
        for line in self:
            if line._acorn_not_invoiced():
                line.invoice_status = "no"
        return result

    def _acorn_not_invoiced(self):
        order = self.order_id
        return order.acorn_ref and (
            order.acorn_history or order.acorn_provisional or not order.acorn_on_channel
        )

    def _action_launch_stock_rule(self, **kwargs):
        """Goods that left before stock was counted are never procured again."""
        lines = self.filtered(lambda line: not line.order_id.acorn_history)
        return super(SaleOrderLine, lines)._action_launch_stock_rule(**kwargs)

    def _check_company(self, fnames=None):
        """What is made of the shop's own records was checked when these were set."""
        if in_bulk(self, "acorn_checked"):
            return None
        return super()._check_company(fnames)

    # === PROCUREMENT === #

    def _create_procurements(self, product_qty, procurement_uom, values):
        """Ask each stock source for its share."""
        unit = self.product_id.uom_id
        quantity = procurement_uom._compute_quantity(product_qty, unit)
        shares = self._acorn_shares(quantity)
        if not shares:
            return super()._create_procurements(product_qty, procurement_uom, values)
        procurements = []
        for found, share in shares:
            procurements += super()._create_procurements(
                share, unit, {**values, **found}
            )
        return procurements

    # === VALUES === #

    @api.model
    def _acorn_values(self, site, currency, priced, offer):
        """Return the values of a line.

        :param priced: ``amounts.PricedLine``
        :param offer: the offer of its SKU, empty for lines that sell none
        """
        product = self._acorn_product(priced, offer)
        values = {
            "acorn_line_ref": priced.key[0] or False,
            "acorn_charge": priced.kind,
            "product_id": product.id,
            "name": self._acorn_description(priced, product),
            "product_uom_id": product.uom_id.id,
            "product_uom_qty": priced.quantity,
            "price_unit": float(priced.unit_price),
            "discount": 0.0,
            "analytic_distribution": site.shop_id._analytic_distribution(),
            "acorn_unmapped": bool(priced.source) and not offer.product_id,
            **self._acorn_tax_values(site, currency, priced),
        }
        if priced.source:
            values |= self._acorn_item_values(priced.source, offer)
        return values

    @api.model
    def _acorn_product(self, priced, offer):
        Product = self.env["product.product"]
        if not priced.source:
            return Product._acorn_charge_product(priced.kind)
        return offer.product_id or Product._acorn_placeholder()

    @api.model
    def _acorn_description(self, priced, product):
        if not priced.source:
            return product.display_name
        return f"[{priced.source.sku}] {priced.source.title or product.name}"

    @api.model
    def _acorn_tax_values(self, site, currency, priced):
        """Give the line the channel's tax, to the cent: no percentage could.

        Odoo takes manual amounts from ``extra_tax_data`` as long as quantity and price
        are the ones they were made for, in orders, invoices and credit notes.
        """
        if not priced.tax:
            return {"tax_ids": [Command.clear()], "extra_tax_data": False}
        net = float(priced.net)
        return {
            "tax_ids": [Command.set(site.tax_id.ids)],
            "extra_tax_data": {
                "currency_id": currency.id,
                "price_unit": float(priced.unit_price),
                "discount": 0.0,
                "quantity": priced.quantity,
                "manual_total_excluded_currency": net,
                "manual_tax_amounts": {
                    str(site.tax_id.id): {
                        "tax_amount_currency": float(priced.tax),
                        "base_amount_currency": net,
                    }
                },
            },
        }

    @api.model
    def _acorn_computed(self, priced, values, parent):
        """Add what Odoo would compute of a new line: all of it is known.

        The order's total is computed from the lines all the same, and compared.

        :param values: as ``_acorn_values`` gives them
        :param parent: what the line has from its order
        """
        net, total = float(priced.net), float(priced.net + priced.tax)
        count = priced.quantity
        product = self.env["product.product"].browse(values["product_id"])
        known = {
            **parent,
            "state": "draft",
            "price_subtotal": net,
            "price_tax": float(priced.tax),
            "price_total": total,
            "price_reduce_taxexcl": net / count if count else 0.0,
            "price_reduce_taxinc": total / count if count else 0.0,
            "customer_lead": product.sale_delay,
            "product_custom_attribute_value_ids": [],
            "product_no_variant_attribute_value_ids": [],
        }
        if product.type == "consu":
            known["qty_delivered_method"] = "stock_move"
        return known | values

    @api.model
    def _acorn_item_values(self, item, offer):
        return {
            "acorn_offer_id": offer.id,
            "acorn_gift_message": item.gift_message or False,
            "acorn_gift_wrap": item.gift_wrap or False,
            "acorn_customization_url": item.customization_url or False,
            "acorn_ioss_number": item.ioss_number or False,
            "acorn_tax_party": item.tax_party or False,
            "acorn_tax_scheme": item.tax_scheme or False,
        }

    # === INVOICE === #

    def _prepare_invoice_line(self, **optional_values):
        """Give an invoice of a part its share of the channel's tax.

        Odoo takes the manual amounts for the whole quantity only.
        """
        values = super()._prepare_invoice_line(**optional_values)
        data, quantity = self.extra_tax_data, values.get("quantity", 0)
        if self.acorn_charge and data and quantity != data["quantity"]:
            values["extra_tax_data"] = self._acorn_share_of_tax(data, quantity)
        return values

    def _acorn_share_of_tax(self, data, quantity):
        def share(total):
            # What is invoiced up to now less what was before: no cent is lost.
            before, after = (
                self.currency_id.round(total * invoiced / data["quantity"])
                for invoiced in (self.qty_invoiced, self.qty_invoiced + quantity)
            )
            return self.currency_id.round(after - before)

        net = share(data["manual_total_excluded_currency"])
        return {
            **data,
            "quantity": quantity,
            "manual_total_excluded_currency": net,
            "manual_tax_amounts": {
                tax: {
                    "tax_amount_currency": share(amounts["tax_amount_currency"]),
                    "base_amount_currency": net,
                }
                for tax, amounts in data["manual_tax_amounts"].items()
            },
        }

    # === AMEND === #

    def _acorn_write_changes(self, values):
        """Write what differs; a product that became known starts its delivery."""
        self.ensure_one()
        changed = {
            name: value
            for name, value in values.items()
            # People may have booked the line elsewhere.
            if name != "analytic_distribution" and not self._acorn_same(name, value)
        }
        if not changed:
            return
        mapped = self.acorn_unmapped and changed.get("acorn_unmapped") is False
        confirmed = self.state not in ("draft", "sent")
        if "product_id" in changed and confirmed and not mapped:
            # What was confirmed with one product stays so; a placeholder gives way.
            for name in ("product_id", "product_uom_id", "name"):
                changed.pop(name, None)
        self.write(changed)
        if mapped and self.state == "sale":
            self._action_launch_stock_rule()

    def _acorn_same(self, name, value):
        field, current = self._fields[name], self[name]
        if field.type == "many2many":
            return current.ids == [id_ for command in value for id_ in command[2] or ()]
        if field.type == "many2one":
            return current.id == value
        return current == value or (not current and not value)

    def _acorn_empty(self):
        """A line the channel no longer knows sells nothing."""
        if self.state == "draft":
            self.unlink()
        elif self.product_uom_qty:
            # The price stays: what was invoiced is credited with it.
            self.write({"product_uom_qty": 0, "extra_tax_data": False})
