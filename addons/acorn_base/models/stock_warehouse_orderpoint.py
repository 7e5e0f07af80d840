from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..attempt import CROSSED
from ..cover import ENOUGH, IDLE, LATE, SHORT, Terms, limits

BATCH = 10_000  # orderpoints at a time: each batch reads all that moved once


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    acorn_proposes = fields.Boolean(
        string="Acorn Proposes the Limits",
        compute="_compute_acorn_proposes",
        store=True,
        readonly=False,
        copy=False,
        help="Min and max follow the sales every day: min lasts for the lead time and "
        "the safety days, max for the days between orders on top of that. It ends when "
        "somebody sets min or max by hand.",
    )
    acorn_safety_days = fields.Integer(
        string="Safety Days",
        compute="_compute_acorn_safety_days",
        store=True,
        readonly=False,
        precompute=True,
        help="So long shall goods last when the next ones arrive.",
    )
    acorn_lead_days = fields.Float(
        string="Lead Time (Days)",
        digits=(10, 1),
        readonly=True,
        copy=False,
        help="Until goods arrive that are ordered now: the delays of the vendor, of "
        "the rules and of the company, as Odoo adds them up.",
    )
    acorn_speed = fields.Float(
        string="Sales a Day",
        digits=(16, 2),
        readonly=True,
        copy=False,
        help="Units that left for customers, parts of kits included, or are ordered "
        "and wait to leave. Days without stock do not count, a week is taken at the "
        "least. Goods moved to other warehouses or used up in production are no sales, "
        "returned goods are not deducted, seasons are not foreseen.",
    )
    acorn_on_hand = fields.Float(
        string="On Hand to Sell",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Without what lies in places that are not for sale, such as quarantine.",
    )
    acorn_free = fields.Float(
        string="Free",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="On hand less what open deliveries need, reserved or not.",
    )
    acorn_inbound = fields.Float(
        string="Inbound",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Confirmed and arriving within the lead time, overdue receipts included; "
        "returns from customers are not.",
    )
    acorn_threshold = fields.Float(
        string="Threshold",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Below it goods are short: the min that somebody has set, or what is sold "
        "during the lead time and the safety days.",
    )
    acorn_cover_days = fields.Float(
        string="Days of Cover",
        digits=(10, 1),
        readonly=True,
        copy=False,
        aggregator="min",
        help="How long free and inbound goods last at the present speed; 999 is the "
        "most.",
    )
    acorn_runs_out_on = fields.Date(
        string="Runs Out On",
        readonly=True,
        copy=False,
        help="When nothing is left, if inbound goods come on the day they are "
        "announced for. Needed by then.",
    )
    acorn_proposal = fields.Float(
        string="Proposal",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What to order now, in whole units. What is asked for in a quotation that "
        "nobody has confirmed is deducted.",
    )
    acorn_cover = fields.Selection(
        [
            (LATE, "Runs Out"),
            (SHORT, "Short"),
            (ENOUGH, "Enough"),
            (IDLE, "No Sales"),
        ],
        string="Cover",
        readonly=True,
        copy=False,
        help="Runs out: before goods that are ordered now could arrive. Short: fewer "
        "than the threshold, order now.",
    )
    acorn_shop_ids = fields.Many2many(
        "acorn.shop",
        relation="acorn_orderpoint_shop_rel",
        column1="orderpoint_id",
        column2="shop_id",
        string="Sold By",
        groups="acorn_base.group_user",
        readonly=True,
        copy=False,
        help="Shops that sell the product, or a kit it is part of, from here.",
    )

    _acorn_short = models.Index("(acorn_cover) WHERE acorn_cover IN ('short', 'late')")

    @api.depends("product_min_qty", "product_max_qty")
    def _compute_acorn_proposes(self):
        """What a person sets is never overwritten: whoever sets limits has them."""
        self.acorn_proposes = False

    @api.depends("company_id")
    def _compute_acorn_safety_days(self):
        for orderpoint in self:
            orderpoint.acorn_safety_days = orderpoint.company_id.acorn_safety_days

    # === LOOK ANEW === #

    def _acorn_note_lead_days(self):
        """Keep Odoo's lead time, which takes a moment for each product to compute."""
        for company, orderpoints in self.grouped("company_id").items():
            for orderpoint in orderpoints.with_company(company):
                if orderpoint.acorn_lead_days != orderpoint.lead_days:
                    orderpoint.acorn_lead_days = orderpoint.lead_days

    def _acorn_terms(self):
        """Return the terms on which a product is ordered, a person's limits among
        them."""
        self.ensure_one()
        own = not self.acorn_proposes
        return Terms(
            lead_days=self.acorn_lead_days,
            safety_days=self.acorn_safety_days,
            review_days=self.company_id.acorn_review_days,
            least=self.product_min_qty if own else 0,
            most=self.product_max_qty if own else 0,
        )

    @api.model
    def _cron_cover(self):
        """Look anew how long goods last."""
        self._acorn_each_batch(lambda batch: self.env["acorn.cover"]._refresh(batch))

    @api.model
    def _cron_propose(self):
        """Ask for lead times, and let limits follow the sales where Acorn sets them."""
        self._acorn_each_batch(lambda batch: batch._acorn_renew())

    @api.model
    def _acorn_each_batch(self, work):
        for ids in split_every(BATCH, self.search([]).ids):
            try:
                work(self.browse(ids))
                self.env.flush_all()
                self.env["ir.cron"]._commit_progress(len(ids))
            except CROSSED:
                # A lane moved the same goods: ordinary, the next round sees to them.
                self.env.cr.rollback()
            self.env.invalidate_all()

    def _acorn_renew(self):
        """Do all there is to do for these: lead times, cover and proposed limits."""
        self._acorn_note_lead_days()
        self.env["acorn.cover"]._refresh(self)
        self.filtered("acorn_proposes")._acorn_set_limits()

    def _acorn_set_limits(self):
        """Let Odoo's own limits be what the sales ask for; Odoo does the rest."""
        for orderpoint in self:
            terms = orderpoint._acorn_terms()
            least, most = limits(orderpoint.acorn_speed, terms)
            wanted = {"product_min_qty": least, "product_max_qty": most}
            if any(orderpoint[name] != value for name, value in wanted.items()):
                orderpoint.write({**wanted, "acorn_proposes": True})

    # === ACTIONS === #

    def action_acorn_refresh(self):
        """Look anew now, at these or at all that the person may order."""
        orderpoints = self or self.search([])
        orderpoints.check_access("write")
        orderpoints._acorn_renew()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_acorn_propose(self):
        """Set min and max by the sales, except where a person has set them."""
        self.check_access("write")
        theirs = self.filtered(
            lambda o: not o.acorn_proposes and (o.product_min_qty or o.product_max_qty)
        )
        mine = self - theirs
        mine.filtered(lambda o: not o.acorn_proposes).acorn_proposes = True
        mine._acorn_renew()
        if not theirs:
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        message = self.env._(
            "%(mine)s proposed. %(theirs)s keep the min and max that somebody has set: "
            "tick Acorn Proposes the Limits where these shall be replaced.",
            mine=len(mine),
            theirs=len(theirs),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "info",
                "sticky": False,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _acorn_open(self, domain):
        """Open the list with what a domain says."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.stock_warehouse_orderpoint_action"
        )
        return action | {"domain": list(Domain(domain)), "context": {"create": False}}
