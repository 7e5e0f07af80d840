from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..short_codes import free_code


class AcornShopBooks(models.AbstractModel):
    """What keeps a shop's figures apart in its company: part of ``acorn.shop``."""

    _name = "acorn.shop.books"
    _description = "Books of a Shop"

    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="What the shop sells is told apart by it. Orders that come from now on "
        "carry it, and so do their invoices.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Clearing Journal",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('type', 'in', ('general', 'bank'))]",
        help="Holds what the channel owes and pays out.",
    )

    @api.constrains("company_id")
    def _check_company_of_orders(self):
        # sudo: orders that the person does not see stay where they are, too.
        elsewhere_sudo = (
            self.env["sale.order"]
            .sudo()
            ._read_group(
                [("acorn_shop_id", "in", self.ids)], ["acorn_shop_id", "company_id"]
            )
        )
        for shop, company in elsewhere_sudo:
            if shop.company_id != company:
                raise ValidationError(
                    self.env._(
                        "%(shop)s has orders in the books of %(company)s, so it stays "
                        "there. Make a new shop in the other company instead.",
                        shop=shop.name,
                        company=company.name,
                    )
                )

    def _make_books(self):
        """Give shops the analytic account and the clearing journal they lack."""
        plan = self.env.ref("acorn_base.account_analytic_plan_shops")
        # sudo: who sets up a shop need not be an accountant.
        for shop_sudo in self.sudo():
            if not shop_sudo.analytic_account_id:
                shop_sudo.analytic_account_id = shop_sudo.analytic_account_id.create(
                    {
                        "name": shop_sudo.name,
                        "plan_id": plan.id,
                        "company_id": shop_sudo.company_id.id,
                    }
                )
            if not shop_sudo.journal_id:
                shop_sudo.journal_id = shop_sudo._make_journal()

    def _make_journal(self):
        Journal = self.env["account.journal"].with_context(active_test=False)
        relatives = ("company_id", "child_of", self.company_id.root_id.id)
        taken = set(Journal.search([relatives]).mapped("code"))
        return self.env["account.journal"].create(
            {
                "name": self.env._("Clearing %s", self.name),
                "code": free_code(self.name, taken),
                "type": "general",
                "company_id": self.company_id.id,
                "show_on_dashboard": False,
            }
        )

    def _make_team(self):
        """Give shops the sales team they lack."""
        # sudo: as for the books.
        for shop_sudo in self.sudo().filtered(lambda shop: not shop.team_id):
            shop_sudo.team_id = shop_sudo.team_id.create(
                {"name": shop_sudo.name, "company_id": shop_sudo.company_id.id}
            )

    def _make_warehouse(self):
        """Give the shop a warehouse of its own, from which its sites will ship."""
        self.ensure_one()
        # sudo: as for the books.
        shop_sudo = self.sudo()
        warehouse_sudo = shop_sudo.env["stock.warehouse"]._acorn_make(
            self.company_id, self.name
        )
        warehouse_sudo.acorn_shop_id = self
        return warehouse_sudo

    def _analytic_distribution(self):
        """Return what order lines of the shop carry, or False."""
        # sudo: orders are applied by people without rights on accounts, too.
        account_sudo = self.sudo().analytic_account_id
        return {str(account_sudo.id): 100.0} if account_sudo else False
