from odoo import models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class AcornShopRevenue(models.AbstractModel):
    """Where the revenue of a shop is counted: part of ``acorn.shop``."""

    _name = "acorn.shop.revenue"
    _description = "Revenue of a Shop"

    def _switched_revenue(self, values):
        """Return the shops that get another mode; refuse where that counts twice."""
        mode = values.get("revenue_mode")
        switched = self.filtered(lambda shop: mode and shop.revenue_mode != mode)
        for shop in switched:
            reasons = [*shop._waiting_settlements()]
            if mode == "summary":
                reasons += shop._unpaid_invoices()
            if reasons:
                raise UserError(
                    self.env._(
                        "The revenue of %(shop)s cannot be counted another way yet: "
                        "some of it would be counted twice.\n\n%(reasons)s",
                        shop=shop.name,
                        reasons="\n\n".join(reasons),
                    )
                )
        return switched

    def _waiting_settlements(self):
        # sudo: what waits counts, whoever changes the shop.
        settlement_sudo = self.env["acorn.settlement"].sudo()
        waiting_sudo = settlement_sudo.search(
            [("shop_id", "=", self.id), ("state", "!=", "posted")]
        )
        if waiting_sudo:
            yield self.env._(
                "%(count)s settlements are not posted: %(refs)s. Post them first, as "
                "the shop is set now.",
                count=len(waiting_sudo),
                refs=", ".join(waiting_sudo[:10].mapped("ref")),
            )

    def _unpaid_invoices(self):
        """Lines of settlements that name no order would count what these did."""
        # sudo: what is owed counts, whoever changes the shop.
        move_sudo = self.env["account.move"].sudo()
        rows = move_sudo._read_group(
            [
                ("acorn_shop_id", "=", self.id),
                ("move_type", "=", "out_invoice"),
                ("state", "!=", "cancel"),
                ("payment_state", "not in", ("paid", "in_payment", "reversed")),
                ("line_ids.sale_line_ids", "!=", False),
            ],
            ["currency_id"],
            ["__count", "amount_total:sum"],
        )
        for currency, count, amount in rows:
            yield self.env._(
                "%(count)s invoices, %(amount)s, wait for the settlements that pay "
                "them. Wait until these are posted, or reverse the invoices.",
                count=count,
                amount=formatLang(self.env, amount, currency_obj=currency),
            )

    def _take_along_orders(self):
        """Orders that nothing has left of yet follow the shop; the others stay."""
        # sudo: they follow whoever may change the shop.
        order_sudo = self.env["sale.order"].sudo()
        for shop in self:
            orders_sudo = order_sudo.search(
                [
                    ("acorn_shop_id", "=", shop.id),
                    ("acorn_revenue_mode", "not in", (False, shop.revenue_mode)),
                    ("state", "in", ("draft", "sent", "sale")),
                    ("acorn_status", "in", NOT_LEFT),
                    ("delivery_status", "not in", ("partial", "full")),
                    ("invoice_ids", "=", False),
                ]
            )
            orders_sudo.acorn_revenue_mode = shop.revenue_mode


NOT_LEFT = ("pending_availability", "pending", "unshipped")
