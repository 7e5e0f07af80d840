from odoo import api, fields, models
from odoo.tools import SQL

from ..sellable import EMPTY, Terms


class AcornStockWhy(models.AbstractModel):
    """Why this number? What may be sold, worked out from the stock of this moment."""

    _name = "acorn.stock.why"
    _description = "Why This Number?"
    _inherit = ["acorn.stock.compare"]

    on_hand = fields.Float(compute="_compute_why", digits="Product Unit")
    reserved = fields.Float(compute="_compute_why", digits="Product Unit")
    owed = fields.Float(
        string="Orders Waiting for Goods",
        compute="_compute_why",
        digits="Product Unit",
    )
    pending = fields.Float(
        string="Pending Orders",
        compute="_compute_why",
        digits="Product Unit",
        help="Sold at a channel and not confirmed there yet.",
    )
    quarantine = fields.Float(
        string="Not for Sale",
        compute="_compute_why",
        digits="Product Unit",
        help="In quarantine, quality control or returns to check. It is not part of "
        "what is on hand here.",
    )
    free = fields.Float(
        compute="_compute_why",
        digits="Product Unit",
        help="On hand less what is reserved, waited for and pending.",
    )
    kept = fields.Float(
        string="Kept for Other Shops", compute="_compute_why", digits="Product Unit"
    )
    share = fields.Float(string="Share (%)", compute="_compute_why", digits=(5, 2))
    buffer = fields.Float(compute="_compute_why", digits="Product Unit")
    percent = fields.Float(string="Shown (%)", compute="_compute_why", digits=(5, 2))
    cap = fields.Char(string="Maximum", compute="_compute_why")
    hide_below = fields.Float(compute="_compute_why", digits="Product Unit")
    sellable = fields.Integer(
        string="May Be Sold Now", compute="_compute_why", help="What is told next."
    )
    handling_days = fields.Integer(
        string="Handling Time (Days)", compute="_compute_why"
    )
    site_id = fields.Many2one(
        "acorn.site",
        string="Decided By",
        compute="_compute_why",
        help="Of the sites that share the quantity the one with the lowest.",
    )
    note = fields.Char(compute="_compute_why", help="Why nothing is told.")

    @api.depends("offer_id.product_id", "offer_id.handling_days")
    def _compute_why(self):
        for quantities in self.grouped("company_id").values():
            quantities._explain_quantities()

    def _explain_quantities(self):
        rows = self._rows(SQL("quantity.id = ANY(%s)", self.ids))
        wanted_of = self._wanted_finder(rows)
        wanted = {row.quantity_id: wanted_of(row) for row in rows}
        for quantity in self:
            is_listed = quantity.id in wanted
            quantity._show_why(is_listed, wanted.get(quantity.id))

    def _show_why(self, is_listed, wanted):
        self.note = self._why_nothing(is_listed, wanted)
        terms = wanted.terms if wanted else Terms()
        pool = wanted.pool if wanted else EMPTY
        for name in ("on_hand", "reserved", "owed", "pending", "quarantine", "free"):
            self[name] = getattr(pool, name)
        for name in ("kept", "share", "buffer", "percent", "hide_below"):
            self[name] = getattr(terms, name)
        self.cap = "" if terms.cap is None else f"{terms.cap:g}"
        self.sellable = wanted.quantity if wanted else 0
        self.handling_days = wanted.handling_days if wanted else 0
        self.site_id = wanted.site_id if wanted else False

    def _why_nothing(self, is_listed, wanted):
        if self.offer_id.by_channel:
            return self.env._("The channel ships it: its quantity is the channel's.")
        if not self.product_id:
            return self.env._("Set the product of this SKU first.")
        # sudo: whoever looks need not see the warehouses.
        if not self.group_id.sudo().source_ids:
            return self.env._("Its quantity group has no stock source.")
        if not (self.offer_id.active and self.product_id.active):
            return self.env._("It is archived: 0 is told.")
        if not is_listed:
            return self.env._("It is not listed on a site of this group.")
        if not wanted:
            return self.env._("The product's stock is not counted: set a maximum.")
        if wanted.terms.stopped:
            return self.env._("Selling is stopped: 0 is told.")
        if self.shop_id.stock_mode == "off":
            return self.env._("The shop does not send quantities.")
        return False
