from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path
from odoo.tools.sql import column_exists

from .common import AcornCase

SCRIPT = "acorn_base/migrations/19.0.1.2.0/pre-migration.py"
NEW = (
    ("sale.order.line", ("acorn_shop_id",)),
    ("stock.move", ("acorn_shop_id",)),
    ("stock.picking", ("acorn_shop_id",)),
    ("stock.move.line", ("acorn_shop_id", "acorn_site_id")),
    ("account.move", ("acorn_shop_id", "acorn_site_id")),
    ("account.move.line", ("acorn_shop_id", "acorn_site_id")),
)


@tagged("post_install", "-at_install")
class TestDocumentSiteMigration(AcornCase):
    """Documents of before say of which shop and site they are, as new ones do."""

    def said(self):
        """Return what all documents of the shop say, {(model, id): (shop, site)}."""
        self.env.flush_all()
        self.env.invalidate_all()
        return {
            (name, record.id): (record.acorn_shop_id.id, record.acorn_site_id.id)
            for name, _columns in NEW
            for record in self.env[name].search([("acorn_shop_id", "=", self.shop.id)])
        }

    def drop(self):
        """Take the columns away that the earlier version had not."""
        for name, columns in NEW:
            table = self.env[name]._table
            for column in columns:
                self.env.cr.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
                self.assertFalse(column_exists(self.env.cr, table, column))

    def test_documents_of_before_are_filled_as_new_ones(self):
        for values in ({}, {"on_channel": False}):
            sale = self.apply(self.line(), **values)
            picking = sale.picking_ids
            picking.move_ids.picked = True
            picking._action_done()
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            wizard.product_return_moves.quantity = 1
            wizard.action_create_returns()
            if sale.invoice_status == "to invoice":
                invoice = sale._create_invoices()
                invoice.action_post()
                invoice._reverse_moves()
        told = self.said()
        self.assertEqual({name for name, _id in told}, {name for name, _ in NEW})
        self.drop()
        script = load_script(file_path(SCRIPT), "acorn_base_pre_migration")
        script.migrate(self.env.cr, "19.0.1.1.0")
        self.assertEqual(self.said(), told)
