from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AcornReplacementLine(models.Model):
    _name = "acorn.replacement.line"
    _description = "Line of a Replacement"
    _rec_name = "product_id"

    replacement_id = fields.Many2one(
        "acorn.replacement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="replacement_id.company_id", store=True)
    shop_id = fields.Many2one(
        related="replacement_id.shop_id", store=True, index="btree_not_null"
    )
    site_id = fields.Many2one(
        related="replacement_id.site_id", store=True, index="btree_not_null"
    )
    order_id = fields.Many2one(related="replacement_id.order_id")
    order_line_id = fields.Many2one("sale.order.line", required=True, index=True)
    product_id = fields.Many2one(
        related="order_line_id.product_id", store=True, index=True
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1)

    @api.constrains("order_line_id", "quantity")
    def _check_sold(self):
        """Replace no more than was sold, in all requests that were not refused."""
        # sudo: requests of colleagues count, too.
        lines_sudo = self.sudo()
        sold_sudo = lines_sudo.order_line_id
        sold_sudo.lock_for_update()  # two requests at once count each other
        asked = dict(
            lines_sudo._read_group(
                [
                    ("order_line_id", "in", sold_sudo.ids),
                    ("replacement_id.state", "!=", "refused"),
                ],
                ["order_line_id"],
                ["quantity:sum"],
            )
        )
        for line in lines_sudo:
            sold = line.order_line_id
            if sold.order_id != line.replacement_id.order_id or sold.acorn_unmapped:
                raise ValidationError(
                    self.env._(
                        "%s is no product of this order that could be sent again.",
                        sold.name,
                    )
                )
            if line.quantity <= 0 or asked[sold] > sold.product_uom_qty:
                raise ValidationError(
                    self.env._(
                        "%(product)s was sold %(sold)s times; together with earlier "
                        "requests %(asked)s would be replaced. Ask for fewer.",
                        product=sold.product_id.display_name,
                        sold=sold.product_uom_qty,
                        asked=asked[sold],
                    )
                )
