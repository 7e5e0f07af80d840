from odoo.tests import tagged

from .common import AcornCase


@tagged("post_install", "-at_install")
class TestDocumentSite(AcornCase):
    """Each document says of which shop and site it is."""

    def goods(self, sale):
        """Return what moves the goods of an order: out, and one unit back."""
        picking = sale.picking_ids
        picking.move_ids.picked = True
        picking._action_done()
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = 1
        back = wizard.action_create_returns()["res_id"]
        pickings = picking | picking.browse(back)
        pickings[1].action_assign()
        return [pickings, pickings.move_ids, pickings.move_line_ids]

    def bills(self, sale):
        """Return the invoice of an order that was sent, and its refund."""
        invoice = sale._create_invoices()
        invoice.action_post()
        bills = invoice | invoice._reverse_moves()
        return [bills, bills.line_ids]

    def assertOf(self, documents, shop, site):
        for records in documents:
            self.assertTrue(records)
            self.assertEqual(records.acorn_shop_id, shop, records._name)
            for record in records:
                self.assertEqual(record.acorn_site_id, site, records._name)
                self.assertEqual(record.acorn_shop_id, shop, records._name)

    def test_all_that_follows_from_an_order_is_of_its_site(self):
        sale = self.apply(self.line())
        documents = [sale, sale.order_line, *self.goods(sale), *self.bills(sale)]
        self.assertOf(documents, self.shop, self.us)
        self.env.flush_all()
        for name in ("sale.report", "account.invoice.report"):
            rows = self.env[name]._read_group(
                [("acorn_shop_id", "=", self.shop.id)],
                ["acorn_site_id"],
                ["__count"],
            )
            self.assertEqual([site for site, _count in rows], [self.us], name)

    def test_an_order_sold_elsewhere_is_of_a_shop_and_of_no_site(self):
        sale = self.apply(self.line(), on_channel=False)
        documents = [sale, sale.order_line, *self.goods(sale)]
        self.assertOf(documents, self.shop, self.env["acorn.site"])

    def test_an_invoice_is_of_one_site(self):
        sales = self.env["sale.order"]
        for site in ("US1", "DE1"):
            sale = self.apply(self.line(), site=site)
            sale.picking_ids.move_ids.picked = True
            sale.picking_ids._action_done()
            sales |= sale
        sales.partner_id = sales.partner_invoice_id = sales[0].partner_id
        sales.partner_shipping_id = sales[0].partner_id
        bills = sales._create_invoices()
        self.assertEqual(bills.acorn_site_id, self.us | self.de)
        for bill in bills:
            orders = bill.line_ids.sale_line_ids.order_id
            self.assertEqual(orders.acorn_site_id, bill.acorn_site_id)
